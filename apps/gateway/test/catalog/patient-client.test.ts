/** The catalog's client over SQLite while another process holds the lock of its file. */
import Database from "better-sqlite3";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { openCatalog } from "../../src/catalog/open-catalog.ts";

const folder = await mkdtemp(join(tmpdir(), "signalbox-patient-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

const revision = {
  name: "shop",
  yaml: "v1",
  appliedMs: 1,
  origin: "api",
  principal: { kind: "person", name: "ann", door: "console" },
} as const;

/** Makes a migrated file, a client that calls it, and another connection that holds its lock. */
async function locked(lock: "BEGIN IMMEDIATE" | "BEGIN EXCLUSIVE") {
  const path = join(folder, `${randomUUID()}.db`);
  const catalog = await openCatalog({ databaseUrl: `file:${path}` });
  const other = new Database(path);
  other.exec(lock);
  return { path, catalog, other };
}

describe("a catalog whose file is locked by another process", () => {
  for (const lock of ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"] as const) {
    it(`waits until it is free, and answers all other requests meanwhile (${lock})`, async () => {
      const { catalog, other } = await locked(lock);
      let done = false;
      const appended = catalog.modules.append(revision).finally(() => {
        done = true;
      });
      // By then SQLite has refused it at least once, because its own wait ends before the loop turns again.
      for (let turns = 0; turns < 20; turns++) await turn();
      expect(done).toBe(false);
      other.exec("COMMIT");
      other.close();
      expect((await appended).revision).toBe(1);
      expect((await catalog.modules.find("shop"))?.yaml).toBe("v1");
      await catalog.close();
    });
  }

  it("is refused in words after a time, with nothing changed", async () => {
    const { path, catalog, other } = await locked("BEGIN EXCLUSIVE");
    other.exec("COMMIT");
    const hasty = await openCatalog({ databaseUrl: `file:${path}`, lockedMsMax: 0 });
    other.exec("BEGIN EXCLUSIVE");
    await expect(hasty.modules.append(revision)).rejects.toMatchObject({
      code: "DATABASE_FAILED",
      detail: `The catalog ${path} stayed locked by another process. Nothing was changed.`,
    });
    other.exec("COMMIT");
    other.close();
    expect(await catalog.modules.find("shop")).toBeUndefined();
    await hasty.close();
    await catalog.close();
  });
});
