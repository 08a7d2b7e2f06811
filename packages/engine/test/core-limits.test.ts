/**
 * Limits of modules: how much may start and when, which entities are held, which has the next turn, and what an ingress is refused
 * (docs/decisions/0055-limits.md).
 */
import { describe, expect, test } from "vitest";
import type { LimitSpec } from "@signalbox/runtime/model/limit-spec";
import type { InvocationRequest } from "@signalbox/runtime/model/invocation";
import { waitReasonOf } from "../src/runtime/reads/wait-reasons.ts";
import type { EngineLimits } from "../src/limits.ts";
import { CoreHarness } from "./core-harness.ts";
import { cart, endpoint, sendTo, shopBindings, stock, valueSpec } from "./core-samples.ts";
import { FunctionService, type Manner } from "./function-service.ts";

const carts = { kind: "functions", namespace: "shop", name: "cart" } as const;
const door = { kind: "ingress", ingress: "api" } as const;
const tenant = { kind: "prefix", separator: ":" } as const;

function limit(change: Partial<LimitSpec>): LimitSpec {
  return {
    id: "shop/limit",
    module: "test",
    cover: carts,
    key: { kind: "all" },
    messagesPerSecond: undefined,
    burstMessages: 1,
    inFlightMax: undefined,
    waitingMessagesMax: undefined,
    ...change,
  };
}

/** From here on the types are known and the buckets are full. */
async function limited(limits: readonly LimitSpec[], options: Partial<EngineLimits> = {}): Promise<CoreHarness> {
  const core = await CoreHarness.withStates([], { limits: options });
  await core.bind({ ...shopBindings, limits });
  for (const address of [cart("warm-up"), stock("warm-up")]) {
    await core.send(address, "hello");
    await core.advance(60_000);
    await core.complete();
  }
  await core.advance(60_000);
  return core;
}

function ids(core: CoreHarness): string[] {
  return core.inFlight.map((request) => request.target.id);
}

/** Ends the invocations in flight until there are none. Returns the ids in the order in which they were sent. */
async function served(core: CoreHarness, most = 1_000): Promise<string[]> {
  const order: string[] = [];
  for (let one: InvocationRequest | undefined = core.inFlight[0]; one !== undefined && order.length < most; one = core.inFlight[0]) {
    order.push(one.target.id);
    await core.complete({}, one);
  }
  return order;
}

