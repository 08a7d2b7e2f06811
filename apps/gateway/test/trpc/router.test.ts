/** The tRPC router as the console calls it, over a whole gateway with functions on the official JavaScript SDK. */
import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { moduleYaml, startFunctions, startGateway, type TestGateway } from "../support/start-gateway.ts";
import { callerOf, type Caller } from "../support/caller.ts";

let box: TestGateway;
let functions: Awaited<ReturnType<typeof startFunctions>>;
let caller: Caller;
const string = "io.statefun.types/string";

beforeAll(async () => {
  functions = await startFunctions();
  box = await startGateway({ limits: { attemptsMax: 2, backoffBaseMs: 1, backoffMaxMs: 2 } });
  caller = await callerOf(box);
  await caller.modules.put({ name: "test", yaml: moduleYaml(functions.url) });
});
afterAll(async () => {
  await box[Symbol.asyncDispose]();
  await functions.close();
});

const settled = (): Promise<void> => box.gateway.core.engine.settled();

describe("functions", () => {
  test("a check names the states of a type that is served, without running it", async () => {
    const check = await caller.functions.check({ urlTemplate: functions.url, functions: "test/*", typeNames: ["test/total"] });
    expect(check).toMatchObject({
      ok: true,
      code: "ok",
      types: [{ type: "test/total", served: true, states: [{ name: "sum", typename: "io.statefun.types/int" }] }],
    });
    expect(await caller.entities.get({ type: "test/total", id: "" })).toBeNull();
  });

  test.each([
    ["nothing listens", "http://127.0.0.1:9/", "refused"],
    ["the name is unknown", "http://nowhere.invalid/", "dns"],
  ])("a check says that %s, and the cure", async (_what, urlTemplate, code) => {
    const check = await caller.functions.check({ urlTemplate, functions: "test/*", typeNames: ["test/total"] });
    expect(check).toMatchObject({ ok: false, code, cure: expect.stringMatching(/./) });
  });

  test("a check tells a web page from a function", async () => {
    const page = createServer((_request, response) => response.writeHead(200, { "content-type": "text/html" }).end("<p>hello"));
    await new Promise<void>((resolve) => page.listen(0, "127.0.0.1", resolve));
    const address = page.address();
    const port = typeof address === "object" ? address?.port : 0;
    const check = await caller.functions.check({ urlTemplate: `http://127.0.0.1:${port}/`, functions: "a/b", typeNames: [] });
    page.closeAllConnections();
    page.close();
    expect(check).toMatchObject({ ok: false, code: "not-statefun" });
  });

  test("registering writes a module of its own name, once", async () => {
    expect(await caller.functions.register({ functions: "other/Thing", urlTemplate: functions.url, typeNames: [] })).toEqual({
      module: "other.thing",
      revision: 1,
    });
    await expect(caller.functions.register({ functions: "other/Thing", urlTemplate: functions.url, typeNames: [] })).rejects.toThrow(
      "exists already",
    );
    await caller.modules.remove({ name: "other.thing" });
  });
});

describe("modules", () => {
  test("a rollback is a new revision with the old text", async () => {
    const old = await caller.modules.get({ name: "test" });
    await caller.modules.put({ name: "test", yaml: `# changed\n${old.yaml}` });
    const { revision } = await caller.modules.rollback({ name: "test", revision: old.revision });
    expect(await caller.modules.get({ name: "test" })).toMatchObject({ revision, yaml: old.yaml });
  });

  test("a preview shows the changes and applies nothing", async () => {
    const { yaml } = await caller.modules.get({ name: "test" });
    const preview = await caller.modules.preview({
      name: "test",
      yaml: `${yaml}---\nkind: io.signalbox.v1/egress\nspec: {id: test/more}\n`,
    });
    expect(preview).toMatchObject({ valid: true, changes: [{ kind: "egress", id: "test/more", change: "added" }] });
    expect((await caller.modules.get({ name: "test" })).yaml).toBe(yaml);
  });
});

describe("traces and history", () => {
  test("a message leads to its trace, and the entity's history shows state before and after", async () => {
    const { traceId } = await caller.send.message({ type: "test/visits", id: "traced", valueType: string, text: '"hello"' });
    await settled();
    const trace = await caller.traces.get({ trace: traceId });
    expect(trace).toMatchObject({ complete: true });
    expect(trace.records.map((record) => record.address.type)).toEqual(["test/visits", "test/total"]);
    const { items } = await caller.entities.history({ type: "test/visits", id: "traced", limit: 10 });
    expect(items[0]?.state).toMatchObject([{ name: "seen", before: null, after: { as: "json", text: "1" } }]);
    expect((await caller.traces.list({ limit: 5 })).items[0]).toMatchObject({
      trace: traceId,
      hops: 2,
      status: "completed",
      preview: '"hello"',
    });
  });

  test("a message sent many times counts up in id or body", async () => {
    expect(
      await caller.send.many({ type: "test/visits", id: "many-{n}", valueType: string, text: '"x"', count: 25, counterIn: "id" }),
    ).toMatchObject({ accepted: 25 });
    await settled();
    expect((await caller.entities.list({ type: "test/visits", prefix: "many-", limit: 100 })).items).toHaveLength(25);
  });
});

