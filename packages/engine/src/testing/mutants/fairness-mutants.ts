/**
 * FairnessMutants: the planted bugs of the order in which entities are tried, and of whom a failure is counted against. Neighbours:
 * mutants.ts (all planted bugs), fairness-oracle.ts, bad-functions.ts.
 */
import { EndpointState } from "../../core/tables/endpoint-state.ts";
import { Entity } from "../../core/tables/entity.ts";
import { Trials } from "../../core/tables/trials.ts";
import { Fifo } from "../../model/collections/fifo.ts";
import type { FaultName } from "../sim/faults.ts";
import type { Mutant } from "./mutant.ts";
import { replaceMethod } from "./planting.ts";

/** Switches off people who pause and hold entities, because they would give the others their turn and so hide the bug. */
const untouched: ReadonlySet<FaultName> = new Set<FaultName>(["pause", "breakpoint"]);

export const fairnessMutants: readonly Mutant[] = [
  {
    name: "who-failed-goes-first",
    breaks: "G7: the entity whose probe failed is probed again and again, and the good ones behind it wait for ever",
    seedsMax: 250,
    finding: /is good and still/,
    // Each entity that throws then opens the breaker, and probes follow one another without a rest: an entity that throws has its next turn
    // before others can have theirs.
    ports: { partitions: 1, faultsOff: untouched, limits: { breakerEntitiesMin: 1, breakerProbeBaseMs: 20, breakerProbeMaxMs: 20 } },
    plant: () =>
      replaceMethod(
        Fifo,
        "push",
        (real) =>
          function first(this: Fifo<unknown>, item: unknown) {
            if (item instanceof Entity && item.failure !== undefined) this.unshift(item);
            else real(this, [item]);
          },
      ),
  },
  {
    name: "probe-lost-when-it-fails",
    breaks: "G7: the failure of a probe is taken for that of an older request: the endpoint waits for its probe for ever",
    seedsMax: 20,
    finding: /is probing and its probe \d+ is not in flight/,
    plant: () => replaceMethod(EndpointState, "isProbe", () => () => false),
  },
  {
    name: "killer-never-charged",
    breaks: "G7: a message that ends its process is blamed on the endpoint each time and never parked",
    seedsMax: 120,
    finding: /has killed its process \d+ times/,
    plant: () =>
      replaceMethod(
        Trials,
        "end",
        (real) =>
          function neverSole(this: Trials, ...given: unknown[]) {
            real(this, given);
            return false;
          },
      ),
  },
];
