/**
 * The file of the rollups: what it has after a restart, a kill, damage and a full day, and how large it becomes.
 */
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { rollupBytesMaxDefault } from "../../src/rollup-setting.ts";
import { edgesKeptMax } from "../../src/rollups/kept-edges.ts";
import { addCounts } from "../../src/rollups/latency-sketch.ts";
import { emptyRollup, type RollupKey, type SecondRollup } from "../../src/rollups/rollup.ts";
import { RollupStore } from "../../src/rollups/rollup-store.ts";
import { rollupPlace, type RollupValueName } from "../../src/shared/rollup-values.ts";

const beganMs = 1_764_324_000_000;
const bytesMax = 32 * 1024 * 1024;
let folder = "";
let path = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "signalbox-rollups-"));
  path = join(folder, "rollups.db");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function opened(nowMs = beganMs, more: { path?: string; bytesMax?: number } = {}): RollupStore {
  const { store, warning } = RollupStore.open({ path, bytesMax, nowMs, ...more });
  expect(warning).toBeUndefined();
  return store;
}

function second(place: number, counts: Partial<Record<RollupKey, number>>, latencyMs = 2): SecondRollup {
  const rows = Object.entries(counts).map(([key, count = 0]) => {
    const row = emptyRollup();
    row.values[rollupPlace("in")] = count;
    row.values[rollupPlace("messages")] = count;
    row.values[rollupPlace("waiting")] = count * 2;
    addCounts(row.latency, [latencyMs * 100, count]);
    return [key as RollupKey, row] as const;
  });
  return { atMs: beganMs + place * 1_000, rows: new Map(rows) };
}

function told(
  store: RollupStore,
  { key = "", stepMs, seconds }: { key?: RollupKey; stepMs: number; seconds: number },
  name: RollupValueName,
) {
  const [series] = store.range({ fromMs: beganMs, toMs: beganMs + seconds * 1_000, stepMs }, [key]);
  return series?.values[rollupPlace(name)];
}

