import { describe, expect, it } from "vitest";
import type { LiveFrame, TapeBucket } from "../trpc/views.ts";
import { tapeSeconds } from "@signalbox/gateway/shared";
import { LiveStore } from "./live-store.ts";
import { joinTape } from "./tape-join.ts";

function bucket(second: number, messages = 1): TapeBucket {
  return { atMs: second * 1_000, messages, failures: 0, marks: [] };
}

function frame(tape: TapeBucket[]): LiveFrame {
  const pulse: LiveFrame["pulse"] = {
    atMs: 0,
    health: { kind: "running" },
    lamp: "clear",
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
    troubledEndpoints: 0,
    heldMs: 0,
    parkedMessages: 0,
    functionTypes: 0,
    modules: 0,
    savepoints: 0,
  };
  return { number: 1, pulse, flow: null, tails: [], changed: [], touched: [], tape };
}

describe("the live store", () => {
  it("asks for the union of what is shown, and for nothing once it is gone", () => {
    const store = new LiveStore();
    const forgetFlow = store.declare({ flow: true });
    const forgetTail = store.declare({ tails: ["type:shop/cart"] });
    expect(store.needs()).toEqual({ flow: true, tails: ["type:shop/cart"], entities: [] });
    forgetFlow();
    forgetTail();
    expect(store.needs()).toEqual({ flow: false, tails: [], entities: [] });
  });
  it("says how old what is shown is, from the last frame and not from when it noticed", () => {
    const store = new LiveStore();
    store.receive(frame([]), 5_000);
    store.offline(9_000, null);
    store.offline(12_000, null);
    expect(store.snapshot().connection).toEqual({ kind: "offline", sinceMs: 5_000, refusal: null });
    store.receive(frame([]), 13_000);
    expect(store.snapshot().connection).toEqual({ kind: "live" });
  });
  it("joins the tape's past and present without a second twice, and forgets the oldest", () => {
    const past = Array.from({ length: tapeSeconds }, (_, second) => bucket(second));
    const joined = joinTape(past, [bucket(tapeSeconds - 1, 9), bucket(tapeSeconds, 4)]);
    expect(joined.length).toBe(tapeSeconds);
    expect(joined[0]?.atMs).toBe(1_000);
    expect(joined.slice(-2).map((each) => each.messages)).toEqual([9, 4]);
  });
});
