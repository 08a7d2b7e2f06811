/**
 * Dispatch: one request in, one outcome out; all hosts call this. The states of the request are opened once for the batch, so a message
 * sees what the one before it wrote; the effects of all messages are one reply. Neighbours: hosts/ turn the outcome into their protocol's
 * answer.
 */
import { typeNameParts, type Address } from "./address.ts";
import { checkedBytes, checkedMessage, checkedToken, checkedValue } from "./checked-effect.ts";
import type { Context, Log } from "./context.ts";
import { durationMs } from "./duration.ts";
import type { EgressRecord } from "./egress-record.ts";
import type { Egress } from "./egress.ts";
import type { AnyEntity } from "./entity.ts";
import { Reject, RetryLater } from "./outcome.ts";
import type { DelayedEffect, EgressEffect, Effects, SentMessage } from "./protocol/effects.ts";
import { encodeEffects, encodeMissingStates, type StateSpec } from "./protocol/reply.ts";
import { decodeRequest, type FunctionRequest, type RequestMessage } from "./protocol/request.ts";
import { digestOf, drawsOf } from "./random.ts";
import { OpenState, StateHandle } from "./state.ts";
import { Turn } from "./turn.ts";
import { ValueError } from "./value-type.ts";
import { MalformedBytes } from "./wire/reader.ts";

/** The longest reason. It is stored in a journal record and a log line, and an error may quote everything that it was given. */
const reasonCharactersMax = 8_192;

/** A failure that is reported to the runtime instead of a reply. */
export type FailedOutcome =
  /** The bytes are no request, so their sender does not speak the protocol. */
  | { readonly kind: "malformed"; readonly reason: string }
  | { readonly kind: "unknown-type"; readonly reason: string }
  /** The message can never be handled. */
  | { readonly kind: "rejected"; readonly reason: string }
  | { readonly kind: "retry-later"; readonly reason: string; readonly afterMs: number }
  /** The handler threw. */
  | { readonly kind: "threw"; readonly reason: string };

/** The outcome for a request in bytes. */
export type Outcome = { readonly kind: "reply"; readonly bytes: Uint8Array } | FailedOutcome;

/** The outcome for a request as an object. */
export type InvokeOutcome =
  | { readonly kind: "effects"; readonly effects: Effects }
  /** Nothing was called: the function has states that the request lacks. */
  | { readonly kind: "incomplete"; readonly missing: readonly StateSpec[] }
  | FailedOutcome;

export interface Dispatcher {
  /** Never rejects. */
  dispatch(request: Uint8Array): Promise<Outcome>;
  /** The same with plain objects. Never rejects. */
  invoke(request: FunctionRequest): Promise<InvokeOutcome>;
  /** The function types that it serves. */
  readonly types: readonly string[];
}

export interface DispatcherOptions {
  /** Where ctx.log writes; the console by default. */
  readonly log?: (level: keyof Log, text: string) => void;
  /** The version of the code (a commit, a tag), which is shown in the history of every entity that it changed. At most 64 characters. */
  readonly codeVersion?: string | undefined;
  /** Where it is said that a handler asked for something after it had ended, which is lost; the log, as an error, unless given. */
  readonly late?: (text: string) => void;
}

const codeVersionCharactersMax = 64;

export function createDispatcher(entities: readonly AnyEntity[], options: DispatcherOptions = {}): Dispatcher {
  if (!Array.isArray(entities)) throw new TypeError("the functions are given as a list: [cart, stock]");
  const byType = new Map<string, AnyEntity>();
  for (const [index, each] of entities.entries()) {
    if (typeof each?.type !== "string" || !(each.handlers instanceof Map))
      throw new TypeError(`number ${index + 1} of the functions is none; give what entity() made (is its file imported in a circle?)`);
    if (byType.has(each.type)) throw new TypeError(`${each.type} is served twice`);
    byType.set(each.type, each);
  }
  const { codeVersion = "" } = options;
  if (codeVersion.length > codeVersionCharactersMax)
    throw new TypeError(
      `codeVersion has ${codeVersion.length} characters; it may have ${codeVersionCharactersMax}: give the commit's hash`,
    );
  const log = options.log ?? ((level, text) => console[level](text));
  const late = options.late ?? ((text) => log("error", text));
  const invoke = async (request: FunctionRequest): Promise<InvokeOutcome> => {
    const served = byType.get(request.target.type);
    if (served === undefined) {
      const reason = `${request.target.type} is not served here; served: ${[...byType.keys()].join(", ")}`;
      return { kind: "unknown-type", reason };
    }
    try {
      return await answer(served, request, { log, late });
    } catch (error) {
      return failed(error);
    }
  };
  return {
    types: [...byType.keys()],
    invoke,
    async dispatch(bytes) {
      try {
        return encoded(await invoke(decodeRequest(bytes)), codeVersion);
      } catch (error) {
        return failed(error);
      }
    },
  };
}

