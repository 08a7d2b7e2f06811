/** Edits of state over a whole gateway: a reason that the history shows again, a version that an edit may insist on, and the revision that was in force. */
import { entity, types } from "@signalbox/functions";
import { serve } from "@signalbox/functions/node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { runCli } from "../../../cli/test/run-cli.ts";
import { callerOf, type Caller } from "../support/caller.ts";
import { moduleYaml, startFunctions, startGateway, type TestGateway } from "../support/start-gateway.ts";

const string = "io.statefun.types/string";
const anna = { type: "test/visits", id: "anna" };
let box: TestGateway;
let functions: Awaited<ReturnType<typeof startFunctions>>;
let caller: Caller;

beforeAll(async () => {
  functions = await startFunctions();
  box = await startGateway();
  caller = await callerOf(box);
  await caller.modules.put({ name: "test", yaml: moduleYaml(functions.url) });
  await visit(anna.id);
});
afterAll(async () => {
  await box[Symbol.asyncDispose]();
  await functions.close();
});

async function visit(id: string): Promise<void> {
  await caller.send.message({ type: anna.type, id, valueType: string, text: '"hello"' });
  await box.gateway.core.engine.settled();
}

const newest = async (id = anna.id) => (await caller.entities.history({ type: anna.type, id, limit: 1 })).items[0];
const seen = async (id = anna.id) => (await caller.entities.get({ type: anna.type, id }))?.state.find(({ name }) => name === "seen");
const patch = (id: string, body: unknown): Promise<Response> =>
  box.fetch(`/v1/entities/test/visits/${id}`, {
    method: "PATCH",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

test("a reason stands in the audit and in the history's row of the edit, with the person", async () => {
  const { record } = await caller.entities.editState({
    ...anna,
    name: "seen",
    value: { text: "40" },
    reason: "  ticket 7: counted twice ",
  });
  expect(await newest()).toMatchObject({ sequence: record, act: "edit-state", edit: { reason: "ticket 7: counted twice" } });
  const [entry] = (await caller.audit.list({ limit: 1 })).items;
  expect(entry).toMatchObject({ operation: "entities.editState", subject: "test/visits/anna", after: `record ${record}` });
  expect(entry?.input).toContain("ticket 7: counted twice");
  expect((await newest())?.edit?.by).toBe(entry?.name);
});

test("an edit without a reason is done, and its row names the person alone", async () => {
  await caller.entities.editState({ ...anna, name: "seen", value: { text: "41" } });
  expect((await newest())?.edit).toMatchObject({ reason: null });
  await expect(caller.entities.editState({ ...anna, name: "seen", value: { text: "42" }, reason: "x".repeat(257) })).rejects.toThrow();
});

test("over HTTP and from the command line a reason goes along too", async () => {
  expect((await patch("anna", { name: "seen", value: 50, reason: "by HTTP" })).status).toBe(200);
  expect((await newest())?.edit).toMatchObject({ reason: "by HTTP" });
  const ran = await runCli(["entities", "edit", "test/visits/anna", "seen", "51", "--reason", "by hand", "--url", box.url]);
  expect(ran).toMatchObject({ code: 0 });
  expect((await newest())?.edit).toMatchObject({ reason: "by hand" });
  expect((await seen())?.value?.text).toBe("51");
});

test("an edit that names the version it began with is refused once the value is another one", async () => {
  await visit("bob");
  const before = await seen("bob");
  expect(
    await caller.entities.editState({ ...anna, id: "bob", name: "seen", value: { text: "5" }, ifVersion: before?.version }),
  ).toMatchObject({
    overtaken: false,
  });
  const told = await newest("bob");
  const refused = caller.entities.editState({ ...anna, id: "bob", name: "seen", value: { text: "6" }, ifVersion: before?.version });
  await expect(refused).rejects.toMatchObject({ message: expect.stringContaining("Nothing was written") });
  expect((await newest("bob"))?.sequence).toBe(told?.sequence);
  expect((await seen("bob"))?.value?.text).toBe("5");
});

test("several values are one edit: all with one reason in one row, or none once one of them has changed or is not a value", async () => {
  await visit("emma");
  const emma = { ...anna, id: "emma" };
  const state = (await caller.entities.get(emma))?.state ?? [];
  const versions = new Map(state.map(({ name, version }) => [name, version]));
  const both = (seenAs: string) => [
    { name: "seen", value: { text: seenAs }, ifVersion: versions.get("seen") },
    { name: "big", value: { text: '{"n":1}' }, ifVersion: versions.get("big") },
  ];
  const { record, overtaken } = await caller.entities.editState({ ...emma, values: both("7"), reason: "both at once" });
  expect(overtaken).toBe(false);
  expect(await newest("emma")).toMatchObject({
    sequence: record,
    detail: "seen, big",
    state: [{ name: "seen", after: { text: "7" } }, { name: "big" }],
    edit: { reason: "both at once" },
  });
  const [entry] = (await caller.audit.list({ limit: 1 })).items;
  expect(entry).toMatchObject({ operation: "entities.editState", after: `record ${record}` });
  expect(entry?.input).not.toContain('n\\":1');

  await expect(caller.entities.editState({ ...emma, values: both("8") })).rejects.toMatchObject({
    message: expect.stringContaining("Nothing was written"),
  });
  const wrong = [
    { name: "seen", value: { text: "9" } },
    { name: "nothing", value: null },
  ];
  await expect(caller.entities.editState({ ...emma, values: wrong })).rejects.toMatchObject({
    message: expect.stringContaining("nothing"),
  });
  const twice = [wrong[0], wrong[0]].flatMap((one) => one ?? []);
  await expect(caller.entities.editState({ ...emma, values: twice })).rejects.toThrow("twice");
  await expect(caller.entities.editState({ ...emma, name: "seen", value: null, values: wrong })).rejects.toThrow("or values");
  expect([(await newest("emma"))?.sequence, (await seen("emma"))?.value?.text]).toEqual([record, "7"]);

  const answer = await patch("emma", {
    values: [
      { name: "seen", value: 10 },
      { name: "big", value: null },
    ],
    reason: "by HTTP",
  });
  expect([answer.status, await newest("emma")]).toMatchObject([200, { detail: "seen, big", edit: { reason: "by HTTP" } }]);
});

test("the version of HTTP is that of the console, and one that is out of date is a conflict", async () => {
  await visit("carl");
  const body = z.object({ state: z.array(z.object({ name: z.string(), version: z.string() })) });
  const { state } = body.parse(await (await box.fetch("/v1/entities/test/visits/carl")).json());
  expect(state[0]?.version).toBe((await seen("carl"))?.version);
  const answer = await patch("carl", { name: "seen", value: 9, ifVersion: "none" });
  expect(answer.status).toBe(409);
  expect(await answer.text()).toContain("STATE_MOVED");
  expect((await patch("carl", { name: "seen", value: 9, ifVersion: state[0]?.version })).status).toBe(200);
  // The value is removed, and then written again by a caller who knows that nothing is there.
  expect((await patch("carl", { name: "seen", value: null })).status).toBe(200);
  expect((await patch("carl", { name: "seen", value: 1, ifVersion: "none" })).status).toBe(200);
});

test("a row names the version of the code that answered, as the function says it, and none where it says none", async () => {
  const counter = entity("coded/counter", {
    state: { count: types.int },
    messages: { Add: types.int },
    on: { Add: (ctx, by) => ctx.state.count.set((ctx.state.count.get() ?? 0) + by) },
  });
  const dora = { type: "coded/counter", id: "dora" };
  const add = async (codeVersion: string | undefined): Promise<void> => {
    await using serving = await serve([counter], { codeVersion });
    await caller.modules.put({
      name: "coded",
      yaml: `kind: io.statefun.endpoints.v2/http\nspec:\n  functions: coded/*\n  urlPathTemplate: ${serving.url}\n`,
    });
    await caller.send.message({ ...dora, valueType: types.int.typename, text: "1" });
    await box.gateway.core.engine.settled();
  };
  for (const version of ["4f2a91c", "9e01b7d", undefined]) await add(version);
  const { items } = await caller.entities.history({ ...dora, limit: 5 });
  expect(items.map(({ codeVersion, attempts, outcome }) => [codeVersion, attempts, outcome])).toEqual([
    [null, 1, "completed"],
    ["9e01b7d", 1, "completed"],
    ["4f2a91c", 1, "completed"],
  ]);
});

test("a row names the revision of the module that was in force then, not the one of now", async () => {
  await visit("dora");
  const first = (await caller.modules.get({ name: "test" })).revision;
  await caller.modules.put({ name: "test", yaml: `${moduleYaml(functions.url)}# a remark\n` });
  await visit("dora");
  const { items } = await caller.entities.history({ type: anna.type, id: "dora", limit: 5 });
  expect(items.map(({ revision }) => revision)).toMatchObject([
    { module: "test", revision: first + 1 },
    { module: "test", revision: first },
  ]);
});
