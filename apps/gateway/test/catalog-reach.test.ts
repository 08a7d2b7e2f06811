/**
 * Health tells whether the catalog's database answers.
 */
import { expect, test } from "vitest";
import { CatalogError } from "../src/catalog/catalog-error.ts";
import { CatalogReach } from "../src/health/catalog-reach.ts";

const away = new CatalogError("DATABASE_FAILED", { message: "The catalog refused.", cure: "Check its database." });

test("a database that stopped answering is reported with its cure and since when, until it answers again", async () => {
  let answers: () => Promise<void> = async () => undefined;
  const reach = new CatalogReach(() => answers());
  const look = async (atMs: number) => {
    reach.failure(atMs);
    await reach.settled();
    return reach.failure(atMs);
  };
  expect(await look(0)).toBeNull();
  answers = () => Promise.reject(away);
  const first = await look(1_000);
  expect(first).toMatchObject({ code: "DATABASE_FAILED", problem: "The catalog refused.", cure: "Check its database." });
  expect((await look(2_000))?.sinceMs).toBe(first?.sinceMs);
  answers = async () => undefined;
  expect(await look(3_000)).toBeNull();
});

test("one look is under way at most, and no caller waits for it", async () => {
  let looks = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  const reach = new CatalogReach(() => {
    looks++;
    return promise;
  });
  for (const atMs of [0, 500, 5_000, 50_000]) expect(reach.failure(atMs)).toBeNull();
  expect(looks).toBe(1);
  resolve();
  await reach.settled();
  reach.failure(50_000);
  expect(looks).toBe(2);
});
