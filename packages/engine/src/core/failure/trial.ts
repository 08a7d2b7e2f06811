/**
 * Trial: which message killed the function's process. Who is in flight when it dies is suspected, all of them, and tried with no other suspect in
 * flight, beside the normal traffic: an answer clears it, and twice as many are tried at once then. Who dies again as the only one on trial
 * has one death more; from `aloneDeathsMin` on it is tried with nothing at all in flight at its endpoint, so that what dies with it is its own doing, and
 * is parked. The others that were in flight are victims: they go on behind the others, unmarked the first time. Neighbours: invocation.ts (ends),
 * dispatch.ts (takes), breaker.ts (an endpoint that is down).
 */
import type { Failure } from "../../model/failure.ts";
import type { EndpointState } from "../tables/endpoint-state.ts";
import type { Entity } from "../tables/entity.ts";
import { mark } from "../coverage-mark.ts";
import type { PartitionState } from "../partition-state.ts";

/** After so many deaths it is tried alone. */
const aloneDeathsMin = 3;
/** Parked by the death with this number, if others of its type were answered between its deaths. */
const killerDeathsMax = 4;
/** Who was in flight when the process died ends within this time of each other, mostly; and a process needs a moment to come back. */
export const suspectWaitMsMin = 100;

/** Of one endpoint. */
export class Trials {
  /** Suspects in flight, and how many may be. */
  inFlight = 0;
  inFlightMax = 1;
  /** The invocation that is the only one on trial since it was sent; 0: none. */
  private sole = 0;
  /** Who was sent before the last death of one on trial may have died with it. */
  private victimsBelow = 0;
  /** To be tried with nothing else in flight: until it ends nothing else is sent. */
  alone: Entity | undefined = undefined;

  get mayBegin(): boolean {
    return this.inFlight < this.inFlightMax;
  }

  begin(entity: Entity): void {
    entity.onTrial = true;
    this.sole = this.inFlight === 0 ? entity.invocation : 0;
    this.inFlight++;
  }

  /** Whether it was the only one on trial. */
  end(entity: Entity): boolean {
    const wasSole = this.sole === entity.invocation;
    if (wasSole) this.sole = 0;
    entity.onTrial = false;
    this.inFlight--;
    return wasSole;
  }

  cleared(): void {
    this.inFlightMax = Math.min(1024, this.inFlightMax * 2);
  }

  died(nextInvocation: number): void {
    this.inFlightMax = 1;
    this.victimsBelow = nextInvocation;
  }

  isVictim(invocation: number): boolean {
    return this.inFlight > 0 || invocation < this.victimsBelow;
  }
}

export function isSuspect(entity: Entity): boolean {
  return entity.deaths > 0;
}

export function wantsToBeAlone(entity: Entity): boolean {
  return entity.deaths >= aloneDeathsMin;
}

/** How its request went, as `release` (invocation.ts) found it. */
export interface Ended {
  readonly invocation: number;
  readonly wasOnTrial: boolean;
  readonly wasSole: boolean;
  readonly wasAlone: boolean;
}

export type Death = "victim" | "suspect" | "killer";

/** The process died, or cut the connection, with the entity's request in flight. */
export function judgeDeath(
  state: PartitionState,
  entity: Entity,
  at: { readonly endpoint: EndpointState; readonly ended: Ended; readonly contrasted: boolean },
): Death {
  const { endpoint, ended, contrasted } = at;
  const { trials } = endpoint;
  if (!ended.wasOnTrial) {
    // Once: who dies in two trials of others may well be the one.
    if (trials.isVictim(ended.invocation) && !entity.wasVictim) {
      mark("victim-of-a-trial");
      entity.wasVictim = true;
      return "victim";
    }
    mark("suspect-found");
    entity.deaths = 1;
    narrow(entity);
    return "suspect";
  }
  trials.died(state.nextInvocation);
  if (!ended.wasSole) {
    mark("suspects-died-together");
    return "suspect";
  }
  // Many, and nobody answered between: that is an outage, not this entity.
  if (!contrasted && endpoint.openedByMany) return "suspect";
  mark("suspect-died-again");
  entity.deaths++;
  const most = contrasted ? killerDeathsMax : Math.max(killerDeathsMax, state.limits.attemptsMax);
  return ended.wasAlone && entity.deaths >= most ? "killer" : "suspect";
}

/** Its messages go one by one, so that the one that kills is found alone at the head. */
function narrow(entity: Entity): void {
  if (entity.batchCount <= 1) return;
  mark("batch-narrowed");
  entity.singlesLeft = entity.batchCount;
  entity.batchCount = 1;
}

export function killerFailure(entity: Entity, seen: Failure): Failure {
  return {
    code: "PROCESS_KILLER",
    scope: "entity",
    message: `the function's process died ${entity.deaths} times while it had this message, at last with nothing else in flight: ${seen.message}`,
    cure: "Look into the function service's log for the crash; mend the function and retry, or edit or discard the message.",
    retryAfterMs: undefined,
    raw: seen.raw,
  };
}
