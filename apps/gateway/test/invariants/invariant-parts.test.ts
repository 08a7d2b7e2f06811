/**
 * The parts of invariants: exact numbers, records of several partitions in an order with causes first, and values that are not known or not
 * needed.
 */
import type { EngineChange, JournalRecord, JournalStream } from "@signalbox/runtime";
import { describe, expect, test } from "vitest";
import type { InvariantRule } from "../../src/contract/entities/invariants.ts";
import type { InvariantRecord } from "../../src/catalog/catalog.ts";
import { exactFrom, exactOf, exactText } from "../../src/invariants/exact-number.ts";
import { InvariantFold } from "../../src/invariants/invariant-fold.ts";
import { InvariantWatch } from "../../src/invariants/invariant-watch.ts";
import { pastCheck } from "../../src/invariants/past-check.ts";
import { RecordStreams } from "../../src/invariants/record-streams.ts";
import { ValueStrip } from "../../src/invariants/value-strip.ts";
import { compiled, decode, money, noDebt } from "./followed-world.ts";

const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const purse = (cents: number) => ({ typename: "bank/Purse", bytes: bytesOf({ cents }), sizeBytes: 10 });
const credit = (cents: number) => ({ typename: "bank/Credit", bytes: bytesOf({ cents }), sizeBytes: 10 });
const address = (id: string) => ({ type: "bank/account", id });

function record(parts: Partial<JournalRecord>): JournalRecord {
  const empty = { messages: [], messagesTotal: parts.messages?.length ?? 0, sent: [], delayed: [], egress: [], state: [] };
  const times = { attempts: 1, startedMs: 1, endedMs: 2, endpoint: "bank/*", epoch: 1, sequence: 1 };
  return { address: address("ann"), outcome: { kind: "completed" }, ...empty, ...times, ...parts };
}

function message(from: string, to: string, cents: number) {
  return { sequence: 7, trace: 3, caller: address(from), target: address(to), value: credit(cents), atMs: 1 };
}

describe("numbers", () => {
  test("add up as they are written, in any order", () => {
    const sum = [0.1, 0.2, -0.3, 1e21, -1e21, 2n ** 70n, -(2n ** 70n)].map(exactOf).reduce<bigint>((all, each) => all + (each ?? 0n), 0n);
    expect(exactText(sum)).toBe("0");
    expect(exactText(exactOf(19.99) ?? 0n)).toBe("19.99");
    expect(exactText(exactOf(-1.5e-7) ?? 0n)).toBe("-0.00000015");
    expect(exactFrom("-0.5")).toBe(exactOf(-0.5));
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, "1", null, 1e-25]) expect(exactOf(wrong)).toBeUndefined();
  });
});

