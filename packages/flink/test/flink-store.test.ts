/** What the gateway keeps on both sides of Flink: positions, repeats and transactions survive a reopening as they survive a crash. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StringWrapper, TypedValue } from "@signalbox/proto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EgressOutbox } from "../src/store/egress-outbox.ts";
import { openFlinkStore, type FlinkStore } from "../src/store/flink-store.ts";
import { Idempotency } from "../src/store/idempotency.ts";
import { IngressLog } from "../src/store/ingress-log.ts";
import { keys } from "../src/store/keys.ts";
import { recordsOf } from "../src/store/message-frame.ts";
import { Producers } from "../src/store/producers.ts";
import { TakenTransactions, transactionAgeMs } from "../src/store/taken-transactions.ts";

let folder = "";
let store: FlinkStore;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "signalbox-flink-store-"));
  store = await openFlinkStore({ folder, pendingBytesMax: 10_000 });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

async function reopen(): Promise<void> {
  await store.close();
  store = await openFlinkStore({ folder, pendingBytesMax: 10_000 });
}

const openLog = (waitingMessagesMax = 100): Promise<IngressLog> => IngressLog.open(store, waitingMessagesMax);

function append(log: IngressLog, ...texts: string[]): Promise<number> {
  return log.append(texts.length, 10, (first) =>
    texts.map((text, index) => ({ type: "put", key: keys.message(first + index), value: Buffer.from(text) })),
  );
}

async function read(log: IngressLog, from: number, countMax = 100): Promise<unknown> {
  const found = await log.read(from, countMax);
  return found.kind === "gone" ? found : { first: found.first, texts: found.frames.map((frame) => Buffer.from(frame).toString()) };
}

describe("the ingress log", () => {
  test("gives messages by position, in order, and the same again", async () => {
    const log = await openLog();
    expect(await append(log, "a", "b")).toBe(1);
    expect(await append(log, "c")).toBe(3);
    expect(await read(log, 0)).toEqual({ first: 1, texts: ["a", "b", "c"] });
    expect(await read(log, 2, 1)).toEqual({ first: 2, texts: ["b"] });
    expect(await read(log, 4)).toEqual({ first: 4, texts: [] });
  });

  test("releases the positions that a checkpoint has, and says so to whoever asks for them; a new job begins at the oldest position left", async () => {
    const log = await openLog();
    await append(log, "a", "b", "c");
    await log.trim(3, []);
    expect(log.waiting).toBe(1);
    expect(await read(log, 2)).toEqual({ kind: "gone", oldest: 3 });
    expect(await read(log, 0)).toEqual({ first: 3, texts: ["c"] });
  });

  test("skips the positions that a restore leaves behind, and gives no position twice after all were released", async () => {
    const log = await openLog();
    await append(log, "a", "b");
    await store.commits.write(log.skipToHere().writes);
    expect(await read(log, 1)).toEqual({ first: 3, texts: [] });
    await append(log, "c");
    expect(await read(log, 1)).toEqual({ first: 3, texts: ["c"] });
    await log.trim(4, []);
    await reopen();
    const again = await openLog();
    expect(again.waiting).toBe(0);
    expect(await append(again, "d")).toBe(4);
  });

  test("refuses messages beyond its limit, and too many bytes on their way to disk", async () => {
    const log = await openLog(2);
    await append(log, "a", "b");
    await expect(append(log, "c")).rejects.toMatchObject({ code: "OVERLOADED" });
    await log.trim(2, []);
    expect(await append(log, "c")).toBe(3);
    await expect(log.append(1, 10_001, () => [])).rejects.toMatchObject({ code: "OVERLOADED" });
  });

  test("wakes a reader that waits for a position", async () => {
    const log = await openLog();
    const waited = log.waitFor(1, 60_000);
    await append(log, "a");
    await waited;
  });
});

describe("keys and producers", () => {
  const anna = { type: "shop/cart", id: "anna" };
  const message = (text: string) => ({ target: anna, value: { typename: "x/y", bytes: Buffer.from(text) }, idempotencyKey: "once" });

  test("two of one key at the same time are one, another content under it is refused, and an old key counts no more", async () => {
    const log = await openLog();
    let nowMs = 1_000;
    const idempotency = new Idempotency(store, { ageMs: 500, nowMs: () => nowMs });
    const once = (text: string) => idempotency.once(message(text), (beside) => log.append(1, 1, (first) => beside(first)));
    const both = await Promise.all([once("a"), once("a")]);
    expect(both).toEqual([
      { position: 1, repeated: false },
      { position: 1, repeated: true },
    ]);
    await expect(once("b")).rejects.toMatchObject({ code: "IDEMPOTENCY_KEY_REUSED" });
    const asCall = idempotency.once({ ...message("a"), wantsAnswer: "one" }, (beside) => log.append(1, 1, (first) => beside(first)));
    await expect(asCall).rejects.toMatchObject({ code: "IDEMPOTENCY_KEY_REUSED" });
    await reopen();
    nowMs = 2_000;
    const later = new Idempotency(store, { ageMs: 500, nowMs: () => nowMs });
    await later.forget();
    expect(await store.database.keys({ gte: "k/", lt: "k0" }).all()).toEqual([]);
  });

  test("a producer's batch counts once, a gap is refused, also while the one before is on its way", async () => {
    const producers = new Producers(store);
    const taken: number[] = [];
    const follow = (previousSequence: number, ...sequences: number[]) =>
      producers.follow(
        {
          producer: "p",
          previousSequence,
          position: { sequence: sequences.at(-1) ?? previousSequence, text: `at ${sequences.at(-1)}` },
          messages: sequences.map((sequence) => ({ sequence, message: message("a") })),
        },
        async (fresh, beside) => {
          taken.push(...fresh.map(({ sequence }) => sequence));
          await store.commits.write([beside]);
        },
      );
    const [first, second, gap] = await Promise.allSettled([follow(0, 1, 2), follow(2, 3), follow(2, 4)]);
    expect([first.status, second.status, gap.status]).toEqual(["fulfilled", "fulfilled", "rejected"]);
    expect(taken).toEqual([1, 2, 3]);
    expect(await producers.durable("p")).toEqual({ sequence: 3, text: "at 3" });
    await expect(follow(0, 1)).rejects.toMatchObject({ code: "SEQUENCE_GAP" });
  });
});

describe("the outbox of egresses", () => {
  const openOutbox = (): Promise<EgressOutbox> => EgressOutbox.open(store, new TakenTransactions(store));
  const record = (text: string): Uint8Array =>
    TypedValue.encode({
      typename: "io.statefun.types/string",
      hasValue: true,
      value: StringWrapper.encode({ value: text }).finish(),
    }).finish();
  const taken = (transaction: string, ...texts: string[]) => ({ egress: "a/b", transaction, records: texts.map(record), atMs: 5 });

  test("a record keeps the trace and the headers with which it left; a record of an older job has none", async () => {
    const outbox = await openOutbox();
    const headers = '[["traceparent","00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"]]';
    const named = TypedValue.encode({
      typename: "x/y",
      hasValue: true,
      value: new Uint8Array(1),
      signalboxName: `9:7 ${headers}`,
    }).finish();
    await outbox.take({ egress: "a/b", transaction: "t", records: [named, record("x")], atMs: 5 }, []);
    expect(await outbox.records({ egress: "a/b", limit: 10 })).toMatchObject([
      { trace: 7, headers },
      { trace: 0, headers: undefined },
    ]);
  });

  test("a transaction counts once, at the same time, later and after a reopening", async () => {
    const outbox = await openOutbox();
    expect(await Promise.all([outbox.take(taken("t", "x", "y"), []), outbox.take(taken("t", "x", "y"), [])])).toEqual([2, 0]);
    await reopen();
    const again = await openOutbox();
    expect(await again.take(taken("t", "x", "y"), [])).toBe(0);
    expect(again.waitingOf("a/b")).toBe(2);
    expect((await again.records({ egress: "a/b", limit: 10 })).map(({ sequence, atMs }) => [sequence, atMs])).toEqual([
      [1, 5],
      [2, 5],
    ]);
    await again.acknowledge("a/b", 1);
    expect((await again.records({ egress: "a/b", after: 0, limit: 10 })).map(({ sequence }) => sequence)).toEqual([2]);
    await again.acknowledge("a/b", 2);
    await reopen();
    const empty = await openOutbox();
    await empty.take(taken("u", "z"), []);
    expect((await empty.records({ egress: "a/b", limit: 10 })).map(({ sequence }) => sequence)).toEqual([3]);
  });

  test("transactions that no checkpoint can repeat any more are forgotten", async () => {
    const transactions = new TakenTransactions(store);
    const outbox = await EgressOutbox.open(store, transactions);
    await outbox.take(taken("t", "x"), []);
    await transactions.forget(5 + transactionAgeMs);
    expect(await store.database.get(keys.transaction("t"))).toBeDefined();
    await transactions.forget(6 + transactionAgeMs);
    expect(await store.database.get(keys.transaction("t"))).toBeUndefined();
  });

  test("a body that is cut or longer than it says is not a list of records", () => {
    const body = Buffer.from([0, 0, 0, 1, 0, 0, 0, 2, 7, 8]);
    expect(recordsOf(body)).toEqual([Buffer.from([7, 8])]);
    for (const bad of [body.subarray(0, 9), Buffer.concat([body, Buffer.from([1])]), Buffer.alloc(3), Buffer.from([255, 255, 255, 255])])
      expect(recordsOf(bad)).toBeUndefined();
  });
});
