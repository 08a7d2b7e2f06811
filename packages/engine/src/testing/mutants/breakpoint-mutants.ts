/** BreakpointMutants: the planted bugs of breakpoints: what slips past one, and who stays held. Neighbours: mutants.ts (all others), breakpoint-oracle.ts. */
import { Alarms } from "../../core/tables/alarms.ts";
import { BreakpointTable, type Hold } from "../../core/tables/breakpoint-table.ts";
import { Entity } from "../../core/tables/entity.ts";
import { MessageLooks } from "../../core/tables/message-looks.ts";
import type { MessageCondition, MessageLook } from "@signalbox/runtime/model/message-condition";
import type { Message } from "@signalbox/runtime/model/message";
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
          function holder(this: BreakpointTable, ...given: readonly [Entity, Message]) {
            const found = real(this, given) as Hold | undefined;
            return found?.breakpoint.spec.ids.kind === "prefix" ? undefined : found;
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
          function once(this: BreakpointTable, breakpoint: Hold["breakpoint"], amount: { messages: number; bytes: number }) {
            if (amount.messages !== 1 || amount.bytes !== 0) real(this, [breakpoint, amount]);
          },
      ),
  },
  {
    name: "condition-looks-at-the-first-alone",
    breaks: "breakpoints: what a condition holds goes out in the batch of a message before it",
    seedsMax: 200,
    finding: /breakpoints: \d+ messages went past one/,
    plant: () => replaceMethod(BreakpointTable, "togetherOf", () => (_entity: Entity, count: number) => count),
  },
  {
    name: "unclear-is-let-through",
    breaks: "breakpoints: a message of which the condition cannot tell is sent",
    seedsMax: 40,
    finding: /breakpoints: .* went past one/,
    plant: () =>
      replaceMethod(
        MessageLooks,
        "at",
        (real) =>
          function clear(this: MessageLooks, ...given: readonly [MessageCondition, Message]) {
            const look = real(this, given) as MessageLook;
            return look.kind === "unclear" ? { kind: "differs" } : look;
          },
      ),
  },
  {
    name: "condition-holds-what-differs",
    breaks: "breakpoints: a message that does not fit the condition is held like those that do",
    seedsMax: 40,
    finding: /breakpoints: .* is held at .*, whose condition its first message does not fit/,
    plant: () => replaceMethod(MessageLooks, "at", () => () => ({ kind: "fits" })),
  },
  {
    name: "looks-never-go-on",
    breaks: "G7: what one turn could not look at any more waits until something else happens",
    seedsMax: 60,
    finding: /breakpoints: looks are spent/,
    plant: () =>
      replaceMethod(
        Alarms,
        "add",
        (real) =>
          function lose(this: Alarms, alarm: { kind: string }) {
            if (alarm.kind !== "looks") real(this, [alarm]);
          },
      ),
  },
];
