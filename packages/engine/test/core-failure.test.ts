/**
 * When one entity, message or type fails, only that one waits (G7). Neighbour: core-endpoint-down.test.ts has the failures of endpoints.
 */
import { describe, expect, test } from "vitest";
import { idBytesMax, type Address } from "@signalbox/runtime/model/address";
import { CoreHarness } from "./core-harness.ts";
import { failUntilParked, requestOf } from "./core-failing.ts";
import { cart, endpoint, failureOf, sendAfter, sendTo, shopBindings, stock, text } from "./core-samples.ts";

const bad = { egress: [{ egress: "shop/unknown", value: text("x") }] };

/** Returns since when the entity fails, as lists and pages show it. */
function failingSinceMs(core: CoreHarness, address: Address): number | undefined {
  return core.state.entities.find(address)?.sinceMs;
}

describe("since when an entity fails", () => {
  test("is its first failure since it last answered, over all attempts, until it is parked", async () => {
    const core = await CoreHarness.withStates([]);
    await core.advance(5_000);
    await core.send(cart("bad"), "a");
    const firstMs = core.nowMs;
    await core.complete(bad, requestOf(core, cart("bad")));
    expect(core.status(cart("bad"))).toBe("backing-off");
    expect(failingSinceMs(core, cart("bad"))).toBe(firstMs);
    await core.advance(10_000);
    await core.complete(bad, requestOf(core, cart("bad")));
    expect([core.status(cart("bad")), failingSinceMs(core, cart("bad"))]).toEqual(["backing-off", firstMs]);
    await core.advance(10_000);
    await core.complete({}, requestOf(core, cart("bad")));
    await core.send(cart("bad"), "b");
    await core.complete(bad, requestOf(core, cart("bad")));
    expect(failingSinceMs(core, cart("bad"))).toBe(core.nowMs);
  });

  test("is reported too while the entity waits for an endpoint that is down", async () => {
    const core = await CoreHarness.withStates([]);
    await core.advance(5_000);
    for (const id of ["a", "b"]) await core.send(cart(id), "x");
    const downMs = core.nowMs;
    await core.fail("ENDPOINT_REFUSED", "down");
    await core.fail("ENDPOINT_REFUSED", "down");
    await core.advance(50);
    for (const id of ["a", "b"]) expect(failingSinceMs(core, cart(id))).toBe(downMs);
  });
});