describe("failures", () => {
  test("entities that fail alike are one group, and editing the head message lets one go on", async () => {
    for (const id of ["bad-1", "bad-2"]) await caller.send.message({ type: "test/visits", id, valueType: string, text: '"fail"' });
    await expect
      .poll(() => caller.failures.groups())
      .toMatchObject([{ type: "test/visits", status: "parked", entities: 2, code: "ENDPOINT_ERROR" }]);
    const [head] = (await caller.entities.get({ type: "test/visits", id: "bad-1" }))?.mailbox ?? [];
    const ofAnother = {
      type: "test/visits",
      id: "bad-1",
      value: { typename: string, text: '"lost"' },
      ifMessage: (head?.sequence ?? 0) + 1,
    };
    await expect(caller.entities.editHead(ofAnother)).rejects.toThrow(/is no longer the first one/);
    await caller.entities.editHead({
      type: "test/visits",
      id: "bad-1",
      ifMessage: head?.sequence,
      ifVersion: head?.version,
      value: { typename: string, text: '"mended"' },
    });
    await settled();
    expect(await caller.entities.get({ type: "test/visits", id: "bad-1" })).toMatchObject({ status: "idle", mailboxDepth: 0 });
    expect(await caller.entities.actAll({ type: null, status: "parked", action: "discard" })).toEqual({ changed: 1 });
    await settled();
    expect(await caller.failures.groups()).toEqual([]);
  });
});

test("a first message that another person has edited meanwhile is neither discarded nor edited by who saw what it was", async () => {
  const carl = { type: "test/visits", id: "carl" };
  await caller.entities.act({ ...carl, action: "pause" }).catch(() => undefined);
  await caller.send.message({ ...carl, valueType: string, text: '"first"' });
  await settled();
  await caller.entities.act({ ...carl, action: "pause" });
  await caller.send.message({ ...carl, valueType: string, text: '"second"' });
  await settled();
  const [head] = (await caller.entities.get(carl))?.mailbox ?? [];
  const seen = { ifMessage: head?.sequence, ifVersion: head?.version };
  const edit = (text: string) => caller.entities.editHead({ ...carl, ...seen, value: { typename: string, text } });
  // Of two who edit at once one is told.
  const both = await Promise.allSettled([edit('"by ada"'), edit('"by bert"')]);
  expect(both.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  const late = await box.fetch("/v1/entities/test/visits/carl:discard", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(seen),
  });
  expect([late.status, await late.json()]).toMatchObject([409, { code: "MESSAGE_MOVED", cure: expect.stringContaining("version") }]);
  const now = (await caller.entities.get(carl))?.mailbox[0];
  expect([now?.sequence, now?.value.text]).toEqual([head?.sequence, '"by ada"']);
  const shown = (await (await box.fetch("/v1/entities/test/visits/carl")).json()) as { mailbox: { version: string }[] };
  expect(shown.mailbox[0]?.version).toBe(now?.version);
  await expect(caller.entities.act({ ...carl, action: "resume", ifVersion: now?.version })).rejects.toThrow("not of one message");
  expect(await caller.entities.act({ ...carl, action: "discard", ifMessage: now?.sequence, ifVersion: now?.version })).toEqual({
    changed: 1,
  });
});

describe("errors", () => {
  test("a refusal carries code, cause and cure in data.problem over HTTP", async () => {
    const response = await box.fetch("/trpc/send.message", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ type: "test/visits", id: "x", valueType: "io.statefun.types/int", text: "many" }),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { data: { problem: { code: "INVALID_VALUE", cure: expect.stringMatching(/./) } } },
    });
  });
});

describe("saved messages", () => {
  test("one is kept until it is forgotten", async () => {
    const saved = await caller.send.save({ name: "hello", type: "test/visits", entityId: "ada", valueType: string, body: '"hi"' });
    expect(await caller.send.saved()).toEqual([saved]);
    await caller.send.forget({ id: saved.id });
    expect(await caller.send.saved()).toEqual([]);
  });
});

describe("live", () => {
  test("an invalid filter is refused at its place with the known fields", async () => {
    const input = encodeURIComponent(JSON.stringify({ flow: false, tails: ["is:failed typo:x"], entities: [] }));
    const response = await box.fetch(`/trpc/live.stream?input=${input}`);

    const text = await response.text();
    expect(text).toContain("event: serialized-error");
    expect(text).toMatch(/at character 11: There is no field typo\. Write it in CEL/);
  });

  test("the stream over SSE shows the message that was just sent", async () => {
    const stopReading = new AbortController();
    const input = encodeURIComponent(JSON.stringify({ flow: true, tails: ["id:streamed"], entities: [] }));
    const response = await box.fetch(`/trpc/live.stream?input=${input}`, { signal: stopReading.signal });
    await caller.send.message({ type: "test/visits", id: "streamed", valueType: string, text: '"seen live"' });
    let text = "";
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      if (text.includes("seen live")) break;
    }
    stopReading.abort();
    expect(text).toMatch(/^id: [0-9a-f-]+\.\d+$/m);
    expect(text).toContain("ingress:console→type:test/visits");
  });
});

test("nothing unexpected was logged", () => {
  expect(box.logged).toEqual([]);
});
