/**
 * Breakpoints in the core: which entities they hold, what a step lets through, what a person may do meanwhile, and every way in which one
 * ends.
 */
import { describe, expect, test } from "vitest";
import { looksInTurnMax } from "../src/core/tables/message-looks.ts";
import type { BreakpointSpec } from "@signalbox/runtime/model/breakpoint";
import type { MessageCondition } from "@signalbox/runtime/model/message-condition";
import { CoreHarness, requireEntity, type HarnessOptions } from "./core-harness.ts";
import { cart, stock, text, textOf, valueSpec } from "./core-samples.ts";

const atCarts: BreakpointSpec = {
  id: "b1",
  namespace: "shop",
  name: "cart",
  ids: { kind: "all" },
  by: "tester",
  setMs: 1,
  forMs: 60_000,
};

async function withBreakpoint(change: Partial<BreakpointSpec> = {}, options: HarnessOptions = {}): Promise<CoreHarness> {
  const core = await CoreHarness.withStates([valueSpec], options);
  await core.setBreakpoint({ ...atCarts, ...change });
  return core;
}

describe("a breakpoint holds", () => {
  test("messages for its type, and no others", async () => {
    const core = await withBreakpoint();
    await core.send(cart("a"), "x");
    await core.send(stock("a"), "y");
    expect([core.status(cart("a")), core.status(stock("a"))]).toEqual(["held", "in-flight"]);
    expect(core.inFlight.map(({ target }) => target)).toEqual([stock("a")]);
  });

  test("one id, or those that begin with a prefix, of one function or of a namespace", async () => {
    const one = await withBreakpoint({ ids: { kind: "one", id: "a" } });
    for (const id of ["a", "ab"]) await one.send(cart(id), "x");
    expect([one.status(cart("a")), one.status(cart("ab"))]).toEqual(["held", "in-flight"]);
    const some = await withBreakpoint({ name: "*", ids: { kind: "prefix", prefix: "a" } });
    for (const address of [cart("a"), cart("ab"), cart("b"), stock("ab")]) await some.send(address, "x");
    expect([cart("a"), cart("ab"), cart("b"), stock("ab")].map((address) => some.status(address))).toEqual([
      "held",
      "held",
      "in-flight",
      "held",
    ]);
  });

  test("an entity whose invocation was in flight, once that has ended, and leaves the invocation alone", async () => {
    const core = await CoreHarness.withStates([valueSpec]);
    await core.send(cart("a"), "one");
    await core.send(cart("a"), "two");
    await core.setBreakpoint(atCarts);
    expect(core.status(cart("a"))).toBe("in-flight");
    await core.complete();
    expect(core.status(cart("a"))).toBe("held");
    await core.releaseBreakpoint("b1");
    expect(core.inputs()).toEqual(["two"]);
  });

  test("an entity without taking the time of the hold from its call budget", async () => {
    const core = await CoreHarness.withStates([]);
    await core.send(cart("a"), "x");
    await core.fail("REPLY_MALFORMED", "entity");
    await core.setBreakpoint({ ...atCarts, forMs: 3_000_000 });
    await core.advance(1_000);
    expect(core.status(cart("a"))).toBe("held");
    await core.advance(2_000_000);
    await core.releaseBreakpoint("b1");
    expect(core.inFlight[0]?.timeoutMs).toBeGreaterThan(50_000);
  });
});

describe("a step", () => {
  test("lets exactly one message through, and the next one is held", async () => {
    const core = await withBreakpoint();
    for (const value of ["one", "two", "three"]) await core.send(cart("a"), value);
    await core.act(cart("a"), { kind: "step" });
    expect(core.inputs()).toEqual(["one"]);
    await core.complete();
    expect([core.status(cart("a")), core.depth(cart("a"))]).toEqual(["held", 2]);
    await core.act(cart("a"), { kind: "step" });
    expect(core.inputs()).toEqual(["two"]);
  });

  test("holds for all attempts of its message, and ends when that is parked", async () => {
    const core = await withBreakpoint({}, { limits: { attemptsMax: 2 } });
    for (const value of ["one", "two"]) await core.send(cart("a"), value);
    await core.act(cart("a"), { kind: "step" });
    await core.fail("REPLY_MALFORMED", "entity");
    await core.advance(1_000);
    expect(core.inputs()).toEqual(["one"]);
    await core.fail("REPLY_MALFORMED", "entity");
    expect(core.status(cart("a"))).toBe("parked");
    await core.act(cart("a"), { kind: "retry" });
    expect(core.status(cart("a"))).toBe("held");
  });

  test("of an entity that no breakpoint holds is refused", async () => {
    const core = await withBreakpoint();
    await core.send(stock("a"), "x");
    const refused = core.refused.get(await core.act(stock("a"), { kind: "step" }));
    expect(refused).toMatchObject({ code: "ENTITY_NOT_HELD", cure: expect.stringContaining("held") });
  });

  test("of all held entities is one act", async () => {
    const core = await withBreakpoint();
    for (const id of ["a", "b"]) await core.send(cart(id), "x");
    await core.act({ kind: "by-status", type: undefined, status: "held" }, { kind: "step" });
    expect(core.inFlight.map(({ target }) => target.id)).toEqual(["a", "b"]);
  });
});

