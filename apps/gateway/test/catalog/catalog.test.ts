/** The catalog on both databases: one behaviour, two providers. PostgreSQL is skipped, with the reason, where no server can be had. */
import pg from "pg";
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, symlinkSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeEach, afterEach, describe, expect, it } from "vitest";
import type { Catalog, NewAuditEntry, SavepointRecord } from "../../src/catalog/catalog.ts";
import { chainFault } from "../../src/catalog/audit-chain.ts";
import { holdCatalog } from "../../src/catalog/catalog-hold.ts";
import { databaseTarget } from "../../src/catalog/database-url.ts";
import { openCatalog } from "../../src/catalog/open-catalog.ts";
import { GatewayError } from "../../src/contract/problem.ts";
import { startPostgres } from "./postgres-server.ts";

const run = promisify(execFile);
const folder = await mkdtemp(join(tmpdir(), "signalbox-catalog-"));
const postgres = await startPostgres();
afterAll(async () => {
  if (postgres.kind === "running") await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});

const savepoint: SavepointRecord = {
  id: "s1",
  createdMs: 1_795_000_000_000,
  status: "taking",
  origin: "person",
  path: "/data/savepoints/s1.db",
  epoch: 7,
  entities: 3,
  messages: 2,
  delayedMessages: 1,
  egressRecords: 0,
  sizeBytes: 2 ** 40,
  checksum: "",
  durationMs: 12,
  error: undefined,
};

const principal = { kind: "person", name: "ann", door: "console" } as const;
const entryOf = (atMs: number): NewAuditEntry => ({
  ...principal,
  atMs,
  operation: "modules.put",
  subject: `m${atMs}`,
  input: "",
  before: null,
  after: "revision 1",
  outcome: "done",
  problem: null,
});

