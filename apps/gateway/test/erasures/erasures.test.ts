/** Erasing over HTTP: what a dry run counts, what the receipt says, that the audit tells of it without values, and that no file holds them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { moduleYaml, startFunctions, startGateway, type TestGateway } from "../support/start-gateway.ts";

const marker = "Qx5-person-marker-8Yt";

function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && readFileSync(join(entry.parentPath, entry.name)).includes(text))
    .map(({ name }) => name);
}

async function post({ fetch }: TestGateway, path: string, body: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
}

test("the values of an entity go from every file, with a receipt, and the audit tells of it without them", async () => {
  const functions = await startFunctions();
  await using stand = await startGateway();
  const { fetch, dataDir } = stand;
  await fetch("/v1/modules/test", { method: "PUT", body: moduleYaml(functions.url) });
  for (const id of ["anna", "bert"]) {
    const body = id === "anna" ? marker : "other";
    await fetch(`/v1/messages/test/visits/${id}`, { method: "POST", headers: { "content-type": "text/plain" }, body });
    await stand.until(`/v1/entities/test/visits/${id}`, (entity) => JSON.stringify(entity).includes("seen"));
  }
  expect(filesWith(dataDir, marker)).not.toEqual([]);
  const wrong = await post(stand, "/v1/erasures", { targets: [{ id: "anna" }] });
  expect(wrong.status).toBe(400);
  const targets = [{ type: null, id: "anna" }];
  const counted = await post(stand, "/v1/erasures/count", { targets });
  expect(counted.status).toBe(200);
  const erased = await post(stand, "/v1/erasures", { targets, reason: "asked by the person" });
  expect(erased).toMatchObject({ status: 200, body: { targets, reason: "asked by the person", savepoints: [], counts: counted.body } });
  expect(filesWith(dataDir, marker)).toEqual([]);
  const audit = await (await fetch("/v1/audit")).text();
  expect(audit).toContain("erasures.erase");
  expect(audit).toContain("asked by the person");
  expect(audit).not.toContain(marker);
  await functions.close();
});
