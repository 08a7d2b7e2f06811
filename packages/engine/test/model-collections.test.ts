/**
 * The collections on the way of every message answer as those of the language do, whatever is done to them, and release members that were
 * taken out (decision 20).
 */
import { runInNewContext } from "node:vm";
import { setFlagsFromString } from "node:v8";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Fifo } from "../src/model/collections/fifo.ts";
import { LinkedSet, Links } from "../src/model/collections/linked-set.ts";
import { NumberMap } from "../src/model/collections/number-map.ts";

describe("a number map", () => {
  test("answers as a Map does, through growth and with keys that share a place", () => {
    const key = fc.oneof(
      fc.nat(40),
      fc.nat(40).map((high) => high * 2 ** 32),
      fc.maxSafeNat(),
    );
    const step = fc.record({ key, kind: fc.constantFrom("set", "set", "delete", "get") });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const map = new NumberMap<string>();
        const model = new Map<number, string>();
        for (const [index, { key: at, kind }] of steps.entries()) {
          if (kind === "delete") expect(map.delete(at)).toBe(model.delete(at));
          if (kind === "set") {
            map.set(at, `${index}`);
            model.set(at, `${index}`);
          }
          expect(map.get(at)).toBe(model.get(at));
          expect(map.has(at)).toBe(model.has(at));
        }
        expect(map.size).toBe(model.size);
        expect([...map.values()].sort()).toEqual([...model.values()].sort());
        for (const [known, value] of model) expect(map.get(known)).toBe(value);
      }),
    );
  });

  test("is empty after it was cleared, and takes new entries", () => {
    const map = new NumberMap<string>();
    for (let key = 0; key < 100; key++) map.set(key, "before");
    map.clear();
    expect([map.size, map.has(7), [...map.values()]]).toEqual([0, false, []]);
    map.set(7, "after");
    expect(map.get(7)).toBe("after");
  });
});

describe("a linked set", () => {
  test("keeps the order of a Set through any changes", () => {
    fc.assert(
      fc.property(fc.array(fc.record({ at: fc.nat(11), add: fc.boolean() }), { maxLength: 100 }), (steps) => {
        const set = new LinkedSet<Numbered>();
        const model = new Set<Numbered>();
        const all = numbered(12);
        for (const { at, add } of steps) {
          const one = all[at];
          if (one === undefined) continue;
          if (add) {
            set.add(one);
            model.add(one);
          } else expect(set.delete(one)).toBe(model.delete(one));
        }
        expect([...set]).toEqual([...model]);
        expect(set.size).toBe(model.size);
        for (const one of all) expect(set.has(one)).toBe(model.has(one));
      }),
    );
  });

  test("may lose the member that was just visited, and visits members that are added meanwhile", () => {
    const set = new LinkedSet<Numbered>();
    const [first, second, third] = numbered(3);
    if (first === undefined || second === undefined || third === undefined) throw new Error("three were made");
    set.add(first);
    set.add(second);
    const seen: number[] = [];
    for (const one of set) {
      seen.push(one.number);
      set.delete(one);
      if (one === first) set.add(third);
    }
    expect(seen).toEqual([0, 1, 2]);
    expect(set.size).toBe(0);
  });

  test("leaves out a later member that is removed meanwhile, and gives one that is added behind the last", () => {
    const set = new LinkedSet<Numbered>();
    const [first, second, third] = numbered(3);
    if (first === undefined || second === undefined || third === undefined) throw new Error("three were made");
    set.add(first);
    set.add(second);
    const seen: number[] = [];
    for (const one of set) {
      seen.push(one.number);
      if (one !== first) continue;
      set.delete(second);
      set.add(third);
    }
    expect(seen).toEqual([0, 2]);
  });
});

describe("a first-in-first-out queue", () => {
  test("answers as an array does", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("push", "push", "shift", "back"), { maxLength: 4000 }), (steps) => {
        const queue = new Fifo<number>();
        const model: number[] = [];
        for (const [index, step] of steps.entries()) {
          if (step === "push") model.push(index);
          if (step === "push") queue.push(index);
          if (step === "shift") expect(queue.shift()).toBe(model.shift());
          if (step === "back") model.unshift(index);
          if (step === "back") queue.unshift(index);
        }
        expect([...queue]).toEqual(model);
        expect(queue.size).toBe(model.length);
      }),
      { numRuns: 30 },
    );
  });

  test("keeps its order when it lets go of a long head", () => {
    const queue = new Fifo<number>();
    for (let number = 0; number < 5000; number++) queue.push(number);
    for (let number = 0; number < 4000; number++) expect(queue.shift()).toBe(number);
    queue.push(5000);
    expect([...queue]).toEqual(Array.from({ length: 1001 }, (_, index) => 4000 + index));
  });
});

describe("a member that was taken out is freed by the next small collection, also when its container is old and never empty", () => {
  const livingMax = 100;
  const passing = 1000;
  const valueBytes = 10_000;

  test.each([
    [
      "a number map",
      () => {
        const map = new NumberMap<Numbered>();
        return (one: Numbered) => {
          map.set(one.number, one);
          map.delete(one.number - livingMax);
        };
      },
    ],
    [
      "a linked set",
      () => {
        const set = new LinkedSet<Numbered>();
        const living: Numbered[] = [];
        return (one: Numbered) => {
          set.add(one);
          const oldest = living[one.number % livingMax];
          if (oldest !== undefined) set.delete(oldest);
          living[one.number % livingMax] = one;
        };
      },
    ],
    [
      "a queue",
      () => {
        const queue = new Fifo<Numbered>();
        return (one: Numbered) => {
          queue.push(one);
          if (queue.size > livingMax) queue.shift();
        };
      },
    ],
  ])("%s", (_name, make) => {
    const collect = collector();
    const pass = make();
    for (let number = 0; number < livingMax; number++)
      pass({ ...member(number), value: Array.from({ length: valueBytes / 8 }, () => 0.5) });
    collect({ type: "major" });
    const before = process.memoryUsage().heapUsed;
    for (let number = livingMax; number < passing; number++)
      pass({ ...member(number), value: Array.from({ length: valueBytes / 8 }, () => 0.5) });
    collect({ type: "minor" });
    collect({ type: "minor" });
    expect(process.memoryUsage().heapUsed - before).toBeLessThan((passing * valueBytes) / 4);
  });
});

/** This is V8's own function, which exists only when it is asked for. */
function collector(): (options: { type: "major" | "minor" }) => void {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect !== "function") throw new Error("V8 offers no collection");
  return (options) => {
    collect(options);
  };
}

interface Numbered {
  readonly number: number;
  readonly links: Links<Numbered>;
  readonly value?: readonly number[];
}

function member(number: number): Numbered {
  return { number, links: new Links<Numbered>() };
}

function numbered(count: number): Numbered[] {
  return Array.from({ length: count }, (_, number) => member(number));
}
