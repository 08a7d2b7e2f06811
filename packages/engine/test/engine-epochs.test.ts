/** An epoch is synced at once while a caller waits for it, and otherwise soon, with the next one (decision 21). */
import { expect, test } from "vitest";
import type { InvocationOutcome, InvocationRequest } from "@signalbox/runtime/model/invocation";
import type { Store } from "../src/ports/store.ts";
import type { EmbeddedEngine } from "../src/runtime/embedded-engine.ts";
import { changedStore } from "../src/testing/mutants/planting.ts";
import { cart, text, textOf } from "./core-samples.ts";
import { completed, counting, EngineHarness } from "./engine-harness.ts";

/** This is longer than the simulated disk takes, so the reply comes when the message is durable. */
const functionMs = 10;
/** This is longer than an epoch is left open and the disk takes together. */
const soonMs = 20;

class Observed {
  /** The time at which each write began. */
  readonly atMs: number[] = [];
  replies = 0;
  readonly harness: EngineHarness;

  constructor(run: (request: InvocationRequest) => InvocationOutcome = counting) {
    this.harness = new EngineHarness({
      run: async (request, scheduler) => {
        await scheduler.wait(functionMs, "the function");
        this.replies++;
        return run(request);
      },
      wrapStore: (store: Store) =>
        changedStore(store, {
          writeSynced: (writes) => {
            this.atMs.push(this.harness.scheduler.nowMs);
            return store.writeSynced(writes);
          },
        }),
    });
  }

  /** Opens an engine whose function has declared its states. */
  async open(): Promise<EmbeddedEngine> {
    const engine = await this.harness.open();
    await this.replied(engine);
    await this.harness.run(engine.settled());
    return engine;
  }

  /** From here on the message is accepted and its function has replied. */
  async replied(engine: EmbeddedEngine): Promise<void> {
    const { replies } = this;
    await this.harness.run(engine.accept({ target: cart("anna"), value: text("1") }));
    await this.harness.until(() => this.replies > replies);
    await this.harness.pass(0);
  }
}

test("a reply that nobody waits for is synced with the next message, once for both", async () => {
  const observed = new Observed();
  const engine = await observed.open();
  const before = observed.atMs.length;
  for (let message = 0; message < 10; message++) await observed.replied(engine);
  expect(observed.atMs.length - before).toBe(10);
  await observed.harness.run(engine.settled());
  expect(observed.atMs.length - before).toBe(11);
  expect(textOf((await engine.entity(cart("anna")))?.state[0]?.value)).toBe("11");
});

test("a reply that nobody waits for is synced soon, also when nothing else happens", async () => {
  const observed = new Observed();
  const engine = await observed.open();
  const before = observed.atMs.length;
  await observed.replied(engine);
  expect(observed.atMs.length - before).toBe(1);
  await observed.harness.pass(soonMs);
  expect(observed.atMs.length - before).toBe(2);
});

test("a reply that a crash takes before its sync is requested again, and counts once", async () => {
  const observed = new Observed();
  await observed.replied(await observed.open());
  const { replies } = observed;
  observed.harness.crash();
  const engine = await observed.harness.open();
  await observed.harness.run(engine.settled());
  // The function was asked once before, for its states.
  expect(observed.replies).toBe(replies + 2);
  expect(textOf((await engine.entity(cart("anna")))?.state[0]?.value)).toBe("2");
});

test("an egress record waits for nothing but its own sync", async () => {
  const record = { egress: "shop/out", value: text("sold") };
  const observed = new Observed(() => completed({ egress: [record] }));
  const engine = await observed.harness.open();
  const before = observed.atMs.length;
  await observed.replied(engine);
  expect(observed.atMs.length - before).toBe(2);
});
