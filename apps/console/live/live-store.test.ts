import { describe, expect, it } from "vitest";
import type { LiveFrame, TapeBucket } from "../trpc/views.ts";
import { joinTape, LiveStore, TAPE_SECONDS_MAX } from "./live-store.ts";

function bucket(second: number, messages = 1): TapeBucket {
  return { atMs: second * 1_000, messages, failures: 0, mark: null, markText: null };
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
  return { pulse, flow: null, tail: null, changed: [], tape };
}

describe("the live store", () => {
  it("asks for the union of what is shown, and for nothing once it is gone", () => {
    const store = new LiveStore();
    const forgetFlow = store.declare({ flow: true });
    const forgetTail = store.declare({ tail: { type: "shop/cart" } });
    expect(store.needs()).toEqual({ flow: true, tail: { type: "shop/cart" }, entity: null });
    forgetFlow();
    forgetTail();
    expect(store.needs()).toEqual({ flow: false, tail: null, entity: null });
  });
  it("says how old what is shown is, from the last frame and not from when it noticed", () => {
    const store = new LiveStore();
    store.receive(frame([]), 5_000);
    store.offline(9_000);
    store.offline(12_000);
    expect(store.snapshot().connection).toEqual({ kind: "offline", sinceMs: 5_000 });
    store.receive(frame([]), 13_000);
    expect(store.snapshot().connection).toEqual({ kind: "live" });
  });
  it("joins the tape's past and present without a second twice, and forgets the oldest", () => {
    const past = Array.from({ length: TAPE_SECONDS_MAX }, (_, second) => bucket(second));
    const joined = joinTape(past, [bucket(TAPE_SECONDS_MAX - 1, 9), bucket(TAPE_SECONDS_MAX, 4)]);
    expect(joined.length).toBe(TAPE_SECONDS_MAX);
    expect(joined[0]?.atMs).toBe(1_000);
    expect(joined.slice(-2).map((each) => each.messages)).toEqual([9, 4]);
  });
});
