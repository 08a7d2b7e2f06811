/** A backup is made while everything runs, and an empty data directory begins from it: state, messages, modules, people. */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BackupError } from "../../src/backup/backup-error.ts";
import { restoreBackup, type PendingRestore, type RestorePlaces } from "../../src/backup/restore-backup.ts";
import { hasStore, lockDataFolder } from "../../src/data-folder.ts";
import { startPeopleStand, type PeopleStand } from "../support/people-stand.ts";
import { moduleYaml, startFunctions, startGateway } from "../support/start-gateway.ts";

let stand: PeopleStand;
let functions: Awaited<ReturnType<typeof startFunctions>>;
let folder: string;
let backup: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "signalbox-backup-"));
  functions = await startFunctions();
  stand = await startPeopleStand();
  const { ask, adminCookie: cookie, box } = stand;
  const put = await ask("/v1/modules/visits", {
    method: "PUT",
    body: moduleYaml(functions.url),
    cookie,
    headers: { "content-type": "text/yaml" },
  });
  expect(put.status).toBeLessThan(300);
  for (const _visit of [1, 2, 3])
    await ask("/v1/messages/test/visits/ada", { body: '"x"', cookie, headers: { "content-type": "application/json" } });
  await stand.invite("grace", [{ role: "viewer", namespace: "*" }]);
  await box.gateway.core.engine.settled();
  const taken = (await (await ask("/v1/backups", { json: {}, cookie })).json()) as { id: string; checksum: string; catalog: string };
  expect(taken.catalog).toBe("inside");
  const bytes = Buffer.from(await (await ask(`/v1/backups/${taken.id}/file`, { cookie })).arrayBuffer());
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(taken.checksum);
  backup = join(folder, "a.backup");
  writeFileSync(backup, bytes);
  expect(box.logged).toEqual([]);
});
afterAll(async () => {
  await stand[Symbol.asyncDispose]();
  await functions.close();
  await rm(folder, { recursive: true, force: true });
});

function emptyPlaces(parts: Partial<RestorePlaces> = {}): RestorePlaces {
  const dataDir = mkdtempSync(join(folder, "data-"));
  // The process that locks the data directory makes this folder before it restores.
  mkdirSync(join(dataDir, "engine"));
  return {
    dataDir,
    savepointFolder: join(dataDir, "savepoints"),
    databaseUrl: pathToFileURL(join(dataDir, "catalog.db")).href,
    restoreBackup: backup,
    storeIsEmpty: true,
    ...parts,
  };
}

const refusal = async (restored: Promise<PendingRestore | undefined>): Promise<string> => {
  const error = await restored.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(BackupError);
  return (error as BackupError).message;
};

describe("an empty data directory", () => {
  test("begins from a backup with its state, modules and people, and without its sessions", async () => {
    const places = emptyPlaces();
    const restoring = await restoreBackup(places);
    await using box = await startGateway({ dataDir: places.dataDir, login: "on", restoring });
    expect(box.logged).toEqual([expect.stringContaining("begins from the backup")]);
    // Everybody who was signed in has to sign in again, with the same password as before.
    expect((await box.fetch("/v1/modules", { headers: { cookie: stand.adminCookie } })).status).toBe(401);
    const signed = await box.fetch("/v1/session", {
      method: "POST",
      body: JSON.stringify({ name: "ada", password: "a long enough password" }),
    });
    const cookie = signed.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    const read = async (path: string): Promise<unknown> => (await box.fetch(path, { headers: { cookie } })).json();
    expect(await read("/v1/entities/test/visits/ada")).toMatchObject({
      state: expect.arrayContaining([expect.objectContaining({ name: "seen", value: 3 })]),
    });
    expect(await read("/v1/modules")).toMatchObject({ modules: [{ name: "visits" }] });
    expect(await read("/v1/people")).toMatchObject({ people: [{ name: "ada" }, { name: "grace" }] });
    // The records of savepoints that stayed behind are missing; the restored one and the one that it replaced are listed.
    expect(await read("/v1/savepoints")).toMatchObject({ savepoints: [{}, {}] });
    expect(await restoreBackup(places)).toBeUndefined();
  });

  test("is tried again when the first start was killed half-way, and not without the setting", async () => {
    const places = emptyPlaces();
    await restoreBackup(places);
    expect(await refusal(restoreBackup({ ...places, restoreBackup: undefined }))).toContain("did not end");
    const again = await restoreBackup({ ...places, storeIsEmpty: false });
    await again?.done();
    expect(await restoreBackup({ ...places, restoreBackup: undefined, storeIsEmpty: false })).toBeUndefined();
    expect(await restoreBackup({ ...places, storeIsEmpty: false })).toBeUndefined();
  });

  test("keeps no file of a killed attempt, and every earlier file", async () => {
    const places = emptyPlaces();
    const savepoints = places.savepointFolder;
    mkdirSync(savepoints);
    writeFileSync(join(savepoints, "mine.savepoint"), "mine");
    await restoreBackup(places);
    writeFileSync(join(savepoints, "copied.savepoint"), "by the attempt");
    await restoreBackup({ ...places, storeIsEmpty: false });
    expect(readdirSync(savepoints)).toEqual(["mine.savepoint"]);
  });

  test("gets its catalog before the engine has a store, so that a kill between the two leaves nothing that looks like data", async () => {
    const places = emptyPlaces();
    const { dataDir, databaseUrl } = places;
    const killed = lockDataFolder({ dataDir, databaseUrl, partitions: 1 }, async () => {
      await restoreBackup({ ...places, storeIsEmpty: !hasStore(dataDir) });
      throw new Error("killed");
    });
    await expect(killed).rejects.toThrow("killed");
    expect(hasStore(dataDir)).toBe(false);
    expect(await restoreBackup(places)).toMatchObject({ path: backup });
  });

  test("is finished once it was restored, also when the file is gone afterwards", async () => {
    const places = emptyPlaces({ restoreBackup: join(folder, "gone.backup") });
    writeFileSync(join(folder, "gone.backup"), readFileSync(backup));
    await (await restoreBackup(places))?.done();
    await rm(join(folder, "gone.backup"));
    expect(await restoreBackup({ ...places, storeIsEmpty: false })).toBeUndefined();
  });
});

