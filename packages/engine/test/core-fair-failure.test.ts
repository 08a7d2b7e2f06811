/**
 * A bad entity holds up no other entity of its endpoint (G7): there are entities that throw, messages that kill the process, and outages
 * that look like either. The core is the real one, in virtual time (function-service.ts).
 */
import { describe, expect, test } from "vitest";
import type { BreakpointSpec } from "@signalbox/runtime/model/breakpoint";
import { waitReasonOf } from "../src/runtime/reads/wait-reasons.ts";
import { CoreHarness, requireEntity } from "./core-harness.ts";
import { cart } from "./core-samples.ts";
import { FunctionService, type Manner } from "./function-service.ts";

const minuteMs = 60_000;

function byName(id: string): Manner {
  if (id.startsWith("throws")) return "throws";
  return id.startsWith("kills") ? "kills" : "good";
}

async function sendAll(core: CoreHarness, prefix: string, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, number) => `${prefix}-${number}`);
  for (const id of ids) await core.send(cart(id), "x");
  return ids;
}

function parked(core: CoreHarness): string[] {
  return [...core.state.entities.troubled].filter(({ status }) => status === "parked").map(({ id }) => id);
}

describe("entities that always throw", () => {
  test("delay 100 good ones by a few probes when they are the first eight in the queue, and are parked themselves", async () => {
    const core = await CoreHarness.withStates([]);
    const service = new FunctionService(core, { mannerOf: byName });
    const bad = await sendAll(core, "throws", 8);
    expect(await service.until(() => core.state.routes.endpoints.get("shop/*")?.breaker === "open", minuteMs)).toBe(true);
    const good = await sendAll(core, "good", 100);
    expect(await service.until(() => good.every((id) => service.servedAtMs.has(id)), minuteMs)).toBe(true);
    expect(core.nowMs - service.startMs).toBeLessThan(8 * 300 + 1_000);
    expect(await service.until(() => parked(core).length === bad.length, 10 * minuteMs)).toBe(true);
    expect(parked(core).toSorted()).toEqual(bad);
    await sendAll(core, "late", 1);
    expect(await service.until(() => service.servedAtMs.has("late-0"), 1_000)).toBe(true);
  });

  test("are not parked where every entity throws, and go on by themselves once the function is mended", async () => {
    const core = await CoreHarness.withStates([]);
    const mendedMs = 10 * minuteMs;
    const service = new FunctionService(core, { mannerOf: (_id, _inputs, nowMs) => (nowMs < mendedMs ? "throws" : "good") });
    const all = await sendAll(core, "good", 40);
    await service.until(() => false, mendedMs);
    expect(parked(core)).toEqual([]);
    // There was one call for each wait, and no storm of calls.
    expect(service.calls).toBeLessThan((mendedMs / 150) * 1.1);
    expect(await service.until(() => all.every((id) => service.servedAtMs.has(id)), minuteMs)).toBe(true);
  });

  test("keep their attempts when the endpoint goes down, also where few entities are left", async () => {
    const core = await CoreHarness.withStates([], { limits: { attemptsMax: 4 } });
    const service = new FunctionService(core, { mannerOf: byName });
    await sendAll(core, "throws", 1);
    await sendAll(core, "good", 3);
    await service.until(() => core.state.entities.find(cart("throws-0"))?.status === "backing-off", 1_000);
    const before = requireEntity(core, cart("throws-0")).failures;
    await core.send(cart("other"), "x");
    await core.fail("ENDPOINT_REFUSED", "down");
    for (let probe = 0; probe < 20; probe++) {
      await core.advance(20_000);
      while (core.inFlight.length > 0) await core.fail("ENDPOINT_REFUSED", "down");
    }
    expect(requireEntity(core, cart("throws-0")).failures).toBeLessThanOrEqual(before);
    expect(parked(core)).toEqual([]);
  });
});

