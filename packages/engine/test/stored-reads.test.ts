/** Another thread gives the same answers about a store as the store's own thread, while it is written, lowered, closed and opened again. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDiskStore } from "../src/adapters/disk-store.ts";
import { ThreadedReads } from "../src/adapters/stored-reads/threaded-reads.ts";
import { systemClock } from "../src/adapters/system-clock.ts";
import { systemRandom } from "../src/adapters/system-random.ts";
import { storedReadsThread } from "../src/data-lock.ts";
import { defaultLimits } from "../src/limits.ts";
import type { InvocationOutcome, InvocationRequest } from "@signalbox/runtime/model/invocation";
import type { Store } from "../src/ports/store.ts";
import { EmbeddedEngine } from "../src/runtime/embedded-engine.ts";
import { readFromSnapshot } from "../src/runtime/reads/engine-reads.ts";
import { savepointFiles } from "../src/savepoint-files.ts";
import { shopBindings } from "./core-samples.ts";
import { plain } from "./formats/recorded-engine.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "signalbox-stored-reads-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const cart = (id: string) => ({ type: "shop/cart", id });
const value = (bytes: number) => ({ typename: "shop/value", bytes: Buffer.alloc(bytes, "v") });
const states = [{ name: "items", typename: "shop/value", expiration: { mode: "none" as const, afterMs: 0 } }];

/** Keeps the value that it is sent. */
function keep({ inputs, state }: InvocationRequest): InvocationOutcome {
  if (state.length === 0) return { kind: "reply", reply: { kind: "incomplete", missing: states } };
  const last = inputs.at(-1)?.value ?? value(0);
  const effects = { mutations: [{ kind: "modify" as const, name: "items", value: last }], messages: [], delayed: [], egress: [] };
  return { kind: "reply", reply: { kind: "completed", effects } };
}

interface Opened {
  readonly store: Store;
  readonly engine: EmbeddedEngine;
}

async function open(): Promise<Opened> {
  const store = await openDiskStore(join(folder, "store"), { readsThread: storedReadsThread });
  const engine = await EmbeddedEngine.open(
    {
      home: {
        openCurrent: async () => [store],
        createNext: () => Promise.reject(new Error("nothing is restored here")),
        removeStale: async () => undefined,
        close: () => undefined,
      },
      savepointFiles,
      transport: { invoke: async (request) => keep(request), retain: () => undefined, close: async () => undefined },
      clock: systemClock,
      random: systemRandom,
      observer: { on: () => undefined },
    },
    defaultLimits,
  );
  await engine.applyBindings(shopBindings);
  return { store, engine };
}

/** Returns the answer of the other thread, once there is one. */
async function elsewhere({ store }: Opened, name: string, given: readonly unknown[]): Promise<unknown> {
  for (;;) {
    const answered = await store.reads?.ask(name, given);
    if (answered !== undefined) return plain(answered.answer);
    await nextTurn();
  }
}

async function here({ store }: Opened, name: string, given: readonly unknown[]): Promise<unknown> {
  const snapshot = store.snapshot();
  try {
    return plain(await readFromSnapshot(snapshot, name, given));
  } finally {
    await snapshot.close();
  }
}

const asOf = { nowMs: 0, expiring: [], inOrder: true, recordsMax: 1_000, waitingMax: 10 };
const questions: readonly (readonly [string, readonly unknown[]])[] = [
  ["history", [{ address: cart("c1"), limit: 20 }]],
  ["stateAsOf", [{ ...asOf, address: cart("c1"), moment: { kind: "sequence", sequence: 40 } }]],
  ["blame", [{ address: cart("c2"), recordsMax: 1_000, depth: 3 }]],
  ["trace", [1, { recordsMax: 100 }]],
  ["traces", [{ limit: 5 }]],
  ["entities", [{ type: "shop/cart", limit: 3, names: [] }]],
  ["entityViews", [{ type: "shop/cart", prefix: "c", cursor: "c0", limit: 10, names: ["items", "none"] }]],
  ["journalOutlines", [{ limit: 30 }]],
  ["journalReach", []],
];

async function send(engine: EmbeddedEngine, count: number, bytes: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    await engine.accept({ target: cart(`c${index % 5}`), value: value(bytes) });
    await engine.settled();
  }
}

test("each read that another thread answers has the same answer there, before and after the log is lowered", async () => {
  const opened = await open();
  const { engine } = opened;
  // The second lot is more than the log holds before it is lowered and its files are used again.
  for (const [count, bytes] of [
    [40, 100],
    [30, 256 * 1024],
    [40, 100],
  ] as const) {
    await send(engine, count, bytes);
    for (const [name, given] of questions) expect(await elsewhere(opened, name, given), name).toEqual(await here(opened, name, given));
  }
  await engine.stop();
});

test("the engine's own reads go there, and an invalid cursor is refused as here", async () => {
  const opened = await open();
  await send(opened.engine, 10, 100);
  await elsewhere(opened, "journalReach", []);
  const { items } = await opened.engine.history({ address: cart("c1"), limit: 5 });
  expect(items.map(({ address }) => address.id)).toEqual(["c1", "c1"]);
  await expect(opened.engine.history({ address: cart("c1"), limit: 5, cursor: "x" })).rejects.toMatchObject({ code: "INVALID_CURSOR" });
  await opened.engine.stop();
});

test("a store that is closed has released all its files, and is read anew when it opens again", async () => {
  const first = await open();
  await send(first.engine, 10, 100);
  await elsewhere(first, "journalReach", []);
  await first.engine.stop();
  const second = await open();
  await send(second.engine, 10, 100);
  for (const [name, given] of questions) expect(await elsewhere(second, name, given), name).toEqual(await here(second, name, given));
  await second.engine.stop();
});

test("while it is held no thread has the store's files open, and after that one has again", async () => {
  const opened = await open();
  const { reads } = opened.store;
  if (!(reads instanceof ThreadedReads)) throw new Error("no reads in another thread");
  await send(opened.engine, 10, 100);
  await elsewhere(opened, "journalReach", []);
  const under = reads.ask("journalReach", []);
  await reads.hold();
  await under;
  expect(await reads.ask("journalReach", [])).toBeUndefined();
  expect((await opened.engine.history({ address: cart("c1"), limit: 5 })).items).toHaveLength(2);
  reads.release();
  expect(await elsewhere(opened, "journalReach", [])).toEqual(await here(opened, "journalReach", []));
  await opened.engine.stop();
});