describe("messages a second", () => {
  test("as many start at once as the burst says, the others with the tokens as they come", async () => {
    const core = await limited([limit({ messagesPerSecond: 10, burstMessages: 3 })]);
    for (let index = 0; index < 6; index++) await core.send(cart(`c${index}`), "x");
    expect(ids(core)).toEqual(["c0", "c1", "c2"]);
    await core.advance(99);
    expect(core.inFlight).toHaveLength(3);
    await core.advance(1);
    expect(ids(core)).toEqual(["c0", "c1", "c2", "c3"]);
    await core.advance(200);
    expect(core.inFlight).toHaveLength(6);
  });

  test("a batch is cut to the available tokens, and the rest comes with the next ones", async () => {
    const core = await limited([limit({ messagesPerSecond: 10, burstMessages: 3 })]);
    await core.act(cart("a"), { kind: "pause" });
    for (let index = 0; index < 5; index++) await core.send(cart("a"), String(index));
    await core.act(cart("a"), { kind: "resume" });
    expect(core.inputs()).toEqual(["0", "1", "2"]);
    await core.complete();
    expect(core.inFlight).toHaveLength(0);
    await core.advance(100);
    expect(core.inputs()).toEqual(["3"]);
  });

  test("each attempt takes its tokens again", async () => {
    const core = await limited([limit({ messagesPerSecond: 1, burstMessages: 1 })]);
    await core.send(cart("a"), "x");
    await core.fail("ENDPOINT_ERROR", "suspect");
    await core.advance(999);
    expect(core.inFlight).toHaveLength(0);
    await core.advance(1);
    expect(core.inFlight).toHaveLength(1);
  });

  test("a type of another limit, or of none, goes on meanwhile", async () => {
    const core = await limited([limit({ messagesPerSecond: 1, burstMessages: 1 })]);
    for (const id of ["a", "b"]) await core.send(cart(id), "x");
    for (const id of ["s", "t"]) await core.send(stock(id), "x");
    expect(ids(core)).toEqual(["a", "s", "t"]);
  });

  test("types under one limit share its tokens in turn", async () => {
    const core = await limited([
      limit({ cover: { kind: "functions", namespace: "shop", name: "*" }, messagesPerSecond: 1, burstMessages: 1 }),
    ]);
    for (const id of ["a", "b", "c"]) await core.send(cart(id), "x");
    for (const id of ["s", "t"]) await core.send(stock(id), "x");
    for (let second = 0; second < 4; second++) await core.advance(1_000);
    expect(ids(core)).toEqual(["a", "b", "s", "c", "t"]);
  });

  test("a clock that steps fills no bucket and empties none", async () => {
    const core = await limited([limit({ messagesPerSecond: 1, burstMessages: 2 })]);
    for (let index = 0; index < 4; index++) await core.send(cart(`c${index}`), "x");
    await core.step(3_600_000);
    expect(core.inFlight).toHaveLength(2);
    await core.step(-7_200_000);
    expect(core.inFlight).toHaveLength(2);
    await core.advance(1_000);
    expect(core.inFlight).toHaveLength(3);
  });

  test("a bucket is empty at a start: no number of restarts lets more messages through", async () => {
    const core = await limited([limit({ messagesPerSecond: 1, burstMessages: 5 })]);
    for (let index = 0; index < 5; index++) await core.send(cart(`c${index}`), "x");
    await core.sync();
    await core.restart();
    expect(core.inFlight).toHaveLength(0);
    await core.advance(1_000);
    expect(core.inFlight).toHaveLength(1);
  });

  test("a limit that changes keeps the tokens already taken, and waiting entities follow the new limit", async () => {
    const core = await limited([limit({ messagesPerSecond: 1, burstMessages: 2 })]);
    for (let index = 0; index < 4; index++) await core.send(cart(`c${index}`), "x");
    await core.bind({ ...shopBindings, limits: [limit({ messagesPerSecond: 10, burstMessages: 10 })] });
    expect(core.inFlight).toHaveLength(2);
    await core.advance(100);
    expect(core.inFlight).toHaveLength(3);
    await core.bind(shopBindings);
    expect(core.inFlight).toHaveLength(4);
  });
});

describe("invocations in flight", () => {
  test("are as many as the limit says; the end of one lets the next go", async () => {
    const core = await limited([limit({ inFlightMax: 2 })]);
    for (const id of ["a", "b", "c"]) await core.send(cart(id), "x");
    expect(ids(core)).toEqual(["a", "b"]);
    await core.complete();
    expect(ids(core)).toEqual(["b", "c"]);
  });

  test("count for each key apart", async () => {
    const core = await limited([limit({ key: tenant, inFlightMax: 1 })]);
    for (const id of ["a:1", "a:2", "b:1", "c"]) await core.send(cart(id), "x");
    expect(ids(core)).toEqual(["a:1", "b:1", "c"]);
    await core.complete();
    expect(ids(core)).toEqual(["b:1", "c", "a:2"]);
  });

  test("and no more entities are read from disk than may start", async () => {
    const core = await CoreHarness.withStates([valueSpec], { limits: { stateCacheBytesMax: 0 } });
    await core.bind({ ...shopBindings, limits: [limit({ inFlightMax: 2 })] });
    core.holdLoads({ states: true });
    for (const id of ["a", "b", "c", "d"]) await core.send(cart(id), "x");
    expect(["a", "b", "c", "d"].map((id) => core.status(cart(id)))).toEqual(["loading", "loading", "ready", "ready"]);
    const reads = await core.readHeld();
    await core.releaseLoads(reads);
    expect(ids(core)).toEqual(["a", "b"]);
  });
});

