/**
 * Everything that waits is bounded (issue 3): entities, reads ahead of their turn, and the share of one function type in the room of all.
 */
import { describe, expect, test } from "vitest";
import { idleEntityOverheadBytes } from "../src/core/scheduling/residency.ts";
import type { Bindings } from "@signalbox/runtime/model/endpoint-spec";
import { waitReasonOf } from "../src/runtime/reads/wait-reasons.ts";
import { CoreHarness } from "./core-harness.ts";
import { cart, endpoint, modify, sendAfter, sendTo, shopBindings, stock, textOf, valueSpec } from "./core-samples.ts";

const twoEndpoints: Bindings = { endpoints: [endpoint("shop/cart"), endpoint("shop/stock")], egresses: [] };

async function refusals(core: CoreHarness, count: number, target: (index: number) => ReturnType<typeof cart>): Promise<number> {
  let refused = 0;
  for (let index = 0; index < count; index++) if (core.refused.has(await core.send(target(index), "a"))) refused++;
  return refused;
}

describe("entities that wait", () => {
  test("are in memory as many as waitingEntitiesInMemoryMax allows, the others on disk only; none is refused and all are done", async () => {
    const core = await CoreHarness.withStates([], { limits: { waitingEntitiesInMemoryMax: 20, invocationsInFlightMax: 1 } });
    expect(await refusals(core, 50, (index) => cart(`c${index}`))).toBe(0);
    expect(core.state.waitingEntities).toBe(8);
    expect(core.state.mailboxes.waitingMessages).toBe(50);
    await core.sync();
    const done = new Set<string>();
    for (let [first] = core.inFlight; first !== undefined; [first] = core.inFlight) {
      done.add(first.target.id);
      await core.complete();
      await core.sync();
      expect(core.state.waitingEntities).toBeLessThanOrEqual(20);
    }
    expect([done.size, core.state.mailboxes.waitingMessages]).toEqual([50, 0]);
    expect(await core.rows("m")).toEqual([]);
  });

  test("of one type leave room in memory for the other types", async () => {
    const core = await CoreHarness.withStates([], { limits: { waitingEntitiesInMemoryMax: 100 }, bindings: twoEndpoints });
    await refusals(core, 300, (index) => cart(`c${index}`));
    expect(core.state.waitingEntities).toBe(40);
    await refusals(core, 5, (index) => stock(`s${index}`));
    expect(core.status(stock("s4"))).toBe("in-flight");
  });

  test("that functions and timers create count like all others", async () => {
    const core = await CoreHarness.withStates([], { limits: { waitingEntitiesInMemoryMax: 20 }, bindings: twoEndpoints });
    await core.send(stock("one"), "fan out");
    const messages = Array.from({ length: 100 }, (_, index) => sendTo(cart(`c${index}`), "x"));
    const delayed = Array.from({ length: 100 }, (_, index) => sendAfter(cart(`d${index}`), 10));
    await core.complete({ messages, delayed });
    await core.advance(10);
    expect(core.state.waitingEntities).toBeLessThanOrEqual(20);
    expect(core.state.mailboxes.waitingMessages).toBe(200);
  });

  test("may have many messages; those of one type leave room for the messages of others", async () => {
    const core = await CoreHarness.withStates([], { limits: { waitingMessagesMax: 100 }, bindings: twoEndpoints });
    expect(await refusals(core, 300, (index) => cart(`c${index % 3}`))).toBe(220);
    expect(await refusals(core, 10, () => stock("one"))).toBe(0);
  });

  test("come into memory after a restart as they come at any other time", async () => {
    const core = await CoreHarness.withStates([], { limits: { waitingEntitiesInMemoryMax: 20, invocationsInFlightMax: 1 } });
    await refusals(core, 50, (index) => cart(`c${index}`));
    await core.sync();
    await core.restart();
    expect(core.state.waitingEntities).toBe(10);
    expect(core.state.mailboxes.waitingMessages).toBe(50);
  });
});

