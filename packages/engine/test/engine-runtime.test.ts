/** The shell round the core: what it acknowledges and when, what it does when the store fails, how it sweeps, saves, restores and stops. */
import { describe, expect, test } from "vitest";
import { EngineError, StoreError } from "@signalbox/runtime/model/engine-error";
import type { InvocationRequest } from "@signalbox/runtime/model/invocation";
import type { NextStores } from "../src/ports/store-home.ts";
import type { Store } from "../src/ports/store.ts";
import type { EmbeddedEngine } from "../src/runtime/embedded-engine.ts";
import { changedStore } from "../src/testing/mutants/planting.ts";
import { cart, modify, sendAfter, shopBindings, stock, text, textOf, valueSpec } from "./core-samples.ts";
import { completed, counting, EngineHarness } from "./engine-harness.ts";

const diskFull = new StoreError("DISK_FULL", { message: "disk full", place: "/data", cure: "Free space." });

async function countOf(engine: Awaited<ReturnType<EngineHarness["open"]>>, id: string): Promise<string | undefined> {
  const view = await engine.entity(cart(id));
  return textOf(view?.state.find(({ name }) => name === "value")?.value);
}

describe("acknowledgements", () => {
  test("come for a change that is asked for the moment everything has settled (simulation seed 6)", async () => {
    const harness = new EngineHarness({ run: () => completed() });
    const engine = await harness.open();
    const first = engine.applyBindings(shopBindings);
    // In this turn the last sync is reported: the committer is about to rest, and nothing else would wake it.
    const second = engine.settled().then(() => engine.applyBindings(shopBindings));
    await harness.run(first);
    const beforeMs = harness.scheduler.nowMs;
    await harness.run(second);
    expect(harness.scheduler.nowMs - beforeMs).toBeLessThan(100);
  });

  test("wait while the store refuses writes, for seconds; then they are refused as not confirmed, and a repeat with the key counts once", async () => {
    let failing = false;
    const wrapStore = (store: Store): Store =>
      changedStore(store, { writeSynced: (writes) => (failing ? Promise.reject(diskFull) : store.writeSynced(writes)) });
    const harness = new EngineHarness({ run: () => completed(), wrapStore });
    const engine = await harness.open();
    failing = true;
    let refused: unknown;
    const message = { target: cart("anna"), value: text("a"), idempotencyKey: "once" };
    engine.accept(message).catch((error: unknown) => {
      refused = error;
    });
    await harness.pass(2_000);
    expect(refused).toBeUndefined();
    expect(engine.status().health).toMatchObject({
      kind: "store-failed",
      code: "DISK_FULL",
      message: "disk full",
      place: "/data",
      cure: "Free space.",
    });
    await expect(engine.accept({ target: cart("anna"), value: text("b") })).rejects.toMatchObject({ code: "DISK_FULL" });
    await harness.pass(20_000);
    expect(refused).toMatchObject({ code: "DISK_FULL", message: expect.stringContaining("Idempotency-Key") });
    failing = false;
    await harness.pass(20_000);
    expect(engine.status().health.kind).toBe("running");
    expect(await harness.run(engine.accept(message))).toMatchObject({ repeated: true });
  });
});

describe("a store that finds its folder damaged", () => {
  test("stops the engine with the code, the place and the cure: no retry mends it", async () => {
    const damaged = new StoreError("DATA_CORRUPT", { message: "000007.log is damaged", place: "/data/000007.log", cure: "Restore." });
    let found = false;
    let writes = 0;
    const wrapStore = (store: Store): Store =>
      changedStore(store, {
        writeSynced(batch) {
          if (!found) return store.writeSynced(batch);
          writes++;
          return Promise.reject(damaged);
        },
      });
    const harness = new EngineHarness({ run: () => completed(), wrapStore });
    const engine = await harness.open();
    found = true;
    await expect(harness.run(engine.accept({ target: cart("anna"), value: text("a") }))).rejects.toMatchObject({ code: "DATA_CORRUPT" });
    await harness.pass(60_000);
    expect(writes).toBe(1);
    expect(engine.status().health).toMatchObject({ kind: "stopped", code: "DATA_CORRUPT", place: "/data/000007.log", cure: "Restore." });
    await expect(engine.accept({ target: cart("anna"), value: text("b") })).rejects.toMatchObject({ code: "DATA_CORRUPT" });
  });
});