describe("keys take turns", () => {
  test("one with ten thousand entities delays the first message of another by one batch", async () => {
    const core = await limited([limit({ key: tenant })], { invocationsInFlightMax: 1 });
    const rows = Array.from({ length: 10_000 }, (_, index) => [index + 1, cart(`big:${index}`), "x"] as const);
    await core.produce("p", rows);
    await core.send(cart("small:1"), "x");
    await core.sync();
    // The first one was already under way.
    expect(await served(core, 3)).toEqual(["big:0", "big:1", "small:1"]);
  });

  test("also after a restart, when all of them are on disk only", async () => {
    const core = await limited([limit({ key: tenant })], { invocationsInFlightMax: 1, waitingEntitiesInMemoryMax: 640 });
    await core.produce(
      "p",
      Array.from({ length: 3_000 }, (_, index) => [index + 1, cart(`big:${index}`), "x"] as const),
    );
    await core.send(cart("small:1"), "x");
    await core.sync();
    await core.restart();
    const first = await served(core, 15);
    expect(first).toContain("small:1");
    expect(new Set(await served(core, 2_986)).size).toBe(2_986);
  });

  test("and entities of one key that fail for ever do not keep out those behind them", async () => {
    const core = await limited([limit({ key: tenant })], {
      waitingEntitiesInMemoryMax: 2,
      invocationsInFlightMax: 1,
      breakerEntitiesMin: 1,
    });
    for (let index = 0; index < 6; index++) await core.send(cart(`big:${index}`), "x");
    await core.sync();
    await core.restart();
    const tried = new Set<string>();
    for (let attempt = 0; attempt < 40 && core.inFlight.length + core.state.alarms.size > 0; attempt++) {
      const [first] = core.inFlight;
      if (first !== undefined) {
        tried.add(first.target.id);
        await core.fail("ENDPOINT_ERROR", "suspect", first);
      }
      await core.sync();
      await core.advance(11_000);
    }
    expect([...tried].toSorted()).toEqual([0, 1, 2, 3, 4, 5].map((index) => `big:${index}`));
  });

  test("and a turn with nobody left behind its cursor goes on with the entities before it (simulation seed 28283)", async () => {
    const core = await limited([limit({ key: tenant })], { waitingEntitiesInMemoryMax: 10, invocationsInFlightMax: 1 });
    const all = [0, 1, 2, 3, 4, 5].map((index) => cart(`big:${index}`));
    for (const address of all) await core.send(address, "x");
    await core.sync();
    await core.restart();
    await core.fail("ENDPOINT_REFUSED", "down");
    const [cursor] = core.state.cold.cursors.values();
    expect(cursor?.goesOnAt.get("big:")?.fromKey).toContain("big:2");
    for (const address of all.slice(2)) await core.act(address, { kind: "pause" });
    const seen = new Set<string>();
    for (let turn = 0; turn < 20; turn++) {
      await core.sync();
      await core.advance(1_000);
      for (const id of await served(core)) seen.add(id);
    }
    expect([...seen].toSorted()).toEqual(["big:0", "big:1"]);
  });

  test("and the same holds when they share a rate", async () => {
    const core = await limited([limit({ key: tenant }), limit({ id: "shop/all", messagesPerSecond: 1, burstMessages: 1 })]);
    for (let index = 0; index < 100; index++) await core.send(cart(`big:${index}`), "x");
    await core.send(cart("small:1"), "x");
    await core.advance(2_000);
    expect(ids(core)).toEqual(["big:0", "big:1", "small:1"]);
  });

  test("and an entity that is to be tried alone does not lose each token that it waited for, together with its whole type (simulation seed 28001)", async () => {
    const core = await CoreHarness.withStates([], { limits: { breakerEntitiesMin: 1, attemptsMax: 1_000 } });
    const all = limit({ cover: { ...carts, name: "*" }, messagesPerSecond: 1, burstMessages: 1 });
    await core.bind({ endpoints: [endpoint("shop/cart"), endpoint("shop/stock")], egresses: [], limits: [all] });
    const mannerOf = (id: string): Manner => (id === "kills" ? "kills" : id === "throws" ? "throws" : "good");
    const service = new FunctionService(core, { mannerOf, restartMs: 1 });
    for (const address of [cart("kills"), stock("throws")]) await core.send(address, "x");
    // Others are answered in between, so that its deaths count for itself.
    for (let other = 0; other < 50 && (core.state.entities.find(cart("kills"))?.deaths ?? 0) < 3; other++) {
      await core.send(cart(`other-${other}`), "x");
      await service.until(() => service.servedAtMs.has(`other-${other}`), 20_000);
    }
    expect(service.deaths).toBeGreaterThanOrEqual(3);
    await core.send(cart("good"), "x");
    expect(await service.until(() => service.servedAtMs.has("good"), 600_000)).toBe(true);
  });

  test("a key whose bucket is empty holds up no other key", async () => {
    const core = await limited([limit({ key: tenant, messagesPerSecond: 1, burstMessages: 1 })]);
    for (const id of ["a:1", "a:2", "a:3", "b:1"]) await core.send(cart(id), "x");
    expect(ids(core)).toEqual(["a:1", "b:1"]);
    await core.advance(2_000);
    expect(ids(core)).toEqual(["a:1", "b:1", "a:2", "a:3"]);
  });

  test("keys beyond limitKeysMax share a bucket; idle keys with a full bucket make room", async () => {
    const core = await limited([limit({ key: tenant, messagesPerSecond: 1, burstMessages: 1 })], { limitKeysMax: 2 });
    for (const id of ["a:1", "b:1", "c:1", "d:1"]) await core.send(cart(id), "x");
    expect(ids(core)).toEqual(["a:1", "b:1", "c:1"]);
    await core.advance(1_000);
    expect(ids(core)).toEqual(["a:1", "b:1", "c:1", "d:1"]);
    await served(core);
    await core.advance(60_000);
    for (const id of ["e:1", "f:1"]) await core.send(cart(id), "x");
    expect(ids(core)).toEqual(["e:1", "f:1"]);
  });
});