describe("a fold", () => {
  function begun(rule: InvariantRule): InvariantFold {
    const fold = new InvariantFold(compiled(rule), { decode });
    fold.start({ kind: "state", address: address("ann"), name: "purse", value: purse(100), expires: false });
    fold.started(0);
    return fold;
  }

  test("counts messages on the way, and names the call that took one out", () => {
    const fold = begun(money);
    const taken = { name: "purse", before: purse(100), after: purse(60) };
    fold.take(record({ sequence: 8, state: [taken], sent: [message("ann", "bob", 40)] }));
    fold.epochEnded();
    expect([fold.value, fold.violated]).toEqual(["100", undefined]);
    const got = { name: "purse", before: undefined, after: purse(30) };
    fold.take(record({ sequence: 12, epoch: 2, address: address("bob"), messages: [message("ann", "bob", 40)], state: [got] }));
    expect(fold.epochEnded()).toBe(true);
    expect(fold.violated?.first).toMatchObject({ sequence: 12, id: "bob", trace: 3, before: "100", after: "90" });
  });

  test("does not blame a change that one epoch breaks and mends", () => {
    const fold = begun(noDebt);
    fold.take(record({ sequence: 2, state: [{ name: "purse", before: purse(100), after: purse(-5) }] }));
    fold.take(record({ sequence: 3, state: [{ name: "purse", before: purse(-5), after: purse(5) }] }));
    expect([fold.epochEnded(), fold.violated]).toEqual([false, undefined]);
    fold.take(record({ sequence: 4, epoch: 2, state: [{ name: "purse", before: purse(5), after: purse(-1) }] }));
    expect(fold.epochEnded()).toBe(true);
    fold.take(record({ sequence: 5, epoch: 3, state: [{ name: "purse", before: purse(-1), after: purse(0) }] }));
    fold.epochEnded();
    expect([fold.violated, fold.earlier?.sequence]).toEqual([undefined, 4]);
  });

  test("says that it does not know, where it could be wrong", () => {
    const sizesAlone = { typename: "bank/Purse", bytes: undefined, sizeBytes: 10 };
    expect(() => begun(money).take(record({ state: [{ name: "purse", before: sizesAlone, after: purse(1) }] }))).toThrow("by size alone");
    const fold = begun(money);
    fold.take(record({ sent: [message("ann", "bob", 40)] }));
    expect(() => fold.take(record({ messages: [], messagesTotal: 400 }))).toThrow("consumed 400 messages at once");
    expect(() => begun(money).take(record({ state: [{ name: "purse", before: purse(1), after: credit(1) }] }))).not.toThrow();
    const expiring = new InvariantFold(compiled(money), { decode });
    const row = { kind: "state", address: address("ann"), name: "purse", value: purse(1), expires: true } as const;
    expect(() => expiring.start(row)).toThrow("expires");
  });

  test("adds several values of an entity, of which a record tells only one", () => {
    const both: InvariantRule = { kind: "entity", type: "bank/account", holds: "state.purse.cents <= state.limit.cents" };
    const fold = new InvariantFold(compiled(both), { decode });
    for (const [name, cents] of [["limit", 50] as const, ["purse", 40] as const])
      fold.start({ kind: "state", address: address("ann"), name, value: purse(cents), expires: false });
    fold.started(0);
    expect(fold.violated).toBeUndefined();
    fold.take(record({ state: [{ name: "limit", before: purse(50), after: purse(30) }] }));
    expect(fold.epochEnded()).toBe(true);
  });
});

describe("the value over time", () => {
  test("has no new point while nothing changes, and lowest, highest and last of each stretch otherwise", () => {
    const strip = new ValueStrip();
    for (let atMs = 0; atMs < 3_600_000; atMs += 250) strip.add(atMs, 7, true);
    expect(strip.points).toHaveLength(1);
    for (const value of [7, 3, 9, 8]) strip.add(3_600_000, value, value !== 3);
    strip.add(3_620_000, 8, true);
    strip.add(3_640_000, 8, true);
    expect(strip.points.slice(1)).toEqual([
      { atMs: 3_600_000, low: 3, high: 9, last: 8, held: false },
      { atMs: 3_620_000, low: 8, high: 8, last: 8, held: true },
    ]);
    for (let index = 0; index < 1_000; index += 1) strip.add(4_000_000 + index * 20_000, index, true);
    expect(strip.points).toHaveLength(180);
  });
});

describe("records of several partitions", () => {
  test("are handed on causes first, and never before every partition was asked once more", async () => {
    const first: JournalRecord[] = [];
    const second: JournalRecord[] = [];
    let asked = 0;
    const streams = new RecordStreams(
      {
        async journalStreams({ from }) {
          asked += 1;
          // The first stream was read before the cause was written, the second after the effect was.
          if (asked === 1) second.push(record({ sequence: 10 }));
          const read = [first, second].map((records, partition): JournalStream => {
            const found = records.filter(({ sequence }) => sequence >= (from[partition] as number));
            return {
              partition,
              records: found,
              next: (found.at(-1)?.sequence ?? (from[partition] as number) - 1) + 1,
              oldest: records[0]?.sequence,
            };
          });
          if (asked === 1) first.push(record({ sequence: 9 }));
          return read;
        },
      },
      [1, 1],
      { fresh: true },
    );
    const handed: number[] = [];
    for (let round = 0; round < 3; round += 1)
      for await (const step of streams.more()) if (step.kind === "record") handed.push(step.record.sequence);
    expect(handed).toEqual([9, 10]);
  });

  test("that were trimmed before they were read are reported as a gap", async () => {
    const records = [record({ sequence: 5 })];
    const stream = (): JournalStream => ({ partition: 0, records: records.splice(0), next: 6, oldest: 5 });
    const streams = new RecordStreams({ journalStreams: async () => [stream()] }, [1], { fresh: false });
    const kinds: string[] = [];
    for await (const { kind } of streams.more()) kinds.push(kind);
    expect(kinds).toEqual(["gap"]);
  });
});

