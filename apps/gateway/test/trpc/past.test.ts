/**
 * The past of one entity over a whole gateway: as of a record, as of a time, and who wrote what.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { callerOf, type Caller } from "../support/caller.ts";
import { moduleYaml, startFunctions, startGateway, type TestGateway } from "../support/start-gateway.ts";

const string = "io.statefun.types/string";
const visits = { type: "test/visits", id: "anna" };
let box: TestGateway;
let functions: Awaited<ReturnType<typeof startFunctions>>;
let caller: Caller;

beforeAll(async () => {
  functions = await startFunctions();
  box = await startGateway();
  caller = await callerOf(box);
  await caller.modules.put({ name: "test", yaml: moduleYaml(functions.url) });
  for (let visit = 0; visit < 3; visit += 1) {
    await caller.send.message({ ...visits, valueType: string, text: '"hello"' });
    await box.gateway.core.engine.settled();
  }
  await caller.entities.editState({ ...visits, name: "seen", value: { text: "40" } });
});
afterAll(async () => {
  await box[Symbol.asyncDispose]();
  await functions.close();
});

async function seenAsOf(sequence: number): Promise<string | null | undefined> {
  const state = await caller.entities.asOf({ ...visits, sequence });
  return state.kind === "known" ? state.values.find(({ name }) => name === "seen")?.value?.text : state.kind;
}

test("each record of the history opens the state as it was then", async () => {
  const { items } = await caller.entities.history({ ...visits, limit: 10 });
  expect(await Promise.all(items.map(({ sequence }) => seenAsOf(sequence)))).toEqual(["40", "3", "2", "1"]);
  expect(await seenAsOf(0)).toBe("beyond-reach");
});

test("the messages that waited then are in the answer, consumed since or not", async () => {
  const paused = { type: "test/visits", id: "waits" };
  await caller.send.message({ ...paused, valueType: string, text: '"first"' });
  await box.gateway.core.engine.settled();
  await caller.entities.act({ ...paused, action: "pause" });
  await caller.send.message({ ...paused, valueType: string, text: '"second"' });
  await caller.entities.editState({ ...paused, name: "seen", value: { text: "7" } });
  const [newest] = (await caller.entities.history({ ...paused, limit: 1 })).items;
  const ask = () => caller.entities.asOf({ ...paused, sequence: newest?.sequence ?? 0 });
  const waiting = { messages: [{ value: { text: '"second"' } }], messagesTotal: 1, complete: true, timers: [], timersSince: null };
  expect(await ask()).toMatchObject({ kind: "known", waiting });
  await caller.entities.act({ ...paused, action: "resume" });
  await box.gateway.core.engine.settled();
  expect(await ask()).toMatchObject({ kind: "known", waiting });
});

test("a time is a moment too, over HTTP as well, and exactly one of the two is needed", async () => {
  const [newest] = (await caller.entities.history({ ...visits, limit: 1 })).items;
  const ask = (query: string): Promise<Response> => box.fetch(`/v1/state-as-of?type=test%2Fvisits&id=anna${query}`);
  const state: unknown = await (await ask(`&atMs=${newest?.endedMs}`)).json();
  expect(state).toMatchObject({ kind: "known", complete: true, values: [{ name: "seen", value: { text: "40" }, evidence: "present" }] });
  for (const query of ["", "&sequence=1&atMs=1"]) {
    const refused = await ask(query);
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain("sequence");
  }
});

test("blame names the person's edit, and the message before it with its trace", async () => {
  const { values, complete } = await caller.entities.blame(visits);
  expect(complete).toBe(true);
  expect(values).toMatchObject([
    {
      name: "seen",
      more: false,
      fields: [{ path: "", now: "40", before: "3", change: 0 }],
      changes: [
        { by: { kind: "act", act: "edit-state" }, before: { text: "3" }, after: { text: "40" } },
        { by: { kind: "function", endpoint: "test/*", message: { typename: string, caller: null } }, after: { text: "3" } },
        { before: { text: "1" }, after: { text: "2" } },
        { before: null, after: { text: "1" } },
      ],
    },
  ]);
});
