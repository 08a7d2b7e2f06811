/**
 * The wall clock steps (suspend, NTP, a person) by hours in both directions: delayed messages follow it, and waits do not notice. Time here
 * is virtual, and the scheduler's clock is the steady one.
 */
import { describe, expect, test } from "vitest";
import type { InvocationRequest } from "@signalbox/runtime/model/invocation";
import { alarmWaitMsMax } from "../src/runtime/processor/alarm-clock.ts";
import { CoreHarness } from "./core-harness.ts";
import { cart, failureOf, sendAfter, stock, text } from "./core-samples.ts";
import { completed, EngineHarness } from "./engine-harness.ts";

const hourMs = 3_600_000;

/** Each message of a cart sends one to the stock of the same id after this delay. Returns when that one arrives, in steady time. */
async function withTimers() {
  const arrived: string[] = [];
  const run = (request: InvocationRequest) => {
    if (request.target.type === "shop/stock") {
      arrived.push(`${request.target.id} at ${harness.scheduler.nowMs - startMs}`);
      return completed();
    }
    const delayMs = Number(new TextDecoder().decode(request.inputs[0]?.value.bytes));
    return completed({ delayed: [sendAfter(stock(request.target.id), delayMs)] });
  };
  const harness = new EngineHarness({ run });
  const engine = await harness.open();
  const startMs = harness.scheduler.nowMs;
  const send = async (id: string, delayMs: number): Promise<void> => {
    await harness.run(engine.accept({ target: cart(id), value: text(String(delayMs)) }));
  };
  return { harness, engine, arrived, send };
}

/** Returns the moment that the text `what at so many` names. */
function momentOf(arrived: readonly string[], id: string): number {
  return Number(arrived.find((one) => one.startsWith(`${id} at `))?.split(" at ")[1] ?? Number.NaN);
}

describe("delayed messages", () => {
  test("fire soon after their wall time when the clock was put forward, and new ones keep their delay", async () => {
    const { harness, arrived, send } = await withTimers();
    await send("old", 20_000);
    await harness.pass(1_000);
    harness.wall.offsetMs += hourMs;
    await send("new", 500);
    await harness.pass(3_000);
    expect(momentOf(arrived, "old")).toBeLessThanOrEqual(1_000 + alarmWaitMsMax + 50);
    expect(momentOf(arrived, "new")).toBeGreaterThanOrEqual(1_500);
    expect(momentOf(arrived, "new")).toBeLessThanOrEqual(1_500 + alarmWaitMsMax + 50);
  });

  test("fire at their wall time when the clock went back and was put right again", async () => {
    const { harness, arrived, send } = await withTimers();
    await send("old", 2_000);
    await harness.pass(300);
    harness.wall.offsetMs -= 30_000;
    await harness.pass(3_700);
    expect(arrived).toEqual([]);
    harness.wall.offsetMs += 30_000;
    await send("new", 500);
    await harness.pass(3_000);
    expect(momentOf(arrived, "old")).toBeLessThanOrEqual(4_000 + alarmWaitMsMax + 50);
    expect(momentOf(arrived, "new")).toBeLessThanOrEqual(4_500 + alarmWaitMsMax + 50);
  });

  test("fire once, however often the clock goes back and forth over their moment", async () => {
    const { harness, engine, arrived, send } = await withTimers();
    await send("a", 2_000);
    for (let turn = 0; turn < 5; turn++) {
      harness.wall.offsetMs += hourMs;
      await harness.pass(1_000);
      harness.wall.offsetMs -= hourMs;
      await harness.pass(1_000);
    }
    expect(arrived).toHaveLength(1);
    expect(engine.status()).toMatchObject({ delayedMessages: 0, waitingMessages: 0 });
  });

  test("cost nothing while they wait: the clocks are read, and no command is made", async () => {
    const { harness, engine, send } = await withTimers();
    await send("a", 24 * hourMs);
    await harness.run(engine.settled());
    const { epoch } = engine.status();
    const events = harness.events.length;
    const { steps } = harness.scheduler;
    await harness.pass(60_000);
    expect(engine.status().epoch).toBe(epoch);
    expect(harness.events.length).toBe(events);
    expect(harness.scheduler.steps - steps).toBeLessThanOrEqual((3 * 60_000) / alarmWaitMsMax);
  });
});

for (const [direction, byMs] of [
  ["back", -hourMs],
  ["forward", hourMs],
] as const) {
  describe(`a clock that is put ${direction} by an hour`, () => {
    test("leaves a backoff as long as it was", async () => {
      const core = await CoreHarness.withStates([]);
      await core.send(cart("a"), "x");
      await core.fail("REPLY_MALFORMED", "entity");
      const waitMs = (core.state.entities.find(cart("a"))?.retryAtMs ?? 0) - core.nowMs;
      await core.step(byMs);
      await core.advance(waitMs - 1);
      expect(core.inFlight).toHaveLength(0);
      await core.advance(1);
      expect(core.inFlight).toHaveLength(1);
    });

    test("leaves the wait for a probe as long as it was, and spends nothing of the call budget", async () => {
      const core = await CoreHarness.withStates([]);
      await core.send(cart("a"), "x");
      await core.fail("ENDPOINT_ERROR", "suspect");
      await core.advance(200);
      await core.fail("ENDPOINT_REFUSED", "down");
      const waitMs = (core.state.routes.endpoints.get("shop/*")?.nextProbeMs ?? 0) - core.nowMs;
      await core.step(byMs);
      await core.advance(waitMs - 1);
      expect(core.inFlight).toHaveLength(0);
      await core.advance(1);
      expect(core.inFlight[0]?.timeoutMs).toBe(60_000);
    });

    test("makes no attempt overdue, and one that the transport forgets is given up at its deadline", async () => {
      const core = await CoreHarness.withStates([]);
      await core.send(cart("a"), "x");
      await core.step(byMs);
      await core.advance(60_000);
      expect(core.status(cart("a"))).toBe("in-flight");
      await core.advance(10_000);
      expect(core.status(cart("a"))).not.toBe("in-flight");
      expect(core.failureCode(cart("a"))).toBe("CALL_TIMEOUT");
    });

    test("leaves durations unchanged", async () => {
      const core = await CoreHarness.withStates([]);
      await core.send(cart("a"), "x");
      await core.advance(40);
      await core.step(byMs);
      await core.advance(2);
      core.events.length = 0;
      await core.fail("REPLY_MALFORMED", "entity");
      expect(core.events[0]).toMatchObject({ kind: "attempt-failed", durationMs: 42, failure: failureOf("REPLY_MALFORMED", "entity") });
    });

    test("lets an overloaded endpoint be slowed down again as soon as without the step", async () => {
      const core = await CoreHarness.withStates([]);
      const limit = (): number => core.state.routes.endpoints.get("shop/*")?.limit ?? 0;
      const overload = async (id: string): Promise<void> => {
        await core.send(cart(id), "x");
        await core.fail("ENDPOINT_OVERLOADED", "suspect");
      };
      await overload("a");
      const once = limit();
      await core.step(byMs);
      await core.advance(50);
      await overload("b");
      expect(limit()).toBe(once);
      await core.advance(60);
      await overload("c");
      expect(limit()).toBe(once / 2);
    });
  });
}
