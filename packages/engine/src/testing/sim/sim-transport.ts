/**
 * SimTransport: the FunctionTransport port with the function in the same process. It shows the port's faults: the request is lost, the
 * reply is cut, lost, late or never comes, the function runs twice or dies half-way, and the endpoint refuses, fails, is overloaded,
 * answers with garbage, with too much, with too much for now or with what must be refused, or asks for more state. Calls overtake each
 * other.
 * It sees what the engine sends and so checks G1 from outside: the next request of an entity leaves only after the last one ended or was
 * overdue.
 */
import { formatAddress } from "@signalbox/runtime/model/address";
import type { FunctionReply } from "@signalbox/runtime/model/effects";
import type { EndpointSpec } from "@signalbox/runtime/model/endpoint-spec";
import type { Failure, FailureCode, FailureScope } from "@signalbox/runtime/model/failure";
import type { HeldMemory, InvocationOutcome, InvocationRequest } from "@signalbox/runtime/model/invocation";
import type { StateSpec } from "@signalbox/runtime/model/state-spec";
import type { FunctionTransport } from "../../ports/function-transport.ts";
import type { BadFunctions } from "./bad-functions.ts";
import type { Faults } from "./faults.ts";
import type { Scheduler } from "./scheduler.ts";
import { SimFrames, type FailedOutcome } from "./sim-frames.ts";
import { must } from "./trace.ts";
import { wrongReplies, wrongReply } from "./wrong-reply.ts";

/** The engine gives an attempt up this long after its timeout at the earliest (core/dispatch.ts). */
const giveUpGraceMs = 5_000;

/** From this rate on (in 1000) every call shares a request if it may. */
const framedAlwaysFrom = 200;

/** The engine does not see a smaller step of the wall clock (runtime/processor/clock-steps.ts). */
const unseenStepMs = 100;

interface Underway {
  readonly invocation: number;
  /** In the scheduler's time, so that a step of the wall clock makes nothing overdue. */
  readonly overdueMs: number;
}

export interface SimTransportOptions {
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  /** Runs the function; throws an oracle's finding. */
  readonly run: (request: InvocationRequest) => FunctionReply;
  /** Sees each request as it leaves, before any fault. */
  readonly sent: (request: InvocationRequest) => void;
  /** The outcome that the engine gets. */
  readonly ended: (request: InvocationRequest, outcome: InvocationOutcome) => void;
  readonly note: (text: string) => void;
  readonly bad: BadFunctions;
  /** Until when each endpoint refuses everything. */
  readonly downUntilMs: Map<string, number>;
}

export class SimTransport implements FunctionTransport {
  private readonly options: SimTransportOptions;
  private readonly underway = new Map<string, Underway>();
  /** The calls that the process of each endpoint is working on. */
  private readonly carried = new Map<string, Map<InvocationRequest, (outcome: InvocationOutcome) => void>>();
  /** Calls that end by their signal when the engine gives everything up. */
  private readonly endedBy = new WeakMap<AbortSignal, Set<(outcome: InvocationOutcome) => void>>();
  /** Memory that the engine holds and has not released. */
  heldReplies = 0;
  private alive = true;
  private closed = false;

  private readonly frames: SimFrames;

  constructor(options: SimTransportOptions) {
    this.options = options;
    this.frames = new SimFrames({
      scheduler: options.scheduler,
      faults: options.faults,
      single: ({ request, end }) => this.carry(request, end),
      member: ({ request }, heard) => this.carry(request, heard),
      broken: (request, cause) => options.bad.cut(request.target, request === cause),
      failed: (code) => failed(code, "suspect"),
    });
  }

  invoke(request: InvocationRequest, signal?: AbortSignal): Promise<InvocationOutcome> {
    if (!this.alive) return new Promise(() => undefined);
    this.checkAlone(request);
    this.options.sent(request);
    return new Promise((resolve) => {
      let ended = false;
      const end = (outcome: InvocationOutcome): void => {
        if (ended || !this.alive) return;
        ended = true;
        const key = formatAddress(request.target);
        if (this.underway.get(key)?.invocation === request.invocation) this.underway.delete(key);
        this.carriedAt(request).delete(request);
        if (signal !== undefined) this.endsOf(signal).delete(end);
        this.options.ended(request, outcome);
        if (outcome.kind === "reply" && outcome.held !== undefined) this.heldReplies++;
        resolve(outcome);
      };
      if (signal !== undefined) this.endsOf(signal).add(end);
      this.carriedAt(request).set(request, end);
      if (request.alone !== true && this.isFramed()) this.frames.add({ request, end });
      else this.carry(request, end);
    });
  }

