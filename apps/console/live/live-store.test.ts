import { describe, expect, it } from "vitest";
import type { LiveFrame, TimelineBucket } from "../trpc/views.ts";
import { timelineSeconds } from "@signalbox/gateway/shared";
import { LiveStore } from "./live-store.ts";
import { joinTimeline } from "./timeline-join.ts";

function bucket(second: number, messages = 1): TimelineBucket {
  return { atMs: second * 1_000, messages, failures: 0, marks: [] };
}

function frame(timeline: TimelineBucket[]): LiveFrame {
  const summary: LiveFrame["summary"] = {
    atMs: 0,
    health: { kind: "running" },
    indicator: "clear",
    epoch: 1,
    durableAgoMs: 0,
    inPerSecond: 0,
    invocationsPerSecond: 0,
    failuresPerSecond: 0,
    p50Ms: null,
    p99Ms: null,
    waiting: 0,
    inFlight: 0,
    parked: 0,
    paused: 0,
    backingOff: 0,
    delayed: 0,
    breakpoints: [],
    pauses: [],
    troubledEndpoints: 0,
    heldMs: 0,
    parkedMessages: 0,
    functionTypes: 0,
    modules: 0,
    savepoints: 0,
  };
  return { number: 1, summary, flow: null, tails: [], changed: [], touched: [], timeline };
}

describe("the live store", () => {
  it("asks for the union of what is shown, and for nothing once it is hidden", () => {
    const store = new LiveStore();
    const forgetFlow = store.declare({ flow: true });
    const forgetTail = store.declare({ tails: ["type:shop/cart"] });
    expect(store.needs()).toEqual({ flow: true, tails: ["type:shop/cart"], entities: [] });
    forgetFlow();
    forgetTail();
    expect(store.needs()).toEqual({ flow: false, tails: [], entities: [] });
  });
  it("gives the age of the shown data, from the last frame and not from when it noticed", () => {
    const store = new LiveStore();
    store.receive(frame([]), 5_000);
    store.offline(9_000, null);
    store.offline(12_000, null);
    expect(store.snapshot().connection).toEqual({ kind: "offline", sinceMs: 5_000, refusal: null });
    store.receive(frame([]), 13_000);
    expect(store.snapshot().connection).toEqual({ kind: "live" });
  });
  it("forgets its data when the roles change, and keeps it when the gateway is only away", () => {
    const store = new LiveStore();
    const bucketNow = bucket(5);
    store.receive(frame([bucketNow]), 5_000);
    store.offline(9_000, null);
    expect(store.snapshot().timeline).toEqual([bucketNow]);
    store.offline(9_000, { code: "FORBIDDEN", title: "Not allowed", cure: "Ask an admin." });
    expect(store.snapshot()).toMatchObject({ summary: null, timeline: [], connection: { kind: "offline" } });
  });
  it("joins the timeline's past and present without a second twice, and forgets the oldest", () => {
    const past = Array.from({ length: timelineSeconds }, (_, second) => bucket(second));
    const joined = joinTimeline(past, [bucket(timelineSeconds - 1, 9), bucket(timelineSeconds, 4)]);
    expect(joined.length).toBe(timelineSeconds);
    expect(joined[0]?.atMs).toBe(1_000);
    expect(joined.slice(-2).map((each) => each.messages)).toEqual([9, 4]);
  });
});
