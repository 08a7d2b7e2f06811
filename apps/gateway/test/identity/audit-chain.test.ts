/**
 * The audit's chain: untouched entries fit, and changed entries do not.
 */
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startGateway, type TestGateway } from "../support/start-gateway.ts";

let box: TestGateway;
beforeEach(async () => {
  box = await startGateway();
  for (const name of ["a", "b", "c"]) await box.fetch(`/v1/modules/${name}`, { method: "PUT", body: "" });
});
afterEach(() => box[Symbol.asyncDispose]());

const chain = async (): Promise<unknown> => (await box.fetch("/v1/audit/chain")).json();

function tamper(sql: string): void {
  const database = new Database(join(box.dataDir, "catalog.db"));
  database.exec(sql);
  database.close();
}

test("an untouched audit is whole, and tells its newest hash", async () => {
  expect(await chain()).toEqual({
    checked: 3,
    unchained: 0,
    broken: null,
    newest: { sequence: 3, hash: expect.stringMatching(/^[\w-]{43}$/) },
  });
});

test("an entry that was changed is named", async () => {
  tamper(`UPDATE "AuditEntry" SET "name" = 'somebody else' WHERE "sequence" = 2`);
  expect(await chain()).toMatchObject({ broken: { sequence: 2, fault: "changed" } });
});

test("an entry that was taken out is noticed by the one behind it", async () => {
  tamper(`DELETE FROM "AuditEntry" WHERE "sequence" = 2`);
  expect(await chain()).toMatchObject({ broken: { sequence: 3, fault: "missing-before" } });
});

test("entries that are written at the same time stand in one chain", async () => {
  await Promise.all(Array.from({ length: 20 }, (_, index) => box.fetch(`/v1/modules/m${index}`, { method: "PUT", body: "" })));
  expect(await chain()).toMatchObject({ checked: 23, broken: null });
});

test("whatever a person without rights writes as a name, the chain fits and has the entry", async () => {
  for (const name of [String.raw`\ud800`, String.raw`a\u0000b`, String.raw`x\udfffy`]) {
    const body = `{"name":"${name}","password":"no password of anybody"}`;
    expect((await box.fetch("/v1/session", { method: "POST", body, headers: { "content-type": "application/json" } })).status).toBe(401);
  }
  expect(await chain()).toMatchObject({ checked: 6, broken: null });
});
