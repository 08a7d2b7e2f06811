import { describe, expect, it } from "vitest";
import { causalTree } from "./causal-tree.ts";
import { criticalPath, sumsOf, timesOf } from "./hop-times.ts";
import { framesOf, stayMs, wayOf } from "./story-film.ts";
import { cart, mail, message, record, stock, value } from "./test-records.ts";

/** cart asks stock (slow) and mail (quick); stock sends a record by an egress. */
const first = record(1, cart, {
  messages: [message(1, { caller: null, target: cart }, 8)],
  sent: [message(101, { caller: cart, target: stock }, 15), message(102, { caller: cart, target: mail }, 15)],
});
const slow = record(4, stock, {
  messages: [message(101, { caller: cart, target: stock }, 15)],
  startedMs: 20,
  endedMs: 60,
  egress: [{ egress: "shop/out", value }],
});
const quick = record(2, mail, { messages: [message(102, { caller: cart, target: mail }, 15)], startedMs: 16, endedMs: 18 });
const tree = causalTree(1, [first, slow, quick]);

describe("the parts of a hop", () => {
  it("are wait, call and commit; an unknown part is not zero", () => {
    const [hop] = tree.items;
    if (hop === undefined) throw new Error("no hop");
    const timing = { record: 1, durableMs: 19, attempts: [] };
    expect(timesOf(hop, { timing, nowMs: 99, waits: false })).toEqual({
      fromMs: 8,
      startedMs: 10,
      endedMs: 15,
      durableMs: 19,
      openMs: null,
    });
    expect(timesOf(hop, { timing: undefined, nowMs: 99, waits: false }).durableMs).toBeNull();
  });
  it("of a parked hop go on until now, and only its attempts were calls", () => {
    const parked = record(1, cart, {
      messages: [message(1, { caller: null, target: cart }, 8)],
      outcome: "parked",
      attempts: 2,
      endedMs: 900,
    });
    const held = causalTree(1, [parked]);
    const [hop] = held.items;
    if (hop === undefined) throw new Error("no hop");
    const failed = (attempt: number, atMs: number) => ({ attempt, atMs, durationMs: 3, code: "ENDPOINT_ERROR", message: "" });
    const timing = { record: 1, durableMs: null, attempts: [failed(1, 13), failed(2, 900)] };
    expect(timesOf(hop, { timing, nowMs: 5_000, waits: true }).openMs).toBe(5_000);
    const sums = sumsOf(held, { path: criticalPath(held), timings: new Map([[1, timing]]) });
    expect(sums).toEqual({ wholeMs: 892, calledMs: 6, committedMs: null, waitedMs: 886 });
  });
  it("make the sums along the critical path, which ends with the hop that ended last", () => {
    const path = criticalPath(tree);
    expect([...path].toSorted()).toEqual(["r1", "r4"]);
    const timings = new Map([[4, { record: 4, durableMs: 63, attempts: [] }]]);
    expect(sumsOf(tree, { path, timings })).toEqual({ wholeMs: 52, calledMs: 45, committedMs: 3, waitedMs: 7 });
    expect(sumsOf(tree, { path, timings: new Map() }).committedMs).toBeNull();
  });
});

describe("the film", () => {
  it("shows the hops in the order in which they happened", () => {
    expect(framesOf(tree).map(({ key }) => key)).toEqual(["r1", "r2", "r4", "r4e0"]);
  });
  it("goes from the node that caused a hop to its own", () => {
    const byKey = new Map(tree.items.map((item) => [item.key, item]));
    expect(framesOf(tree).map((item) => wayOf(item, byKey).id)).toEqual([
      "outside→type:shop/cart",
      "type:shop/cart→type:shop/mail",
      "type:shop/cart→type:shop/stock",
      "type:shop/stock→egress:shop/out",
    ]);
  });
  it("stays within the length that a person can watch", () => {
    const frames = framesOf(tree);
    expect(stayMs(frames, 0, { pace: "even", still: false })).toBe(1_000);
    expect(stayMs(frames, 0, { pace: "real", still: false })).toBe(150);
    expect(stayMs(frames, 0, { pace: "real", still: true })).toBe(1_000);
    expect(stayMs(frames, 3, { pace: "real", still: false })).toBe(1_000);
  });
});
