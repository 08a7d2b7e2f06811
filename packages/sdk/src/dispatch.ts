/**
 * Dispatch: one request in, one outcome out; all hosts call this. The states of the request are opened once for the batch, so a message
 * sees what the one before it wrote; the effects of all are one reply.
 * Neighbours: hosts/ turn the outcome into their protocol's answer.
 */
import { typeNameParts, type Address } from "./address.ts";
import type { Context, Log } from "./context.ts";
import { durationMs } from "./duration.ts";
import type { AnyEntity } from "./entity.ts";
import { Reject, RetryLater } from "./outcome.ts";
import type { DelayedEffect, EgressEffect, Effects, SentMessage } from "./protocol/effects.ts";
import { encodeEffects, encodeMissingStates } from "./protocol/reply.ts";
import { decodeRequest, type FunctionRequest, type RequestMessage } from "./protocol/request.ts";
import { OpenState } from "./state.ts";
import { ValueError } from "./value-type.ts";
import { MalformedBytes } from "./wire/reader.ts";

/** What became of a request. Everything but `reply` is a failure that the runtime is told of. */
export type Outcome =
  | { readonly kind: "reply"; readonly bytes: Uint8Array }
  /** The bytes are no request: whoever sent them does not speak the protocol. */
  | { readonly kind: "malformed"; readonly reason: string }
  | { readonly kind: "unknown-type"; readonly reason: string }
  /** The message can never be handled. */
  | { readonly kind: "rejected"; readonly reason: string }
  | { readonly kind: "retry-later"; readonly reason: string; readonly afterMs: number }
  /** The handler threw. */
  | { readonly kind: "threw"; readonly reason: string };

export interface Dispatcher {
  dispatch(request: Uint8Array): Promise<Outcome>;
  /** The function types that it serves. */
  readonly types: readonly string[];
}

export interface DispatcherOptions {
  /** Where ctx.log goes; the console unless given. */
  readonly log?: (level: keyof Log, text: string) => void;
}

export function createDispatcher(entities: readonly AnyEntity[], options: DispatcherOptions = {}): Dispatcher {
  const byType = new Map<string, AnyEntity>();
  for (const each of entities) {
    if (byType.has(each.type)) throw new TypeError(`${each.type} is served twice`);
    byType.set(each.type, each);
  }
  const log = options.log ?? ((level, text) => console[level](text));
  return {
    types: [...byType.keys()],
    async dispatch(bytes) {
      try {
        const request = decodeRequest(bytes);
        const served = byType.get(request.target.type);
        if (served === undefined) {
          const reason = `${request.target.type} is not served here; served: ${[...byType.keys()].join(", ")}`;
          return { kind: "unknown-type", reason };
        }
        return { kind: "reply", bytes: await answer(served, request, log) };
      } catch (error) {
        return failed(error);
      }
    },
  };
}

async function answer(served: AnyEntity, request: FunctionRequest, log: NonNullable<DispatcherOptions["log"]>): Promise<Uint8Array> {
  const missing = served.states.filter(({ spec }) => !request.states.has(spec.name));
  if (missing.length > 0) return encodeMissingStates(missing.map(({ spec }) => spec));
  const batch = new Batch(served, request, log);
  for (const message of request.messages) await batch.handle(message);
  return encodeEffects(batch.effects());
}

/** The effects of one request, while its messages are handled one after the other. */
class Batch {
  readonly #served: AnyEntity;
  readonly #self: Address;
  readonly #log: Log;
  readonly #states: Readonly<Record<string, OpenState>>;
  readonly #messages: SentMessage[] = [];
  readonly #delayed: DelayedEffect[] = [];
  readonly #records: EgressEffect[] = [];

  constructor(served: AnyEntity, request: FunctionRequest, log: NonNullable<DispatcherOptions["log"]>) {
    this.#served = served;
    this.#self = request.target;
    const { type, id } = request.target;
    const say = (level: keyof Log) => (text: string) => log(level, `${type}/${id}: ${text}`);
    this.#log = { info: say("info"), warn: say("warn"), error: say("error") };
    this.#states = Object.fromEntries(
      served.states.map((definition) => [definition.spec.name, new OpenState(definition, request.states.get(definition.spec.name))]),
    );
  }

  async handle({ caller, value }: RequestMessage): Promise<void> {
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
      // It will never be a value of its type, however often it is tried.
      throw error instanceof ValueError ? new Reject(error.message) : error;
    }
    await handler.handle(this.#contextOf(caller), decoded);
  }

  effects(): Effects {
    const written = Object.entries(this.#states).flatMap(([name, state]) =>
      state.mutation ? [[name, state.mutation.value] as const] : [],
    );
    return { mutations: new Map(written), messages: this.#messages, delayed: this.#delayed, records: this.#records };
  }

  #contextOf(caller: Address | undefined): Context {
    return {
      self: this.#self,
      caller,
      // Names and types of the declaration, which entity() has tied to the handler.
      state: this.#states as Context["state"],
      log: this.#log,
      send: (message) => void this.#messages.push(message),
      sendAfter: (after, { target, value }, { token } = {}) => {
        if (token === "") throw new TypeError("a cancellation token is not empty");
        this.#delayed.push({ kind: "send", afterMs: durationMs(after), target, value, token });
      },
      cancel: (token) => {
        if (token === "") throw new TypeError("a cancellation token is not empty");
        this.#delayed.push({ kind: "cancel", token });
      },
      reply: (type, value) => {
        if (caller === undefined) throw new TypeError("this message came from an ingress: there is no caller to reply to");
        this.#messages.push({ target: caller, value: { typename: type.typename, bytes: type.encode(value) } });
      },
      egress: (id, value) => {
        typeNameParts(id, "egress");
        this.#records.push({ egress: id, value });
      },
    };
  }
}

function failed(error: unknown): Exclude<Outcome, { kind: "reply" }> {
  if (error instanceof Reject) return { kind: "rejected", reason: error.message };
  if (error instanceof RetryLater) return { kind: "retry-later", reason: error.message, afterMs: error.afterMs };
  if (error instanceof MalformedBytes) return { kind: "malformed", reason: error.message };
  return { kind: "threw", reason: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