describe("what waits", () => {
  test("is bounded for each key, and an ingress is told which limit and when to come again", async () => {
    const core = await limited([limit({ key: tenant, inFlightMax: 1, waitingMessagesMax: 2 })]);
    for (const id of ["a:1", "a:2"]) await core.send(cart(id), "x");
    const request = await core.send(cart("a:3"), "x");
    expect(core.refused.get(request)).toMatchObject({
      code: "OVERLOADED",
      message: '2 messages wait already under the limit shop/limit for "a"',
      retryAfterMs: 1_000,
    });
    expect(core.refused.get(await core.send(cart("b:1"), "x"))).toBeUndefined();
    await core.complete();
    expect(core.refused.get(await core.send(cart("a:3"), "x"))).toBeUndefined();
  });

  test("is counted and never refused when a function sent it", async () => {
    const core = await limited([limit({ waitingMessagesMax: 1 })]);
    await core.send(stock("s"), "x");
    await core.complete({ messages: [sendTo(cart("a"), "1"), sendTo(cart("b"), "2")] });
    expect(ids(core)).toEqual(["a", "b"]);
    expect(core.refused.get(await core.send(cart("c"), "x"))?.code).toBe("OVERLOADED");
  });

  test("for a limit says so: which limit, whose bucket, and until when", async () => {
    const core = await limited([limit({ key: tenant, messagesPerSecond: 1, burstMessages: 1 })]);
    for (const id of ["a:1", "a:2"]) await core.send(cart(id), "x");
    const entity = core.state.entities.find(cart("a:2"));
    expect(entity && waitReasonOf(core.state, entity)).toEqual({
      kind: "limit",
      limit: "shop/limit",
      module: "test",
      key: "a",
      bound: "rate",
      messagesPerSecond: 1,
      untilMs: core.nowMs + 1_000,
      inFlight: 1,
      inFlightMax: undefined,
    });
  });
});

describe("an ingress", () => {
  test("that has used up its rate is refused until the token is there; a repeat uses up nothing", async () => {
    const core = await limited([]);
    await core.bind({ ...shopBindings, limits: [limit({ cover: door, messagesPerSecond: 2, burstMessages: 1 })] });
    await core.advance(500);
    expect(core.refused.get(await core.send(cart("a"), "x", "key"))).toBeUndefined();
    expect(core.refused.get(await core.send(cart("a"), "x", "key"))).toBeUndefined();
    expect(core.refused.get(await core.send(cart("b"), "x"))).toMatchObject({ code: "OVERLOADED", retryAfterMs: 500 });
    await core.advance(500);
    expect(core.refused.get(await core.send(cart("b"), "x"))).toBeUndefined();
  });

  test("may bring more than its burst in one batch, and is held for as long afterwards", async () => {
    const core = await limited([]);
    await core.bind({ ...shopBindings, limits: [limit({ cover: door, messagesPerSecond: 1, burstMessages: 1 })] });
    await core.advance(1_000);
    await core.produce(
      "p",
      [1, 2, 3].map((sequence) => [sequence, stock(`s${sequence}`), "x"] as const),
    );
    const refused = await core.produce("p", [[4, stock("s4"), "x"]]);
    expect(core.refused.get(refused)?.retryAfterMs).toBe(3_000);
    await core.advance(3_000);
    expect(core.refused.get(await core.produce("p", [[4, stock("s4"), "x"]]))).toBeUndefined();
  });
});
