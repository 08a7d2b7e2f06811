import { describe, expect, it } from "vitest";
import { RecentHops } from "../../src/flow/recent-hops.ts";
import { hopTiming } from "../../src/services/traces/hop-timing.ts";
import { ended } from "./events.ts";

const bob = { type: "shop/cart", id: "bob" };
const failed = (attempt: number, atMs: number) => ({
  ...bob,
  endpoint: "shop/*",
  attempt,
  code: "ENDPOINT_ERROR",
  message: "m",
  atMs,
  durationMs: 2,
});
const digest = (epochs: number[], more: Partial<Parameters<RecentHops["add"]>[0]> = {}) => ({
  place: { index: 0, count: 1 },
  epochs,
  attempts: [],
  attemptsLeft: 0,
  ...more,
});

function recordOf(parts: Parameters<typeof ended>[2]) {
  const event = ended(7, bob, parts);
  if (event.kind !== "invocation-ended") throw new Error("no record");
  return event.record;
}

describe("the memory of hops", () => {
  it("says when an epoch was on the disk, and nothing of an epoch that it never heard of", () => {
    const hops = new RecentHops();
    hops.add(digest([1, 1_010]));
    expect(hops.durableMs({ sequence: 7, epoch: 1, endedMs: 1_004 })).toBe(1_010);
    expect(hops.durableMs({ sequence: 7, epoch: 2, endedMs: 1_004 })).toBeNull();
  });
  it("keeps the epochs of partitions apart, whose numbers are the same", () => {
    const hops = new RecentHops();
    hops.add(digest([5, 2_000], { place: { index: 0, count: 2 } }));
    hops.add(digest([5, 3_000], { place: { index: 1, count: 2 } }));
    expect(hops.durableMs({ sequence: 7, epoch: 5, endedMs: 1 })).toBe(2_000);
    expect(hops.durableMs({ sequence: 8, epoch: 5, endedMs: 1 })).toBe(3_000);
  });
  it("does not mistake an epoch of before a restore for the one of the same number", () => {
    const hops = new RecentHops();
    hops.add(digest([5, 2_000]));
    expect(hops.durableMs({ sequence: 7, epoch: 5, endedMs: 2_500 })).toBeNull();
  });
  it("is bounded: the oldest epochs go first", () => {
    const hops = new RecentHops();
    for (let epoch = 1; epoch <= 20_001; epoch += 1) hops.add(digest([epoch, epoch]));
    expect(hops.durableMs({ sequence: 1, epoch: 1, endedMs: 0 })).toBeNull();
    expect(hops.durableMs({ sequence: 1, epoch: 2, endedMs: 0 })).toBe(2);
  });
  it("gives a hop the attempts that failed since its message came, and no more than it counted", () => {
    const hops = new RecentHops();
    hops.add(digest([], { attempts: [failed(1, 900), failed(1, 1_001), failed(2, 1_002), failed(1, 9_000)] }));
    const times = (record: ReturnType<typeof recordOf>) => hopTiming(hops, record).attempts.map(({ atMs }) => atMs);
    expect(times(recordOf({ attempts: 3 }))).toEqual([1_001, 1_002]);
    expect(times(recordOf({ attempts: 1 }))).toEqual([]);
    expect(times(recordOf({ attempts: 1, outcome: { kind: "act", act: "retry", detail: "" } }))).toEqual([]);
  });
});
