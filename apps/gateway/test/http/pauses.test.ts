/**
 * Pauses over HTTP: a function type and an endpoint are drained, and their messages wait in order. They are resumed by hand or by time, and
 * not by a restart.
 */
import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startFunctions, startGateway, type TestGateway } from "../support/start-gateway.ts";

/** A gate before the functions: while it is closed, what was sent to them stays in flight. */
class Gate {
  #opened = Promise.withResolvers<void>();

  close(): void {
    this.#opened = Promise.withResolvers<void>();
  }

  open(): void {
    this.#opened.resolve();
  }

  passed(): Promise<void> {
    return this.#opened.promise;
  }
}

const gate = new Gate();
const closers: (() => Promise<void>)[] = [];
let url = "";
let box: TestGateway;

beforeAll(async () => {
  const functions = await startFunctions();
  const server = createServer((request, response) => {
    void (async () => {
      const body = await buffer(request);
      await gate.passed();
      const answer = await fetch(functions.url, { method: "POST", headers: { "content-type": "application/octet-stream" }, body });
      response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(Buffer.from(await answer.arrayBuffer()));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the gate has no port");
  url = `http://127.0.0.1:${address.port}/statefun`;
  closers.push(
    async () => void server.close(),
    () => functions.close(),
  );
  box = await startGateway();
  await apply(box);
});
beforeEach(() => gate.open());
afterAll(async () => {
  gate.open();
  await box[Symbol.asyncDispose]();
  for (const close of closers) await close();
});

async function apply(to: TestGateway): Promise<void> {
  const endpoint = (functions: string): string =>
    `kind: io.statefun.endpoints.v2/http\nspec:\n  functions: ${functions}\n  urlPathTemplate: ${url}\n`;
  const egress = `kind: io.signalbox.v1/egress\nspec:\n  id: test/greetings\n`;
  const body = [endpoint("test/*"), endpoint("test/total"), egress].join("---\n");
  expect((await to.fetch("/v1/modules/test", { method: "PUT", body })).status).toBe(200);
}

function pause(id: string, seconds: number | null = null, at = box): Promise<Response> {
  const body = JSON.stringify({ seconds });
  return at.fetch(`/v1/pauses/${encodeURIComponent(id)}`, { method: "PUT", body, headers: { "content-type": "application/json" } });
}

async function resume(id: string): Promise<unknown> {
  return (await box.fetch(`/v1/pauses/${encodeURIComponent(id)}`, { method: "DELETE" })).json();
}

async function say(entity: string, text: string, at = box): Promise<void> {
  const sent = await at.fetch(`/v1/messages/test/visits/${entity}`, {
    method: "POST",
    body: text,
    headers: { "content-type": "text/plain" },
  });
  expect(sent.status).toBe(202);
}

async function entity(id: string, at = box): Promise<Record<string, unknown>> {
  return (await (await at.fetch(`/v1/entities/test/visits/${id}`)).json()) as Record<string, unknown>;
}

function untilIdle(id: string, at = box): Promise<unknown> {
  return at.until(`/v1/entities/test/visits/${id}`, (body) => (body as { status?: string }).status === "idle");
}

function untilPauses(check: (pauses: Record<string, unknown>[]) => boolean, at = box): Promise<unknown> {
  return at.until("/v1/pauses", (body) => check((body as { pauses: Record<string, unknown>[] }).pauses));
}

test("a paused type finishes its calls in flight and begins nothing, says so everywhere, and goes on in order", async () => {
  await say("warm", "up");
  await untilIdle("warm");
  gate.close();
  await say("ada", "one");
  await box.until("/v1/entities/test/visits/ada", (body) => (body as { status?: string }).status === "in-flight");
  const set = await pause("function:test/visits");
  expect([set.status, await set.json()]).toMatchObject([
    200,
    { id: "function:test/visits", kind: "function", functions: "test/visits", by: "local", untilMs: null, inFlight: 1 },
  ]);
  for (const text of ["two", "three"]) await say("ada", text);
  await say("bert", "four");
  gate.open();
  await untilPauses(([row]) => row?.["inFlight"] === 0 && row["waitingMessages"] === 3);

  expect(await entity("ada")).toMatchObject({ mailboxDepth: 2, waitReason: { kind: "limit", pause: { by: "local", kind: "function" } } });
  const summary = (await (await box.fetch("/v1/summary")).json()) as Record<string, unknown>;
  expect(summary).toMatchObject({ indicator: "caution", pauses: [{ id: "function:test/visits", inFlight: 0, waitingMessages: 3 }] });
  // The list of endpoints and the graph show the pause.
  expect(await (await box.fetch("/v1/endpoints")).json()).toMatchObject({ endpoints: [{ pause: null }, { pause: null }] });
  await box.until("/v1/flow", (body) =>
    JSON.stringify(body).includes('"name":"test/visits","detail":"test/* · closed","state":"caution","stateWord":"paused"'),
  );
  // A pause is no limit of a module, and other types go on.
  expect(await (await box.fetch("/v1/limits")).json()).toEqual({ limits: [] });
  await box.until("/v1/entities/test/total/all", (body) => (body as { status?: string }).status === "idle");

  expect(await resume("function:test/visits")).toEqual({ resumed: true });
  expect(await resume("function:test/visits")).toEqual({ resumed: false });
  for (const id of ["ada", "bert"]) await untilIdle(id);
  // A record is shown once its epoch is on disk.
  const textsIn = (body: unknown): string[] => [...JSON.stringify(body).matchAll(/\b(one|two|three)\b/g)].map(([text]) => text);
  const records = await box.until("/v1/egresses/test/greetings?limit=200", (body) => textsIn(body).length >= 3);
  expect(textsIn(records)).toEqual(["one", "two", "three"]);
});

test("an endpoint is paused with the types that it serves, and without those of another endpoint", async () => {
  expect((await pause("endpoint:test/*")).status).toBe(200);
  await say("carl", "one");
  const total = await box.fetch("/v1/messages/test/total/all", {
    method: "POST",
    body: "1",
    headers: { "content-type": "application/json" },
  });
  expect(total.status).toBe(202);
  await box.until("/v1/history?type=test/total&id=all", (body) => (body as { items: unknown[] }).items.length > 0);
  await untilPauses(([row]) => row?.["waitingMessages"] === 1);
  const endpoints = (await (await box.fetch("/v1/endpoints")).json()) as { endpoints: { functions: string; pause: unknown }[] };
  expect(Object.fromEntries(endpoints.endpoints.map(({ functions, pause: paused }) => [functions, paused]))).toMatchObject({
    "test/*": { by: "local", kind: "endpoint", untilMs: null },
    "test/total": null,
  });
  expect(await entity("carl")).toMatchObject({ mailboxDepth: 1, waitReason: { pause: { kind: "endpoint", functions: "test/*" } } });
  await resume("endpoint:test/*");
  await untilIdle("carl");
});

test("a pause survives a restart, and ends by itself when its time is over, as the audit says", async () => {
  await using first = await startGateway();
  await apply(first);
  await say("warm", "up", first);
  await untilIdle("warm", first);
  expect((await pause("function:test/visits", 3_600, first)).status).toBe(200);
  await say("dora", "one", first);
  await first.gateway.stop();

  await using second = await startGateway({ dataDir: first.dataDir });
  await untilPauses(([row]) => row?.["id"] === "function:test/visits" && row["waitingMessages"] === 1, second);
  await say("dora", "two", second);
  expect(await entity("dora", second)).toMatchObject({ mailboxDepth: 2 });
  // When it is set again, the pause has another end and the same beginning.
  expect((await pause("function:test/visits", 1, second)).status).toBe(200);
  await untilPauses((rows) => rows.length === 0, second);
  await untilIdle("dora", second);
  await second.until("/v1/audit?limit=20", (body) => JSON.stringify(body).includes("by itself: time over"));
});

test("one entity is paused with an end: over a restart it waits, is listed, and goes on by itself, as the audit says", async () => {
  await using first = await startGateway();
  await apply(first);
  await say("emil", "up", first);
  await untilIdle("emil", first);
  const act = (action: string, body: unknown, at: TestGateway) =>
    at.fetch(`/v1/entities/test/visits/emil:${action}`, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "content-type": "application/json" },
    });
  expect(await (await act("pause", { seconds: 3_600 }, first)).json()).toEqual({ changed: 1 });
  await say("emil", "one", first);
  await say("other", "one", first);
  await untilIdle("other", first);
  const row = { id: "entity:test/visits/emil", kind: "entity", functions: "test/visits", entity: "emil", by: "local", inFlight: null };
  for (const path of ["/v1/pauses", "/v1/summary"]) expect(await (await first.fetch(path)).json()).toMatchObject({ pauses: [row] });
  const refused = await act("retry", { seconds: 1 }, first);
  expect([refused.status, await refused.json()]).toMatchObject([400, { code: "INVALID_REQUEST", where: "seconds" }]);
  await first.gateway.stop();

  await using second = await startGateway({ dataDir: first.dataDir });
  expect(await entity("emil", second)).toMatchObject({
    status: "paused",
    mailboxDepth: 1,
    waitReason: { kind: "paused", untilMs: expect.any(Number) },
  });
  // When it is set again, the pause has another end.
  expect((await act("pause", { seconds: 1 }, second)).status).toBe(200);
  await untilIdle("emil", second);
  await untilPauses((rows) => rows.length === 0, second);
  await second.until("/v1/audit?limit=20", (body) => JSON.stringify(body).includes("by itself: time over"));
  expect(JSON.stringify(await (await second.fetch("/v1/audit?limit=20")).json())).toMatch(/"after":"pause until \d{4}-/);
});

test("a pause with an end that a savepoint brings to another gateway is listed there and goes on by itself", async () => {
  await using from = await startGateway();
  await apply(from);
  const act = (id: string, body: unknown) =>
    from.fetch(`/v1/entities/test/visits/${id}:pause`, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "content-type": "application/json" },
    });
  for (const id of ["finn", "gone", "late"]) await say(id, "up", from);
  for (const id of ["finn", "gone", "late"]) await untilIdle(id, from);
  for (const [id, seconds] of [
    ["finn", 2],
    ["gone", 3_600],
    ["late", 3_600],
  ] as const)
    expect((await act(id, { seconds })).status).toBe(200);
  await say("finn", "one", from);
  const taken = (await (await from.fetch("/v1/savepoints", { method: "POST" })).json()) as { id: string };
  // A file that is rewritten without an entity keeps the ends of the other entities' pauses.
  const erased = await from.fetch("/v1/erasures", {
    method: "POST",
    body: JSON.stringify({ targets: [{ type: "test/visits", id: "gone" }], reason: "asked for" }),
    headers: { "content-type": "application/json" },
  });
  expect(erased.status).toBeLessThan(300);
  await from.until("/v1/erasures", (body) => /"state":"done"/.test(JSON.stringify(body)));
  const file = Buffer.from(await (await from.fetch(`/v1/savepoints/${taken.id}/file`)).arrayBuffer());

  await using to = await startGateway();
  await apply(to);
  const uploaded = (await (
    await to.fetch("/v1/savepoints", { method: "POST", body: file, headers: { "content-type": "application/vnd.sqlite3" } })
  ).json()) as { id: string };
  expect((await to.fetch(`/v1/savepoints/${uploaded.id}:restore`, { method: "POST" })).status).toBe(200);
  await untilPauses((rows) => rows.some((row) => row["id"] === "entity:test/visits/late" && row["by"] === "local"), to);
  await untilIdle("finn", to);
  await untilPauses((rows) => rows.length === 1, to);
  expect(await entity("late", to)).toMatchObject({ status: "paused", waitReason: { kind: "paused", untilMs: expect.any(Number) } });
});

test("a type that no endpoint serves, one of the engine's own and an invalid id are refused", async () => {
  const unknown = await pause("function:elsewhere/thing");
  expect([unknown.status, await unknown.json()]).toMatchObject([404, { code: "UNKNOWN_FUNCTION_TYPE" }]);
  expect(await (await pause("endpoint:test/visits")).json()).toMatchObject({ code: "UNKNOWN_FUNCTION_TYPE" });
  for (const id of ["function:io.signalbox.records/append", "test/visits", "function:test/*"])
    expect([id, (await pause(id)).status]).toEqual([id, 400]);
  expect((await pause("function:test/visits", 0)).status).toBe(400);
});

test("the person who paused and the one who resumed are in the audit, with until when", async () => {
  const rows = JSON.stringify(await (await box.fetch("/v1/audit?limit=100")).json());
  for (const part of ["pauses.set", "pauses.resume", "function:test/visits", "until resumed"]) expect(rows).toContain(part);
});
