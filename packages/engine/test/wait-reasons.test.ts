/** Every entity with messages says why no function has them (model/wait-reason.ts), whatever holds it. */
import { describe, expect, test } from "vitest";
import { coldWaitReason, waitReasonOf } from "../src/runtime/reads/wait-reasons.ts";
import type { WaitReason } from "@signalbox/runtime/model/wait-reason";
import type { Address } from "@signalbox/runtime/model/address";
import { CoreHarness } from "./core-harness.ts";
import { cart, endpoint, failureOf, shopBindings, stock, valueSpec } from "./core-samples.ts";

function reason(core: CoreHarness, address: Address): WaitReason | undefined {
  const entity = core.state.entities.find(address);
  return entity && waitReasonOf(core.state, entity);
}

describe("an entity says that it waits", () => {
  test("for nothing, when it has no messages", async () => {
    const core = await CoreHarness.withStates([]);
    expect(reason(core, cart("warm-up"))).toBeUndefined();
  });

  test("behind others of its type, when the endpoint has all the calls that it may have at once", async () => {
    const core = await CoreHarness.withStates([], { limits: { invocationsInFlightMax: 1 } });
    for (const id of ["a", "b", "c"]) await core.send(cart(id), "x");
    expect(reason(core, cart("a"))).toMatchObject({ kind: "in-flight", endpoint: "shop/*", attempt: 1, messages: 1, sinceMs: core.nowMs });
    expect(reason(core, cart("b"))).toMatchObject({ kind: "behind", ahead: 0, inFlight: 1 });
    expect(reason(core, cart("c"))).toMatchObject({ kind: "behind", endpoint: "shop/*", ahead: 1, aheadAtLeast: false });
  });

  test("until its next attempt, with the number and the failure of the last one", async () => {
    const core = await CoreHarness.withStates([]);
    await core.send(cart("a"), "x");
    await core.fail("REPLY_MALFORMED", "entity");
    const retryAtMs = core.state.entities.find(cart("a"))?.retryAtMs;
    expect(reason(core, cart("a"))).toEqual({
      kind: "backing-off",
      untilMs: retryAtMs,
      attempt: 1,
      failure: failureOf("REPLY_MALFORMED", "entity"),
    });
  });

  test("for an endpoint that is down: since when, which entity found it down, when the next probe is due, and whose probe is under way", async () => {
    const core = await CoreHarness.withStates([]);
    const downSinceMs = core.nowMs;
    for (const id of ["a", "b"]) await core.send(cart(id), "x");
    await core.fail("ENDPOINT_REFUSED", "down");
    await core.fail("ENDPOINT_REFUSED", "down");
    const nextProbeMs = core.state.routes.endpoints.get("shop/*")?.nextProbeMs ?? 0;
    const failure = failureOf("ENDPOINT_REFUSED", "down");
    const outage = { endpoint: "shop/*", sinceMs: downSinceMs, failure, openedBy: [cart("a")] };
    for (const id of ["a", "b"]) expect(reason(core, cart(id))).toEqual({ kind: "breaker-open", nextProbeMs, ...outage });
    await core.advance(nextProbeMs - core.nowMs);
    const probed = core.inFlight[0]?.target;
    if (probed === undefined) throw new Error("a probe is under way");
    expect(reason(core, probed)?.kind).toBe("in-flight");
    const other = probed.id === "a" ? cart("b") : cart("a");
    expect(reason(core, other)).toEqual({ kind: "probing", probe: probed, ...outage });
    await core.complete();
    expect(core.state.routes.endpoints.get("shop/*")?.openedBy).toEqual([]);
  });

  test("for an endpoint that many entities blame: at most eight of them are named, the last one among them", async () => {
    const core = await CoreHarness.withStates([], { limits: { breakerEntitiesMin: 12 } });
    for (let index = 0; index < 13; index++) await core.send(cart(`c${index}`), "x");
    for (let index = 0; index < 12; index++) await core.fail("CALL_TIMEOUT", "suspect");
    const waits = reason(core, cart("c11"));
    if (waits?.kind !== "breaker-open") throw new Error("the breaker is open");
    expect(waits.openedBy).toHaveLength(8);
    expect(waits.openedBy).toContainEqual(cart("c11"));
  });

  test("for a person, when it is paused or parked", async () => {
    const core = await CoreHarness.withStates([], { limits: { attemptsMax: 1 } });
    await core.send(cart("a"), "x");
    await core.fail("REPLY_MALFORMED", "entity");
    const parked = { kind: "parked", sinceMs: core.nowMs, attempts: 1, failure: failureOf("REPLY_MALFORMED", "entity") };
    expect(reason(core, cart("a"))).toEqual(parked);
    await core.act(cart("b"), { kind: "pause" });
    expect(reason(core, cart("b"))).toEqual({ kind: "paused", sinceMs: core.nowMs });
  });

  test("for an endpoint, when none serves its type", async () => {
    const core = await CoreHarness.withStates([], { bindings: { ...shopBindings, endpoints: [endpoint("shop/*")] } });
    await core.bind({ ...shopBindings, endpoints: [endpoint("shop/cart"), endpoint("shop/stock")] });
    await core.act(stock("a"), { kind: "pause" });
    await core.send(stock("a"), "x");
    await core.bind({ ...shopBindings, endpoints: [endpoint("shop/cart")] });
    await core.act(stock("a"), { kind: "resume" });
    expect(reason(core, stock("a"))).toEqual({ kind: "no-endpoint", type: "shop/stock" });
  });

  test("for the first reply of its type, which declares the states", async () => {
    const core = CoreHarness.open();
    await core.send(cart("a"), "x");
    await core.send(cart("b"), "x");
    expect(reason(core, cart("b"))).toEqual({ kind: "first-reply", endpoint: "shop/*" });
  });

  test("for the disk: to be read, to hold its messages, to catch up", async () => {
    const core = await CoreHarness.withStates([valueSpec], { limits: { stateCacheBytesMax: 0 } });
    core.holdLoads({ states: true });
    await core.send(cart("a"), "x");
    expect(reason(core, cart("a"))).toEqual({ kind: "loading" });
    const committed = await CoreHarness.withStates([], { limits: { delivery: "committed" } });
    await committed.send(cart("a"), "x");
    expect(reason(committed, cart("a"))).toEqual({ kind: "not-durable" });
    const behind = CoreHarness.open({ limits: { epochBytesMax: 10 } });
    await behind.send(cart("a"), "x");
    expect(reason(behind, cart("a"))).toMatchObject({ kind: "disk-behind" });
  });

  test("for the engine's next start, once it drains", async () => {
    const core = await CoreHarness.withStates([], { limits: { invocationsInFlightMax: 1 } });
    for (const id of ["a", "b"]) await core.send(cart(id), "x");
    await core.apply({ kind: "drain", nowMs: core.nowMs });
    expect(reason(core, cart("b"))).toEqual({ kind: "draining" });
  });

  test("for its turn, on disk only", async () => {
    const core = await CoreHarness.withStates([], { limits: { waitingEntitiesInMemoryMax: 2 } });
    for (const id of ["a", "b", "c"]) await core.send(cart(id), "x");
    const type = core.state.entities.types.get("shop/cart");
    expect(core.status(cart("c"))).toBe("absent");
    expect(type && coldWaitReason(core.state, type)).toEqual({ kind: "on-disk", type: "shop/cart", messages: 2 });
    await core.bind({ endpoints: [], egresses: [] });
    expect(type && coldWaitReason(core.state, type)).toEqual({ kind: "no-endpoint", type: "shop/cart" });
  });
});
