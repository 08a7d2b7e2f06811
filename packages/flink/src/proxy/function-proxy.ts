/**
 * FunctionProxy: the gateway between Flink and the functions. What Flink asks of an endpoint is asked of the function by the gateway's own
 * transports, so that every kind of endpoint works on Flink, and listeners are told what goes by. Flink decides what counts: a call that it
 * repeats after a failure comes again, and is reported as another attempt. A failure is answered with 500, which StateFun tries again
 * within the call timeout.
 */
import type { Address, EndpointSpec, InvocationOutcome, InvocationRequest, Observer } from "@signalbox/runtime";
import type { NamedCall } from "../calls/call-names.ts";
import { namesOf, recordOf } from "./call-record.ts";
import { freshName } from "./message-name.ts";
import type { SeenEntities } from "./seen-entities.ts";
import { readRequest, writeReply, type Asked } from "./wire.ts";

export interface FunctionProxyOptions {
  readonly call: (request: InvocationRequest) => Promise<InvocationOutcome>;
  readonly seen: SeenEntities;
  readonly observer: Observer | undefined;
  readonly nowMs: () => number;
  /** Returns where the answers of a call go. */
  readonly callerOf: (call: NamedCall) => Address;
}

export type ProxyAnswer =
  | { readonly kind: "reply"; readonly bytes: Uint8Array }
  | { readonly kind: "refused"; readonly status: number; readonly reason: string };

/** How many of the messages that were seen last have their attempts counted. */
const attemptsKeptMax = 100_000;

export class FunctionProxy {
  readonly #options: FunctionProxyOptions;
  readonly #attempts = new Map<number, number>();
  #sequence = 0;
  #replays = 0;
  #inFlight = 0;

  constructor(options: FunctionProxyOptions) {
    this.#options = options;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Messages that came again after a call that had completed, because Flink went back to a checkpoint. */
  get replays(): number {
    return this.#replays;
  }

  async ask(endpoint: EndpointSpec, body: Uint8Array): Promise<ProxyAnswer> {
    const asked = readRequest(body, this.#options.callerOf);
    if (asked === undefined) return { kind: "refused", status: 400, reason: "this is no request of StateFun" };
    this.#inFlight++;
    try {
      return await this.#ask(endpoint, asked);
    } finally {
      this.#inFlight--;
    }
  }

  async #ask(endpoint: EndpointSpec, asked: Asked): Promise<ProxyAnswer> {
    const { call, nowMs, seen, observer } = this.#options;
    const startedMs = nowMs();
    const sequence = ++this.#sequence;
    const outcome = await call({
      invocation: sequence,
      attempt: 1,
      target: asked.target,
      endpoint,
      state: asked.state,
      inputs: asked.inputs,
      timeoutMs: endpoint.transport.callTimeoutMs,
    });
    const endedMs = nowMs();
    if (outcome.kind === "failure") {
      const { failure } = outcome;
      const failed = { address: asked.target, endpoint: endpoint.id, attempt: 1, failure, atMs: endedMs, durationMs: endedMs - startedMs };
      observer?.on({ kind: "attempt-failed", ...failed });
      return { kind: "refused", status: 500, reason: `${failure.code}: ${failure.message}` };
    }
    try {
      const { reply } = outcome;
      if (reply.kind === "incomplete") {
        seen.registered(asked.target.type, reply.missing);
        return { kind: "reply", bytes: writeReply(reply, { messages: [], delayed: [], egress: [] }) };
      }
      const { effects } = reply;
      const named = withNames(asked);
      const names = namesOf(named, effects);
      const bytes = writeReply(reply, names);
      seen.called(asked.target, { state: asked.state, effects, atMs: endedMs });
      const attempts = this.#countAttempts(asked);
      const record = recordOf({ asked: named, endpoint: endpoint.id, effects, names, sequence, attempts, startedMs, endedMs });
      observer?.on({ kind: "invocation-ended", record });
      return { kind: "reply", bytes };
    } finally {
      outcome.held?.release();
    }
  }

  #countAttempts({ inputs }: Asked): number {
    let most = 1;
    for (const { name } of inputs) {
      if (name.sequence === 0) continue;
      const count = (this.#attempts.get(name.sequence) ?? 0) + 1;
      if (count > 1) this.#replays++;
      this.#attempts.delete(name.sequence);
      this.#attempts.set(name.sequence, count);
      most = Math.max(most, count);
    }
    for (const oldest of this.#attempts.keys()) {
      if (this.#attempts.size <= attemptsKeptMax) break;
      this.#attempts.delete(oldest);
    }
    return most;
  }
}

/**
 * What StateFun's own connectors bring has no name, so it gets one here, and what it causes can be told apart. The function does not see
 * it: a call that Flink repeats gets another name, and the id of a message must be the same at every attempt.
 */
function withNames(asked: Asked): Asked {
  if (asked.inputs.every(({ name }) => name.sequence !== 0)) return asked;
  const inputs = asked.inputs.map((input) => (input.name.sequence === 0 ? { ...input, name: { ...input.name, ...freshName() } } : input));
  return { ...asked, inputs };
}
