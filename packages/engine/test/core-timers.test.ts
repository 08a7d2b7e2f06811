/** Delayed messages and their cancellation: due times, tokens and their scope, and a window in memory over the rows on disk. */
import { describe, expect, test } from "vitest";
import { CoreHarness } from "./core-harness.ts";
import { cancel, cart, endpoint, sendAfter, stock, text } from "./core-samples.ts";

async function schedule(core: CoreHarness, from: ReturnType<typeof cart>, effects: ReturnType<typeof sendAfter>[]): Promise<void> {
  await core.send(from, "go");
  await core.complete({ delayed: effects });
}

describe("a delayed message", () => {
  test("arrives when it is due, not before", async () => {
    const core = await CoreHarness.withStates([]);
    await schedule(core, cart("anna"), [sendAfter(stock("x"), 500, { value: "later" })]);
    await core.advance(499);
    expect(core.inFlight).toHaveLength(0);
    await core.advance(1);
    expect(core.inputs()).toEqual(["later"]);
  });

  test("with delay 0 arrives too, after the messages of its reply", async () => {
    const core = await CoreHarness.withStates([]);
    await core.send(cart("anna"), "go");
    await core.complete({
      delayed: [sendAfter(stock("x"), 0, { value: "delayed" })],
      messages: [{ target: stock("x"), value: text("sent") }],
    });
    await core.advance(0);
    expect(core.inputs()).toEqual(["sent"]);
    await core.complete();
    expect(core.inputs()).toEqual(["delayed"]);
  });

  test("survives a restart and arrives at once when it is overdue", async () => {
    const core = await CoreHarness.withStates([]);
    await schedule(core, cart("anna"), [sendAfter(stock("x"), 500), sendAfter(cart("y"), 5_000)]);
    await core.sync();
    core.nowMs += 1_000;
    await core.restart();
    await core.advance(0);
    expect(core.inFlight.map((request) => request.target)).toEqual([stock("x")]);
    await core.advance(4_000);
    expect(core.inFlight.map((request) => request.target)).toEqual([stock("x"), cart("y")]);
  });

  test("leaves no row once it has arrived and was consumed", async () => {
    const core = await CoreHarness.withStates([]);
    await schedule(core, cart("anna"), [sendAfter(stock("x"), 10, { token: "t" })]);
    await core.sync();
    await core.advance(10);
    await core.complete();
    await core.sync();
    expect([...(await core.rows("t")), ...(await core.rows("k")), ...(await core.rows("m"))]).toEqual([]);
    expect(core.state.timers.waiting).toBe(0);
  });

  test("with a negative delay fails the reply", async () => {
    const core = await CoreHarness.withStates([]);
    await schedule(core, cart("anna"), [sendAfter(stock("x"), -1)]);
    expect(core.failureCode(cart("anna"))).toBe("DELAY_NEGATIVE");
  });
});

describe("a cancellation token", () => {
  test("cancels the message that was sent with it, in a later reply", async () => {
    const core = await CoreHarness.withStates([]);
    await schedule(core, cart("anna"), [sendAfter(stock("x"), 500, { token: "t" })]);
    await schedule(core, cart("anna"), [cancel("t")]);
    await core.advance(1_000);
    expect(core.inFlight).toHaveLength(0);
    expect(core.state.timers.waiting).toBe(0);
  });

  test("cancels in the same reply and may be used again after that, in list order", async () => {
    const core = await CoreHarness.withStates([]);
    await schedule(core, cart("anna"), [
      sendAfter(stock("x"), 500, { value: "first", token: "t" }),
      cancel("t"),
      sendAfter(stock("x"), 600, { value: "second", token: "t" }),
    ]);
    await core.advance(1_000);
    expect(core.inputs()).toEqual(["second"]);
  });

  test("that is unknown or whose message has arrived is no error", async () => {
    const core = await CoreHarness.withStates([]);
    await schedule(core, cart("anna"), [cancel("never")]);
    await schedule(core, cart("anna"), [sendAfter(stock("x"), 1, { token: "t" })]);
    await core.advance(1);
    await core.complete();
    await schedule(core, cart("anna"), [cancel("t")]);
    expect(core.failureCode(cart("anna"))).toBeUndefined();
    expect(core.status(cart("anna"))).toBe("idle");
  });

  test("that is empty cannot cancel", async () => {
    const core = await CoreHarness.withStates([]);
    await schedule(core, cart("anna"), [cancel("")]);
    expect(core.failureCode(cart("anna"))).toBe("TOKEN_MISSING");
  });

  test("in use a second time fails that reply and overwrites nothing", async () => {
    const core = await CoreHarness.withStates([], { limits: { attemptsMax: 1 } });
    await schedule(core, cart("anna"), [sendAfter(stock("x"), 500, { value: "kept", token: "t" })]);
    await core.sync();
    await schedule(core, cart("anna"), [sendAfter(stock("x"), 1, { value: "refused", token: "t" })]);
    expect(core.status(cart("anna"))).toBe("parked");
    expect(core.failureCode(cart("anna"))).toBe("TOKEN_IN_USE");
    await core.advance(500);
    expect(core.inputs()).toEqual(["kept"]);
  });

  test("belongs to the sender's id, over all its types and to no other id", async () => {
    const core = await CoreHarness.withStates([]);
    await schedule(core, cart("anna"), [sendAfter(stock("x"), 500, { token: "t" })]);
    await schedule(core, cart("ben"), [cancel("t")]);
    expect(core.state.timers.waiting).toBe(1);
    await schedule(core, stock("anna"), [cancel("t")]);
    expect(core.state.timers.waiting).toBe(0);
  });

  test("cancels after a restart", async () => {
    const core = await CoreHarness.withStates([]);
    await schedule(core, cart("anna"), [sendAfter(stock("x"), 500, { token: "t" })]);
    await core.sync();
    await core.restart();
    await schedule(core, cart("anna"), [cancel("t")]);
    await core.advance(1_000);
    expect(core.inFlight).toHaveLength(0);
  });
});