describe("while it is held", () => {
  test("the first message is edited in place and stays held", async () => {
    const core = await withBreakpoint();
    await core.send(cart("a"), "one");
    await core.act(cart("a"), { kind: "edit-head", value: text("a much longer one") });
    expect(core.status(cart("a"))).toBe("held");
    await core.releaseBreakpoint("b1");
    expect(core.inputs()).toEqual(["a much longer one"]);
  });

  test("the first message is discarded, and after the last one the entity rests", async () => {
    const core = await withBreakpoint();
    for (const value of ["one", "two"]) await core.send(cart("a"), value);
    await core.act(cart("a"), { kind: "discard-head" });
    expect([core.status(cart("a")), core.depth(cart("a"))]).toEqual(["held", 1]);
    await core.act(cart("a"), { kind: "discard-head" });
    expect(core.status(cart("a"))).toBe("idle");
    expect(core.state.breakpoints.heldMessages).toBe(0);
  });

  test("it is paused, and held again after the pause", async () => {
    const core = await withBreakpoint();
    await core.send(cart("a"), "one");
    await core.act(cart("a"), { kind: "pause" });
    expect(core.status(cart("a"))).toBe("paused");
    await core.act(cart("a"), { kind: "resume" });
    expect(core.status(cart("a"))).toBe("held");
  });
});

describe("a breakpoint ends", () => {
  test("by itself when its time is over, also when the clock steps", async () => {
    const core = await withBreakpoint({ forMs: 5_000 });
    await core.send(cart("a"), "x");
    await core.step(3_600_000);
    expect(core.status(cart("a"))).toBe("held");
    await core.advance(4_999);
    expect(core.status(cart("a"))).toBe("held");
    await core.advance(1);
    expect([core.status(cart("a")), core.state.breakpoints.isEmpty]).toEqual(["in-flight", true]);
  });

  test("after a bounded time at the latest", async () => {
    const core = await withBreakpoint({ forMs: 1e12 }, { limits: { breakpointMsMax: 1_000 } });
    await core.send(cart("a"), "x");
    await core.advance(1_000);
    expect(core.status(cart("a"))).toBe("in-flight");
  });

  test("when it would hold more messages or bytes than allowed: all go on, and it reports that", async () => {
    for (const limits of [{ breakpointHeldMessagesMax: 3 }, { breakpointHeldBytesMax: 1_500 }]) {
      const core = await withBreakpoint({}, { limits });
      for (const value of ["one", "two", "three"]) await core.send(cart("a"), value);
      expect(core.status(cart("a"))).toBe("held");
      await core.send(cart("b"), "four");
      expect([core.status(cart("a")), core.status(cart("b"))]).toEqual(["in-flight", "in-flight"]);
      expect(core.state.breakpoints.find("b1")?.isFull).toBe(true);
    }
  });

  test("and the messages that it held go over to the next one that covers them", async () => {
    const core = await withBreakpoint();
    await core.setBreakpoint({ ...atCarts, id: "b2", ids: { kind: "one", id: "a" } });
    for (const id of ["a", "b"]) await core.send(cart(id), "x");
    await core.releaseBreakpoint("b1");
    expect(requireEntity(core, cart("a")).heldAt?.spec.id).toBe("b2");
    expect(core.status(cart("b"))).toBe("in-flight");
  });

  test("with a restart: nothing is lost, all go on", async () => {
    const core = await withBreakpoint();
    for (const value of ["one", "two"]) await core.send(cart("a"), value);
    await core.sync();
    await core.restart();
    expect(core.inputs()).toEqual(["one", "two"]);
  });

  test("only so many are set at once", async () => {
    const core = await withBreakpoint({}, { limits: { breakpointsMax: 1 } });
    const refused = core.refused.get(await core.setBreakpoint({ ...atCarts, id: "b2" }));
    expect(refused).toMatchObject({ code: "TOO_MANY_BREAKPOINTS" });
  });
});

