/** Erasing over HTTP: what a dry run counts, what the receipt says, that the audit tells of it without values, and that no file holds them. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { moduleYaml, startFunctions, startGateway, type TestGateway } from "../support/start-gateway.ts";

const marker = "Qx5-person-marker-8Yt";
const row = z.object({ id: z.string(), state: z.string() });

function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && readFileSync(join(entry.parentPath, entry.name)).includes(text))
    .map(({ name }) => name);
}

async function post({ fetch }: TestGateway, path: string, body: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
}

async function savepoint({ fetch }: TestGateway): Promise<string> {
  const taken = await fetch("/v1/savepoints", { method: "POST" });
  return z.object({ id: z.string() }).parse(await taken.json()).id;
}

/** Erases and returns the receipt once the erasure has ended. */
async function erased(stand: TestGateway, body: unknown): Promise<unknown> {
  const begun = await post(stand, "/v1/erasures", body);
  expect(begun).toMatchObject({ status: 202, body: { state: "running" } });
  const { id } = row.parse(begun.body);
  for (;;) {
    const now: unknown = await (await stand.fetch(`/v1/erasures/${id}`)).json();
    if (row.parse(now).state !== "running") return now;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function live(stand: TestGateway, people: Record<string, string>): Promise<void> {
  for (const [id, body] of Object.entries(people)) {
    await stand.fetch(`/v1/messages/test/visits/${id}`, { method: "POST", headers: { "content-type": "text/plain" }, body });
    await stand.until(`/v1/entities/test/visits/${id}`, (entity) => JSON.stringify(entity).includes("seen"));
  }
}

test("the values of an entity leave every file, savepoints too, with a receipt, and the audit tells of it without them", {
  timeout: 180_000,
}, async () => {
  const functions = await startFunctions();
  await using stand = await startGateway();
  const { fetch, dataDir } = stand;
  await fetch("/v1/modules/test", { method: "PUT", body: moduleYaml(functions.url) });
  const empty = await savepoint(stand);
  await live(stand, { anna: marker, bert: "other" });
  const full = await savepoint(stand);
  expect(filesWith(join(dataDir, "savepoints"), marker)).not.toEqual([]);
  const wrong = await post(stand, "/v1/erasures", { targets: [{ id: "anna" }] });
  expect(wrong.status).toBe(400);
  const targets = [{ type: null, id: "anna" }];
  const counted = await post(stand, "/v1/erasures/count", { targets });
  expect(counted).toMatchObject({
    status: 200,
    body: { savepoints: expect.arrayContaining([expect.objectContaining({ id: empty, rows: 0 })]) },
  });
  const { counts, savepoints } = z
    .object({ counts: z.unknown(), savepoints: z.array(z.object({ id: z.string(), rows: z.number() })) })
    .parse(counted.body);
  const inFull = savepoints.find(({ id }) => id === full)?.rows;
  expect(inFull).toBeGreaterThan(0);
  const receipt = await erased(stand, { targets, reason: "asked by the person" });
  expect(receipt).toMatchObject({ state: "done", reason: "asked by the person", counts, error: null, phase: "ended" });
  expect(receipt).toMatchObject({
    savepoints: expect.arrayContaining([
      expect.objectContaining({ id: full, state: "rewritten", rows: inFull }),
      expect.objectContaining({ id: empty, state: "untouched", rows: 0 }),
    ]),
  });
  expect(JSON.stringify(receipt)).not.toContain("anna");
  expect(filesWith(dataDir, marker)).toEqual([]);
  const history = await (await fetch("/v1/history?type=test%2Fvisits&id=anna")).text();
  expect(history).toMatch(/"decoder":"erased on \d{4}-\d\d-\d\dT[^"]*","erasedMs":\d+/);
  const audit = await (await fetch("/v1/audit")).text();
  expect(audit).toContain("erasures.erase");
  expect(audit).toContain("asked by the person");
  expect(audit).not.toContain(marker);
  // The rewritten savepoint works like any other: it has the other entities and can be restored.
  expect((await post(stand, `/v1/savepoints/${full}:restore`, {})).status).toBe(200);
  expect(await (await fetch("/v1/entities/test/visits/bert")).text()).toContain("seen");
  expect(filesWith(dataDir, marker)).toEqual([]);
  await functions.close();
});

test("all entities whose ids have a prefix are erased, and no other", { timeout: 180_000 }, async () => {
  const functions = await startFunctions();
  await using stand = await startGateway();
  await stand.fetch("/v1/modules/test", { method: "PUT", body: moduleYaml(functions.url) });
  await live(stand, { "anna-1": marker, "anna-2": marker, annabel: "Kp2-kept-marker-7Vr" });
  const receipt = await erased(stand, { targets: [{ type: "test/visits", id: "anna-", match: "prefix" }], reason: "all of hers" });
  expect(receipt).toMatchObject({ state: "done", matched: [{ type: "test/visits", prefix: "anna-", hash: null }] });
  expect(filesWith(stand.dataDir, marker)).toEqual([]);
  expect(filesWith(stand.dataDir, "Kp2-kept-marker-7Vr")).not.toEqual([]);
  await functions.close();
});

test("a savepoint that cannot be rewritten is named in the receipt, and stays as it is", { timeout: 180_000 }, async () => {
  const functions = await startFunctions();
  await using stand = await startGateway();
  await stand.fetch("/v1/modules/test", { method: "PUT", body: moduleYaml(functions.url) });
  await live(stand, { anna: marker });
  const [broken, whole] = [await savepoint(stand), await savepoint(stand)];
  writeFileSync(join(stand.dataDir, "savepoints", `${broken}.savepoint`), "no savepoint any more");
  const receipt = await erased(stand, { targets: [{ id: "anna" }], reason: "asked by the person" });
  expect(receipt).toMatchObject({
    state: "done",
    error: expect.stringContaining(broken),
    savepoints: expect.arrayContaining([
      expect.objectContaining({ id: broken, state: "failed", error: expect.any(String) }),
      expect.objectContaining({ id: whole, state: "rewritten" }),
    ]),
  });
  expect(readFileSync(join(stand.dataDir, "savepoints", `${broken}.savepoint`), "utf8")).toBe("no savepoint any more");
  await functions.close();
});
