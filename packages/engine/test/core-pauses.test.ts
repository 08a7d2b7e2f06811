/** During a pause the calls in flight end, nothing new begins, and messages wait in order, in memory and on disk, until the pause ends. */
import { describe, expect, test } from "vitest";
import type { EngineLimits } from "../src/limits.ts";
import type { InvocationRequest } from "@signalbox/runtime/model/invocation";
import type { LimitCover, LimitSpec } from "@signalbox/runtime/model/limit-spec";
import { waitReasonOf } from "../src/runtime/reads/wait-reasons.ts";
import { CoreHarness } from "./core-harness.ts";
import { cart, shopBindings, stock } from "./core-samples.ts";

const carts = { kind: "functions", namespace: "shop", name: "cart" } as const;

function paused(cover: LimitCover = carts): LimitSpec {
  return {
    id: "pause",
    module: "",
    cover,
    key: { kind: "all" },
    messagesPerSecond: undefined,
    burstMessages: 1,
    inFlightMax: 0,
    waitingMessagesMax: undefined,
    pause: { what: "function:shop/cart", by: "ada", sinceMs: 0, untilMs: undefined },
  };
}

async function shop(options: Partial<EngineLimits> = {}): Promise<CoreHarness> {
  const core = await CoreHarness.withStates([], { limits: options });
  for (const address of [cart("warm-up"), stock("warm-up")]) {
    await core.send(address, "hello");
    await core.complete();
  }
  return core;
}

function ids(core: CoreHarness): string[] {
  return core.inFlight.map((request) => request.target.id);
}

async function served(core: CoreHarness): Promise<string[]> {
  const order: string[] = [];
  for (let one: InvocationRequest | undefined = core.inFlight[0]; one !== undefined; one = core.inFlight[0]) {
    order.push(...one.inputs.map(({ value }) => `${one.target.id} ${Buffer.from(value.bytes).toString()}`));
    await core.complete({}, one);
  }
  return order;
}

describe("a pause", () => {
  test("lets calls in flight end, begins nothing of its type, and holds no other type", async () => {
    const core = await shop();
    await core.send(cart("a"), "1");
    await core.bind({ ...shopBindings, limits: [paused()] });
    for (const text of ["2", "3"]) await core.send(cart("a"), text);
    await core.send(cart("b"), "1");
    await core.send(stock("s"), "1");
    expect(ids(core)).toEqual(["a", "s"]);
    await served(core);
    expect(core.inFlight).toEqual([]);
    await core.advance(3_600_000);
    expect(core.inFlight).toEqual([]);
    const entity = core.state.entities.find(cart("b"));
    expect(entity && waitReasonOf(core.state, entity)).toMatchObject({ kind: "limit", pause: { by: "ada" }, inFlightMax: 0 });

    await core.bind({ ...shopBindings, limits: [] });
    expect((await served(core)).toSorted()).toEqual(["a 2", "a 3", "b 1"]);
  });

  test("holds an attempt that failed meanwhile, and its messages keep their order", async () => {
    const core = await shop();
    await core.send(cart("a"), "1");
    await core.bind({ ...shopBindings, limits: [paused()] });
    await core.send(cart("a"), "2");
    await core.fail("ENDPOINT_ERROR", "suspect");
    await core.advance(60_000);
    expect(core.inFlight).toEqual([]);
    await core.bind({ ...shopBindings, limits: [] });
    expect(await served(core)).toEqual(["a 1", "a 2"]);
  });

  test("holds any number on disk, over a restart, and loses none", async () => {
    const core = await shop({ waitingEntitiesInMemoryMax: 20 });
    await core.bind({ ...shopBindings, limits: [paused()] });
    for (const text of ["1", "2"]) for (let index = 0; index < 100; index++) await core.send(cart(`c${index}`), text);
    await core.sync();
    await core.restart();
    await core.bind({ ...shopBindings, limits: [paused()] });
    await core.advance(60_000);
    expect(core.inFlight).toEqual([]);
    await core.bind({ ...shopBindings, limits: [] });
    const order = await served(core);
    expect(order.toSorted()).toEqual(
      ["1", "2"].flatMap((text) => Array.from({ length: 100 }, (_, index) => `c${index} ${text}`)).toSorted(),
    );
    for (let index = 0; index < 100; index++) expect(order.indexOf(`c${index} 1`)).toBeLessThan(order.indexOf(`c${index} 2`));
  });

  test("of a namespace leaves out the types that it excepts", async () => {
    const core = await shop();
    await core.bind({ ...shopBindings, limits: [paused({ kind: "functions", namespace: "shop", name: "*", except: ["stock"] })] });
    await core.send(cart("a"), "1");
    await core.send(stock("s"), "1");
    expect(ids(core)).toEqual(["s"]);
  });
});