describe("a wrong answer", () => {
  test("of an unknown egress parks the entity after its attempts; its mailbox is kept and others go on", async () => {
    const core = await CoreHarness.withStates([]);
    await core.send(cart("bad"), "a");
    await core.send(cart("good"), "b");
    await core.send(cart("bad"), "c");
    const attempts = await failUntilParked(core, cart("bad"), () => core.complete(bad, requestOf(core, cart("bad"))));
    expect(attempts).toBe(4);
    expect(core.failureCode(cart("bad"))).toBe("UNKNOWN_EGRESS");
    expect(core.depth(cart("bad"))).toBe(2);
    await core.complete({}, requestOf(core, cart("good")));
    expect(core.status(cart("good"))).toBe("idle");
    await core.send(cart("bad"), "d");
    expect(core.inFlight).toHaveLength(0);
    expect(core.depth(cart("bad"))).toBe(3);
  });

  test("to an unknown function type parks only its sender", async () => {
    const core = await CoreHarness.withStates([]);
    await core.send(cart("bad"), "a");
    await failUntilParked(core, cart("bad"), () => core.complete({ messages: [sendTo({ type: "nobody/serves", id: "x" }, "m")] }));
    expect(core.failureCode(cart("bad"))).toBe("UNKNOWN_FUNCTION_TYPE");
    expect(core.state.entities.types.has("nobody/serves")).toBe(false);
  });

  test("to an id that no surface would accept parks the sender, at once or delayed, and makes no entity", async () => {
    const core = await CoreHarness.withStates([]);
    const long = "x".repeat(idBytesMax + 1);
    const replies = [
      { messages: [sendTo(stock(""), "m")] },
      { messages: [sendTo(stock(long), "m")] },
      { delayed: [sendAfter(stock(long), 1_000)] },
      { messages: [sendTo({ type: "shop/stock ", id: "x" }, "m")] },
    ];
    for (const [index, reply] of replies.entries()) {
      const sender = cart(`bad${index}`);
      await core.send(sender, "a");
      await failUntilParked(core, sender, () => core.complete(reply));
      expect(core.failureCode(sender)).toBe("INVALID_ADDRESS");
    }
    expect(core.depth(stock(long))).toBe(0);
    expect(core.state.entities.types.has("shop/stock ")).toBe(false);
  });

  test("stays parked over a restart, with its failure and its mailbox", async () => {
    const core = await CoreHarness.withStates([]);
    await core.send(cart("bad"), "a");
    await failUntilParked(core, cart("bad"), () => core.complete(bad));
    await core.sync();
    await core.restart();
    expect(core.status(cart("bad"))).toBe("parked");
    expect(core.failureCode(cart("bad"))).toBe("UNKNOWN_EGRESS");
    expect(core.inFlight).toHaveLength(0);
    await core.act(cart("bad"), { kind: "retry" });
    expect(core.inputs()).toEqual(["a"]);
  });

  test("in a batch ends with the one bad message alone at the head; what came before it is done, what comes after waits", async () => {
    const core = await CoreHarness.withStates([]);
    await core.send(cart("bad"), "first");
    for (const value of ["good", "poison", "after"]) await core.send(cart("bad"), value);
    await core.complete();
    const done: (string | undefined)[] = [];
    await failUntilParked(core, cart("bad"), async () => {
      const inputs = core.inputs();
      if (inputs.includes("poison")) return core.complete(bad);
      done.push(...inputs);
      return core.complete();
    });
    expect(done).toEqual(["good"]);
    expect(core.depth(cart("bad"))).toBe(2);
    await core.act(cart("bad"), { kind: "discard-head" });
    expect(core.inputs()).toEqual(["after"]);
  });

  test("never parks a whole batch, even when one attempt is all there is (simulation seed 269)", async () => {
    const core = await CoreHarness.withStates([], { limits: { attemptsMax: 1 } });
    await core.send(cart("bad"), "first");
    for (const value of ["good", "poison"]) await core.send(cart("bad"), value);
    await core.complete();
    await failUntilParked(core, cart("bad"), () => core.complete(core.inputs().includes("poison") ? bad : {}));
    expect(core.depth(cart("bad"))).toBe(1);
    await core.act(cart("bad"), { kind: "discard-head" });
    expect(core.status(cart("bad"))).toBe("idle");
  });

  test("backs off exponentially, with jitter, up to backoffMaxMs", async () => {
    const core = await CoreHarness.withStates([], { limits: { backoffBaseMs: 100, backoffMaxMs: 300 } });
    const waits: number[] = [];
    await core.send(cart("bad"), "a");
    core.draw = 0.999;
    await failUntilParked(core, cart("bad"), async () => {
      await core.complete(bad);
      const entity = core.state.entities.find(cart("bad"));
      if (entity?.status === "backing-off") waits.push(entity.retryAtMs - core.nowMs);
    });
    expect(waits).toEqual([100, 200, 300]);
  });
});

describe("a server error", () => {
  test("of many entities is the endpoint's: the breaker opens and their attempts do not count", async () => {
    const core = await CoreHarness.withStates([], { limits: { breakerEntitiesMin: 3 } });
    for (const id of ["a", "b", "c", "d"]) await core.send(cart(id), id);
    for (const id of ["a", "b", "c"]) await core.fail("ENDPOINT_ERROR", "suspect", requestOf(core, cart(id)));
    expect(core.events.filter((event) => event.kind === "breaker-changed").map((event) => event.state)).toEqual(["open"]);
    for (const id of ["a", "b", "c"]) expect(core.state.entities.find(cart(id))?.failures).toBe(0);
    await core.complete({}, requestOf(core, cart("d")));
    await core.advance(1_000);
    expect(core.inFlight.length).toBe(3);
  });

  test("of one entity while others succeed parks that entity", async () => {
    const core = await CoreHarness.withStates([], { limits: { attemptsMax: 3 } });
    await core.send(cart("bad"), "a");
    let others = 0;
    const attempts = await failUntilParked(core, cart("bad"), async () => {
      await core.send(cart(`other-${others++}`), "x");
      await core.fail("ENDPOINT_ERROR", "suspect", requestOf(core, cart("bad")));
      await core.complete();
    });
    expect(attempts).toBe(3);
    expect(core.events.some((event) => event.kind === "breaker-changed")).toBe(false);
  });

  test("parks when the call budget of the module is spent, though attempts are left", async () => {
    const transport = { ...endpoint("shop/*").transport, callTimeoutMs: 300 };
    const core = await CoreHarness.withStates([], {
      bindings: { ...shopBindings, endpoints: [endpoint("shop/*", { transport })] },
      limits: { backoffBaseMs: 200 },
    });
    await core.send(cart("bad"), "a");
    expect(await failUntilParked(core, cart("bad"), () => core.fail("ENDPOINT_ERROR", "suspect"))).toBeLessThan(10);
  });
});