type Says = Required<Pick<DispatcherOptions, "log" | "late">>;

async function answer(served: AnyEntity, request: FunctionRequest, says: Says): Promise<InvokeOutcome> {
  const missing = served.states.filter(({ spec }) => !request.states.has(spec.name));
  if (missing.length > 0) return { kind: "incomplete", missing: missing.map(({ spec }) => spec) };
  const batch = new Batch(served, request, says);
  for (const [index, message] of request.messages.entries()) await batch.handle(message, index);
  return { kind: "effects", effects: batch.effects() };
}

function encoded(outcome: InvokeOutcome, codeVersion: string): Outcome {
  switch (outcome.kind) {
    case "effects":
      return { kind: "reply", bytes: encodeEffects(outcome.effects, codeVersion) };
    case "incomplete":
      return { kind: "reply", bytes: encodeMissingStates(outcome.missing) };
    default:
      return outcome;
  }
}

/** The effects of one request, while its messages are handled one after the other. */
class Batch {
  readonly #served: AnyEntity;
  readonly #request: FunctionRequest;
  readonly #self: Address;
  readonly #calledMs = Date.now();
  readonly #log: Log;
  readonly #late: Says["late"];
  readonly #states: Readonly<Record<string, OpenState>>;
  readonly #messages: SentMessage[] = [];
  readonly #delayed: DelayedEffect[] = [];
  readonly #records: EgressEffect[] = [];

