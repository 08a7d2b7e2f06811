/**
 * LimitMutants: the planted bugs of limits: messages that start too early, and messages that are held for ever. Neighbours: mutants.ts (all
 * planted bugs), limit-oracle.ts.
 */
import { Alarms } from "../../core/tables/alarms.ts";
import { Limit, LimitTable } from "../../core/tables/limit-table.ts";
import { ReadyLanes } from "../../core/tables/ready-lanes.ts";
import type { LimitSpec } from "@signalbox/runtime/model/limit-spec";
import type { Mutant } from "./mutant.ts";
import { replaceMethod } from "./planting.ts";

/** Sets limits in every world. */
const byKey: LimitSpec = {
  id: "sim/by-key",
  module: "simulation",
  cover: { kind: "functions", namespace: "sim", name: "*" },
  key: { kind: "id" },
  messagesPerSecond: 5,
  burstMessages: 1,
  inFlightMax: undefined,
  waitingMessagesMax: undefined,
};
const unlimited: LimitSpec = { ...byKey, messagesPerSecond: undefined };

export const limitMutants: readonly Mutant[] = [
  {
    name: "clock-step-fills-buckets",
    breaks: "limits: a step of the wall clock counts as time that has passed: a bucket is full at once",
    seedsMax: 60,
    finding: /limits: .* messages started under/,
    ports: { limitsOfModules: [byKey] },
    plant: () => replaceMethod(LimitTable, "step", () => () => undefined),
  },
  {
    name: "bucket-full-at-start",
    breaks: "limits: each restart brings a full bucket, so that a process that ends again and again knows no limit",
    seedsMax: 60,
    finding: /limits: .* messages started under/,
    ports: { limitsOfModules: [{ ...byKey, burstMessages: 3 }] },
    plant: () =>
      replaceMethod(
        Limit,
        "newScope",
        (real) =>
          function full(this: Limit, key: string | undefined) {
            return real(this, [key, 0]);
          },
      ),
  },
  {
    name: "key-with-a-turn-goes-first",
    breaks: "limits: who has just had its turn has the next one too: one key with many messages starves the others",
    seedsMax: 60,
    finding: /limits: .* was sent \d+ batches while/,
    ports: { limitsOfModules: [unlimited], partitions: 1, limits: { batchMessagesMax: 1, invocationsInFlightMax: 1 } },
    plant: () =>
      replaceMethod(
        ReadyLanes,
        "push",
        (real) =>
          function first(this: ReadyLanes, ...given: unknown[]) {
            real(this, given);
            const turns = Reflect.get(this, "turns") as {
              size: number;
              shift(): unknown;
              unshift(lane: unknown): void;
              push(lane: unknown): void;
            };
            const lanes: unknown[] = [];
            while (turns.size > 0) lanes.push(turns.shift());
            const last = lanes.pop();
            if (last !== undefined) turns.push(last);
            for (const lane of lanes) turns.push(lane);
          },
      ),
  },
  {
    name: "token-alarm-lost",
    breaks: "limits: nobody is told that a token has come, and who is held waits until somebody else is touched",
    seedsMax: 20,
    finding: /limits: .* nothing will let it go|clocks: the limit .* holds|rest/,
    ports: { limitsOfModules: [byKey] },
    plant: () =>
      replaceMethod(
        Alarms,
        "add",
        (real) =>
          function lose(this: Alarms, alarm: { kind: string }) {
            if (alarm.kind !== "token") real(this, [alarm]);
          },
      ),
  },
];