describe("a store that does not read", () => {
  test("while a reply is applied stops the engine with its reason, and no promise is left without an owner", async () => {
    let failing = false;
    const wrapStore = (store: Store): Store =>
      changedStore(store, {
        get(key) {
          if (failing && key.startsWith("k")) throw new Error("bad block");
          return store.get(key);
        },
      });
    const harness = new EngineHarness({ run: () => completed({ delayed: [sendAfter(stock("x"), 10, { token: "t" })] }), wrapStore });
    const engine = await harness.open();
    failing = true;
    await harness.run(engine.accept({ target: cart("anna"), value: text("a") }).catch(() => undefined));
    await harness.until(() => engine.status().health.kind === "stopped");
    expect(engine.status().health).toMatchObject({ message: expect.stringContaining("bad block") });
    expect(harness.events.some((event) => event.kind === "stopped")).toBe(true);
  });
});

describe("a store that does not read for a moment", () => {
  test("stops nothing: state and tokens are read again until they come", async () => {
    let failing = false;
    const wrapStore = (store: Store): Store =>
      changedStore(store, {
        get(key) {
          if (failing && (key.startsWith("s") || key.startsWith("k"))) throw new EngineError("STORE_FAILED", "it opens anew", "Wait.");
          return store.get(key);
        },
      });
    const run = (request: InvocationRequest) =>
      request.inputs.length > 0 && request.target.id === "timer"
        ? completed({ delayed: [sendAfter(stock("x"), 60_000, { token: "t" })] })
        : counting(request);
    const harness = new EngineHarness({ run, wrapStore });
    const engine = await harness.open();
    await harness.run(engine.accept({ target: cart("anna"), value: text("a") }));
    await harness.run(engine.settled());
    failing = true;
    await harness.run(engine.accept({ target: cart("timer"), value: text("b") }));
    await harness.until(() => engine.status().health.kind === "store-failed");
    failing = false;
    await harness.pass(1_000);
    await harness.run(engine.settled());
    expect(engine.status()).toMatchObject({ health: { kind: "running" }, waitingMessages: 0, delayedMessages: 1 });
    expect(await harness.run(countOf(engine, "anna"))).toBe("1");
  });
});

describe("the sweep", () => {
  test("forgets idempotency keys by age, and keeps one that was used afresh meanwhile", async () => {
    const harness = new EngineHarness({ run: () => completed(), limits: { idempotencyKeyAgeMs: 3_000 } });
    const engine = await harness.open();
    const send = (key: string) => harness.run(engine.accept({ target: cart("anna"), value: text("a"), idempotencyKey: key }));
    await send("old");
    await send("again");
    await harness.pass(3_500);
    const fresh = await send("again");
    expect(fresh.repeated).toBe(false);
    await harness.pass(2_000);
    expect(await send("again")).toEqual({ ...fresh, repeated: true });
    await harness.pass(60_000);
    const left: string[] = [];
    for await (const key of harness.disk.current().all.scanKeys({ gte: "i", lt: "j" })) left.push(key);
    for await (const key of harness.disk.current().all.scanKeys({ gte: "x", lt: "y" })) left.push(key);
    expect(left).toEqual([]);
  });

  test("keeps a value that was written again while the sweep scanned and that has left memory", async () => {
    const expiring = { ...valueSpec, expiration: { mode: "after-write", afterMs: 1_000 } } as const;
    const gate: { scan?: Promise<void> } = {};
    const wrapStore = (store: Store): Store =>
      changedStore(store, {
        async *scan(range) {
          const rows = [];
          for await (const row of store.scan(range)) rows.push(row);
          if (range.gte?.startsWith("s")) await gate.scan;
          yield* rows;
        },
      });
    const run = (request: InvocationRequest) =>
      request.state.length === 0
        ? ({ kind: "reply", reply: { kind: "incomplete", missing: [expiring] } } as const)
        : completed({ mutations: [modify(textOf(request.inputs[0]?.value) ?? "")] });
    const harness = new EngineHarness({ run, wrapStore, limits: { stateCacheBytesMax: 0 } });
    const engine = await harness.open();
    await harness.run(engine.accept({ target: cart("anna"), value: text("old") }));
    await harness.run(engine.settled());
    let release = (): void => undefined;
    gate.scan = new Promise((resolve) => {
      release = resolve;
    });
    // The sweep's scan sees the old row; then the value is written again, synced and evicted; then the scan ends.
    await harness.pass(5_500);
    await harness.run(engine.accept({ target: cart("anna"), value: text("new") }));
    await harness.run(engine.settled());
    release();
    await harness.pass(10);
    await harness.run(engine.settled());
    expect(await harness.run(countOf(engine, "anna"))).toBe("new");
  });
});