  constructor(served: AnyEntity, request: FunctionRequest, { log, late }: Says) {
    this.#served = served;
    this.#request = request;
    this.#self = request.target;
    const { type, id } = request.target;
    const say = (level: keyof Log) => (text: string) => log(level, `${type}/${id}: ${text}`);
    this.#log = { info: say("info"), warn: say("warn"), error: say("error") };
    this.#late = late;
    this.#states = Object.fromEntries(
      served.states.map((definition) => [definition.spec.name, new OpenState(definition, request.states.get(definition.spec.name))]),
    );
  }

  async handle(message: RequestMessage, index: number): Promise<void> {
    const { value } = message;
    if (value === undefined) throw new Reject(`${this.#served.type} takes no message without a value`);
    const handler = this.#served.handlers.get(value.typename);
    if (handler === undefined) {
      const known = [...this.#served.handlers.keys()].join(", ");
      throw new Reject(`${this.#served.type} takes no message of type ${value.typename}; it takes ${known}`);
    }
    let decoded: unknown;
    try {
      decoded = handler.valueType.decode(value.bytes);
    } catch (error) {
      // The bytes will never become a value of the type, so trying again is useless.
      throw error instanceof ValueError ? new Reject(error.message) : error;
    }
    const { type, id } = this.#self;
    const turn = new Turn(`${type}/${id}: the handler of ${value.typename}`, this.#late);
    try {
      await handler.handle(this.#contextOf(message, { cause: index, turn }), decoded);
    } finally {
      turn.end();
    }
  }

  effects(): Effects {
    const written = Object.entries(this.#states).flatMap(([name, state]) =>
      state.mutation ? [[name, state.mutation.value] as const] : [],
    );
    const inputs = this.#request.messages.length;
    return { inputs, mutations: new Map(written), messages: this.#messages, delayed: this.#delayed, records: this.#records };
  }

  #contextOf({ caller, origin, traceparent }: RequestMessage, { cause, turn }: { readonly cause: number; readonly turn: Turn }): Context {
    const sent = (message: SentMessage): void => void this.#messages.push(message);
    const delayed = (effect: DelayedEffect): void => void this.#delayed.push(effect);
    return {
      now: origin?.atMs ?? this.#calledMs,
      random: lazily(() => drawsOf(seedOf(this.#request, cause))),
      self: this.#self,
      caller,
      traceparent,
      state: this.#statesIn(turn),
      log: this.#log,
      send: (message) => turn.does("ctx.send", () => sent({ cause, ...checkedMessage(message, "ctx.send") })),
      sendAfter: (after, message, { token } = {}) =>
        turn.does("ctx.sendAfter", () => {
          const checked = checkedMessage(message, "ctx.sendAfter");
          const named = token === undefined ? undefined : checkedToken(token);
          delayed({ kind: "send", cause, afterMs: durationMs(after), ...checked, token: named });
        }),
      cancel: (token) => turn.does("ctx.cancel", () => delayed({ kind: "cancel", cause, token: checkedToken(token) })),
      reply: (type, value) =>
        turn.does("ctx.reply", () => {
          if (caller === undefined) throw new TypeError("this message came from an ingress: there is no caller to reply to");
          const bytes = checkedBytes(type.encode(value), `ctx.reply: ${type.typename}`);
          sent({ cause, target: caller, value: { typename: type.typename, bytes } });
        }),
      replyDone: () =>
        turn.does("ctx.replyDone", () => {
          if (caller?.type !== callStreamType) return;
          sent({ cause, target: caller, value: { typename: callDoneTypename, bytes: new Uint8Array() } });
        }),
      egress: <Value>(to: string | Egress<Value>, value: EgressRecord | Value) =>
        turn.does("ctx.egress", () => void this.#records.push({ cause, ...recordFor(to, value) })),
    };
  }

  #statesIn(turn: Turn): Context["state"] {
    const handles = Object.fromEntries(Object.entries(this.#states).map(([name, state]) => [name, new StateHandle(state, turn)]));
    // The names and types are those of the declaration, which entity() has bound to the handler. Frozen: a value is `set`, not assigned.
    return Object.freeze(handles) as Context["state"];
  }
}

function recordFor<Value>(to: string | Egress<Value>, value: EgressRecord | Value): Omit<EgressEffect, "cause"> {
  // The overload with a text takes a record.
  const [egress, record] = typeof to === "string" ? [to, value as EgressRecord] : [to.id, to.record(value as Value)];
  typeNameParts(egress, "egress");
  return { egress, value: checkedValue(record, `ctx.egress to ${egress}`) };
}

/** The gateway's type names for calls with many answers. */
const callStreamType = "io.signalbox.calls/stream";
const callDoneTypename = "io.signalbox.calls/done";

/** The seed of the draws for one message: its origin or, with a runtime that does not send it, everything that the function is given. */
function seedOf({ target, states, messages }: FunctionRequest, index: number): string {
  const self = `${target.type}/${target.id}`;
  const origin = messages[index]?.origin;
  if (origin !== undefined) return `${self} ${origin.id} ${origin.atMs}`;
  const before = [...states].map(([name, value]) => `${name}=${value === undefined ? "" : digestOf(value.bytes)}`);
  const given = messages.map(({ value }) => (value === undefined ? "" : digestOf(value.bytes)));
  return [self, index, ...before, ...given].join(" ");
}

function lazily(make: () => () => number): () => number {
  let made: (() => number) | undefined;
  return () => (made ??= make())();
}

/** A handler may throw anything, even a value whose inspection throws. */
function failed(error: unknown): FailedOutcome {
  try {
    return outcomeOf(error);
  } catch {
    return { kind: "threw", reason: "it threw a value that cannot be read; throw an Error" };
  }
}

function outcomeOf(error: unknown): FailedOutcome {
  if (error instanceof Reject) return { kind: "rejected", reason: reasonOf(error.message) };
  if (error instanceof RetryLater) return { kind: "retry-later", reason: reasonOf(error.message), afterMs: durationMs(error.afterMs) };
  if (error instanceof MalformedBytes) return { kind: "malformed", reason: reasonOf(error.message) };
  return {
    kind: "threw",
    reason: reasonOf(error instanceof Error ? withCauses(error) : typeof error === "string" ? error : noError(error)),
  };
}

const causesMax = 4;

/** A failed fetch says only in its cause why it failed. */
function withCauses(error: Error): string {
  const said: string[] = [];
  for (let each: unknown = error; each instanceof Error && said.length < causesMax; each = each.cause)
    said.push(String(each.stack ?? each.message));
  return said.join("\ncaused by: ");
}

function noError(thrown: unknown): string {
  const shown = typeof thrown === "object" && thrown !== null ? JSON.stringify(thrown) : String(thrown);
  return `it threw what is no Error, so nothing says where: ${shown}`;
}

/** The fields of an error need not be texts. */
function reasonOf(said: unknown): string {
  return (typeof said === "string" ? said : String(said)).slice(0, reasonCharactersMax).toWellFormed();
}