describe("a type that sends more than fits in memory", () => {
  const limits = { waitingEntitiesInMemoryMax: 20 };

  /** Each reply of the stock sends ten messages to carts, which are not served fast enough. */
  async function flooding(): Promise<CoreHarness> {
    const core = await CoreHarness.withStates([], { limits, bindings: { endpoints: [few("shop/cart"), few("shop/stock")], egresses: [] } });
    await refusals(core, 100, (index) => stock(`s${index}`));
    for (let round = 0; round < 10; round++) {
      const messages = Array.from({ length: 10 }, (_, index) => sendTo(cart(`c${round}-${index}`), "x"));
      await core.complete({ messages }, stocks(core)[0]);
    }
    return core;
  }

  function few(id: string) {
    const one = endpoint(id);
    return { ...one, transport: { ...one.transport, poolConnectionsMax: 16 } };
  }

  function stocks(core: CoreHarness) {
    return core.inFlight.filter(({ target }) => target.type === "shop/stock");
  }

  test("has a quarter of its credits until that is done, and says why", async () => {
    const core = await flooding();
    await core.sync();
    for (let round = 0; round < 30; round++) await core.complete({}, stocks(core)[0]);
    const stocksType = core.state.entities.types.get("shop/stock");
    expect([stocksType?.heldBackBy()?.name, stocks(core).length]).toEqual(["shop/cart", 4]);
    const waiting = [...core.state.entities.ofType("shop/stock")].find(({ status }) => status === "ready");
    expect(waiting && waitReasonOf(core.state, waiting)).toMatchObject({ kind: "held-back", by: "shop/cart", inFlight: 4, inFlightMax: 4 });
  });

  test("has all of them again when the messages that it sent are processed, and keeps at least one meanwhile", async () => {
    const core = await flooding();
    await core.sync();
    while (core.inFlight.length > 0) {
      expect(stocks(core).length > 0 || core.state.entities.types.get("shop/stock")?.waitingMessages === 0).toBe(true);
      await core.complete({}, core.inFlight.at(-1));
      await core.sync();
    }
    expect(core.state.mailboxes.waitingMessages).toBe(0);
    expect(core.state.entities.types.get("shop/stock")?.heldBackBy()).toBeUndefined();
  });
});

describe("an entity that is read ahead of its turn", () => {
  test("takes a credit: a long queue of entities that are not loaded does not come into memory at once", async () => {
    const core = await CoreHarness.withStates([valueSpec], { limits: { stateCacheBytesMax: 0 } });
    await refusals(core, 500, (index) => cart(`c${index}`));
    const sent = core.inFlight.length;
    for (let index = 0; index < 50; index++) await core.complete();
    const loaded = [...core.state.entities.ofType("shop/cart")].filter((entity) => entity.values !== undefined);
    expect(loaded.length).toBeLessThanOrEqual(sent + 1);
    expect(core.inFlight).toHaveLength(sent);
  });

  test("is released again while an entity queues and the cache is full; its turn reads it back", async () => {
    const limits = { stateCacheBytesMax: 20_000, invocationsInFlightMax: 1, batchMessagesMax: 1 };
    const core = await CoreHarness.withStates([valueSpec], { limits });
    const large = (index: number): string => `${index}`.padEnd(1_000, "x");
    await refusals(core, 80, (index) => cart(`c${index % 40}`));
    for (let index = 0; index < 40; index++) await core.complete({ mutations: [modify(large(index))] });
    const bytes = [...core.state.entities.ofType("shop/cart")].reduce((sum, entity) => sum + entity.valuesBytes, 0);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(limits.stateCacheBytesMax);
    for (let index = 0; index < 40; index++) {
      expect(textOf(core.inFlight[0]?.state[0]?.value)).toBe(large(index));
      await core.complete();
    }
  });

  test("is released when its entity is paused in the queue; nothing of it stays counted (simulation seed 60391)", async () => {
    const core = await CoreHarness.withStates([valueSpec], { limits: { invocationsInFlightMax: 1, batchMessagesMax: 1 } });
    for (const id of ["anna", "anna", "bert"]) await core.send(cart(id), "a");
    await core.complete({ mutations: [modify("kept")] });
    expect(core.state.residency.readyValuesBytes).toBeGreaterThan(0);
    await core.act(cart("anna"), { kind: "pause" });
    expect(core.state.residency.readyValuesBytes).toBe(0);
    await core.act(cart("anna"), { kind: "resume" });
    await core.complete();
    expect(textOf(core.inFlight[0]?.state[0]?.value)).toBe("kept");
  });

  test("brings a spilled mailbox back in parts while the mailboxes in memory are full", async () => {
    const core = await CoreHarness.withStates([], { limits: { mailboxBytesInMemoryMax: 2_000 } });
    await core.act(stock("held"), { kind: "pause" });
    await refusals(core, 10, () => stock("held"));
    await refusals(core, 300, () => cart("deep"));
    await core.sync();
    expect(core.depth(cart("deep"))).toBe(300);
    const [request] = core.inFlight;
    expect(request?.inputs).toHaveLength(100);
    await core.complete();
    expect(core.inFlight[0]?.inputs).toHaveLength(100);
  });
});

