/** The folds: rollups equal a fold of the records, however digests, seconds, tens and minutes cut them. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EngineEvent } from "@signalbox/runtime";
import { FlowCollector } from "../../src/flow/flow-collector.ts";
import { latencyUnits } from "../../src/flow/latency-counter.ts";
import { edgesKeptMax, otherEdges } from "../../src/rollups/kept-edges.ts";
import { addCounts, addSketch, decodeSketch, encodeSketch, percentilesOf } from "../../src/rollups/latency-sketch.ts";
import { emptyRollup, mergeRollup, type Rollup, type RollupKey, type SecondRollup } from "../../src/rollups/rollup.ts";
import { SecondRollups } from "../../src/rollups/second-rollup.ts";
import { rollupPlace, type RollupValueName } from "../../src/shared/rollup-values.ts";
import { admitted, attemptFailed, ended, kept } from "../flow/events.ts";

const types = ["shop/cart", "shop/stock", "pay/payment"];
const endpointOf = (type: string): string => (type.startsWith("shop/") ? "shop/*" : "pay/*");
const quiet = { all: {}, types: new Map() };

type Step =
  | { readonly kind: "admit"; readonly type: string }
  | { readonly kind: "end"; readonly type: string; readonly ms: number; readonly sent: readonly string[]; readonly egress: number }
  | { readonly kind: "fail"; readonly type: string }
  | { readonly kind: "digest" }
  | { readonly kind: "second" };

const anyType = fc.constantFrom(...types);
const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("admit" as const), type: anyType }),
    fc.record({
      kind: fc.constant("end" as const),
      type: anyType,
      ms: fc.integer({ min: 0, max: 100_000 }),
      sent: fc.array(anyType, { maxLength: 3 }),
      egress: fc.integer({ min: 0, max: 2 }),
    }),
    fc.record({ kind: fc.constant("fail" as const), type: anyType }),
    fc.constant({ kind: "digest" as const }),
    fc.constant({ kind: "second" as const }),
  ),
  { maxLength: 120 },
);

function eventOf(step: Exclude<Step, { kind: "digest" | "second" }>, n: number): EngineEvent {
  const address = { type: step.type, id: "a" };
  switch (step.kind) {
    case "admit":
      return admitted(n, address);
    case "fail":
      return attemptFailed(address);
    case "end":
      return ended(n, address, {
        startedMs: 1_000,
        endedMs: 1_000 + step.ms,
        sent: step.sent.map((type) => kept(n, { type, id: "b" }, address)),
        egress: Array.from({ length: step.egress }, (_, at) => ({ sequence: n + at, egress: "out/x", value: kept(n, address).value })),
      });
  }
}

/** The number of messages that went along each edge, by the edge's name in the rollups. */
function carried(history: readonly Step[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const add = (edge: string): void => void counts.set(edge, (counts.get(edge) ?? 0) + 1);
  for (const step of history) {
    if (step.kind === "admit") add(`ingress:http→type:${step.type}`);
    if (step.kind === "end") for (const to of step.sent) add(`type:${step.type}→type:${to}`);
  }
  return counts;
}

/** Counts as a person would from the records themselves. */
function counted(history: readonly Step[], key: RollupKey): Record<string, number> {
  const isOf = (type: string): boolean => key === "" || key === `type:${type}` || key === `endpoint:${endpointOf(type)}`;
  const sum = { admitted: 0, in: 0, sent: 0, out: 0, invocations: 0, failures: 0 };
  for (const step of history) {
    if (step.kind === "admit") {
      if (key === "") sum.admitted += 1;
      if (isOf(step.type)) sum.in += 1;
    } else if (step.kind === "fail" && isOf(step.type)) sum.failures += 1;
    else if (step.kind === "end") {
      sum.in += step.sent.filter(isOf).length;
      if (!isOf(step.type)) continue;
      sum.invocations += 1;
      sum.sent += step.sent.length;
      sum.out += step.egress;
    }
  }
  return sum;
}

function played(history: readonly Step[]): SecondRollup[] {
  const collector = new FlowCollector();
  const seconds = new SecondRollups(endpointOf);
  const ends: SecondRollup[] = [];
  const digest = (): void => {
    const found = collector.digest();
    if (found !== undefined) seconds.add(found);
  };
  for (const [n, step] of [...history, { kind: "second" } as const].entries()) {
    if (step.kind === "digest") digest();
    else if (step.kind === "second") {
      digest();
      ends.push(seconds.take(ends.length * 1_000, quiet));
    } else collector.on(eventOf(step, n + 1));
  }
  return ends;
}

function sumOf(seconds: readonly SecondRollup[], key: RollupKey): Rollup {
  const sum = emptyRollup();
  for (const { rows } of seconds) {
    const row = rows.get(key);
    if (row !== undefined) mergeRollup(sum, row);
  }
  return sum;
}

const keys: RollupKey[] = ["", "type:shop/cart", "type:pay/payment", "endpoint:shop/*"];

describe("rollups", () => {
  test("equal a fold of the records, however digests and seconds cut them", () => {
    fc.assert(
      fc.property(steps, (history: readonly Step[]) => {
        const seconds = played(history);
        for (const key of keys) {
          const sum = sumOf(seconds, key);
          for (const [name, count] of Object.entries(counted(history, key)))
            expect([key, name, sum.values[rollupPlace(name as RollupValueName)]]).toEqual([key, name, count]);
        }
      }),
      { numRuns: 150 },
    );
  });

  test("of edges equal the messages that went along them, and their times under way", () => {
    fc.assert(
      fc.property(steps, (history: readonly Step[]) => {
        const seconds = played(history);
        for (const [edge, count] of carried(history)) expect(sumOf(seconds, `edge:${edge}`).values[rollupPlace("in")]).toBe(count);
      }),
      { numRuns: 50 },
    );
    const collector = new FlowCollector();
    const [cart, stock] = [
      { type: "shop/cart", id: "a" },
      { type: "shop/stock", id: "b" },
    ];
    const failure = {
      code: "ENDPOINT_ERROR",
      scope: "entity",
      message: "no",
      cure: "look",
      retryAfterMs: undefined,
      raw: undefined,
    } as const;
    collector.on(ended(1, stock, { messages: [kept(1, stock, cart)], endedMs: 1_250 }));
    collector.on(
      ended(2, stock, { messages: [kept(2, stock, cart), kept(3, stock, cart)], endedMs: 1_250, outcome: { kind: "parked", failure } }),
    );
    const rollups = new SecondRollups(endpointOf);
    rollups.add(collector.digest() ?? expect.unreachable());
    const edge = sumOf([rollups.take(0, quiet)], "edge:type:shop/cart→type:shop/stock");
    expect(edge.values[rollupPlace("parked")]).toBe(1);
    expect(percentilesOf(edge.latency, [99])[0]).toBeCloseTo(250, -1);
  });

  test("of more edges than have a place are one sum, and a busier edge gets the place with the next minute", () => {
    const rollups = new SecondRollups(endpointOf);
    const edge = (place: number, count: number) =>
      ({ kind: "type", from: "shop/cart", to: `shop/t${place}`, count, latency: [100, count], failed: false, parked: 0 }) as const;
    const digestOf = (edges: readonly ReturnType<typeof edge>[]) => {
      const collector = new FlowCollector();
      collector.on(admitted(1, { type: "shop/cart", id: "a" }));
      return { ...(collector.digest() ?? expect.unreachable()), edges };
    };
    const named = (rows: SecondRollup["rows"]) => [...rows.keys()].filter((key) => key.startsWith("edge:"));
    const many = Array.from({ length: edgesKeptMax + 50 }, (_, place) => edge(place, place < edgesKeptMax ? 1 : 10));
    rollups.add(digestOf(many));
    const first = rollups.take(59_000, quiet);
    expect(named(first.rows)).toHaveLength(edgesKeptMax + 1);
    expect(first.rows.get(`edge:${otherEdges}`)?.values[rollupPlace("in")]).toBe(500);
    rollups.add(digestOf(many));
    const second = rollups.take(60_000, quiet);
    expect(second.rows.get(`edge:type:shop/cart→type:shop/t${edgesKeptMax}`)?.values[rollupPlace("in")]).toBe(10);
    expect(second.rows.get(`edge:${otherEdges}`)?.values[rollupPlace("in")]).toBe(50);
  });

  test("are the same in whatever order and grouping they are merged", () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 7 }), (history: readonly Step[], size) => {
        const seconds = played(history);
        const groups: SecondRollup[] = [];
        for (let at = 0; at < seconds.length; at += size) {
          const rows = new Map(keys.map((key) => [key, sumOf(seconds.slice(at, at + size), key)] as const));
          groups.push({ atMs: at * 1_000, rows });
        }
        for (const key of keys) {
          const whole = sumOf(seconds, key);
          const grouped = sumOf(groups.toReversed(), key);
          expect(grouped.values).toEqual(whole.values);
          expect(encodeSketch(grouped.latency)).toEqual(encodeSketch(whole.latency));
        }
      }),
    );
  });

  test("have the highest of the types that are looked at, and an endpoint the sum of its types", () => {
    const seconds = new SecondRollups(endpointOf);
    const gauges = (cart: number, stock: number) => ({
      all: { waiting: cart + stock, lateMs: 3 },
      types: new Map([
        ["shop/cart", { waiting: cart }],
        ["shop/stock", { waiting: stock }],
      ]),
    });
    const two = [seconds.take(0, gauges(5, 7)), seconds.take(1_000, gauges(9, 0))];
    const waiting = (key: RollupKey) => sumOf(two, key).values[rollupPlace("waiting")];
    expect([waiting(""), waiting("type:shop/cart"), waiting("type:shop/stock"), waiting("endpoint:shop/*")]).toEqual([12, 9, 7, 12]);
  });
});