function describeCatalog(newUrl: () => string): void {
  let url = "";
  let catalog: Catalog;
  beforeEach(async () => {
    url = newUrl();
    catalog = await openCatalog({ databaseUrl: url, auditEntriesMax: 5 });
  });
  afterEach(() => catalog.close());
  const append = (name: string, yaml: string) =>
    catalog.modules.append({ name, yaml, appliedMs: 1_795_000_000_000, origin: "person", principal });

  it("keeps every revision of a module and lists the newest of each name", async () => {
    await append("shop", "one");
    await append("mail", "m");
    const second = await append("shop", "two");
    expect(second).toEqual({ name: "shop", revision: 2, yaml: "two", appliedMs: 1_795_000_000_000, origin: "person", principal });
    expect((await catalog.modules.list()).map(({ name, revision }) => [name, revision])).toEqual([
      ["mail", 1],
      ["shop", 2],
    ]);
    expect((await catalog.modules.revisions("shop", { limit: 10 })).map(({ yaml }) => yaml)).toEqual(["two", "one"]);
    expect((await catalog.modules.revisions("shop", { limit: 10, below: 2 })).map(({ yaml }) => yaml)).toEqual(["one"]);
    expect((await catalog.modules.revision("shop", 1))?.yaml).toBe("one");
    expect(await catalog.modules.revision("shop", 9)).toBeUndefined();
  });

  it("keeps the history of a removed module and goes on counting when it comes back", async () => {
    await append("shop", "one");
    expect(await catalog.modules.remove("shop", 5)).toBe(true);
    expect(await catalog.modules.remove("shop", 6)).toBe(false);
    expect(await catalog.modules.list()).toEqual([]);
    expect(await catalog.modules.find("shop")).toBeUndefined();
    expect(await catalog.modules.revisions("shop", { limit: 10 })).toHaveLength(1);
    expect((await append("shop", "two")).revision).toBe(2);
    expect((await catalog.modules.find("shop"))?.yaml).toBe("two");
  });

  it("gives appends at the same time different revisions", async () => {
    const revisions = await Promise.all(Array.from({ length: 8 }, (_, index) => append("shop", `text ${index}`)));
    expect(revisions.map(({ revision }) => revision).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it("keeps savepoint records with 64-bit sizes, newest first, and replaces them by id", async () => {
    await catalog.savepoints.put(savepoint);
    await catalog.savepoints.put({ ...savepoint, id: "s2", createdMs: savepoint.createdMs + 1, status: "failed", error: "disk full" });
    await catalog.savepoints.put({ ...savepoint, status: "ready", checksum: "ab" });
    expect(await catalog.savepoints.list()).toEqual([
      { ...savepoint, id: "s2", createdMs: savepoint.createdMs + 1, status: "failed", error: "disk full" },
      { ...savepoint, status: "ready", checksum: "ab" },
    ]);
    expect(await catalog.savepoints.find("s2")).toMatchObject({ error: "disk full" });
    expect([await catalog.savepoints.remove("s2"), await catalog.savepoints.remove("s2")]).toEqual([true, false]);
    expect(await catalog.savepoints.find("s2")).toBeUndefined();
  });

  it("keeps people under unique names, and a link that can be used once", async () => {
    const { identity } = catalog;
    const ann = {
      id: "u1",
      name: "ann",
      password: null,
      subject: null,
      grants: [{ role: "admin", namespace: "*" }] as const,
      createdMs: 1_795_000_000_000,
      disabledMs: null,
      seenMs: null,
      setupHash: "h",
      setupExpiresMs: 1_795_000_000_001,
    };
    expect(await identity.addUser({ ...ann, grants: [...ann.grants] })).toBe(true);
    expect(await identity.addUser({ ...ann, grants: [], id: "u2", setupHash: null })).toBe(false);
    expect(await identity.user({ setupHash: "h" })).toEqual(ann);
    const uses = await Promise.all([1, 2, 3].map((n) => identity.useLink("h", { password: `p${n}` })));
    expect(uses.filter((used) => used)).toHaveLength(1);
    expect(await identity.user({ setupHash: "h" })).toBeUndefined();
    expect(await identity.changeUser("u1", { disabledMs: 5 })).toBe(true);
    expect(await identity.users()).toMatchObject([{ name: "ann", disabledMs: 5, grants: ann.grants }]);
  });

  it("finds the token that a client names by its id, and otherwise the newest token of the first holder of that name", async () => {
    const { identity } = catalog;
    const none = { expiresMs: null, usedMs: null, revokedMs: null, ingress: null };
    const add = (id: string, name: string, more: { by: string; createdMs: number }) =>
      identity.addToken({ id, name, hash: `hash ${id}`, hint: "sb_…", scram: `scram ${id}`, grants: [], ...none, ...more });
    await add("t1", "grafana", { by: "ann", createdMs: 1 });
    await add("t2", "grafana", { by: "ann", createdMs: 2 });
    await add("t3", "grafana", { by: "mallory", createdMs: 3 });
    await add("t4", "t1", { by: "mallory", createdMs: 4 });
    const found = async (name: string) => (await identity.tokenLogin(name, 10))?.hash;
    expect([await found("grafana"), await found("t1"), await found("t3")]).toEqual(["hash t2", "hash t1", "hash t3"]);
    await identity.revokeToken("t2", 5);
    expect(await found("grafana")).toBe("hash t1");
    await identity.removeTokens(["t1", "t2"]);
    expect([await found("grafana"), (await identity.tokens()).map(({ id }) => id)]).toEqual(["hash t3", ["t4", "t3"]]);
  });

  it("keeps sessions and tokens and when they were used, and forgets expired sessions", async () => {
    const { identity } = catalog;
    const nothing = { password: null, subject: null, disabledMs: null, seenMs: null, setupHash: null, setupExpiresMs: null };
    await identity.addUser({ id: "u1", name: "ann", grants: [], createdMs: 1, ...nothing });
    const session = { id: "s1", hash: "a", userId: "u1", createdMs: 10, expiresMs: 20, usedMs: 10, address: "::1", agent: "x" };
    await identity.addSession(session);
    expect(await identity.session("a")).toMatchObject({ session, user: { name: "ann" } });
    await identity.addSession({ ...session, id: "s2", hash: "b", createdMs: 20, expiresMs: 30 });
    expect(await identity.session("a")).toBeUndefined();
    const token = { id: "t1", name: "ci", hash: "c", hint: "sb_…", scram: null, grants: [], ingress: "http", by: "ann", createdMs: 1 };
    await identity.addToken({ ...token, expiresMs: null, usedMs: null, revokedMs: null });
    await identity.used(new Map([["s2", 25]]), new Map([["t1", 26]]));
    expect([(await identity.sessions("u1"))[0]?.usedMs, (await identity.token("c"))?.usedMs]).toEqual([25, 26]);
    expect([await identity.revokeToken("t1", 30), await identity.revokeToken("t1", 31)]).toEqual([true, false]);
    expect(await identity.removeSessions({ userId: "u1" })).toBe(1);
  });

  it("chains entries that are written at the same time, and removes the oldest without breaking the chain", async () => {
    await Promise.all(Array.from({ length: 8 }, (_, index) => catalog.audit.record(entryOf(1_795_000_000_000 + index))));
    const entries = await catalog.audit.chain({ limit: 100, above: 0 });
    expect(entries).toHaveLength(5);
    expect(entries.slice(1).map(({ previous }) => previous)).toEqual(entries.slice(0, -1).map(({ hash }) => hash));
  });

  it("keeps saved messages and descriptor sets with their exact bytes", async () => {
    const message = {
      id: "a",
      name: "hello",
      type: "shop/cart",
      entityId: "é/1",
      valueType: "io.statefun.types/string",
      body: '"ü"',
      createdMs: 1,
    };
    await catalog.savedMessages.put({ ...message, name: "first" });
    await catalog.savedMessages.put(message);
    expect(await catalog.savedMessages.list()).toEqual([message]);
    expect([await catalog.savedMessages.remove("a"), await catalog.savedMessages.remove("a")]).toEqual([true, false]);
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    await catalog.descriptorSets.put({ name: "shop", bytes, types: ["shop.Order"], createdMs: 2 });
    const [set] = await catalog.descriptorSets.list();
    expect({ ...set, bytes: [...(set?.bytes ?? [])] }).toEqual({ name: "shop", bytes: [...bytes], types: ["shop.Order"], createdMs: 2 });
    expect([await catalog.descriptorSets.remove("shop"), await catalog.descriptorSets.remove("shop")]).toEqual([true, false]);
  });

  it("has an entry for any text, which fits the chain, and has no person under a name that it cannot keep", async () => {
    for (const text of ["a\u0000b", "half \ud800", "\udfff"])
      await catalog.audit.record({ ...entryOf(1), subject: text, name: text, input: text, after: text });
    const entries = await catalog.audit.chain({ limit: 100, above: 0 });
    expect(entries).toHaveLength(3);
    expect(entries.map((entry, at) => chainFault(entries[at - 1], entry))).toEqual([undefined, undefined, undefined]);
    const asked = catalog.identity.user({ name: "a\u0000b" });
    expect(await asked.catch((error: unknown) => (error instanceof GatewayError ? error.code : error))).toSatisfy(
      (answer) => answer === undefined || answer === "INVALID_REQUEST",
    );
  });

  it("keeps the newest entries of the audit, newest first", async () => {
    for (let index = 1; index <= 8; index += 1) {
      await catalog.audit.record(entryOf(index));
    }
    const all = await catalog.audit.list({ limit: 100 });
    expect(all.map(({ subject }) => subject)).toEqual(["m8", "m7", "m6", "m5", "m4"]);
    expect((await catalog.audit.list({ limit: 2, below: all[1]?.sequence })).map(({ subject }) => subject)).toEqual(["m6", "m5"]);
    // A cursor may hold any number, because callers can make one up.
    expect(await catalog.audit.list({ limit: 100, below: Number.MAX_SAFE_INTEGER })).toEqual(all);
    expect(await catalog.audit.list({ limit: 100, below: 0 })).toEqual([]);
  });

  it("finds entries of the audit by a part of a name and by their outcome", async () => {
    for (const index of [1, 2, 3]) await catalog.audit.record({ ...entryOf(index), outcome: index === 2 ? "failed" : "done" });
    const subjects = async (query: { text?: string; outcome?: "done" | "failed" }) =>
      (await catalog.audit.list({ limit: 100, ...query })).map(({ subject }) => subject);
    expect(await subjects({ text: "m1" })).toEqual(["m1"]);
    expect(await subjects({ outcome: "failed" })).toEqual(["m2"]);
    expect(await subjects({ text: "m1", outcome: "failed" })).toEqual([]);
    expect(await subjects({ text: "" })).toEqual(["m3", "m2", "m1"]);
  });

  it("keeps no entry of the audit longer than its age, and says who acted and by which door", async () => {
    await catalog.close();
    catalog = await openCatalog({ databaseUrl: url, auditAgeMsMax: 10 });
    for (const atMs of [1, 5, 12]) await catalog.audit.record(entryOf(atMs));
    const [newest, ...older] = await catalog.audit.list({ limit: 100 });
    expect(older.map(({ atMs }) => atMs)).toEqual([5]);
    expect(newest).toEqual({ ...entryOf(12), sequence: newest?.sequence });
  });

  it("finds everything again after it was closed and opened, and migrates nothing twice", async () => {
    await append("shop", "one");
    await catalog.close();
    catalog = await openCatalog({ databaseUrl: url });
    expect((await catalog.modules.list()).map(({ yaml }) => yaml)).toEqual(["one"]);
    await expect(catalog.ping()).resolves.toBeUndefined();
  });

  it("can be opened by several processes at the same moment", async () => {
    const fresh = newUrl();
    const script = join(import.meta.dirname, "open-and-append.ts");
    await Promise.all([1, 2, 3].map(() => run(process.execPath, [script, fresh])));
    await catalog.close();
    catalog = await openCatalog({ databaseUrl: fresh });
    expect((await catalog.modules.find("m"))?.revision).toBe(3);
  });
}

describe("the catalog on SQLite", () => {
  describeCatalog(() => `file:${join(folder, randomUUID(), "catalog.db")}`);

  it("is one gateway's: a second one is refused with the name of the first, over a link too, and let in when that has ended", async () => {
    const place = join(folder, randomUUID());
    mkdirSync(place);
    symlinkSync(place, `${place}-link`);
    const alone = { warn: expect.unreachable, waitMs: 50 };
    const first = await openCatalog({ databaseUrl: `file:${place}/catalog.db`, alone });
    for (const path of [place, `${place}-link`]) {
      const refused = await openCatalog({ databaseUrl: `file:${path}/catalog.db`, alone }).catch((error: unknown) => error);
      expect(refused).toMatchObject({
        code: "DATABASE_IN_USE",
        detail: expect.stringContaining(`process ${process.pid} on ${hostname()}`),
      });
    }
    const other = await openCatalog({ databaseUrl: `file:${place}/other.db`, alone });
    await other.close();
    const waits = openCatalog({ databaseUrl: `file:${place}/catalog.db`, alone: { ...alone, waitMs: 30_000 } });
    await first.close();
    await (await waits).close();
  });
});

const skipReason = postgres.kind === "absent" ? ` (skipped: ${postgres.reason})` : "";
describe.skipIf(postgres.kind === "absent")(`the catalog on PostgreSQL${skipReason}`, () => {
  describeCatalog(() => (postgres.kind === "running" ? postgres.url(`test_${randomUUID().replaceAll("-", "")}`) : ""));

  /** Creates a role that may log in and has the given rights on a schema that somebody else made. */
  async function roleWith(rights: (role: string, schema: string) => string): Promise<string> {
    const role = `app_${randomUUID().replaceAll("-", "")}`;
    const owner = new URL(postgres.kind === "running" ? postgres.url(role) : "");
    owner.searchParams.delete("schema");
    const admin = new pg.Client({ connectionString: owner.href });
    await admin.connect();
    await admin.query(`CREATE ROLE ${role} LOGIN; CREATE SCHEMA ${role}; ${rights(role, role)}`);
    await admin.end();
    owner.username = role;
    owner.searchParams.set("schema", role);
    return owner.href;
  }

  it("belongs to one gateway: a second one is refused with the name of the first, and let in when the first has ended", async () => {
    const url = postgres.kind === "running" ? postgres.url(`test_${randomUUID().replaceAll("-", "")}`) : "";
    const warned: string[] = [];
    const alone = { warn: (message: string) => void warned.push(message), waitMs: 50 };
    const first = await openCatalog({ databaseUrl: url, alone });
    const refused = await openCatalog({ databaseUrl: url, alone }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "DATABASE_IN_USE", detail: expect.stringContaining(`${hostname()}, process ${process.pid}`) });
    const other = await openCatalog({ databaseUrl: `${url}_2`, alone });
    await other.close();
    const waits = openCatalog({ databaseUrl: url, alone: { ...alone, waitMs: 30_000 } });
    await first.close();
    await (await waits).close();
    expect(warned).toEqual([]);
  });

  it("is held again after the server closed the connection that held it, and says who came in between", async () => {
    const url = postgres.kind === "running" ? postgres.url(`test_${randomUUID().replaceAll("-", "")}`) : "";
    const target = databaseTarget(url);
    if (target.kind !== "postgresql") expect.unreachable();
    const admin = new pg.Client({ connectionString: target.connectionString });
    await admin.connect();
    const warned: string[] = [];
    const hold = (waitMs: number, againMs: number) =>
      holdCatalog(target, { warn: (message) => void warned.push(message), waitMs, againMs });
    // Of this file's own holds alone one is open at a time.
    const cut = () =>
      admin.query("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = 72707370 AND granted");
    const first = await hold(1, 20);
    await cut();
    // Either it has not been taken again yet, or it has: after a while nobody else gets it.
    await expect
      .poll(() =>
        hold(1, 20).then(
          async (got) => got.release().then(() => "taken"),
          () => "refused",
        ),
      )
      .toBe("refused");
    await first.release();

    const second = await hold(1, 300);
    await cut();
    const between = await hold(30_000, 20);
    await expect
      .poll(() => warned)
      .toEqual([expect.stringMatching(/^Another gateway works on .* Both work on it until one is stopped\.$/)]);
    await between.release();
    await second.release();
    await admin.end();
  });

  it("needs no rights but those on its schema", async () => {
    const url = await roleWith((role, schema) => `GRANT USAGE, CREATE ON SCHEMA ${schema} TO ${role}`);
    for (const round of [1, 2]) {
      const catalog = await openCatalog({ databaseUrl: url });
      await catalog.modules.append({ name: "m", yaml: `v${round}`, appliedMs: round, origin: "api", principal });
      expect((await catalog.modules.find("m"))?.revision).toBe(round);
      await catalog.close();
    }
  });

  it("says which right is missing, instead of a read-only disk", async () => {
    const rights: ((role: string, schema: string) => string)[] = [
      () => "",
      (role, schema) => `GRANT USAGE ON SCHEMA ${schema} TO ${role}`,
      (_role, schema) => `DROP SCHEMA ${schema}`,
    ];
    for (const some of rights) {
      const refused = await openCatalog({ databaseUrl: await roleWith(some) }).catch((error: unknown) => error);
      expect(refused).toMatchObject({ code: "DATABASE_FORBIDDEN", cure: expect.stringContaining("GRANT USAGE, CREATE ON SCHEMA") });
    }
  });
});