test("a held entity takes no place from those that wait for a turn: others of the type come from disk meanwhile", async () => {
  const core = await withBreakpoint(
    { ids: { kind: "one", id: "a" } },
    { limits: { waitingEntitiesInMemoryMax: 2, invocationsInFlightMax: 1 } },
  );
  for (const id of ["a", "b", "c", "d"]) await core.send(cart(id), "x");
  await core.sync();
  const seen: string[] = [];
  for (let turn = 0; turn < 3; turn++) {
    seen.push(core.inFlight[0]?.target.id ?? "nobody");
    await core.complete();
    await core.sync();
  }
  expect(seen.toSorted()).toEqual(["b", "c", "d"]);
  expect(core.status(cart("a"))).toBe("held");
});

test("an entity that a step let through takes no place beyond the limit once the step is over (simulation seeds 24892, 26842)", async () => {
  const core = await withBreakpoint({}, { limits: { waitingEntitiesInMemoryMax: 2, invocationsInFlightMax: 1 } });
  const ids = ["a", "b", "c", "d", "e", "f", "g", "h"];
  for (const id of ids) for (const value of ["one", "two"]) await core.send(cart(id), value);
  await core.sync();
  for (const id of ids) await core.act(cart(id), { kind: "step" });
  await core.releaseBreakpoint("b1");
  const seen: string[] = [];
  for (let [first] = core.inFlight; first !== undefined; [first] = core.inFlight) {
    // The harness checks after each command that memory is within its bound.
    seen.push(`${first.target.id} ${core.inputs().join(" and ")}`);
    await core.complete();
    await core.sync();
  }
  expect(seen.toSorted()).toEqual(ids.flatMap((id) => [`${id} one`, `${id} two`]));
});

describe("a breakpoint with a condition", () => {
  const condition: MessageCondition = {
    weight: 1,
    look: ({ value }) => {
      const said = textOf(value) ?? "";
      if (said.startsWith("?")) return { kind: "unclear", why: `${said} has no amount` };
      return { kind: said.startsWith("!") ? "fits" : "differs" };
    },
  };

  async function withCondition(): Promise<CoreHarness> {
    const core = await CoreHarness.withStates([]);
    await core.setBreakpoint(atCarts, condition);
    return core;
  }

  test("holds a message that fits, with all that is behind it, and lets a message that differs through", async () => {
    const core = await withCondition();
    await core.send(cart("a"), "x");
    await core.send(cart("b"), "!y");
    await core.send(cart("b"), "z");
    expect([core.status(cart("a")), core.status(cart("b")), core.depth(cart("b"))]).toEqual(["in-flight", "held", 2]);
    await core.act(cart("b"), { kind: "step" });
    expect(core.inFlight.map(({ inputs }) => inputs.map(({ value }) => textOf(value)))).toEqual([["x"], ["!y"]]);
  });

  test("cuts a batch before the message that it holds, also a batch that failed and is tried again", async () => {
    const core = await CoreHarness.withStates([]);
    await core.send(cart("a"), "first");
    for (const value of ["x", "y", "!z", "behind"]) await core.send(cart("a"), value);
    await core.complete();
    expect(core.inputs()).toEqual(["x", "y", "!z", "behind"]);
    await core.setBreakpoint(atCarts, condition);
    await core.fail("REPLY_MALFORMED", "entity");
    await core.advance(60);
    expect(core.inputs()).toEqual(["x", "y"]);
    await core.complete();
    expect([core.status(cart("a")), core.depth(cart("a"))]).toEqual(["held", 2]);
  });

  test("holds a message that it cannot judge, and says why", async () => {
    const core = await withCondition();
    await core.send(cart("a"), "?");
    const entity = requireEntity(core, cart("a"));
    expect([entity.status, entity.heldUnclear]).toEqual(["held", "? has no amount"]);
    await core.releaseBreakpoint("b1");
    expect([core.inputs(), entity.heldUnclear]).toEqual([["?"], undefined]);
  });

  test("looks at the next message once the first is discarded, and lets it through if it differs", async () => {
    const core = await withCondition();
    for (const value of ["!x", "y", "!z"]) await core.send(cart("a"), value);
    await core.act(cart("a"), { kind: "discard-head" });
    expect(core.inputs()).toEqual(["y"]);
    await core.complete();
    expect([core.status(cart("a")), core.depth(cart("a"))]).toEqual(["held", 1]);
  });

  test("spends no more looks in one turn than allowed, and goes on with the next turn", async () => {
    const core = await CoreHarness.withStates([]);
    await core.setBreakpoint(atCarts);
    for (const id of ["a", "b"]) await core.send(cart(id), "x");
    await core.setBreakpoint({ ...atCarts, id: "b2" }, { ...condition, weight: looksInTurnMax });
    // Both may go in one turn, because a turn may look only once.
    await core.releaseBreakpoint("b1");
    expect([core.status(cart("a")), core.status(cart("b"))]).toEqual(["in-flight", "ready"]);
    await core.advance(0);
    expect(core.status(cart("b"))).toBe("in-flight");
  });
});