describe("states that are read beside the thread", () => {
  const limits = { stateCacheBytesMax: 0, stateReadsOnThreadMax: 0 };
  const add = (engine: EmbeddedEngine) => engine.accept({ target: cart("anna"), value: text("a") });

  test("are those of the last reply, also when its epoch becomes durable during the read", async () => {
    const opens: (() => void)[] = [];
    let gated = false;
    const gate = (): Promise<void> => (gated ? new Promise((resolve) => opens.push(resolve)) : Promise.resolve());
    const wrapStore = (store: Store): Store =>
      changedStore(store, {
        writeSynced: (writes) => gate().then(() => store.writeSynced(writes)),
        getMany: async (keys) => {
          const rows = await store.getMany(keys);
          await gate();
          return rows;
        },
      });
    const harness = new EngineHarness({ run: counting, wrapStore, limits });
    const engine = await harness.open();
    for (let count = 0; count < 2; count++) await harness.run(add(engine));
    await harness.run(engine.settled());
    gated = true;
    const third = add(engine);
    await harness.pass(100);
    const [openRead] = opens.splice(1);
    openRead?.();
    await harness.pass(100);
    // The reply to the third message is on its way to disk. The read for the fourth begins now and ends after the disk has it.
    const fourth = add(engine);
    await harness.pass(100);
    const [openWrite, ...reads] = opens.splice(0);
    openWrite?.();
    await harness.pass(100);
    gated = false;
    for (const open of [...opens.splice(0).toReversed(), ...reads]) {
      open();
      await harness.pass(100);
    }
    await harness.run(Promise.all([third, fourth]));
    await harness.run(engine.settled());
    expect(await harness.run(countOf(engine, "anna"))).toBe("4");
  });

  test("wait for a store that does not read for a moment", async () => {
    let failures = 0;
    const wrapStore = (store: Store): Store =>
      changedStore(store, { getMany: (keys) => (failures-- > 0 ? Promise.reject(diskFull) : store.getMany(keys)) });
    const harness = new EngineHarness({ run: counting, wrapStore, limits });
    const engine = await harness.open();
    await harness.run(add(engine));
    await harness.run(engine.settled());
    failures = 3;
    await harness.run(add(engine));
    await harness.pass(50);
    expect(engine.status().health.kind).toBe("store-failed");
    await harness.run(engine.settled());
    expect(failures).toBeLessThanOrEqual(0);
    expect(await harness.run(countOf(engine, "anna"))).toBe("2");
    expect(engine.status().health.kind).toBe("running");
  });
});

