/**
 * ReplayFork: an entity beside the real one: a runtime in memory that begins with the state of then, gets recorded messages one by one, and calls
 * the real function for them. Neighbours: recorded-case.ts says what was recorded, reproduction-search.ts tries lists of it.
 * Guarantee: nothing of a try leaves it. What the function sends, asks for later or puts out is checked as the engine checks it, and then dropped; no
 * other function is called; each call says by its header that it counts for nothing.
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

/** Longer ones are given up: a search makes many. */
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

/** As it was given to the function. */
export interface RecordedMessage extends Omit<JournalMessage, "value"> {
  readonly value: TypedValue;
}

export type Call = (request: InvocationRequest, signal: AbortSignal) => Promise<InvocationOutcome>;

export interface Replayed {
  /** Undefined: the function took all of them. */
  readonly failed: { readonly failure: Failure; readonly index: number } | undefined;
  /** After which message its state was what is looked for; undefined: it never was. */
  readonly reached: number | undefined;
  /** Of each answer, in order: equal texts are equal answers. */
  readonly answers: readonly string[];
}

export interface ReplayMeans {
  readonly call: Call;
  readonly signal: AbortSignal;
  /** A state that ends it; undefined: a failure alone does. */
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
        // What the function sent to itself stands among the recorded messages, what it sent to others is theirs.
        if (current === undefined || input === undefined || input.caller !== undefined || !sameAddress(request.target, address))
          return nothingDone;
        const { caller, value, sequence, atMs, headers } = current;
        const inputs = [{ caller, value, sequence, atMs, headers }];
        try {
          const outcome = await call({ ...request, endpoint: entity.endpoint, alone: true, inputs }, signal);
          answers.push(...answerTexts(outcome));
          return outcome;
        } catch (error) {
          // The runtime takes what is thrown for a failure of the function; it is the end of the search.
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
    // A call that was given up says nothing of the function.
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

/** Time is that of the message at hand; nothing that is asked for later ever comes. */
function stillClock(nowMs: () => number): Clock {
  return { nowMs, steadyMs: nowMs, schedule: () => () => undefined };
}

/** The endpoint as it is called in tries, and the bindings in which the fork finds it: one message in one request, and its header. */
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

/** None where the function only named its states. */
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