test("a reply for which the gateway lacks memory is nobody's fault: the call comes again later, with fewer at once; nothing is parked and no breaker opens", async () => {
  const core = await CoreHarness.withStates([], { limits: { attemptsMax: 2, backoffBaseMs: 100, breakerEntitiesMin: 2 } });
  const limit = (): number => Math.floor(core.state.routes.endpoints.get("shop/*")?.limit ?? 0);
  const before = limit();
  for (const id of ["a", "b", "c"]) await core.send(cart(id), "x");
  for (let round = 0; round < 6; round++) {
    for (const id of ["a", "b", "c"]) {
      await core.end({ kind: "failure", failure: failureOf("REPLY_MEMORY_FULL", "shortage") }, requestOf(core, cart(id)));
      expect(core.status(cart(id))).toBe("backing-off");
    }
    await core.advance(20_000);
  }
  expect(limit()).toBeLessThan(before);
  expect(core.state.routes.endpoints.get("shop/*")?.breaker).toBe("closed");
  expect(core.state.entities.find(cart("a"))?.failures).toBe(0);
  await core.complete({}, requestOf(core, cart("a")));
  expect(core.status(cart("a"))).toBe("idle");
});

test("a message that its function rejects is parked at its first attempt, alone, and the endpoint counts as up", async () => {
  const core = await CoreHarness.withStates([], { limits: { backoffBaseMs: 100 } });
  await core.send(cart("a"), "busy");
  await core.send(cart("a"), "bad");
  await core.send(cart("a"), "good");
  await core.complete();
  await core.end({ kind: "failure", failure: failureOf("REJECTED", "entity") });
  await core.advance(1_000);
  expect(core.inFlight).toMatchObject([{ inputs: [{}] }]);
  await core.end({ kind: "failure", failure: failureOf("REJECTED", "entity") });
  expect(core.status(cart("a"))).toBe("parked");
  expect(core.state.routes.endpoints.get("shop/*")?.breaker).toBe("closed");
});

test("a function that wants to be called later is called later, as often as it wishes, and spends no attempt", async () => {
  const core = await CoreHarness.withStates([], { limits: { attemptsMax: 2, backoffBaseMs: 10, backoffMaxMs: 100 } });
  await core.send(cart("a"), "x");
  for (let round = 0; round < 20; round++) {
    await core.end({ kind: "failure", failure: failureOf("RETRY_LATER", "entity", 60_000) });
    await core.advance(59_999);
    expect(core.inFlight).toHaveLength(0);
    await core.advance(1);
  }
  expect(core.state.entities.find(cart("a"))?.failures).toBe(0);
  await core.complete();
  expect(core.status(cart("a"))).toBe("idle");
});

test("types share an endpoint in turn, however many entities one of them has ready", async () => {
  const core = await CoreHarness.withStates([], { limits: { invocationsInFlightMax: 1 } });
  await core.send(cart("first"), "x");
  for (let index = 0; index < 5; index++) await core.send(cart(`c${index}`), "x");
  for (let index = 0; index < 2; index++) await core.send(stock(`s${index}`), "x");
  const order: string[] = [];
  while (core.inFlight.length > 0) {
    order.push(core.inFlight[0]?.target.type ?? "");
    await core.complete();
  }
  expect(order.slice(1, 5).toSorted()).toEqual(["shop/cart", "shop/cart", "shop/stock", "shop/stock"]);
});

test("an entity that was parked before the breaker opened keeps its attempts, as on disk (simulation, issue 3)", async () => {
  const core = await CoreHarness.withStates([], { limits: { attemptsMax: 1, breakerEntitiesMin: 2 } });
  await core.send(cart("a"), "x");
  await core.fail("ENDPOINT_ERROR", "suspect", requestOf(core, cart("a")));
  expect(core.status(cart("a"))).toBe("parked");
  await core.send(cart("b"), "x");
  await core.fail("ENDPOINT_ERROR", "suspect", requestOf(core, cart("b")));
  expect(core.state.routes.endpoints.get("shop/*")?.breaker).toBe("open");
  expect(core.state.entities.find(cart("a"))?.failures).toBe(1);
});