describe("the file of the rollups", () => {
  test("gives the same sums by the second, by ten and by the minute", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 50 }), { minLength: 1, maxLength: 130 }), (counts) => {
        rmSync(path, { force: true });
        const store = opened();
        for (const [place, count] of counts.entries()) store.append(second(place, { "": count, "type:shop/cart": count }));
        const sumOf = (values: readonly (number | null)[] = []) => values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
        const total = sumOf(counts);
        for (const stepMs of [1_000, 5_000, 10_000, 60_000]) expect(sumOf(told(store, { stepMs, seconds: 180 }, "in"))).toBe(total);
        for (const stepMs of [10_000, 60_000])
          expect(sumOf(told(store, { key: "type:shop/cart", stepMs, seconds: 180 }, "in"))).toBe(total);
        store.close();
      }),
      { numRuns: 15 },
    );
  });

  test("gives 0 where nothing happened and null where the gateway did not run", () => {
    const first = opened();
    first.append(second(0, { "": 4 }));
    first.append(second(3, { "": 6 }));
    first.close();
    const again = opened(beganMs + 8_000);
    again.append(second(8, { "": 1 }));
    expect(told(again, { stepMs: 1_000, seconds: 10 }, "messages")).toEqual([4, 0, 0, 6, null, null, null, null, 1, 0]);
    expect(told(again, { stepMs: 1_000, seconds: 10 }, "waiting")).toEqual([8, 8, 8, 12, null, null, null, null, 2, 2]);
    expect(again.marks({ fromMs: 0, toMs: beganMs * 2 })).toMatchObject([{ kind: "restart", atMs: beganMs + 8_000 }]);
    again.close();
  });

  test("loses no appended second by a kill at any write, and folds longer pieces again", () => {
    const store = opened();
    for (let place = 0; place < 27; place += 1) store.append(second(place, { "": 1, "type:shop/cart": 1 }));
    // The copied files are those of a dead process: no close, no checkpoint.
    const copy = join(folder, "killed.db");
    for (const more of ["", "-wal"]) copyFileSync(`${path}${more}`, `${copy}${more}`);
    const after = opened(beganMs + 40_000, { path: copy });
    expect(told(after, { stepMs: 10_000, seconds: 30 }, "in")).toEqual([10, 10, 7]);
    expect(told(after, { stepMs: 60_000, seconds: 30 }, "in")).toEqual([27]);
    // For a type only pieces of ten seconds are kept: at most five seconds of the last one are lost.
    const [first, next, last] = told(after, { key: "type:shop/cart", stepMs: 10_000, seconds: 30 }, "in") ?? [];
    expect([first, next]).toEqual([10, 10]);
    expect(last).toBeGreaterThanOrEqual(2);
    after.close();
    store.close();
  });

  test("loses only the torn write of a torn tail", () => {
    const store = opened();
    for (let place = 0; place < 20; place += 1) store.append(second(place, { "": 1 }));
    const wal = readFileSync(`${path}-wal`);
    const whole = readFileSync(path);
    store.close();
    fc.assert(
      fc.property(fc.nat({ max: wal.length }), fc.boolean(), (length, garbage) => {
        const copy = join(folder, "torn.db");
        for (const more of ["", "-wal", "-shm"]) rmSync(`${copy}${more}`, { force: true });
        writeFileSync(copy, whole);
        writeFileSync(`${copy}-wal`, wal);
        truncateSync(`${copy}-wal`, length);
        if (garbage) appendFileSync(`${copy}-wal`, Buffer.alloc(777, 0xa5));
        const after = opened(beganMs + 60_000, { path: copy });
        const seconds = told(after, { stepMs: 1_000, seconds: 20 }, "in") ?? [];
        const end = seconds.findIndex((value) => value !== 1);
        expect(seconds.slice(end === -1 ? seconds.length : end).every((value) => value !== 1)).toBe(true);
        after.close();
      }),
      { numRuns: 25 },
    );
  });

  test("is set aside when it is not a file of rollups, which is reported, and a new one begins", () => {
    for (const damage of [Buffer.from("not a database, and longer than a header of one would be"), Buffer.alloc(100_000, 7)]) {
      writeFileSync(path, damage);
      const { store, warning } = RollupStore.open({ path, bytesMax, nowMs: beganMs });
      expect(warning).toContain("begin anew");
      expect(readFileSync(`${path}.damaged`).equals(damage)).toBe(true);
      store.append(second(0, { "": 3 }));
      expect(told(store, { stepMs: 1_000, seconds: 1 }, "in")).toEqual([3]);
      store.close();
      rmSync(path);
    }
  });

  test("keeps a day and no more, and a removed type goes with its rows", () => {
    const store = opened();
    const day = 24 * 3_600;
    store.append(second(0, { "": 1, "type:shop/gone": 1 }));
    store.append(second(day - 100, { "": 1, "type:shop/here": 1 }));
    expect(store.reach().fromMs).toBe(beganMs);
    store.append(second(day + 600, { "": 1, "type:shop/here": 1 }));
    expect(store.reach().fromMs).toBeGreaterThan(beganMs);
    const { known } = store.busiest({
      range: { fromMs: beganMs, toMs: beganMs + (day + 700) * 1_000, stepMs: 60_000 },
      of: "type",
      limit: 10,
    });
    expect(known).toBe(1);
    store.close();
  });

  test("gives the busiest edges, those of one type, those that a person sees, and the sum of all others last", () => {
    const store = opened();
    const between = (from: string, to: string) => `edge:${from}→type:${to}` as const;
    const counts = {
      "": 9,
      [between("ingress:http", "shop/cart")]: 3,
      [between("type:shop/cart", "shop/stock")]: 7,
      [between("type:shop/cart", "pay/payment")]: 5,
      "edge:other": 90,
    };
    store.append(second(0, counts));
    const range = { fromMs: beganMs, toMs: beganMs + 60_000, stepMs: 60_000 };
    const names = (more: { limit?: number; touching?: string; namespaces?: readonly string[] }) => {
      const { series, known } = store.busiest({ range, of: "edge", limit: 10, ...more });
      return [known, ...series.map(({ key }) => key.slice("edge:".length))];
    };
    const [ingress, stock, payment] = ["ingress:http→type:shop/cart", "type:shop/cart→type:shop/stock", "type:shop/cart→type:pay/payment"];
    expect(names({})).toEqual([3, stock, payment, ingress, "other"]);
    expect(names({ limit: 1 })).toEqual([3, stock, "other"]);
    expect(names({ touching: "pay/payment" })).toEqual([1, payment]);
    expect(names({ namespaces: ["shop"] })).toEqual([2, stock, ingress]);
    expect(names({ namespaces: ["pay"] })).toEqual([0]);
    store.close();
  });

  test("holds a day of all edges in less than half of its maximum size", () => {
    const store = opened(beganMs, { bytesMax: rollupBytesMaxDefault });
    const row = emptyRollup();
    row.values[rollupPlace("in")] = 12_345;
    addCounts(row.latency, Array.from({ length: 24 }, (_, place) => [100 + place * 40, 300 + place]).flat());
    const rows = new Map(
      Array.from({ length: edgesKeptMax }, (_, place) => [`edge:type:shop/source-${place}→type:shop/target-${place}`, row] as const),
    );
    // This writes a tenth of the day's minutes, and a tenth of the hour whose pieces of ten seconds are kept.
    for (let minute = 0; minute < 108; minute += 1) store.append({ atMs: beganMs + minute * 600_000, rows });
    for (let ten = 0; ten < 36; ten += 1) store.append({ atMs: beganMs + (108 * 60 + ten) * 10_000, rows });
    expect(store.reach().fileBytes * 10).toBeLessThan(rollupBytesMaxDefault / 2);
    store.close();
  });

  test("never grows beyond its bytes: the oldest rows go first and the newest are there", () => {
    const small = 5 * 1024 * 1024;
    const store = opened(beganMs, { bytesMax: small });
    const types = Array.from({ length: 60 }, (_, place) => `type:shop/type-with-a-long-name-${place}` as const);
    for (let minute = 0; minute < 120; minute += 1) {
      const row = second(minute * 60, Object.fromEntries([["", 1], ...types.map((type) => [type, 1 + minute])]), 1 + minute);
      store.append(row);
      const files = ["", "-wal"].map((more) => (existsSync(`${path}${more}`) ? statSync(`${path}${more}`).size : 0));
      expect(files.reduce((sum, size) => sum + size)).toBeLessThan(small + 4 * 1024 * 1024);
    }
    expect(store.reach().fromMs).toBeGreaterThan(beganMs);
    expect(told(store, { stepMs: 60_000, seconds: 120 * 60 }, "in")?.at(-1)).toBe(1);
    store.close();
  });
});
