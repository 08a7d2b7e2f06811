/**
 * CallFunction: the function of calls on Flink, served by the gateway itself. It passes each message that is sent to a call on to an egress
 * whose records the gateway keeps as answers. So an answer counts together with the checkpoint that holds its cause, and never without it.
 * It has no state of its own.
 */
import { FromFunction, TypedValue } from "@signalbox/proto";
import type { ProxyAnswer } from "../proxy/function-proxy.ts";
import { readRequest } from "../proxy/wire.ts";
import { answersEgress } from "./call-names.ts";

const [egressNamespace = "", egressType = ""] = answersEgress.split("/");

/** A record of the egress: its type and its name are those of the call, and its value is the answer. */
export function callFunction(body: Uint8Array): ProxyAnswer {
  const asked = readRequest(body);
  if (asked === undefined) return { kind: "refused", status: 400, reason: "this is no request of StateFun" };
  const { target, inputs } = asked;
  const outgoingEgresses = inputs.map(({ value: { typename, bytes, hasValue } }) => ({
    egressNamespace,
    egressType,
    argument: {
      typename: target.type,
      signalboxName: target.id,
      hasValue: true,
      value: TypedValue.encode({ typename, hasValue: hasValue !== false, value: bytes }).finish(),
    },
  }));
  return { kind: "reply", bytes: FromFunction.encode({ invocationResult: { outgoingEgresses } }).finish() };
}
