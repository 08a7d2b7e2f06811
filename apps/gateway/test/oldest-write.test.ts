/**
 * Health tells how long the oldest write waits, of the store or the catalog, and becomes bad when that is too long.
 */
import { expect, test } from "vitest";
import { CallWatch } from "../src/catalog/call-watch.ts";
import { catalogStalledMsMax, OldestWrite } from "../src/health/oldest-write.ts";
import { quietEngine } from "./support/quiet-engine.ts";

test("of the store and the catalog the older write counts; without one the age is 0", () => {
  const since: { catalog?: number; store?: number } = {};
  const engine = quietEngine();
  const oldest = new OldestWrite({ status: () => ({ ...engine.status(), oldestWriteSinceMs: since.store }) }, () => since.catalog);
  expect(oldest.waitMs(1_000)).toBe(0);
  since.store = 900;
  expect(oldest.waitMs(1_000)).toBe(100);
  since.catalog = 400;
  expect(oldest.waitMs(1_000)).toBe(600);
  expect(oldest.health(1_000)).toEqual({ kind: "running" });
});

test("a call of the catalog that does not end turns the health bad, with place and cure", () => {
  const oldest = new OldestWrite(quietEngine(), () => 0);
  expect(oldest.health(catalogStalledMsMax - 1)).toEqual({ kind: "running" });
  expect(oldest.health(catalogStalledMsMax)).toMatchObject({ kind: "store-failed", code: "STORE_FAILED", place: "catalog", sinceMs: 0 });
});

test("a call is watched until it succeeds or fails", async () => {
  const calls = new CallWatch();
  let end: (error: Error) => void = () => undefined;
  const call = calls.watch(() => new Promise<void>((_resolve, reject) => (end = reject)));
  expect(calls.oldestSinceMs()).toBeGreaterThan(0);
  end(new Error("gone"));
  await expect(call).rejects.toThrow("gone");
  expect(calls.oldestSinceMs()).toBeUndefined();
});
