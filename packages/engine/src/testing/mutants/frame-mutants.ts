/**
 * FrameMutants: the planted bugs of calls that share a request. Neighbours: mutants.ts (all planted bugs), sim-frames.ts, frame-oracle.ts.
 */
import { FrameReader } from "../../adapters/http/frame-reader.ts";
import { EndpointState } from "../../core/tables/endpoint-state.ts";
import { faultNames, type FaultName } from "../sim/faults.ts";
import type { Mutant } from "./mutant.ts";
import { replaceMethod } from "./planting.ts";

const kept: ReadonlySet<FaultName> = new Set<FaultName>(["framed", "frameCut", "partTwice"]);

export const frameMutants: readonly Mutant[] = [
  {
    name: "frame-part-to-wrong-entity",
    breaks: "G2: the parts of a frame go to the entities in the order in which they come, whatever index they name",
    seedsMax: 20,
    finding:
      /twice|again|expected number|counted|sent before|never processed|was sent at|was not sent at|delivered record|headers: |is not of/,
    plant: () => {
      const begun = new WeakMap<FrameReader, number>();
      return replaceMethod(
        FrameReader,
        "announce",
        (real) =>
          function inOrder(this: FrameReader, _index: unknown, ...said: unknown[]) {
            const next = begun.get(this) ?? 0;
            begun.set(this, next + 1);
            real(this, [next, ...said]);
          },
      );
    },
  },
  {
    name: "cut-frame-charges-all",
    breaks: "G7: a connection that breaks with several calls on it counts as so many failures of the endpoint, which is taken for down",
    seedsMax: 100,
    finding: /is taken for down after \d+ connections failed/,
    // Switches off most other faults, because a call that fails alone would hide the bug.
    ports: { partitions: 1, limits: { breakerEntitiesMin: 2 }, faultsOff: new Set(faultNames.filter((name) => !kept.has(name))) },
    plant: () =>
      replaceMethod(
        EndpointState,
        "suspect",
        (real) =>
          function each(this: EndpointState, entity: unknown) {
            real(this, [entity, 0]);
          },
      ),
  },
];
