/** WatchMutants: the planted bugs of watched traces. Neighbours: mutants.ts (all planted bugs), oracles/watch-oracle.ts. */
import { WatchedTraces } from "@signalbox/runtime/model/watched-traces";
import type { Mutant } from "./mutant.ts";
import { replaceMethod } from "./planting.ts";

export const watchMutants: readonly Mutant[] = [
  {
    name: "watch-never-ends",
    breaks: "G7: who looked once at a trace slows its entities for ever",
    seedsMax: 40,
    finding: /clocks: the watch of trace/,
    plant: () =>
      replaceMethod(
        WatchedTraces,
        "watch",
        (real) =>
          function forEver(this: WatchedTraces, trace: number, { nowMs }: { nowMs: number }) {
            real(this, [trace, { nowMs: nowMs + 100_000_000, forMs: 1 }]);
          },
      ),
  },
  {
    name: "watched-goes-along",
    breaks: "traces: a message that is watched goes together with others, and what it causes is guessed",
    seedsMax: 80,
    finding: /watch: .* got \d+ messages at once/,
    plant: () => replaceMethod(WatchedTraces, "together", () => (_mailbox: unknown, count: number) => count),
  },
];
