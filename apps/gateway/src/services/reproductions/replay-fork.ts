/**
 * ReplayFork: a copy of an entity in a runtime in memory. It begins with the earlier state, gets recorded messages one by one, and calls
 * the real function for them. Neighbours: recorded-case.ts says what was recorded, reproduction-search.ts tries lists of it. Guarantee: a
 * try has no effects outside. Messages, delayed messages and egress records are checked as the engine checks them, and then dropped; no
 * other function is called; a header of each call says that it is a try.
 */
import { createHash } from "node:crypto";
import {
  engineOver,
  replayHeader,
  sameAddress,
  type Address,
  type Bindings,
  type Clock,
  type Effects,
  type EndpointSpec,
  type Failure,
  type InvocationOutcome,
  type InvocationRequest,
  type JournalMessage,
  type StateSpec,
  type TypedValue,
} from "@signalbox/runtime";
import { openMemoryRuntime } from "@signalbox/runtime/memory";

/** The limit of one call; longer ones are given up, because a search makes many. */
const callMsMax = 10_000;

export interface StateValue {
  readonly name: string;
  readonly value: TypedValue;
}

export interface ForkedEntity {
  readonly address: Address;
  readonly endpoint: EndpointSpec;
  readonly bindings: Bindings;
  readonly specs: readonly StateSpec[];
  readonly before: readonly StateValue[];
}

/** A message as it was given to the function. */
export interface RecordedMessage extends Omit<JournalMessage, "value"> {
  readonly value: TypedValue;
}

export type Call = (request: InvocationRequest, signal: AbortSignal) => Promise<InvocationOutcome>;

export interface Replayed {
  /** Undefined when the function accepted all of them. */
  readonly failed: { readonly failure: Failure; readonly index: number } | undefined;
  /** The message after which the state was the one that is looked for; undefined when it never was. */
  readonly reached: number | undefined;
  /** A text for each answer, in order; equal texts mean equal answers. */
  readonly answers: readonly string[];
}

export interface ReplayMeans {
  readonly call: Call;
  readonly signal: AbortSignal;
  /** Whether a state ends the try; undefined when only a failure does. */
  readonly isReached: ((state: readonly StateValue[]) => boolean) | undefined;
}

export async function replay(
  entity: ForkedEntity,
  messages: readonly RecordedMessage[],
  { call, signal, isReached }: ReplayMeans,
): Promise<Replayed> {
  const { address, bindings, specs, before } = entity;
  const answers: string[] = [];
  let current: RecordedMessage | undefined;
  let over: { readonly error: unknown } | undefined;
  const runtime = engineOver(
    openMemoryRuntime({
      clock: stillClock(() => current?.atMs ?? 0),
      given: [{ address, specs, values: before }],
      call: async (request) => {
        const [input] = request.inputs;
        // Drops what the function sends: messages to itself are among the recorded ones, and messages to others must not be sent.
        if (current === undefined || input === undefined || input.caller !== undefined || !sameAddress(request.target, address))
          return nothingDone;
        const { caller, value, sequence, atMs, headers } = current;
        const inputs = [{ caller, value, sequence, atMs, headers }];
        try {
          const outcome = await call({ ...request, endpoint: entity.endpoint, alone: true, inputs }, signal);
          answers.push(...answerTexts(outcome));
          return outcome;
        } catch (error) {
          // The runtime would take an exception for a failure of the function, so the end of the search is kept here.
          over = { error };
          throw error;
        }
      },
    }),
  );
  await runtime.applyBindings(bindings);
  for (const [index, message] of messages.entries()) {
    signal.throwIfAborted();
    current = message;
    await runtime.accept({ target: address, value: message.value });
    await runtime.settled();
    if (over !== undefined) throw over.error;
    // A call that was given up says nothing about the function.
    signal.throwIfAborted();
    const { failure, state = [] } = (await runtime.entity(address)) ?? {};
    if (failure !== undefined) return { failed: { failure, index }, reached: undefined, answers };
    const held = state.flatMap(({ name, value }) => (value === undefined ? [] : [{ name, value }]));
    if (isReached?.(held) === true) return { failed: undefined, reached: index, answers };
  }
  return { failed: undefined, reached: undefined, answers };
}

const nothingDone: InvocationOutcome = {
  kind: "reply",
  reply: { kind: "completed", effects: { mutations: [], messages: [], delayed: [], egress: [] } },
};

/** The time is that of the current message, and no alarm ever rings. */
function stillClock(nowMs: () => number): Clock {
  return { nowMs, steadyMs: nowMs, schedule: () => () => undefined };
}

/** The endpoint and bindings for tries: one message per request, with the header that marks a try. */
export function forTries(endpoint: EndpointSpec, bindings: Bindings): Pick<ForkedEntity, "endpoint" | "bindings"> {
  const { transport } = endpoint;
  const tried: EndpointSpec = {
    ...endpoint,
    batchMessagesMax: 1,
    transport: {
      ...transport,
      callTimeoutMs: Math.min(transport.callTimeoutMs, callMsMax),
      readTimeoutMs: Math.min(transport.readTimeoutMs, callMsMax),
      connectTimeoutMs: Math.min(transport.connectTimeoutMs, callMsMax),
      poolConnectionsMax: 1,
      frames: false,
      headers: { ...transport.headers, [replayHeader]: "1" },
    },
  };
  return {
    endpoint: tried,
    bindings: {
      egresses: bindings.egresses,
      endpoints: bindings.endpoints.map((each) => (each.id === endpoint.id ? tried : { ...each, batchMessagesMax: 1 })),
    },
  };
}

/** Empty when the function only named its states. */
function answerTexts(outcome: InvocationOutcome): string[] {
  if (outcome.kind === "failure") return [`failure ${outcome.failure.code}`];
  const { reply } = outcome;
  if (reply.kind === "incomplete") return [];
  return [
    createHash("sha256")
      .update(JSON.stringify(plain(reply.effects)))
      .digest("base64url"),
  ];
}

function plain({ mutations, messages, delayed, egress }: Effects): unknown {
  const typed = ({ typename, bytes, hasValue }: TypedValue) => [typename, Buffer.from(bytes).toString("base64"), hasValue ?? true];
  return [
    mutations.map((mutation) => [mutation.name, mutation.kind === "modify" ? typed(mutation.value) : null]),
    messages.map(({ target, value }) => [target.type, target.id, typed(value)]),
    delayed.map((effect) =>
      effect.kind === "cancel"
        ? [effect.cancellationToken]
        : [effect.target.type, effect.target.id, effect.delayMs, effect.cancellationToken, typed(effect.value)],
    ),
    egress.map(({ egress: id, value }) => [id, typed(value)]),
  ];
}
