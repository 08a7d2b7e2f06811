/**
 * What a savepoint's record knows beside its file: entities by type, and the modules in force when it was taken; what it cannot know is
 * null.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { moduleYaml, startFunctions, startGateway, type TestGateway } from "../support/start-gateway.ts";
import { callerOf, type Caller } from "../support/caller.ts";

let box: TestGateway;
let functions: Awaited<ReturnType<typeof startFunctions>>;
let caller: Caller;
const type = "test/visits";

beforeAll(async () => {
  functions = await startFunctions();
  box = await startGateway({ limits: { attemptsMax: 1 } });
  caller = await callerOf(box);
  await caller.modules.put({ name: "test", yaml: moduleYaml(functions.url) });
  for (const id of ["a", "b"]) await send(id);
});
afterAll(async () => {
  await box[Symbol.asyncDispose]();
  await functions.close();
});

async function send(id: string): Promise<void> {
  await caller.send.message({ type, id, valueType: "io.statefun.types/string", text: '"x"' });
  await box.gateway.core.engine.settled();
}

async function rowOf(id: string) {
  return (await caller.savepoints.list()).find((row) => row.id === id);
}

test("a savepoint has its entities by type and the module revisions of its moment, also after later ones were applied", async () => {
  const { id } = await caller.savepoints.take();
  await caller.modules.put({ name: "test", yaml: `${moduleYaml(functions.url)}\n# once more\n` });
  await send("c");
  const later = await caller.savepoints.take();
  const first = await rowOf(id);
  expect(first?.modules).toEqual([{ name: "test", revision: 1 }]);
  expect(first?.types).toContainEqual({ type, entities: 2 });
  expect(first?.types?.reduce((sum, row) => sum + row.entities, 0)).toBe(first?.entities);
  expect(later.modules).toEqual([{ name: "test", revision: 2 }]);
  expect(later.types).toContainEqual({ type, entities: 3 });
});

test("of a foreign file the entities are counted, and no modules are claimed", async () => {
  const { id } = await caller.savepoints.take();
  const file = await (await box.fetch(`/v1/savepoints/${id}/file`)).arrayBuffer();
  const headers = { "content-type": "application/vnd.sqlite3" };
  const answer = await box.fetch("/v1/savepoints", { method: "POST", body: file, headers });
  const uploaded = await rowOf(((await answer.json()) as { id: string }).id);
  expect(uploaded).toMatchObject({ origin: "upload", modules: null });
  expect(uploaded?.types).toEqual((await rowOf(id))?.types);
});

test("the savepoint that a restore takes of now has both, and they are there after a restart", async () => {
  const { id } = await caller.savepoints.take();
  const { before } = await caller.savepoints.restore({ id });
  expect(await rowOf(before)).toMatchObject({ origin: "before-restore", modules: [{ name: "test", revision: 2 }] });
  const kept = await box.gateway.core.catalog.savepoints.find(before);
  expect(kept?.types).toContainEqual({ type, entities: 3 });
  expect(kept?.modules).toEqual([{ name: "test", revision: 2 }]);
});