describe("entities that kill their process, where memory holds hardly more than them", () => {
  test("do not keep out an entity whose messages are on disk and whose mailbox has to be read again (simulation seed 28538)", async () => {
    const core = await CoreHarness.withStates([], {
      limits: {
        waitingEntitiesInMemoryMax: 1,
        invocationsInFlightMax: 2,
        mailboxBytesInMemoryMax: 400,
        breakerEntitiesMin: 1,
        attemptsMax: 1_000,
      },
    });
    const service = new FunctionService(core, { mannerOf: byName, restartMs: 1 });
    for (const id of ["kills-0", "kills-1"]) await core.send(cart(id), "x");
    await core.sync();
    await service.until(() => core.state.waitingEntities === 2 && service.deaths > 4, minuteMs);
    const good = await sendAll(core, "good", 3);
    await core.sync();
    expect(await service.until(() => good.every((id) => service.servedAtMs.has(id)), 5 * minuteMs)).toBe(true);
  });

  test("keep their room in memory for the attempts that they spend once they are no suspects (simulation seed 9101462)", async () => {
    let kills = true;
    const mannerOf = (id: string): Manner => (id.startsWith("good") ? "good" : kills ? "kills" : "throws");
    const core = await CoreHarness.withStates([], {
      limits: { waitingEntitiesInMemoryMax: 1, invocationsInFlightMax: 2, breakerEntitiesMin: 100, attemptsMax: 1_000 },
    });
    const service = new FunctionService(core, { mannerOf, restartMs: 1 });
    await sendAll(core, "bad", 6);
    await core.sync();
    const suspects = (): number => [...core.state.entities.ofType("shop/cart")].filter(({ deaths }) => deaths > 0).length;
    expect(await service.until(() => suspects() > 3, minuteMs)).toBe(true);
    kills = false;
    // The harness checks after each step how many entities wait in memory.
    expect(await service.until(() => suspects() === 0, 5 * minuteMs)).toBe(true);
    const good = await sendAll(core, "good", 3);
    await core.sync();
    expect(await service.until(() => good.every((id) => service.servedAtMs.has(id)), 5 * minuteMs)).toBe(true);
  });
});

describe("a breakpoint at a bad entity", () => {
  const atOne = (id: string): BreakpointSpec => ({
    id: "b1",
    namespace: "shop",
    name: "cart",
    ids: { kind: "one", id },
    by: "tester",
    setMs: 1,
    forMs: minuteMs,
  });

  test("that is full releases it at once, and it is tried alone all the same (simulation seed 3064217)", async () => {
    const core = await CoreHarness.withStates([], { limits: { breakpointHeldMessagesMax: 1, attemptsMax: 1_000 } });
    const service = new FunctionService(core, { mannerOf: byName, restartMs: 1 });
    for (const value of ["x", "y", "z"]) await core.send(cart("kills-0"), value);
    expect(await service.until(() => requireEntity(core, cart("kills-0")).deaths >= 3, minuteMs)).toBe(true);
    await core.setBreakpoint(atOne("kills-0"));
    const { deaths } = service;
    expect(await service.until(() => service.deaths > deaths, minuteMs)).toBe(true);
  });
});

describe("an endpoint that no call reached before and where the function throws now", () => {
  test("is up: an entity that throws there spends attempts, also when it is the only one left", async () => {
    const core = await CoreHarness.withStates([]);
    const service = new FunctionService(core, { mannerOf: byName });
    await sendAll(core, "throws", 2);
    for (const request of [...core.inFlight]) await core.fail("ENDPOINT_REFUSED", "down", request);
    expect(core.state.routes.endpoints.get("shop/*")?.breaker).toBe("open");
    expect(await service.until(() => parked(core).length === 2, 10 * minuteMs)).toBe(true);
    expect(core.state.routes.endpoints.get("shop/*")?.breaker).toBe("closed");
  });
});