describe("a restore is refused", () => {
  test("where the directory holds data", async () => {
    expect(await refusal(restoreBackup(emptyPlaces({ storeIsEmpty: false })))).toContain("holds data");
    const places = emptyPlaces();
    writeFileSync(join(places.dataDir, "catalog.db"), "of somebody");
    expect(await refusal(restoreBackup(places))).toContain("holds data");
  });

  test("not where a start began both parts of a new directory, and died", async () => {
    const places = emptyPlaces();
    writeFileSync(join(places.dataDir, "catalog.db"), "");
    expect(await restoreBackup(places)).toMatchObject({ path: backup });
  });

  test("of a file that is absent, is not a backup, or is not the one that was begun", async () => {
    const other = join(folder, "other.backup");
    expect(await refusal(restoreBackup(emptyPlaces({ restoreBackup: other })))).toContain("not there");
    writeFileSync(other, "hello, this is text and no database at all, whatever its name says");
    expect(await refusal(restoreBackup(emptyPlaces({ restoreBackup: other })))).toContain("cannot be read");
    const places = emptyPlaces();
    await restoreBackup(places);
    const second = join(folder, "second.backup");
    writeFileSync(second, readFileSync(backup));
    const file = new Database(second);
    file.exec("UPDATE savepoint SET epoch = epoch + 1");
    file.close();
    expect(await refusal(restoreBackup({ ...places, restoreBackup: second }))).toContain("did not end");
  });
});

test("the newest two backups are kept, and one can be removed", async () => {
  const { ask, adminCookie: cookie } = stand;
  const list = async (): Promise<{ id: string }[]> =>
    ((await (await ask("/v1/backups", { cookie })).json()) as { backups: { id: string }[] }).backups;
  for (const _more of [1, 2]) expect((await ask("/v1/backups", { json: {}, cookie })).status).toBe(201);
  const kept = await list();
  expect(kept).toHaveLength(2);
  const path = `/v1/backups/${kept[0]?.id ?? ""}`;
  expect((await ask(path, { method: "DELETE", cookie })).status).toBe(204);
  expect(await list()).toEqual(kept.slice(1));
  expect((await ask(`${path}/file`, { cookie })).status).toBe(404);
  expect((await ask("/v1/backups/..%2Fcatalog.db/file", { cookie })).status).toBe(404);
});

test("the remains of a backup of a killed gateway are gone after its next start", async () => {
  const dataDir = mkdtempSync(join(folder, "left-"));
  mkdirSync(join(dataDir, "backups"));
  for (const name of ["a.part", "a.part.part", "a.part.part-journal", "a.part.catalog"]) writeFileSync(join(dataDir, "backups", name), "x");
  await using _box = await startGateway({ dataDir });
  expect(readdirSync(join(dataDir, "backups"))).toEqual([]);
});
