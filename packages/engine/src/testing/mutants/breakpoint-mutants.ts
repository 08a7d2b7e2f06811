/** BreakpointMutants: the planted bugs of breakpoints: what slips past one, and who stays held. Neighbours: mutants.ts (all others), breakpoint-oracle.ts. */
import { Alarms } from "../../core/tables/alarms.ts";
import type { Breakpoint } from "../../core/tables/breakpoint.ts";
import { BreakpointTable } from "../../core/tables/breakpoint-table.ts";
import { Entity } from "../../core/tables/entity.ts";
import type { Mutant } from "./mutant.ts";
import { replaceMethod } from "./planting.ts";

export const breakpointMutants: readonly Mutant[] = [
  {
    name: "breakpoint-never-ends",
    breaks: "G7: nobody is told that the time of a breakpoint is over, and what it holds waits for ever",
    seedsMax: 40,
    finding: /clocks: breakpoint .* is due/,
    plant: () =>
      replaceMethod(
        Alarms,
        "add",
        (real) =>
          function lose(this: Alarms, alarm: { kind: string }) {
            if (alarm.kind !== "breakpoint") real(this, [alarm]);
          },
      ),
  },
  {
    name: "step-lets-all-through",
    breaks: "breakpoints: a step that is done lets what comes behind its message through as well",
    seedsMax: 40,
    finding: /breakpoints: (message|the step of)/,
    plant: () => replaceMethod(Entity, "endStep", () => () => undefined),
  },
  {
    name: "breakpoint-misses-prefixes",
    breaks: "breakpoints: what one by prefix covers is sent all the same",
    seedsMax: 40,
    finding: /breakpoints: .* went past one/,
    plant: () =>
      replaceMethod(
        BreakpointTable,
        "holderOf",
        (real) =>
          function holder(this: BreakpointTable, entity: Entity) {
            const found = real(this, [entity]) as Breakpoint | undefined;
            return found?.spec.ids.kind === "prefix" ? undefined : found;
          },
      ),
  },
  {
    name: "release-leaves-the-held",
    breaks: "G7: a breakpoint is released and whom it held is forgotten",
    seedsMax: 40,
    finding: /breakpoints: .* (are listed|is no more)/,
    plant: () =>
      replaceMethod(
        BreakpointTable,
        "remove",
        (real) =>
          function forget(this: BreakpointTable, id: string) {
            const held = real(this, [id]);
            return Array.isArray(held) ? [] : undefined;
          },
      ),
  },
  {
    name: "held-without-bound",
    breaks: "G6: what comes for somebody who is held already is not counted",
    seedsMax: 40,
    finding: /breakpoints: kept|G6: breakpoints hold/,
    plant: () =>
      replaceMethod(
        BreakpointTable,
        "count",
        (real) =>
          function once(this: BreakpointTable, breakpoint: Breakpoint, amount: { messages: number; bytes: number }) {
            if (amount.messages !== 1 || amount.bytes !== 0) real(this, [breakpoint, amount]);
          },
      ),
  },
];
