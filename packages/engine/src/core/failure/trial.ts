/**
 * Trial: which message killed the function's process. All entities in flight when it dies are suspects. They are tried beside the normal
 * traffic, at first one at a time; each answer clears a suspect and doubles how many are tried at once. A suspect that dies again as the
 * only one on trial counts one death more. From `aloneDeathsMin` deaths on it is tried with nothing else in flight at its endpoint: if the
 * process dies then, it is the killer, and is parked. Other entities that were in flight are victims: they go on behind the others, and are
 * not suspected the first time. Neighbours: invocation.ts (ends), dispatch.ts (takes), breaker.ts (an endpoint that is down).
 */
import type { Failure } from "@signalbox/runtime/model/failure";
import type { EndpointState } from "../tables/endpoint-state.ts";
import type { Entity } from "../tables/entity.ts";
import { coverageMark } from "../coverage-mark.ts";
import type { PartitionState } from "../partition-state.ts";

/** The entity is parked at this number of deaths, if others of its type were answered between them. */
const killerDeathsMax = 4;
/** The calls in flight when a process dies mostly end within this time of each other. The process also needs this time to come back. */
export const suspectWaitMsMin = 100;

/** The suspect was answered, so nobody has to wait for its trial any more. */
export function suspectCleared(endpoint: EndpointState): void {
  coverageMark("suspect-cleared");
  endpoint.trials.cleared();
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
    // This is granted once: an entity that dies in two trials of others may well be the killer.
    if (trials.isVictim(ended.invocation) && !entity.wasVictim) {
      coverageMark("victim-of-a-trial");
      entity.wasVictim = true;
      return "victim";
    }
    coverageMark("suspect-found");
    entity.deaths = 1;
    narrow(entity);
    return "suspect";
  }
  trials.died(state.invocations.next);
  if (!ended.wasSole) {
    coverageMark("suspects-died-together");
    return "suspect";
  }
  // Many deaths without an answer between them are an outage and not the fault of this entity.
  if (!contrasted && endpoint.openedByMany) return "suspect";
  coverageMark("suspect-died-again");
  entity.deaths++;
  const most = contrasted ? killerDeathsMax : Math.max(killerDeathsMax, state.limits.attemptsMax);
  return ended.wasAlone && entity.deaths >= most ? "killer" : "suspect";
}

/** Its messages go one by one, so that the one that kills is found alone at the head. */
function narrow(entity: Entity): void {
  if (entity.batchCount <= 1) return;
  coverageMark("batch-narrowed");
  entity.singlesLeft = entity.batchCount;
  entity.batchCount = 1;
}

export function killerFailure(entity: Entity, seen: Failure): Failure {
  return {
    code: "PROCESS_KILLER",
    scope: "entity",
    message: `the function's process died ${entity.deaths} times while it had this message, at last with nothing else in flight: ${seen.message}`,
    cure: `${seen.cure} Then retry, or edit or discard the message.`,
    retryAfterMs: undefined,
    raw: seen.raw,
  };
}
