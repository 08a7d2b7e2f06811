/**
 * Before a restore: whether the savepoint fits the present declarations. Also a fork of it, begun by the command line, that calls and
 * delivers nothing.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { entity, json, types } from "@signalbox/functions";
import { serve } from "@signalbox/functions/node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { runCli } from "../../../cli/test/run-cli.ts";
import { restoreBackup } from "../../src/backup/restore-backup.ts";
import { callerOf, type Caller } from "../support/caller.ts";
import { moduleYaml, startFunctions, startGateway, type TestGateway } from "../support/start-gateway.ts";

let box: TestGateway;
let functions: Awaited<ReturnType<typeof startFunctions>>;
let caller: Caller;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "signalbox-fork-"));
  functions = await startFunctions();
  box = await startGateway();
  caller = await callerOf(box);
  await caller.modules.put({ name: "test", yaml: moduleYaml(functions.url) });
});
afterAll(async () => {
  await box[Symbol.asyncDispose]();
  await functions.close();
  rmSync(folder, { recursive: true, force: true });
});

async function visit(id: string): Promise<void> {
  await caller.send.message({ type: "test/visits", id, valueType: "io.statefun.types/string", text: '"hello"' });
  await box.gateway.core.engine.settled();
}

const endpoint = (url: string): string => `kind: io.statefun.endpoints.v2/http\nspec:\n  functions: test/*\n  urlPathTemplate: ${url}\n`;

test("a savepoint of now fits, and its modules are those of its time", async () => {
  await visit("anna");
  const { id } = await caller.savepoints.take();
  expect((await caller.savepoints.impact({ id })).verdict).toEqual({
    fits: true,
    unserved: [],
    stateTypes: [],
    undeclaredEgresses: [],
    modules: [],
  });
});

test("types that no module serves or declares any more are named, with their entities and with the changed modules", async () => {
  await visit("bea");
  const { id } = await caller.savepoints.take();
  const { revision } = await caller.modules.get({ name: "test" });
  await caller.modules.put({ name: "test", yaml: endpoint(functions.url).replace("test/*", "other/*") });
  const { verdict } = await caller.savepoints.impact({ id });
  expect(verdict).toMatchObject({
    fits: false,
    unserved: [
      { type: "test/total", entities: 1 },
      { type: "test/visits", entities: 2 },
    ],
    undeclaredEgresses: expect.arrayContaining(["test/greetings"]),
    modules: [{ name: "test", saved: revision, now: revision + 1 }],
  });
  await caller.modules.put({ name: "test", yaml: moduleYaml(functions.url) });
});

test("a state that functions register with another type now is named with both types", async () => {
  const { id } = await caller.savepoints.take();
  const seen = json("test/seen", z.object({ times: z.number() }));
  const visits = entity("test/visits", {
    state: { seen },
    messages: { hello: types.string },
    on: { hello: () => undefined },
  });
  // Another gateway where nothing conflicts with the new type; the savepoint is brought there.
  await using other = await startGateway();
  const there = await callerOf(other);
  await using serving = await serve([visits]);
  await there.modules.put({ name: "test", yaml: endpoint(serving.url) });
  await there.send.message({ type: "test/visits", id: "anna", valueType: "io.statefun.types/string", text: '"hello"' });
  await other.gateway.core.engine.settled();
  const file = await (await box.fetch(`/v1/savepoints/${id}/file`)).arrayBuffer();
  const brought = await other.fetch("/v1/savepoints", {
    method: "POST",
    body: file,
    headers: { "content-type": "application/vnd.sqlite3" },
  });
  const { id: there1 } = (await brought.json()) as { readonly id: string };
  expect((await there.savepoints.impact({ id: there1 })).verdict).toMatchObject({
    fits: false,
    stateTypes: [{ type: "test/visits", name: "seen", saved: "io.statefun.types/int", now: "test/seen" }],
    modules: null,
  });
});

test("a fork begins from the savepoint in a folder of its own, holds all of it, and calls nothing, while this gateway goes on", async () => {
  await visit("cleo");
  const { id } = await caller.savepoints.take();
  const dataDir = join(folder, "fork");
  let seenInFork: unknown;
  const startProgram = (_program: string, environment: Readonly<Record<string, string | undefined>>) => {
    expect(environment).toMatchObject({ SIGNALBOX_DATA_DIR: dataDir, SIGNALBOX_PORT: "0", SIGNALBOX_HOST: "127.0.0.1" });
    expect(environment["DATABASE_URL"]).toBeUndefined();
    const ran = forkRuns(environment["SIGNALBOX_RESTORE_BACKUP"] ?? "", dataDir).then((read) => void (seenInFork = read));
    return { url: ran.then(() => "http://127.0.0.1:1"), ended: ran.then(() => 0) };
  };
  const environment = { DATABASE_URL: "postgresql://the.first.one" };
  const ran = await runCli(["savepoints", "fork", id, "--data-dir", dataDir, "--url", box.url], { startProgram, environment });
  expect(ran).toMatchObject({ code: 0, err: "" });
  expect(seenInFork).toMatchObject({
    state: { state: expect.arrayContaining([expect.objectContaining({ name: "seen", value: 1 })]) },
    modules: { modules: [] },
    waiting: 0,
  });
  expect(existsSync(`${dataDir}.savepoint`)).toBe(false);
  await visit("cleo");
  expect((await caller.savepoints.list())[0]?.id).toBe(id);
});

async function forkRuns(savepoint: string, dataDir: string): Promise<unknown> {
  mkdirSync(join(dataDir, "engine"), { recursive: true });
  const databaseUrl = pathToFileURL(join(dataDir, "catalog.db")).href;
  const savepointFolder = join(dataDir, "savepoints");
  const restoring = await restoreBackup({ dataDir, savepointFolder, databaseUrl, restoreBackup: savepoint, storeIsEmpty: true });
  await using fork = await startGateway({ dataDir, restoring });
  const read = async (path: string): Promise<unknown> => (await fork.fetch(path)).json();
  return {
    state: await read("/v1/entities/test/visits/cleo"),
    modules: await read("/v1/modules"),
    waiting: fork.gateway.core.engine.status().waitingMessages,
  };
}

test("a fork is refused where its folder is not empty, and nothing is fetched", async () => {
  const dataDir = join(folder, "filled");
  mkdirSync(dataDir);
  writeFileSync(join(dataDir, "kept"), "mine");
  const ran = await runCli(["savepoints", "fork", "any", "--data-dir", dataDir, "--url", box.url]);
  expect(ran).toMatchObject({ code: 2, err: expect.stringContaining("--data-dir") });
  expect(existsSync(`${dataDir}.savepoint`)).toBe(false);
});