describe("a message that kills its process", () => {
  test("is parked after a few deaths; 100 good entities are served, and none of them spends an attempt or is parked", async () => {
    const core = await CoreHarness.withStates([]);
    const service = new FunctionService(core, { mannerOf: byName });
    await sendAll(core, "good-a", 50);
    await sendAll(core, "kills", 1);
    await sendAll(core, "good-b", 50);
    expect(await service.until(() => core.state.mailboxes.waitingMessages === 1 && parked(core).length === 1, minuteMs)).toBe(true);
    expect(parked(core)).toEqual(["kills-0"]);
    expect(core.failureCode(cart("kills-0"))).toBe("PROCESS_KILLER");
    // The reason begins with the places that show the cause of the death: the log of a service, or an await in a thread of ours.
    expect(requireEntity(core, cart("kills-0")).failure?.cure).toMatch(/^none Then retry, or .* discard/);
    expect(service.servedAtMs.size).toBe(100);
    expect(service.deaths).toBeLessThanOrEqual(12);
    expect(core.depth(cart("kills-0"))).toBe(1);
  });

  test("is parked when three of it stand among 1 000 and more arrive all the time; no other entity is parked", async () => {
    const core = await CoreHarness.withStates([]);
    const service = new FunctionService(core, { mannerOf: byName });
    for (let round = 0; round < 3; round++) {
      await sendAll(core, `good-${round}`, 330);
      await core.send(cart(`kills-${round}`), "x");
      await service.until(() => false, 500);
    }
    expect(await service.until(() => core.state.mailboxes.waitingMessages === 3 && parked(core).length === 3, 5 * minuteMs)).toBe(true);
    expect(parked(core).toSorted()).toEqual(["kills-0", "kills-1", "kills-2"]);
    expect(service.deaths).toBeLessThanOrEqual(3 * 12);
  });

  test("is parked when it is alone at its endpoint and its attempts are spent", async () => {
    const core = await CoreHarness.withStates([], { limits: { attemptsMax: 6 } });
    const service = new FunctionService(core, { mannerOf: byName });
    await sendAll(core, "kills", 1);
    expect(await service.until(() => parked(core).length === 1, 10 * minuteMs)).toBe(true);
    expect(service.deaths).toBe(6);
  });

  test("in a batch with others is found alone at the head: what came before it is processed", async () => {
    const core = await CoreHarness.withStates([]);
    const processed: string[] = [];
    const service = new FunctionService(core, {
      mannerOf: (_id, inputs) => {
        if (inputs.includes("bomb")) return "kills";
        processed.push(...inputs);
        return "good";
      },
    });
    await core.act(cart("a"), { kind: "pause" });
    for (const value of ["one", "two", "bomb", "three"]) await core.send(cart("a"), value);
    await core.act(cart("a"), { kind: "resume" });
    expect(await service.until(() => parked(core).length === 1, 10 * minuteMs)).toBe(true);
    expect(processed).toEqual(["one", "two"]);
    await core.act(cart("a"), { kind: "discard-head" });
    expect(await service.until(() => core.state.mailboxes.waitingMessages === 0, minuteMs)).toBe(true);
    expect(processed).toEqual(["one", "two", "three"]);
  });

  test("is tried alone in the end: the others wait for that one call, and say so", async () => {
    const core = await CoreHarness.withStates([]);
    const service = new FunctionService(core, { mannerOf: byName, callMs: 20 });
    await sendAll(core, "kills", 1);
    await sendAll(core, "good", 400);
    const isAlone = (): boolean => core.inFlight.some(({ target }) => target.id === "kills-0" && requireEntity(core, target).isAlone);
    expect(await service.until(() => isAlone() && core.state.routes.endpoints.get("shop/*")?.breaker === "closed", minuteMs)).toBe(true);
    await core.send(cart("later"), "x");
    expect(core.inFlight).toHaveLength(1);
    expect(waitReasonOf(core.state, requireEntity(core, cart("later")))).toEqual({
      kind: "held-for-trial",
      endpoint: "shop/*",
      entity: cart("kills-0"),
    });
    expect(await service.until(() => parked(core).length === 1, minuteMs)).toBe(true);
    expect(await service.until(() => service.servedAtMs.has("later"), minuteMs)).toBe(true);
  });

  test("goes on with fresh attempts when a person retries it after the function was mended", async () => {
    const core = await CoreHarness.withStates([]);
    let mended = false;
    const service = new FunctionService(core, { mannerOf: (id) => (mended ? "good" : byName(id)) });
    await sendAll(core, "kills", 1);
    await sendAll(core, "good", 5);
    expect(await service.until(() => parked(core).length === 1, 10 * minuteMs)).toBe(true);
    mended = true;
    await core.act(cart("kills-0"), { kind: "retry" });
    expect(await service.until(() => core.state.mailboxes.waitingMessages === 0, minuteMs)).toBe(true);
    expect(requireEntity(core, cart("kills-0")).deaths).toBe(0);
  });
});

describe("a good entity that was in flight when the process died", () => {
  test("has its turn among the probes, though others throw for ever (simulation, seed 2002134)", async () => {
    const core = await CoreHarness.withStates([], { limits: { breakerEntitiesMin: 1 } });
    const service = new FunctionService(core, { mannerOf: byName });
    await core.send(cart("good"), "x");
    await core.fail("ENDPOINT_DISCONNECTED", "suspect");
    expect(requireEntity(core, cart("good")).deaths).toBe(1);
    await sendAll(core, "throws", 3);
    expect(await service.until(() => service.servedAtMs.has("good"), 10_000)).toBe(true);
  });
});

describe("an outage in which connections are accepted and cut", () => {
  test("parks no entity, however long it lasts, and all are served when it ends", async () => {
    const core = await CoreHarness.withStates([]);
    const upMs = 10 * minuteMs;
    const service = new FunctionService(core, { mannerOf: (_id, _inputs, nowMs) => (nowMs < upMs ? "cut" : "good") });
    const all = await sendAll(core, "good", 40);
    await service.until(() => false, upMs);
    expect(parked(core)).toEqual([]);
    expect(await service.until(() => all.every((id) => service.servedAtMs.has(id)), minuteMs)).toBe(true);
  });

  test("parks no entity when it comes and goes", async () => {
    const core = await CoreHarness.withStates([]);
    const service = new FunctionService(core, { mannerOf: (_id, _inputs, nowMs) => (nowMs % 4_000 < 2_000 ? "cut" : "good") });
    for (let round = 0; round < 60; round++) {
      await sendAll(core, `good-${round}`, 20);
      await service.until(() => false, 500);
    }
    expect(await service.until(() => core.state.mailboxes.waitingMessages === 0, minuteMs)).toBe(true);
    expect(parked(core)).toEqual([]);
  });
});