describe("a savepoint", () => {
  test("whose restore is under way when the engine stops is not put in force after the stop (issue 3)", async () => {
    let adopted = 0;
    const wrapNext = (next: NextStores): NextStores => ({
      stores: next.stores,
      adopt: async () => {
        adopted++;
        await next.adopt();
      },
    });
    const harness = new EngineHarness({ run: counting, wrapNext });
    const engine = await harness.open();
    await harness.run(engine.accept({ target: cart("anna"), value: text("a") }));
    await harness.run(engine.settled());
    await harness.run(engine.takeSavepoint("one"));
    await harness.run(engine.accept({ target: cart("anna"), value: text("b") }));
    await harness.run(engine.settled());
    const restored = engine.restoreSavepoint("one").then(
      () => "restored",
      (error: unknown) => (error instanceof EngineError ? error.code : String(error)),
    );
    await harness.run(engine.stop());
    expect(await harness.run(restored)).not.toBe("restored");
    expect(adopted).toBe(0);
    const again = await harness.open();
    expect(await harness.run(countOf(again, "anna"))).toBe("2");
  });

  test("holds everything acknowledged; restoring it brings that back, keys and all", async () => {
    const harness = new EngineHarness({ run: counting });
    const engine = await harness.open();
    const send = (key: string) => harness.run(engine.accept({ target: cart("anna"), value: text("a"), idempotencyKey: key }));
    await send("1");
    await harness.run(engine.settled());
    await harness.run(engine.takeSavepoint("one"));
    await send("2");
    await harness.run(engine.settled());
    expect(await harness.run(countOf(engine, "anna"))).toBe("2");
    await harness.run(engine.restoreSavepoint("one"));
    expect(await harness.run(countOf(engine, "anna"))).toBe("1");
    expect(await send("1")).toMatchObject({ repeated: true });
    expect(await send("2")).toMatchObject({ repeated: false });
    await harness.run(engine.settled());
    expect(await harness.run(countOf(engine, "anna"))).toBe("2");
  });

  test("that cannot be restored leaves the old state in force, on disk too (simulation seed 1131)", async () => {
    let adopted = 0;
    const unreadable = (store: Store): Store =>
      changedStore(store, {
        scanKeys: () => {
          throw new Error("bad block");
        },
      });
    const wrapNext = (next: NextStores): NextStores => ({
      stores: next.stores.map(unreadable),
      adopt: async () => {
        adopted++;
        await next.adopt();
      },
    });
    const harness = new EngineHarness({ run: counting, wrapNext });
    const engine = await harness.open();
    const send = () => harness.run(engine.accept({ target: cart("anna"), value: text("a") }));
    await send();
    await harness.run(engine.takeSavepoint("one"));
    await send();
    await harness.run(engine.settled());
    await expect(harness.run(engine.restoreSavepoint("one"))).rejects.toThrow("bad block");
    expect(adopted).toBe(0);
    await send();
    await harness.run(engine.settled());
    expect(await harness.run(countOf(engine, "anna"))).toBe("3");
    harness.crash();
    const next = await harness.open();
    expect(await harness.run(countOf(next, "anna"))).toBe("3");
  });

  test("for which no store can be made changes nothing, and a later one works", async () => {
    let failing = true;
    const wrapNext = <T>(next: T): T => {
      if (failing) throw new Error("disk full");
      return next;
    };
    const harness = new EngineHarness({ run: counting, wrapNext });
    const engine = await harness.open();
    await harness.run(engine.accept({ target: cart("anna"), value: text("a") }));
    await harness.run(engine.settled());
    await harness.run(engine.takeSavepoint("one"));
    await expect(harness.run(engine.restoreSavepoint("one"))).rejects.toThrow("disk full");
    expect(engine.status().health.kind).toBe("running");
    failing = false;
    await harness.run(engine.accept({ target: cart("anna"), value: text("b") }));
    await harness.run(engine.restoreSavepoint("one"));
    expect(await harness.run(countOf(engine, "anna"))).toBe("1");
  });
});

describe("stopping", () => {
  test("lets calls in flight end, makes their effects durable, and refuses new messages", async () => {
    const harness = new EngineHarness({
      run: async (request, scheduler) => {
        await scheduler.wait(500, "slow function");
        return counting(request);
      },
    });
    const engine = await harness.open();
    await harness.run(engine.accept({ target: cart("anna"), value: text("a") }));
    await harness.pass(700);
    const stopping = engine.stop({ drainTimeoutMs: 10_000 });
    await drainTurn();
    await expect(engine.accept({ target: cart("anna"), value: text("b") })).rejects.toMatchObject({ code: "ENGINE_DRAINING" });
    await harness.run(stopping);
    const next = await harness.open();
    await harness.run(next.settled());
    expect(await harness.run(countOf(next, "anna"))).toBe("1");
  });

  test("waits no longer than the drain timeout for a function that does not answer", async () => {
    const harness = new EngineHarness({ run: () => new Promise(() => undefined) });
    const engine = await harness.open();
    await harness.run(engine.accept({ target: cart("anna"), value: text("a") }));
    const beforeMs = harness.scheduler.nowMs;
    await harness.run(engine.stop({ drainTimeoutMs: 1_000 }));
    expect(harness.scheduler.nowMs - beforeMs).toBeLessThan(1_100);
  });
});

test("an observer that throws stops nothing", async () => {
  const harness = new EngineHarness({ run: counting });
  harness.events.push = () => {
    throw new Error("broken tail");
  };
  const engine = await harness.open();
  await harness.run(engine.accept({ target: cart("anna"), value: text("a") }));
  await harness.run(engine.settled());
  expect(await harness.run(countOf(engine, "anna"))).toBe("1");
});

function drainTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
