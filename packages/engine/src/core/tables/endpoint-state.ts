/**
 * EndpointState: the concurrency bound that adapts and the breaker of one endpoint.
 *
 *   closed ──down, or suspects from many entities──► open ──probe due──► probing ──answer──► closed
 *                                                     ▲                     │ failure (wait doubles)
 *                                                     └─────────────────────┘
 * Additive increase on every answer, halving on overload and timeouts, at most once per round of requests.
 */
import type { Address } from "@signalbox/runtime/model/address";
import type { EndpointSpec } from "@signalbox/runtime/model/endpoint-spec";
import type { Failure } from "@signalbox/runtime/model/failure";
import type { BreakerState } from "@signalbox/runtime/model/views";
import { coverageMark } from "../coverage-mark.ts";
import type { CoreEntityStatus } from "./entity-status.ts";
import { Trials } from "./trials.ts";

const concurrencyStart = 128;

/** What a breaker needs of an entity whose failure may be the endpoint's. */
export interface BreakerSuspect {
  readonly address: Address;
  readonly status: CoreEntityStatus;
  failures: number;
}

export class EndpointState {
  spec: EndpointSpec;
  inFlight = 0;
  concurrencyMax: number;
  limit: number;
  breaker: BreakerState = "closed";
  breakerFailure: Failure | undefined = undefined;
  breakerSinceMs = 0;
  /** The first ones, at most openedByMax. */
  openedBy: readonly Address[] = [];
  /**
   * True when breakerEntitiesMin entities opened it, with no answer between them; false when one entity did that found nothing listening.
   */
  openedByMany = false;
  /** When the last outage ended. */
  breakerClosedMs = 0;
  nextProbeMs = 0;
  probeWaitMs = 0;
  /** The one invocation that probes; 0: none yet. */
  probe = 0;
  /**
   * Entities whose failures since the last answer may be the endpoint's. They are at most breakerEntitiesMin failures (see `suspicions`).
   */
  readonly suspects = new Set<BreakerSuspect>();
  /** How many suspects failed by an event that is already counted for another one. */
  private suspectsBeside = 0;
  private lastEvent = 0;
  readonly trials = new Trials();
  private decreaseBlockedUntilMs = 0;
  removed = false;

  constructor(spec: EndpointSpec, concurrencyMax: number) {
    this.spec = spec;
    this.concurrencyMax = concurrencyMax;
    this.limit = Math.min(concurrencyStart, concurrencyMax);
  }

  isProbe(invocation: number): boolean {
    return this.breaker === "probing" && this.probe === invocation;
  }

  clockStepped(byMs: number): void {
    this.nextProbeMs += byMs;
    this.breakerClosedMs += byMs;
    this.decreaseBlockedUntilMs += byMs;
  }

  /** `event`: not 0 when several requests failed at once by one broken connection, which counts as one failure of the endpoint. */
  suspect(entity: BreakerSuspect, event: number): void {
    if (this.suspects.has(entity)) return;
    if (event !== 0 && event === this.lastEvent) this.suspectsBeside++;
    this.lastEvent = event;
    this.suspects.add(entity);
  }

  /** How many failures of the endpoint the suspects count as. */
  get suspicions(): number {
    return this.suspects.size - this.suspectsBeside;
  }

  clearSuspects(): void {
    this.suspects.clear();
    this.suspectsBeside = 0;
    this.lastEvent = 0;
  }

  answered(): void {
    if (this.suspects.size > 0) this.clearSuspects();
    if (this.limit < this.concurrencyMax) this.limit = Math.min(this.concurrencyMax, this.limit + 1 / this.limit);
  }

  overloaded(nowMs: number, roundMs: number): void {
    if (nowMs < this.decreaseBlockedUntilMs) return;
    coverageMark("concurrency-halved");
    this.limit = Math.max(1, this.limit / 2);
    this.decreaseBlockedUntilMs = nowMs + Math.max(100, roundMs);
  }
}
