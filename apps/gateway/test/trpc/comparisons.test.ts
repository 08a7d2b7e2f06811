/**
 * Comparisons as people make them: a real savepoint compared with another one and with now. Masked values stay masked, and are reported to
 * differ.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { moduleYaml, startFunctions, startGateway, type TestGateway } from "../support/start-gateway.ts";
import { callerOf, type Caller } from "../support/caller.ts";

let box: TestGateway;
let functions: Awaited<ReturnType<typeof startFunctions>>;
let caller: Caller;
let first = "";
let second = "";
const type = "test/visits";

beforeAll(async () => {
  functions = await startFunctions();
  box = await startGateway({ limits: { attemptsMax: 1 } });
  caller = await callerOf(box);
  await caller.modules.put({ name: "test", yaml: moduleYaml(functions.url) });
  for (const id of ["a", "b", "c"]) await send(id);
  first = (await caller.savepoints.take()).id;
  await send("b");
  await send("d");
  await caller.entities.editState({ type, id: "a", name: "seen", value: null });
  second = (await caller.savepoints.take()).id;
  await caller.entities.act({ type, id: "c", action: "pause" });
  await send("c");
  await send("e");
});
afterAll(async () => {
  await box[Symbol.asyncDispose]();
  await functions.close();
});

async function send(id: string): Promise<void> {
  await caller.send.message({ type, id, valueType: "io.statefun.types/string", text: '"x"' });
  await box.gateway.core.engine.settled();
}

async function changesOf(from: string, to: string, limit = 50): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<Caller["comparisons"]["changed"]>> = await caller.comparisons.changed({ from, to, type, limit, cursor });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    found.push(...page.items.map(({ id, change }) => `${change} ${id}`));
    ({ cursor } = page);
  } while (cursor !== null);
  return found;
}

describe("a comparison", () => {
  test("of two savepoints tells which entities came, went and changed, page by page; the other way round it is the reverse", async () => {
    expect(await caller.savepoints.points()).toMatchObject([{ id: second }, { id: first }]);
    const { types, cursor } = await caller.comparisons.types({ from: first, to: second });
    expect(types.find((row) => row.type === type)).toEqual({ type, came: 1, went: 1, changed: 1, same: 1 });
    expect(cursor).toBeNull();
    expect(await changesOf(first, second)).toEqual(["went a", "changed b", "came d"]);
    expect(await changesOf(second, first, 1)).toEqual(["came a", "changed b", "went d"]);
    const only = await caller.comparisons.changed({ from: first, to: second, type, prefix: "d", change: "came" });
    expect(only.items).toEqual([{ type, id: "d", change: "came", values: 1 }]);
  });

  test("with now tells what happened since, and which messages wait", async () => {
    expect(await changesOf(second, "now")).toEqual(["came e"]);
    const { around } = await caller.comparisons.types({ from: second, to: "now" });
    expect(around).toMatchObject({ from: { waiting: [], delayed: [] }, to: { delayed: null } });
    expect(around?.to.waiting).toContainEqual({ type, count: 1 });
    const held = await caller.comparisons.entity({ from: second, to: "now", type, id: "c" });
    expect(held).toMatchObject({
      values: [{ name: "seen", differs: false, from: { text: "1" }, to: { text: "1" } }],
      waiting: { from: { total: 0 }, to: { total: 1, first: [{ preview: '"x"', caller: null }] } },
      delayed: { from: { total: 0 }, to: null },
    });
    const changed = await caller.comparisons.entity({ from: first, to: "now", type, id: "b" });
    expect(changed.values).toMatchObject([{ name: "seen", differs: true, from: { text: "1" }, to: { text: "2" } }]);
  });

  test("says of a masked value that it differs, and shows none of it", async () => {
    const masked = `${moduleYaml(functions.url)}---\nkind: io.signalbox.masks.v1/mask\nspec:\n  functions: test/*\n  fields: [seen]\n`;
    await caller.modules.put({ name: "test", yaml: masked });
    const [value] = (await caller.comparisons.entity({ from: first, to: "now", type, id: "b" })).values;
    expect(value).toMatchObject({ differs: true, from: { text: "••••", masked: [""] }, to: { text: "••••", masked: [""] } });
    await caller.modules.put({ name: "test", yaml: moduleYaml(functions.url) });
  });

  test("is refused without such a savepoint, and with a cursor of another question", async () => {
    await expect(caller.comparisons.types({ from: "none", to: "now" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(caller.comparisons.changed({ from: first, to: "now", cursor: "x" })).rejects.toMatchObject({ code: "BAD_REQUEST" });
  });
});