describe("entities at rest, once memory is full of them", () => {
  const places = 10;
  const limits = { stateCacheBytesMax: places * idleEntityOverheadBytes };

  async function visited(core: CoreHarness, id: string): Promise<void> {
    await core.send(cart(id), "a");
    await core.complete();
  }

  function atRest(core: CoreHarness): string[] {
    return [...core.state.residency.idle].map((entity) => entity.id);
  }

  async function full(): Promise<{ core: CoreHarness; residents: string[] }> {
    const core = await CoreHarness.withStates([], { limits });
    for (let index = 0; core.state.residency.idle.size < places; index++) await visited(core, `resident ${index}`);
    return { core, residents: atRest(core) };
  }

  test("are not pushed out by any number of other entities that come once", async () => {
    const { core, residents } = await full();
    for (let index = 0; index < 1_000; index++) await visited(core, `stranger ${index}`);
    expect(atRest(core)).toEqual(residents);
    expect(core.state.entities.resident).toBe(places);
  });

  test("make room, oldest first, for an entity that comes again soon", async () => {
    const { core, residents } = await full();
    await visited(core, "resident 0");
    for (let visit = 0; visit < 2; visit++) await visited(core, "stranger");
    const others = residents.slice(1).filter((id) => id !== "resident 0");
    expect(atRest(core)).toEqual([...others, "resident 0", "stranger"]);
  });

  test("give way to a new set of entities that are in use", async () => {
    const { core } = await full();
    for (let visit = 0; visit < 2; visit++) for (let index = 0; index < 1_000; index++) await visited(core, `new ${index}`);
    expect(atRest(core).filter((id) => id.startsWith("new "))).toHaveLength(places);
  });
});

describe("names under a wildcard", () => {
  const named = (number: number) => ({ type: `shop/t${number}`, id: "a" });

  test("beyond functionTypesMax are refused at the door, types that are known and names that are bound exactly are not", async () => {
    const exact = endpoint("shop/exact");
    const bindings = { ...shopBindings, endpoints: [...shopBindings.endpoints, exact] };
    const core = CoreHarness.open({ limits: { functionTypesMax: 3 }, bindings });
    for (let number = 0; number < 3; number++) await core.send(named(number), "x");
    const refused = await core.send(named(3), "x");
    expect(core.refused.get(refused)).toMatchObject({ code: "TOO_MANY_TYPES", message: expect.stringContaining("shop/t3") });
    for (const target of [named(1), { type: "shop/exact", id: "a" }]) expect(core.refused.has(await core.send(target, "x"))).toBe(false);
  });

  test("to which a function sends make its reply wrong; none of its effects counts, also when one reply brings them all", async () => {
    const core = await CoreHarness.withStates([], { limits: { functionTypesMax: 4 } });
    await core.send(cart("anna"), "x");
    await core.complete({ messages: [0, 1, 2].map((number) => sendTo(named(number), "x")) });
    expect(core.failureCode(cart("anna"))).toBe("TOO_MANY_TYPES");
    expect(core.state.entities.types.size).toBe(2);
  });

  test("that no function has answered are removed once no message waits for them, and make room", async () => {
    const core = CoreHarness.open({ limits: { functionTypesMax: 1, attemptsMax: 1 } });
    await core.send(named(0), "x");
    await core.fail("REPLY_STATUS", "entity");
    expect(core.status(named(0))).toBe("parked");
    await core.act(named(0), { kind: "discard-head" });
    expect(core.state.entities.types.size).toBe(0);
    expect(core.refused.has(await core.send(named(1), "x"))).toBe(false);
  });

  test("are types from their first answer on, also after a restart and without states", async () => {
    const core = CoreHarness.open();
    await core.send(named(0), "x");
    expect(core.state.entities.types.get("shop/t0")?.answered).toBe(false);
    await core.complete();
    await core.sync();
    await core.restart();
    expect([...core.state.entities.types.values()].map(({ name, answered }) => [name, answered])).toEqual([["shop/t0", true]]);
  });
});