  retain(_endpoints: readonly EndpointSpec[]): void {
    must(!this.closed, () => "the transport was used after close");
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  crash(): void {
    this.alive = false;
  }

  /** One listener serves all calls, because a signal searches its listeners each time one is added. */
  private endsOf(signal: AbortSignal): Set<(outcome: InvocationOutcome) => void> {
    const known = this.endedBy.get(signal);
    if (known !== undefined) return known;
    const made = new Set<(outcome: InvocationOutcome) => void>();
    this.endedBy.set(signal, made);
    const abort = (): void => {
      for (const end of [...made]) end(failed("CALL_TIMEOUT", "suspect"));
    };
    signal.addEventListener("abort", abort, { once: true });
    return made;
  }

  private hold(): HeldMemory {
    let isReleased = false;
    return {
      release: () => {
        must(!isReleased, () => "the memory of a reply was given back twice");
        isReleased = true;
        this.heldReplies--;
      },
    };
  }

  private isFramed(): boolean {
    const { faults } = this.options;
    return faults.hit("framed") || (!faults.isCalm && (faults.rates.get("framed") ?? 0) > framedAlwaysFrom);
  }

  private checkAlone(request: InvocationRequest): void {
    const key = formatAddress(request.target);
    const other = this.underway.get(key);
    const { nowMs } = this.options.scheduler;
    must(
      other === undefined || nowMs >= other.overdueMs,
      () => `G1: ${key} was sent invocation ${request.invocation} while ${other?.invocation} is in flight`,
    );
    this.underway.set(key, { invocation: request.invocation, overdueMs: nowMs + request.timeoutMs + giveUpGraceMs - unseenStepMs });
    must(request.inputs.length > 0, () => `${key} was sent an empty batch`);
  }

  private carry(request: InvocationRequest, end: (outcome: InvocationOutcome) => void): void {
    const { faults, scheduler, downUntilMs } = this.options;
    const { rng } = faults;
    const wayMs = faults.hit("callSlow") ? rng.between(10, 2_000) : rng.between(0, 5);
    const later = (delayMs: number, what: string, run: () => void): void => {
      scheduler.after(delayMs, `${what} ${formatAddress(request.target)} #${request.invocation}`, () => {
        if (this.alive) run();
      });
    };
    const endAfter = (delayMs: number, outcome: InvocationOutcome): void =>
      later(delayMs, outcome.kind === "reply" ? "reply" : outcome.failure.code, () => end(outcome));
    if ((downUntilMs.get(request.endpoint.id) ?? 0) > scheduler.nowMs || faults.hit("refused"))
      return endAfter(wayMs, failed("ENDPOINT_REFUSED", "down"));
    if (faults.hit("overloaded"))
      return endAfter(wayMs, failed("ENDPOINT_OVERLOADED", "suspect", rng.chance(500) ? rng.between(1, 2_000) : undefined));
    if (faults.hit("requestLost")) return endAfter(request.timeoutMs, failed("CALL_TIMEOUT", "suspect"));
    if (faults.hit("serverError")) return endAfter(wayMs, failed("ENDPOINT_ERROR", "suspect"));
    const manner = this.options.bad.mannerOf(request);
    if (manner === "throws") return endAfter(wayMs, failed("ENDPOINT_ERROR", "suspect"));
    later(wayMs, "run", () => {
      if (!this.carriedAt(request).has(request)) return;
      if (manner === "kills" || faults.hit("processDies")) {
        this.die(request);
        if (manner === "kills") this.options.bad.killed(request.target);
        return;
      }
      const reply = this.options.run(request);
      // The network repeats a request: both runs see the same state, and one reply counts.
      if (faults.hit("duplicated")) later(rng.between(0, 500), "run again", () => this.options.run(request));
      this.answer({ request, reply, end, endAfter });
    });
  }

  private answer(at: {
    request: InvocationRequest;
    reply: FunctionReply;
    end: (outcome: InvocationOutcome) => void;
    endAfter: (delayMs: number, outcome: InvocationOutcome) => void;
  }): void {
    const { faults } = this.options;
    const { request, endAfter } = at;
    const reply = this.spoil(request, at.reply);
    const backMs = faults.rng.between(0, 5);
    if (faults.hit("functionCrashes")) {
      this.options.bad.cut(request.target, true);
      return endAfter(backMs, failed("ENDPOINT_DISCONNECTED", "suspect"));
    }
    if (faults.hit("malformed")) return endAfter(backMs, failed("REPLY_MALFORMED", "entity"));
    if (faults.hit("rejected")) return endAfter(backMs, failed("REJECTED", "entity"));
    if (faults.hit("askedLater")) return endAfter(backMs, failed("RETRY_LATER", "entity", faults.rng.between(1, 5_000)));
    if (faults.hit("oversized")) return endAfter(backMs, failed("REPLY_TOO_LARGE", "entity"));
    if (faults.hit("replyUnheld")) return endAfter(backMs, failed("REPLY_MEMORY_FULL", "shortage"));
    if (faults.hit("replyCut"))
      return endAfter(backMs, failed(faults.rng.chance(500) ? "ENDPOINT_DISCONNECTED" : "ENDPOINT_ERROR", "suspect"));
    if (faults.hit("replyLost")) return endAfter(request.timeoutMs, failed("CALL_TIMEOUT", "suspect"));
    if (faults.hit("neverEnds")) return;
    // The reply comes long after the engine gave the call up: its effects must not count.
    if (faults.hit("replyLate"))
      return endAfter(request.timeoutMs + giveUpGraceMs + faults.rng.between(0, 4_000), { kind: "reply", reply });
    endAfter(backMs, faults.hit("replyLarge") ? { kind: "reply", reply, held: this.hold() } : { kind: "reply", reply });
  }

  private carriedAt({ endpoint }: InvocationRequest): Map<InvocationRequest, (outcome: InvocationOutcome) => void> {
    const known = this.carried.get(endpoint.id);
    if (known !== undefined) return known;
    const made = new Map<InvocationRequest, (outcome: InvocationOutcome) => void>();
    this.carried.set(endpoint.id, made);
    return made;
  }

  /** The process ends with everything that it was working on; a supervisor starts it again. */
  private die(cause: InvocationRequest): void {
    const { scheduler, downUntilMs, faults, bad, note } = this.options;
    note(`the process of ${cause.endpoint.id} dies of ${formatAddress(cause.target)} #${cause.invocation}`);
    downUntilMs.set(cause.endpoint.id, scheduler.nowMs + faults.rng.between(50, 2_000));
    for (const [request, end] of [...this.carriedAt(cause)]) {
      const died = failed("ENDPOINT_DISCONNECTED", "suspect");
      if (this.frames.breaks(request, died, cause)) continue;
      bad.cut(request.target, request === cause);
      end(died);
    }
  }

  private spoil(request: InvocationRequest, reply: FunctionReply): FunctionReply {
    const { faults } = this.options;
    if (faults.hit("wrongReply")) return wrongReply(reply, faults.rng.pick(wrongReplies), request);
    // A newly deployed edition of the function wants a value that the edition before did not want.
    if (faults.hit("asksForMore")) return { kind: "incomplete", missing: [extraState(faults.rng.below(8))] };
    return reply;
  }
}

function extraState(number: number): StateSpec {
  return { name: `extra-${number}`, typename: "sim/extra", expiration: { mode: "none", afterMs: 0 } };
}

export function failed(code: FailureCode, scope: FailureScope, retryAfterMs?: number): FailedOutcome {
  const failure: Failure = { code, scope, message: `simulated ${code}`, cure: "Wait for calm.", retryAfterMs, raw: undefined };
  return { kind: "failure", failure };
}
