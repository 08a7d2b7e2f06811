/**
 * CallFunction: the function of calls (model/call.ts), inside the engine. A pure fold like any function: the first message of a call is its
 * answer and stays for callAnswerAgeMs; later ones change nothing. withBuiltIns puts it before a transport, so that an answer goes the way
 * of every message: mailbox, invocation, epoch, journal. Once this function has registered its state, core/kept-answer.ts mostly does the
 * same within the core's own turn.
 */
import { effectsOfAnswer } from "../../core/kept-answer.ts";
import { callAnswerTypename } from "../../model/call-answer.ts";
import { invalidRecordType } from "@signalbox/runtime/model/built-in";
import { builtInScheme, callAnswerState, callStreamType } from "@signalbox/runtime/model/call";
import type { FunctionReply } from "@signalbox/runtime/model/effects";
import type { InvocationRequest } from "@signalbox/runtime/model/invocation";
import type { StateSpec } from "@signalbox/runtime/model/state-spec";
import type { FunctionTransport } from "../../ports/function-transport.ts";
import { callStreamFunction, type StreamLimits } from "./call-stream-function.ts";
import { invalidRecordFunction } from "./invalid-record-function.ts";

function callFunction(request: InvocationRequest, callAnswerAgeMs: number): FunctionReply {
  const answer = request.state.find(({ name }) => name === callAnswerState);
  if (answer === undefined) return { kind: "incomplete", missing: [answerSpec(callAnswerAgeMs)] };
  return { kind: "completed", effects: effectsOfAnswer(request.inputs[0]?.value, answer.value !== undefined) };
}

function answerSpec(callAnswerAgeMs: number): StateSpec {
  return { name: callAnswerState, typename: callAnswerTypename, expiration: { mode: "after-write", afterMs: callAnswerAgeMs } };
}

export function withBuiltIns(transport: FunctionTransport, limits: StreamLimits): FunctionTransport {
  return {
    invoke: (request, signal) => {
      if (!request.endpoint.urlTemplate.startsWith(builtInScheme)) return transport.invoke(request, signal);
      if (request.endpoint.id === invalidRecordType) return Promise.resolve(invalidRecordFunction(request));
      const isStream = request.endpoint.id === callStreamType;
      const reply = isStream ? callStreamFunction(request, limits) : callFunction(request, limits.callAnswerAgeMs);
      return Promise.resolve({ kind: "reply", reply });
    },
    isFraming: (endpoint) => transport.isFraming?.(endpoint) === true,
    retain: (endpoints) => transport.retain(endpoints),
    close: () => transport.close(),
  };
}
