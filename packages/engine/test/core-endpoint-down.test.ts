/** An endpoint that refuses, is overloaded, or loses its connection makes only its own entities wait, and they spend nothing (G7). */
import { describe, expect, test } from "vitest";
import { CoreHarness } from "./core-harness.ts";
import { requestOf } from "./core-failing.ts";
import { cart, endpoint, failureOf, shopBindings, stock } from "./core-samples.ts";

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

  test("that was changed meanwhile fails for itself: the new endpoint of its name is not reported as down (simulation seed 1079)", async () => {
    const core = await CoreHarness.withStates([]);
    await core.send(cart("a"), "a");
    const late = requestOf(core, cart("a"));
    await core.bind({ ...shopBindings, endpoints: [endpoint("shop/*", { urlTemplate: "http://elsewhere.test/" })] });
    await core.fail("ENDPOINT_REFUSED", "down", late);
    expect(core.inFlight).toMatchObject([{ target: cart("a"), endpoint: { urlTemplate: "http://elsewhere.test/" } }]);
    expect(core.events.filter(({ kind }) => kind === "breaker-changed")).toEqual([]);
  });

  test("that was changed meanwhile answers for itself: the new endpoint of its name is not reported as up", async () => {
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
    // This is ten times the budget later.
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

  test("open the breaker as often as they used connections", async () => {
    const core = await CoreHarness.withStates([], { limits: { breakerEntitiesMin: 3 } });
    await fail(core, (index) => Math.floor(index / 2) + 1);
    expect(breaker(core)).toBe("open");
  });
});