describe("a look back", () => {
  const look = (rule: InvariantRule, records: readonly JournalRecord[], total: string) =>
    pastCheck({
      engine: {
        eras: () => [],
        journalStreams: async ({ from }) => {
          const found = records.filter(({ sequence }) => sequence >= Number(from[0]));
          return [{ partition: 0, records: found, next: (found.at(-1)?.sequence ?? 98) + 1, oldest: records[0]?.sequence }];
        },
      },
      rule: compiled(rule),
      decode,
      until: [99],
      total,
      expected: null,
      signal: new AbortController().signal,
      progress: () => undefined,
    });

  test("names the first call that broke it, and none where it was broken before the journal begins", async () => {
    const change = (sequence: number, from: number, to: number): JournalRecord =>
      record({ sequence, epoch: sequence, state: [{ name: "purse", before: purse(from), after: purse(to) }] });
    const found = await look(noDebt, [change(5, 3, 2), change(6, 2, -1), change(7, -1, -2)], "1");
    expect(found).toMatchObject({ state: "done", records: 2, found: { sequence: 6 } });
    const before = await look(noDebt, [change(6, -1, -2)], "1");
    expect(before).toMatchObject({ state: "failed", found: null, why: expect.stringContaining("did not hold already") as unknown });
    expect(await look(money, [change(5, 3, 2)], "2")).toMatchObject({ state: "done", found: { sequence: 5, before: "3", after: "2" } });
    const most: InvariantRule = {
      ...money,
      kind: "total",
      terms: money.kind === "total" ? money.terms : [],
      compare: { kind: "at-most", number: "10" },
    };
    expect(await look(most, [change(5, 20, 21)], "21")).toMatchObject({ state: "failed", found: null });
    expect(await look(most, [change(5, 2, 4)], "4")).toMatchObject({ state: "done", found: null, records: 1 });
  });
});

describe("a watch", () => {
  test("without an invariant asks, scans and runs nothing; with the last one it ends", async () => {
    let asked = 0;
    const rows = new Map<string, InvariantRecord>();
    const listeners = new Set<(change: EngineChange) => void>();
    const watch = new InvariantWatch({
      catalog: {
        list: async () => [...rows.values()],
        put: async (row) => void rows.set(row.id, row),
        remove: async (id) => void rows.delete(id),
      },
      engine: {
        journalStreams: async ({ from }) => {
          asked += 1;
          return [{ partition: 0, records: [], next: from === "end" ? 1 : (from[0] ?? 1), oldest: undefined }];
        },
        eras: () => [],
        functionTypes: () => [],
        onChange: (listener) => {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      },
      scan: async (_rules, take) => {
        asked += 1;
        take({ kind: "state", address: address("ann"), name: "purse", value: purse(100), expires: false });
        return { places: [1], entities: 1, messages: 0 };
      },
      decode,
      journalFault: undefined,
      nowMs: Date.now,
      warn: () => undefined,
    });
    await watch.load();
    expect([watch.isIdle, asked, listeners.size]).toEqual([true, 0, 0]);
    const { id } = await watch.put({ name: "money", rule: money, by: "ada" });
    expect(watch.isIdle).toBe(false);
    await expect.poll(() => watch.list()[0]).toMatchObject({ status: { kind: "holds" }, value: "100" });
    // An erasure removes values and leaves no record of it.
    const first = watch.list()[0]?.sinceMs ?? 0;
    for (const listener of listeners) listener({ kind: "restored" } as EngineChange);
    expect(watch.list()[0]).toMatchObject({ status: { kind: "not-known" }, value: null });
    await expect.poll(() => watch.list()[0]?.status.kind).toBe("holds");
    expect(watch.list()[0]?.sinceMs).toBeGreaterThanOrEqual(first);
    await watch.remove(id);
    await expect.poll(() => watch.isIdle).toBe(true);
    expect(listeners.size).toBe(0);
    const before = asked;
    await watch.look();
    expect([watch.list(), asked]).toEqual([[], before]);
    await watch.close();
  });
});
