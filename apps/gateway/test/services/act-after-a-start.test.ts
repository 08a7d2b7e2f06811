/**
 * After a start the mailbox of a parked entity is only on disk: an act on its first message works all the same, and nobody notices the read
 * before it.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { callerOf } from "../support/caller.ts";
import { moduleYaml, startFunctions, startGateway } from "../support/start-gateway.ts";

test("the first message of a parked entity is edited and discarded with the first request", async () => {
  const functions = await startFunctions();
  onTestFinished(() => functions.close());
  const dataDir = mkdtempSync(join(tmpdir(), "signalbox-act-"));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  {
    await using before = await startGateway({ dataDir, limits: { attemptsMax: 1 } });
    const put = await before.fetch("/v1/modules/test", { method: "PUT", body: moduleYaml(functions.url) });
    expect(put.status).toBe(200);
    for (const id of ["a", "b"])
      for (let count = 0; count < 2; count++) await before.fetch(`/v1/messages/test/visits/${id}`, { method: "POST", body: "fail" });
    await before.until("/health", (body) => JSON.stringify(body).includes('"parkedEntities":2'));
  }
  await using after = await startGateway({ dataDir, limits: { attemptsMax: 1 } });
  const discarded = await after.fetch("/v1/entities/test/visits/a:discard", { method: "POST" });
  expect([discarded.status, await discarded.json()]).toEqual([200, { changed: 1 }]);
  const caller = await callerOf(after);
  const value = { typename: "io.statefun.types/string", text: '"mended"' };
  await caller.entities.editHead({ type: "test/visits", id: "b", value });
  await after.until("/health", (body) => JSON.stringify(body).includes('"parkedMessages":2'));
});