describe("timers beyond timersInMemoryMax", () => {
  const limits = { timersInMemoryMax: 4 };

  async function fired(core: CoreHarness): Promise<string[]> {
    const values: string[] = [];
    for (;;) {
      await core.sync();
      if (core.inFlight.length === 0 && core.state.alarms.nextDueMs === undefined) return values;
      await core.advance(1_000);
      while (core.inFlight.length > 0) {
        values.push(...core.inputs().map(String));
        await core.complete();
      }
    }
  }

  test("all arrive, in order of their due times", async () => {
    const core = await CoreHarness.withStates([], { limits });
    const delays = [9, 3, 27, 15, 1, 21, 12, 6, 18, 24, 30, 33];
    await schedule(
      core,
      cart("anna"),
      delays.map((delay) => sendAfter(stock("x"), delay * 1_000, { value: String(delay) })),
    );
    expect(core.state.timers.live.size).toBeLessThanOrEqual(4);
    expect(await fired(core)).toEqual(delays.toSorted((a, b) => a - b).map(String));
  });

  test("stay bounded when near ones come after far ones, and none is lost", async () => {
    const core = await CoreHarness.withStates([], { limits });
    await schedule(
      core,
      cart("anna"),
      [50, 60, 70, 80].map((delay) => sendAfter(stock("x"), delay * 1_000, { value: String(delay) })),
    );
    await core.sync();
    for (const delay of [40, 30, 20, 10, 5, 1]) {
      await schedule(core, cart("anna"), [sendAfter(stock("x"), delay * 1_000, { value: String(delay) })]);
      expect(core.state.timers.live.size).toBeLessThanOrEqual(4);
    }
    expect(await fired(core)).toEqual(["1", "5", "10", "20", "30", "40", "50", "60", "70", "80"]);
  });

  test("a message that was cancelled while a running scan still saw it does not come back", async () => {
    const core = await CoreHarness.withStates([], { limits });
    await schedule(core, cart("anna"), [sendAfter(stock("x"), 1), sendAfter(stock("x"), 2)]);
    await schedule(core, cart("anna"), [
      sendAfter(stock("far"), 60_000, { value: "cancelled", token: "t" }),
      sendAfter(stock("far"), 70_000, { value: "kept" }),
      sendAfter(stock("far"), 80_000, { value: "last" }),
    ]);
    await core.sync();
    // The cancellation is in the open epoch, the scan begins, the cancellation becomes durable, and the scan ends.
    await schedule(core, cart("anna"), [cancel("t")]);
    core.holdLoads();
    await core.advance(10);
    const read = await core.readHeld();
    expect(read.length).toBeGreaterThan(0);
    await core.sync();
    await core.releaseLoads(read);
    while (core.inFlight.length > 0) await core.complete();
    expect(await fired(core)).toEqual(["kept", "last"]);
    expect(core.state.timers.waiting).toBe(0);
  });

  test("alarms of cancelled messages leave memory", async () => {
    const core = await CoreHarness.withStates([]);
    for (let round = 0; round < 3_000; round++) {
      await schedule(core, cart("anna"), [sendAfter(stock("x"), 3_600_000, { token: "timeout" }), cancel("timeout")]);
    }
    expect(core.state.alarms.size).toBeLessThan(1_500);
  });
});

test("a delayed message to a type that no endpoint serves any more waits in its mailbox", async () => {
  const core = await CoreHarness.withStates([]);
  await schedule(core, cart("anna"), [sendAfter(stock("x"), 10)]);
  await core.bind({ endpoints: [endpoint("shop/cart")], egresses: [] });
  await core.advance(10);
  expect(core.inFlight).toHaveLength(0);
  expect(core.depth(stock("x"))).toBe(1);
  await core.bind({ endpoints: [endpoint("shop/*")], egresses: [] });
  expect(core.inFlight.map((request) => request.target)).toEqual([stock("x")]);
});
