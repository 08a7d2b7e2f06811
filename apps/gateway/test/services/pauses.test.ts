/**
 * Pauses over a catalog in memory: a pause that the engine refuses changes nothing, and one that was set again before its end does not end
 * then.
 */
import { afterEach, expect, test, vi } from "vitest";
import type { PauseRecord } from "../../src/catalog/catalog.ts";
import { Pauses } from "../../src/services/pauses/pauses.ts";

const carts: PauseRecord = { what: "function:shop/cart", by: "ada", sinceMs: 0, untilMs: 10_000 };

function stand({ rebind = async () => undefined }: { rebind?: () => Promise<void> } = {}) {
  const kept = new Map<string, PauseRecord>();
  const ended: string[] = [];
  const pauses = new Pauses({
    catalog: {
      list: async () => [...kept.values()],
      put: async (record) => void kept.set(record.what, record),
      remove: async (what) => void kept.delete(what),
    },
    rebind,
    ended: async ({ what }) => void ended.push(what),
    warn: () => undefined,
  });
  return { pauses, kept, ended };
}

afterEach(() => void vi.useRealTimers());

test("a pause that the engine refuses is neither in force nor kept", async () => {
  const { pauses, kept } = stand({ rebind: () => Promise.reject(new Error("no engine")) });
  await expect(pauses.put(carts)).rejects.toThrow("no engine");
  expect([pauses.count, kept.size]).toEqual([0, 0]);
});

test("a pause ends by itself when its time is over, and not while it has another end", async () => {
  vi.useFakeTimers({ now: 0 });
  const { pauses, kept, ended } = stand();
  await pauses.put(carts);
  await vi.advanceTimersByTimeAsync(9_000);
  await pauses.put({ ...carts, untilMs: 20_000 });
  await vi.advanceTimersByTimeAsync(10_500);
  expect([pauses.count, ended]).toEqual([1, []]);
  await vi.advanceTimersByTimeAsync(2_000);
  expect([pauses.count, kept.size, ended]).toEqual([0, 0, [carts.what]]);
  expect(vi.getTimerCount()).toBe(0);
});
