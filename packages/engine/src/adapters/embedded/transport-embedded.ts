/**
 * Embedded transport: functions in threads of this process, called without a wire. Neighbours: embedded-worker.ts is one thread. Guarantee:
 * at worst the code ends its own thread. The call that ended it fails; the others in the same thread are sent again once, without spending
 * an attempt. The bytes of requests in threads are bounded in sum, and answers count among the replies of all endpoints (ReplyMemory).
 */
import { threadId } from "node:worker_threads";
import type { EmbeddedPlacement, EndpointSpec } from "@signalbox/runtime/model/endpoint-spec";
import type { Effects, FunctionReply } from "@signalbox/runtime/model/effects";
import type { Failure } from "@signalbox/runtime/model/failure";
import type { InvocationOutcome, InvocationRequest } from "@signalbox/runtime/model/invocation";
import type { FunctionTransport } from "../../ports/function-transport.ts";
import { ReplyHold, ReplyMemory } from "../http/reply-memory.ts";
import {
  callAborted,
  makeFailure,
  putOffBy,
  rejectedBy,
  replyBeyondMemory,
  replyMemoryFull,
  replyTooLarge,
  requestTooLarge,
} from "../transport-failure.ts";
import { leastEncodedBytes } from "../wire/wire-encode.ts";
import { ByteGate } from "./byte-gate.ts";
import type { AnswerOutcome, EmbeddedProblem } from "./embedded-frames.ts";
import { EmbeddedReporter } from "./embedded-reporter.ts";
import { type CallEnd, EmbeddedWorker } from "./embedded-worker.ts";

/** A source that did not load is tried again after this time. */
const reloadAfterMs = 1_000;

/** The most bytes of states and messages in threads, for each partition; further calls wait. */
const requestBytesInFlightMax = 64 * 1024 * 1024;
/** Smaller answers are not counted. */
const countedBytesMin = 64 * 1024;
/** How many threads of an endpoint may hang. Each uses up a core, so with this many the endpoint gets no further thread. */
const stuckThreadsMax = 2;
const rawCharactersMax = 2_048;
/** About what an effect takes in memory beside its bytes. */
const bytesPerValue = 400;

export interface EmbeddedTransportOptions {
  readonly replyMemory?: ReplyMemory;
  readonly requestBytesInFlightMax?: number;
}

export function createEmbeddedTransport(options: EmbeddedTransportOptions = {}): FunctionTransport {
  return new EmbeddedTransport(options);
}

interface OpenCall {
  readonly resolve: (outcome: InvocationOutcome) => void;
  readonly endpoint: EndpointSpec;
}

class EmbeddedTransport implements FunctionTransport {
  readonly #pools = new Map<string, EmbeddedPool>();
  readonly #poolOf = new WeakMap<EndpointSpec, EmbeddedPool>();
  readonly #finishing = new Set<Promise<void>>();
  readonly #open = new WeakMap<AbortSignal, Set<OpenCall>>();
  readonly #memory: ReplyMemory;
  readonly #gate: ByteGate;

  constructor({ replyMemory = new ReplyMemory(), requestBytesInFlightMax: bytesMax = requestBytesInFlightMax }: EmbeddedTransportOptions) {
    this.#memory = replyMemory;
    this.#gate = new ByteGate(bytesMax);
  }

