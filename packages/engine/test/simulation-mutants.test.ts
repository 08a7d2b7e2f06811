/**
 * The oracles of the simulator see what they are there for: each mutant breaks one promise on purpose, by a port that breaks its rules or
 * by a changed piece of the core, and some world must fail.
 */
import { describe, expect, test, vi } from "vitest";
import { runWorld, SimulationFailure, type Mutations } from "@signalbox/engine/testing";
import { Mailbox } from "../src/core/mailbox.ts";
import { WriteSet } from "../src/core/write-set.ts";
import type { InvocationOutcome } from "../src/model/invocation.ts";
import type { FunctionTransport } from "../src/ports/function-transport.ts";
import type { ScanRange, Store, StoreWrite } from "../src/ports/store.ts";
import { formatAddress } from "../src/model/address.ts";

const seedsMax = 60;

/** The first finding within some seeds; undefined: the mutant lives. */
async function firstFinding(mutations: Mutations): Promise<string | undefined> {
  for (let seed = 1; seed <= seedsMax; seed++) {
    try {
      await runWorld(String(seed), mutations);
    } catch (error) {
      if (error instanceof SimulationFailure) return error.message;
      throw error;
    }
  }
  return undefined;
}

function changed(store: Store, change: Partial<Store>): Store {
  return {
    get: (key) => store.get(key),
    scan: (range) => store.scan(range),
    scanKeys: (range) => store.scanKeys(range),
    writeSynced: (writes) => store.writeSynced(writes),
    snapshot: () => store.snapshot(),
    sizeBytes: () => store.sizeBytes(),
    close: () => store.close(),
    ...change,
  };
}

const without = (table: string) => (store: Store) =>
  changed(store, {
    writeSynced: (writes: readonly StoreWrite[]) => store.writeSynced(writes.filter(({ key }) => !key.startsWith(`${table}\u0000`))),
  });

/** Hands the next attempt the late reply of the one before, as an engine without a fence would. */
function unfenced(transport: FunctionTransport): FunctionTransport {
  const late = new Map<string, InvocationOutcome>();
  return {
    invoke(request, signal) {
      const key = formatAddress(request.target);
      const stale = late.get(key);
      late.delete(key);
      const outcome = transport.invoke(request, signal);
      return outcome.then((own) => {
        if (own.kind === "reply" && own.reply.kind === "completed") late.set(key, own);
        return stale ?? own;
      });
    },
    retain: (endpoints) => transport.retain(endpoints),
    close: () => transport.close(),
  };
}

describe("a world fails when", () => {
  test("the store says durable before it is", { timeout: 60_000 }, async () => {
    const lying = (store: Store): Store =>
      changed(store, {
        writeSynced: async (writes) => {
          store.writeSynced(writes).catch(() => undefined);
        },
      });
    expect(await firstFinding({ wrapStore: lying })).toMatch(/G3/);
  });

  test("late replies are not fenced", { timeout: 60_000 }, async () => {
    expect(await firstFinding({ wrapTransport: unfenced })).toMatch(/twice|again|expected number|counted|sent before|never processed/);
  });

  test("idempotency keys are not stored", { timeout: 60_000 }, async () => {
    expect(await firstFinding({ wrapStore: without("i") })).toMatch(/not durable|repeat|again/);
  });

  test("producer positions are not stored", { timeout: 60_000 }, async () => {
    expect(await firstFinding({ wrapStore: without("p") })).toMatch(/durable|again/);
  });

  test("cancellation tokens are not stored", { timeout: 60_000 }, async () => {
    expect(await firstFinding({ wrapStore: without("k") })).toMatch(/token|cancelled|rest/);
  });

  test("mailboxes are not rebuilt at restart", { timeout: 60_000 }, async () => {
    const forgetful = (store: Store): Store =>
      changed(store, {
        scanKeys: (range: ScanRange) => (range.gte === "m\u0000" ? nothing() : store.scanKeys(range)),
      });
    expect(await firstFinding({ wrapStore: forgetful })).toMatch(/mailbox|never processed|waiting/);
  });

  test("consumed messages stay on disk", { timeout: 60_000 }, async () => {
    const keeping = (store: Store): Store =>
      changed(store, {
        writeSynced: (writes) => store.writeSynced(writes.filter(({ key, value }) => value !== undefined || !key.startsWith("m\u0000"))),
      });
    expect(await firstFinding({ wrapStore: keeping })).toMatch(/mailbox|again|waiting/);
  });

  test("half a batch is written", { timeout: 60_000 }, async () => {
    const torn = (store: Store): Store =>
      changed(store, { writeSynced: (writes) => store.writeSynced(writes.length > 8 ? writes.slice(0, -1) : writes) });
    expect(await firstFinding({ wrapStore: torn })).toBeDefined();
  });

  test("a mailbox takes new messages at its head", { timeout: 60_000 }, async () => {
    const push = vi.spyOn(Mailbox.prototype, "push").mockImplementation(function pushFirst(this: Mailbox, message) {
      const memory: unknown = Reflect.get(this, "memory");
      if (Array.isArray(memory)) memory.splice(Number(Reflect.get(this, "head")), 0, message);
      this.lastSequenceInMemory = Math.max(this.lastSequenceInMemory, message.sequence);
    });
    try {
      expect(await firstFinding({})).toMatch(/G5/);
    } finally {
      push.mockRestore();
    }
  });

  test("a message consumed in the epoch of its birth is written all the same", { timeout: 60_000 }, async () => {
    const forget = vi.spyOn(WriteSet.prototype, "forget").mockImplementation(() => undefined);
    try {
      expect(await firstFinding({})).toMatch(/mailbox|again|delayed|records/);
    } finally {
      forget.mockRestore();
    }
  });
});

async function* nothing(): AsyncGenerator<string> {
  yield* [];
}