describe("a sketch", () => {
  const latencies = fc.array(fc.double({ min: 0.64, max: 500_000, noNaN: true }), { minLength: 1, maxLength: 400 });

  test("gives any percentile within 2 percent, also after many merges", () => {
    fc.assert(
      fc.property(latencies, fc.integer({ min: 1, max: 5 }), fc.constantFrom(1, 50, 95, 99, 100), (values, parts, percent) => {
        const merged = new Map<number, number>();
        for (let part = 0; part < parts; part += 1) {
          const sketch = new Map<number, number>();
          addCounts(
            sketch,
            values.filter((_, at) => at % parts === part).flatMap((ms) => [latencyUnits(ms), 1]),
          );
          addSketch(merged, decodeSketch(encodeSketch(sketch)));
        }
        const sorted = values.toSorted((left, right) => left - right);
        const exact = sorted[Math.max(1, Math.ceil((percent / 100) * sorted.length)) - 1] ?? 0;
        const [told] = percentilesOf(merged, [percent]);
        // The rounding to 10 µs adds half a unit.
        expect(Math.abs((told ?? 0) - exact)).toBeLessThanOrEqual(exact * 0.02 + 0.005);
      }),
    );
  });

  test("made of the collector's own buckets loses nothing more", () => {
    fc.assert(
      fc.property(latencies, (values) => {
        const collector = new FlowCollector();
        for (const ms of values) collector.on(ended(1, { type: "shop/cart", id: "a" }, { startedMs: 0, endedMs: ms }));
        const sketch = new Map<number, number>();
        addCounts(sketch, collector.digest()?.latency ?? []);
        const sorted = values.toSorted((left, right) => left - right);
        const exact = sorted[Math.ceil(sorted.length / 2) - 1] ?? 0;
        expect(Math.abs((percentilesOf(sketch, [50])[0] ?? 0) - exact)).toBeLessThanOrEqual(exact * 0.02 + 0.005);
      }),
    );
  });

  test("of nothing has no percentile, and bytes that are not a sketch still give an answer", () => {
    expect(percentilesOf(new Map(), [50])).toEqual([null]);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => decodeSketch(bytes).size <= bytes.length));
  });
});
