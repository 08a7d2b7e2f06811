/** What waits when something fails: one entity, or the entities of an endpoint; and that nothing else does (G7). */
import { describe, expect, test } from "vitest";
import { idBytesMax, type Address } from "../src/model/address.ts";
import { CoreHarness } from "./core-harness.ts";
import { cart, endpoint, failureOf, sendAfter, sendTo, shopBindings, stock, text } from "./core-samples.ts";

const bad = { egress: [{ egress: "shop/unknown", value: text("x") }] };

/** Answers the invocation of one entity. */
function requestOf(core: CoreHarness, address: Address) {
  const request = core.inFlight.find(({ target }) => target.type === address.type && target.id === address.id);
  if (request === undefined) throw new Error(`${address.type}/${address.id} is not in flight`);
  return request;
}

/** Lets an entity fail until it is parked, time moving on as it backs off. */
async function failUntilParked(core: CoreHarness, address: Address, fail: () => Promise<void>): Promise<number> {
  let attempts = 0;
  while (core.status(address) !== "parked") {
    if (core.status(address) === "in-flight") {
      await fail();
      attempts++;
    } else {
      await core.advance(10_000);
    }
  }
  return attempts;
}

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

  test("to an id that no door would take parks the sender, at once or delayed, and makes no entity", async () => {
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

describe("an endpoint that refuses", () => {
  test("opens the breaker at once; no entity spends an attempt, however long it lasts", async () => {
    const core = await CoreHarness.withStates([]);
    for (const id of ["a", "b", "c"]) await core.send(cart(id), id);
    for (let left = 3; left > 0; left--) await core.fail("ENDPOINT_REFUSED", "down");
    expect(core.inFlight).toHaveLength(0);
    for (let probe = 0; probe < 40; probe++) {
      await core.advance(20_000);
      expect(core.inFlight).toHaveLength(1);
      await core.fail("ENDPOINT_REFUSED", "down");
    }
    for (const id of ["a", "b", "c"]) {
      expect(core.status(cart(id))).toBe("ready");
      expect(core.state.entities.find(cart(id))?.failures).toBe(0);
    }
  });

  test("is probed by one request at a time, less and less often, and all resume by themselves", async () => {
    const core = await CoreHarness.withStates([], { limits: { breakerProbeBaseMs: 200, breakerProbeMaxMs: 1_000 } });
    for (let index = 0; index < 10; index++) await core.send(cart(`c${index}`), "x");
    while (core.inFlight.length > 0) await core.fail("ENDPOINT_REFUSED", "down");
    core.draw = 0.5;
    const probes: number[] = [];
    for (let tries = 0; tries < 4; tries++) {
      const fromMs = core.nowMs;
      while (core.inFlight.length === 0) await core.advance(1);
      probes.push(core.nowMs - fromMs);
      expect(core.inFlight).toHaveLength(1);
      await core.fail("ENDPOINT_REFUSED", "down");
    }
    expect(probes.slice(1)).toEqual([400, 800, 1_000]);
    await core.advance(1_000);
    await core.complete();
    expect(core.inFlight).toHaveLength(9);
    expect(core.events.filter((event) => event.kind === "breaker-changed").map((event) => event.state)).toEqual(["open", "closed"]);
  });

  test("is probed although requests from before the outage still use up its limit (simulation seed 1199)", async () => {
    const core = await CoreHarness.withStates([], { limits: { breakerProbeBaseMs: 200 } });
    for (const id of ["silent", "refused"]) await core.send(cart(id), "x");
    const [silent, refused] = core.inFlight;
    const endpoint = core.state.routes.endpoints.get("shop/*");
    if (endpoint === undefined) throw new Error("the shop has an endpoint");
    endpoint.limit = 1;
    await core.fail("ENDPOINT_REFUSED", "down", refused);
    expect(core.inFlight).toEqual([silent]);
    await core.advance(1_000);
    expect(core.inFlight.map(({ target }) => target.id)).toEqual(["silent", "refused"]);
  });

  test("leaves the entities of other endpoints alone", async () => {
    const bindings = { ...shopBindings, endpoints: [endpoint("shop/cart"), endpoint("shop/stock")] };
    const core = await CoreHarness.withStates([], { bindings });
    await core.send(cart("a"), "a");
    await core.fail("ENDPOINT_REFUSED", "down");
    await core.send(stock("b"), "b");
    expect(core.inFlight.map((request) => request.target)).toEqual([stock("b")]);
  });

  test("is forgotten when the endpoint is changed: the new one is tried at once", async () => {
    const core = await CoreHarness.withStates([]);
    await core.send(cart("a"), "a");
    await core.fail("ENDPOINT_REFUSED", "down");
    await core.bind({ ...shopBindings, endpoints: [endpoint("shop/*", { urlTemplate: "http://elsewhere.test/" })] });
    expect(core.inFlight[0]?.endpoint.urlTemplate).toBe("http://elsewhere.test/");
  });

  test("that was changed meanwhile fails for itself: the new one under its name is not said to be down (simulation seed 1079)", async () => {
    const core = await CoreHarness.withStates([]);
    await core.send(cart("a"), "a");
    const late = requestOf(core, cart("a"));
    await core.bind({ ...shopBindings, endpoints: [endpoint("shop/*", { urlTemplate: "http://elsewhere.test/" })] });
    await core.fail("ENDPOINT_REFUSED", "down", late);
    expect(core.inFlight).toMatchObject([{ target: cart("a"), endpoint: { urlTemplate: "http://elsewhere.test/" } }]);
    expect(core.events.filter(({ kind }) => kind === "breaker-changed")).toEqual([]);
  });

  test("that was changed meanwhile answers for itself: the new one under its name is not said to be up", async () => {
    const core = await CoreHarness.withStates([]);
    await core.send(cart("a"), "a");
    await core.send(cart("b"), "b");
    const late = requestOf(core, cart("b"));
    await core.fail("ENDPOINT_REFUSED", "down", requestOf(core, cart("a")));
    await core.bind({ ...shopBindings, endpoints: [endpoint("shop/*", { urlTemplate: "http://elsewhere.test/" })] });
    await core.fail("ENDPOINT_REFUSED", "down", requestOf(core, cart("a")));
    await core.complete({}, late);
    expect(core.events.flatMap((event) => (event.kind === "breaker-changed" ? [event.state] : []))).toEqual(["open", "open"]);
  });

  test("spends nothing of the call budget of an entity that had failed before the outage", async () => {
    const core = await CoreHarness.withStates([]);
    await core.send(cart("a"), "a");
    await core.fail("ENDPOINT_ERROR", "suspect");
    await core.send(cart("b"), "b");
    await core.complete({}, requestOf(core, cart("b")));
    await core.advance(1_000);
    await core.fail("ENDPOINT_REFUSED", "down");
    // Ten times the budget later.
    for (let probe = 0; probe < 40; probe++) {
      await core.advance(15_000);
      if (probe < 39) await core.fail("ENDPOINT_REFUSED", "down");
    }
    expect(core.inFlight[0]?.timeoutMs).toBe(60_000);
    await core.fail("ENDPOINT_ERROR", "suspect");
    await core.advance(10_000);
    expect(core.status(cart("a"))).not.toBe("parked");
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

describe("an overloaded endpoint", () => {
  test("gets fewer requests at once, more again as it answers, and nobody spends attempts", async () => {
    const core = await CoreHarness.withStates([]);
    const limit = (): number => Math.floor(core.state.routes.endpoints.get("shop/*")?.limit ?? 0);
    const before = limit();
    await core.send(cart("a"), "a");
    await core.end({ kind: "failure", failure: failureOf("ENDPOINT_OVERLOADED", "suspect", 700) });
    expect(limit()).toBe(before / 2);
    expect(core.status(cart("a"))).toBe("backing-off");
    await core.advance(699);
    expect(core.inFlight).toHaveLength(0);
    await core.advance(1);
    expect(core.state.entities.find(cart("a"))?.failures).toBe(0);
    await core.complete();
    for (let answers = 0; answers < 100; answers++) {
      await core.send(cart("a"), "x");
      await core.complete();
    }
    expect(limit()).toBeGreaterThan(before / 2);
  });
});

test("a reply for which the gateway lacks memory blames nobody: asked later, by fewer at once, never parked, no breaker", async () => {
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

test("a function that wants to be asked later is, as often as it wishes, and spends no attempt", async () => {
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

test("an endpoint that stays overloaded for an entity is asked later each time", async () => {
  const core = await CoreHarness.withStates([], { limits: { backoffBaseMs: 100, backoffMaxMs: 10_000, breakerEntitiesMin: 5 } });
  await core.send(cart("a"), "a");
  const waits: number[] = [];
  for (let refusals = 0; refusals < 3; refusals++) {
    await core.end({ kind: "failure", failure: failureOf("ENDPOINT_OVERLOADED", "suspect") });
    const waitMs = (core.state.entities.find(cart("a"))?.retryAtMs ?? 0) - core.nowMs;
    waits.push(waitMs);
    await core.advance(waitMs);
  }
  expect(waits).toEqual([50, 100, 200]);
  expect(core.state.entities.find(cart("a"))?.failures).toBe(0);
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

describe("calls that shared a connection when it broke", () => {
  const many = [1, 2, 3, 4, 5].map((number) => cart(`c${number}`));
  const fail = async (core: CoreHarness, event: (index: number) => number): Promise<void> => {
    for (const address of many) await core.send(address, "m");
    const requests = many.map((address) => requestOf(core, address));
    expect(requests.map(({ alone }) => alone)).toEqual(many.map(() => false));
    for (const [index, request] of requests.entries())
      await core.end({ kind: "failure", failure: failureOf("ENDPOINT_GATEWAY", "suspect"), event: event(index) }, request);
  };
  const breaker = (core: CoreHarness) => core.state.routes.endpoints.get("shop/*")?.breaker;

  test("are one failure of the endpoint, each an attempt, and go alone next", async () => {
    const core = await CoreHarness.withStates([], { limits: { breakerEntitiesMin: 3 } });
    await fail(core, () => 7);
    expect(breaker(core)).toBe("closed");
    await core.advance(10_000);
    const again = many.map((address) => requestOf(core, address));
    expect(again.map(({ alone }) => alone)).toEqual(many.map(() => true));
    for (const request of again) await core.complete({}, request);
    await core.send(many[0] ?? cart("none"), "next");
    expect(requestOf(core, many[0] ?? cart("none")).alone).toBe(false);
  });

  test("open the breaker as so many connections as they were on", async () => {
    const core = await CoreHarness.withStates([], { limits: { breakerEntitiesMin: 3 } });
    await fail(core, (index) => Math.floor(index / 2) + 1);
    expect(breaker(core)).toBe("open");
  });
});