  invoke(request: InvocationRequest, signal?: AbortSignal): Promise<InvocationOutcome> {
    const { endpoint } = request;
    const { placement } = endpoint;
    if (placement?.kind !== "embedded") return Promise.resolve(failed(notEmbedded(endpoint)));
    if (signal?.aborted) return Promise.resolve(failed(callAborted(endpoint.urlTemplate)));
    const bytes = leastEncodedBytes(request);
    const { payloadBytesMax } = endpoint.transport;
    if (bytes > payloadBytesMax) return Promise.resolve(failed(requestTooLarge(endpoint.urlTemplate, payloadBytesMax)));
    const pool = this.#pool(endpoint, placement);
    return new Promise((resolve) => {
      const end = { resolve, endpoint };
      const ends = signal === undefined ? undefined : this.#under(signal);
      ends?.add(end);
      this.#gate.enter(bytes, () => {
        // The call was given up while it waited.
        if (signal?.aborted) return this.#gate.leave(bytes);
        pool.call(request, (answered) => {
          this.#gate.leave(bytes);
          ends?.delete(end);
          // Nobody would release the memory of an answer that comes after the abort.
          if (!signal?.aborted) resolve(this.#counted(answered, endpoint));
        });
      });
    });
  }

  retain(endpoints: readonly EndpointSpec[]): void {
    const kept = new Set(endpoints.map(keyOf));
    for (const [key, pool] of this.#pools) {
      if (kept.has(key)) continue;
      this.#pools.delete(key);
      const finishing: Promise<void> = pool.finish().finally(() => this.#finishing.delete(finishing));
      this.#finishing.add(finishing);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.close()));
    this.#pools.clear();
    await Promise.all(this.#finishing);
  }

  /** A large answer holds its part of the reply memory until its effects are durable. */
  #counted(outcome: InvocationOutcome, { urlTemplate }: EndpointSpec): InvocationOutcome {
    if (outcome.kind === "failure" || outcome.reply.kind !== "completed") return outcome;
    const bytes = effectBytes(outcome.reply.effects);
    if (bytes < countedBytesMin) return outcome;
    const held = new ReplyHold(this.#memory);
    if (held.grow(bytes)) return { ...outcome, held };
    if (held.couldHold(bytes)) return failed(replyMemoryFull(urlTemplate, this.#memory.bytesMax));
    return failed(replyBeyondMemory(urlTemplate, { bytes, bytesMax: this.#memory.bytesMax }));
  }

  /** The engine uses one signal for all its calls, so all of them share one listener. */
  #under(signal: AbortSignal): Set<OpenCall> {
    const known = this.#open.get(signal);
    if (known !== undefined) return known;
    const calls = new Set<OpenCall>();
    this.#open.set(signal, calls);
    signal.addEventListener("abort", () => {
      for (const { resolve, endpoint } of calls) resolve(failed(callAborted(endpoint.urlTemplate)));
      calls.clear();
    });
    return calls;
  }

  #pool(endpoint: EndpointSpec, placement: EmbeddedPlacement): EmbeddedPool {
    const known = this.#poolOf.get(endpoint);
    if (known !== undefined) return known;
    const key = keyOf(endpoint);
    const pool = this.#pools.get(key) ?? new EmbeddedPool(endpoint, placement);
    this.#pools.set(key, pool);
    this.#poolOf.set(endpoint, pool);
    return pool;
  }
}

/** What is kept of its files is told by the source's revision. */
function keyOf({ id, placement }: EndpointSpec): string {
  return JSON.stringify([id, placement?.kind === "embedded" ? { ...placement, kept: undefined } : placement]);
}

let pools = 0;

/** The threads of one endpoint. A thread that ended is replaced when the next call comes. */
class EmbeddedPool {
  readonly #endpoint: EndpointSpec;
  readonly #placement: EmbeddedPlacement;
  #workers: EmbeddedWorker[] = [];
  /** The same workers by the number that people see; a new worker takes the number of one that ended. */
  readonly #slots: (EmbeddedWorker | undefined)[] = [];
  readonly #number = ++pools;
  #refused: { readonly problem: EmbeddedProblem; readonly untilMs: number } | undefined;
  #stuckThreads = 0;

  constructor(endpoint: EndpointSpec, placement: EmbeddedPlacement) {
    this.#endpoint = endpoint;
    this.#placement = placement;
  }

  call(request: InvocationRequest, resolve: (outcome: InvocationOutcome) => void): void {
    this.#call(request, { resolve, lostBefore: false });
  }

  async finish(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.finish()));
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.close()));
  }

  #call(request: InvocationRequest, to: { resolve: (outcome: InvocationOutcome) => void; lostBefore: boolean }): void {
    this.#forgetGone();
    if (this.#refused !== undefined && performance.now() < this.#refused.untilMs)
      return to.resolve(failed(refusedSource(this.#endpoint, this.#refused.problem)));
    this.#refused = undefined;
    this.#worker().call(request, (end) => {
      if (end.kind === "lost" && !to.lostBefore) return this.#call(request, { ...to, lostBefore: true });
      if (end.kind === "refused") this.#refused ??= { problem: end.problem, untilMs: performance.now() + reloadAfterMs };
      to.resolve(outcomeOf(this.#endpoint, end));
    });
  }

  #forgetGone(): void {
    if (!this.#workers.some(isGone)) return;
    const gone = this.#workers.filter(isGone);
    this.#workers = this.#workers.filter((worker) => !worker.isGone);
    this.#stuckThreads += gone.filter(({ isStuck }) => isStuck).length;
    if (this.#stuckThreads < stuckThreadsMax) return;
    const message = `${this.#stuckThreads} of its threads do what cannot be ended, and go on until the gateway ends`;
    this.#refused = { problem: { code: "EMBEDDED_THREAD_STUCK", message, line: undefined, column: undefined }, untilMs: Infinity };
  }

  /** The worker with the fewest calls, or a new one while there are fewer than `threads` and all have calls. */
  #worker(): EmbeddedWorker {
    let taking = 0;
    let least: EmbeddedWorker | undefined;
    for (const worker of this.#workers) {
      if (worker.isRetired) continue;
      taking++;
      if (least === undefined || worker.inFlight < least.inFlight) least = worker;
    }
    if (least !== undefined && (least.inFlight === 0 || taking >= this.#placement.threads)) return least;
    const slot = this.#slots.findIndex((one) => one?.isGone !== false);
    const { id: endpoint, module } = this.#endpoint;
    const at = slot < 0 ? this.#slots.length : slot;
    const worker = new EmbeddedWorker(this.#placement, {
      reporter: new EmbeddedReporter({ endpoint, module, place: `${threadId}/${this.#number}/${at}` }),
      answerBytesMax: this.#endpoint.transport.payloadBytesMax,
    });
    this.#slots[at] = worker;
    this.#workers.push(worker);
    return worker;
  }
}

function isGone(worker: EmbeddedWorker): boolean {
  return worker.isGone;
}

function outcomeOf(endpoint: EndpointSpec, end: CallEnd): InvocationOutcome {
  switch (end.kind) {
    case "answered":
      return answered(endpoint, end.outcome);
    case "overdue":
      return failed(
        makeFailure({
          code: "CALL_TIMEOUT",
          message: `${endpoint.urlTemplate} did not answer within its callTimeout`,
          cure: "See whether the function loops or waits for ever, or raise `limits.callTimeout`.",
        }),
      );
    case "stuck":
      // The call is not tried again by itself: the entity waits for a person, with its mailbox.
      return failed(
        makeFailure({
          code: "REJECTED",
          message: `${endpoint.urlTemplate} holds its thread with this message, and cannot be ended before the gateway is`,
          cure: "Mend what the function does without end and apply its module, then retry; or discard the message.",
        }),
      );
    case "died":
      return failed(died(endpoint, end));
    case "lost":
      return failed(died(endpoint, { reason: "its thread ended, twice, with this call in it" }));
    case "refused":
      return failed(refusedSource(endpoint, end.problem));
  }
}

function died({ urlTemplate }: EndpointSpec, { reason, cure, said }: { reason: string; cure?: string; said?: string }): Failure {
  return makeFailure({
    code: "ENDPOINT_DISCONNECTED",
    message: `${urlTemplate}: ${reason}`,
    cure: cure ?? "Mend the function; where it only needs more memory, raise `limits.memoryMiB`.",
    raw: said?.slice(0, rawCharactersMax),
  });
}

function answered(endpoint: EndpointSpec, outcome: AnswerOutcome): InvocationOutcome {
  switch (outcome.kind) {
    case "effects":
      return { kind: "reply", reply: { kind: "completed", effects: outcome.effects } };
    case "incomplete":
      return { kind: "reply", reply: { kind: "incomplete", missing: outcome.missing } satisfies FunctionReply };
    case "too-large":
      return failed(replyTooLarge(endpoint.urlTemplate, endpoint.transport.payloadBytesMax));
    case "unknown-type":
      return failed(
        makeFailure({ code: "REPLY_STATUS", message: outcome.reason, cure: "Export an entity of this type, or correct `functions`." }),
      );
    default:
      return failed(failureIn(endpoint, outcome));
  }
}

/** What the function says is `raw` alone, as over a wire: it may quote what it was given, and masks hide it there. */
function failureIn({ urlTemplate: url }: EndpointSpec, outcome: Extract<AnswerOutcome, { readonly reason: string }>): Failure {
  const raw = outcome.reason.slice(0, rawCharactersMax);
  switch (outcome.kind) {
    case "rejected":
      return rejectedBy(url, raw);
    case "retry-later":
      return putOffBy(url, { retryAfterMs: outcome.afterMs, raw });
    case "malformed": {
      const message = `the answer of ${url} cannot be used`;
      return makeFailure({ code: "REPLY_MALFORMED", message, cure: "Use one version of @signalbox/functions.", raw });
    }
    case "unknown-type":
    case "threw":
      return makeFailure({ code: "ENDPOINT_ERROR", message: `${url} threw`, cure: "Mend the function.", raw });
  }
}

function effectBytes({ mutations, messages, delayed, egress }: Effects): number {
  let sum = 0;
  for (const effects of [mutations, messages, delayed, egress])
    for (const effect of effects) if ("value" in effect) sum += effect.value.bytes.length + bytesPerValue;
  return sum;
}

function refusedSource({ urlTemplate, module }: EndpointSpec, { code, message, cure, line }: EmbeddedProblem): Failure {
  return makeFailure({
    code: "ENDPOINT_REFUSED",
    message: `${urlTemplate} (module ${module}) cannot be loaded: ${code}${line === undefined ? "" : ` at line ${line}`}: ${message}`,
    cure: `${cure ?? "Mend the source."} Then apply the module again.`,
  });
}

function notEmbedded({ urlTemplate }: EndpointSpec): Failure {
  return makeFailure({ code: "ENDPOINT_REFUSED", message: `${urlTemplate} holds no source`, cure: "Apply its module again." });
}

function failed(failure: Failure): InvocationOutcome {
  return { kind: "failure", failure };
}
