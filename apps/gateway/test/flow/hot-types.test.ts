import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HotIds } from "../../src/flow/hot-ids.ts";
import { HotTypes, hotTypesMax } from "../../src/flow/hot-types.ts";

describe("hot ids", () => {
  test("an id that gets more than its share of the counters is listed, and its count lies within the given error", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 400 }), fc.integer({ min: 1, max: 12 }), (sent, counters) => {
        const ids = new HotIds(counters);
        const truth = new Map<string, number>();
        for (const id of sent.map(String)) {
          ids.add(id);
          truth.set(id, (truth.get(id) ?? 0) + 1);
        }
        const found = new Map(ids.top(counters).map((hot) => [hot.id, hot]));
        expect(ids.size).toBeLessThanOrEqual(counters);
        for (const [id, count] of truth) if (count > sent.length / counters) expect(found.has(id)).toBe(true);
        for (const { id, count, surplus } of found.values()) {
          expect(count).toBeGreaterThanOrEqual(truth.get(id) ?? 0);
          expect(count - surplus).toBeLessThanOrEqual(truth.get(id) ?? 0);
        }
      }),
    );
  });
});

describe("hot types", () => {
  const digest = (id: string, count: number) => [{ type: "shop/cart", ids: [[id, count, 0]] as const }];

  test("a steady rate is reported unchanged, from the first second on", () => {
    const hot = new HotTypes();
    expect(hot.ask("shop/cart", { limit: 8, nowMs: 0 })).toMatchObject({ isNew: true, ids: [] });
    for (let second = 1; second <= 30; second += 1) {
      hot.tick(second * 1_000);
      hot.add(digest("ada", 50));
      const { ids } = hot.ask("shop/cart", { limit: 8, nowMs: second * 1_000 });
      expect(ids[0]?.perSecond).toBeCloseTo(50, 5);
    }
  });

  test("an id that gets nothing any more cools down and is forgotten", () => {
    const hot = new HotTypes();
    hot.ask("shop/cart", { limit: 8, nowMs: 0 });
    hot.add(digest("gone", 1_000));
    for (let second = 1; second <= 120; second += 1) {
      hot.tick(second * 1_000);
      hot.ask("shop/cart", { limit: 8, nowMs: second * 1_000 });
    }
    expect(hot.ask("shop/cart", { limit: 8, nowMs: 120_000 }).ids).toEqual([]);
  });

  test("a type that nobody asks for any more is not counted, and the number of types is bounded", () => {
    const hot = new HotTypes();
    for (let n = 0; n < hotTypesMax + 3; n += 1) hot.ask(`shop/t${n}`, { limit: 8, nowMs: n });
    expect(hot.types).toHaveLength(hotTypesMax);
    expect(hot.types).not.toContain("shop/t0");
    expect(hot.tick(16_000)).toBe(true);
    expect(hot.types).toEqual([]);
  });
});
