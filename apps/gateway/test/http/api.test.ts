/** The HTTP API against a whole gateway: real engine, real catalog, functions on the official JavaScript SDK. */
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { callerOf } from "../support/caller.ts";
import { moduleYaml, startFunctions, startGateway, type TestGateway } from "../support/start-gateway.ts";

let box: TestGateway;
let functions: Awaited<ReturnType<typeof startFunctions>>;

beforeAll(async () => {
  functions = await startFunctions();
  box = await startGateway();
  const applied = await box.fetch("/v1/modules/test", { method: "PUT", body: moduleYaml(functions.url) });
  expect(applied.status).toBe(200);
});
afterAll(async () => {
  await box[Symbol.asyncDispose]();
  await functions.close();
});

async function json(response: Response): Promise<Record<string, unknown>> {
  const body: unknown = await response.json();
  if (typeof body !== "object" || body === null) throw new Error("no object");
  return { ...body };
}

function send(id: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return box.fetch(`/v1/messages/test/visits/${encodeURIComponent(id)}`, { method: "POST", body, headers });
}

async function stateOf(id: string, name: string, check: (value: unknown) => boolean): Promise<unknown> {
  const found = (body: unknown): unknown => {
    const state = (body as { state?: { name: string; value: unknown }[] }).state ?? [];
    return state.find((value) => value.name === name)?.value;
  };
  return found(await box.until(`/v1/entities/test/visits/${encodeURIComponent(id)}`, (body) => check(found(body))));
}

describe("messages", () => {
  test("plain text arrives as a string and is answered with 202, message id and trace id", async () => {
    const response = await send("ada", "hello");
    expect(response.status).toBe(202);
    const { messageId, traceId } = await json(response);
    expect(messageId).toBe(traceId);
    expect(await stateOf("ada", "seen", (value) => value === 1)).toBe(1);
  });

  test("a repeat with the same Idempotency-Key changes nothing and answers the same", async () => {
    const first = await json(await send("bela", "x", { "idempotency-key": "bela-1" }));
    const again = await json(await send("bela", "x", { "idempotency-key": "bela-1" }));
    await box.gateway.core.engine.settled();
    expect(again).toEqual(first);
    expect(await stateOf("bela", "seen", (value) => value !== null)).toBe(1);
  });

  test("an id may hold slashes, colons, spaces and other alphabets", async () => {
    const id = "a/b c:d ü 火";
    expect((await send(id, "x")).status).toBe(202);
    expect(await stateOf(id, "seen", (value) => value === 1)).toBe(1);
  });

  test.each([
    ["an unknown type", "/v1/messages/nope/x/1", {}, 404, "UNKNOWN_FUNCTION_TYPE"],
    ["a path without id", "/v1/messages/test/visits", {}, 400, "INVALID_ADDRESS"],
    [
      "a scalar of the wrong type",
      "/v1/messages/test/visits/z",
      { "content-type": "application/vnd.io.statefun.types/int" },
      400,
      "INVALID_VALUE",
    ],
    ["a call from a page of another site", "/v1/messages/test/visits/z", { origin: "http://other.example" }, 403, "FOREIGN_ORIGIN"],
  ])("%s is refused with a problem that says the cure", async (_what, path, headers, status, code) => {
    const response = await box.fetch(path, { method: "POST", body: "text", headers });
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await json(response)).toMatchObject({ status, code, where: expect.stringMatching(/./), cure: expect.stringMatching(/./) });
  });
});

describe("entities", () => {
  test("a list is paged by prefix and cursor", async () => {
    for (const id of ["page-1", "page-2", "page-3"]) await send(id, "x");
    await box.gateway.core.engine.settled();
    const first = await json(await box.fetch("/v1/entities/test/visits?prefix=page-&limit=2"));
    expect(first["items"]).toHaveLength(2);
    const second = await json(
      await box.fetch(`/v1/entities/test/visits?prefix=page-&limit=2&cursor=${encodeURIComponent(String(first["cursor"]))}`),
    );
    expect(second).toMatchObject({ items: [{ address: { type: "test/visits", id: "page-3" } }], cursor: null });
  });

  test("a state value is changed by name, exact to the last digit, and null removes it", async () => {
    await send("patched", "x");
    await stateOf("patched", "seen", (value) => value === 1);
    const patch = (body: string): Promise<Response> => box.fetch("/v1/entities/test/visits/patched", { method: "PATCH", body });
    expect(await (await patch('{"name":"big","value":{"n":9007199254740993}}')).text()).toContain('"value":{"n":9007199254740993}');
    expect(await (await patch('{"name":"seen","value":41}')).text()).toContain('"value":41');
    await send("patched", "x");
    expect(await stateOf("patched", "seen", (value) => value === 42)).toBe(42);
    expect(await (await patch('{"name":"seen","value":null}')).text()).toContain(
      '"name":"seen","typename":"io.statefun.types/int","value":null',
    );
    expect((await patch('{"name":"nothing","value":1}')).status).toBe(404);
  });

  test("a paused entity keeps its mailbox and goes on when resumed", async () => {
    await send("paused", "x");
    await stateOf("paused", "seen", (value) => value === 1);
    expect(await json(await box.fetch("/v1/entities/test/visits/paused:pause", { method: "POST" }))).toEqual({ changed: 1 });
    await send("paused", "x");
    await box.until("/v1/entities/test/visits/paused", (body) => (body as { mailboxDepth: number }).mailboxDepth === 1);
    await box.fetch("/v1/entities/test/visits/paused:resume", { method: "POST" });
    expect(await stateOf("paused", "seen", (value) => value === 2)).toBe(2);
  });

  test("an unknown one is 404", async () => {
    expect((await box.fetch("/v1/entities/test/visits/nobody")).status).toBe(404);
  });
});

describe("egresses", () => {
  test("records are read in order, from a position, and are removed when acknowledged", async () => {
    await box.gateway.core.engine.settled();
    const all = await json(await box.fetch("/v1/egresses/test/greetings?limit=1000"));
    const records = all["records"] as { sequence: number; value: { seen: number } }[];
    expect(records.length).toBeGreaterThan(2);
    const [first, second] = records;
    const rest = await json(await box.fetch(`/v1/egresses/test/greetings?after=${first?.sequence}&limit=1`));
    expect((rest["records"] as { sequence: number }[])[0]?.sequence).toBe(second?.sequence);
    await box.fetch(`/v1/egresses/test/greetings?through=${first?.sequence}`, { method: "DELETE" });
    const left = await json(await box.fetch("/v1/egresses/test/greetings?limit=1000"));
    expect((left["records"] as unknown[]).length).toBe(records.length - 1);
  });
});

describe("an undeclared thing", () => {
  test.each([
    ["records of an egress", "GET", "/v1/egresses/test/greetigns", "UNKNOWN_EGRESS"],
    ["acknowledging records of an egress", "DELETE", "/v1/egresses/test/greetigns?through=1", "UNKNOWN_EGRESS"],
    ["output of an endpoint", "GET", "/v1/processes/output?endpoint=tset%2F*", "UNKNOWN_ENDPOINT"],
  ])("%s is not answered as if it were empty", async (_what, method, path, code) => {
    const response = await box.fetch(path, { method });
    expect([response.status, await response.json()]).toMatchObject([404, { code }]);
  });

  test("an endpoint without processes has no output, and an egress without records none", async () => {
    expect(await json(await box.fetch("/v1/processes/output?endpoint=test%2F*"))).toEqual({ lines: [] });
    await box.fetch("/v1/modules/empty", { method: "PUT", body: "kind: io.signalbox.v1/egress\nspec:\n  id: test/empty\n" });
    expect(await json(await box.fetch("/v1/egresses/test/empty"))).toEqual({ records: [] });
    await box.fetch("/v1/modules/empty", { method: "DELETE" });
  });
});

describe("savepoints", () => {
  test("state comes back as it was, and the file has the recorded checksum", async () => {
    await send("saved", "x");
    await stateOf("saved", "seen", (value) => value === 1);
    const taken = await box.fetch("/v1/savepoints", { method: "POST" });
    expect(taken.status).toBe(201);
    const { id, checksum, sizeBytes } = await json(taken);
    const file = Buffer.from(await (await box.fetch(`/v1/savepoints/${String(id)}/file`)).arrayBuffer());
    expect(file.length).toBe(sizeBytes);
    expect(createHash("sha256").update(file).digest("hex")).toBe(checksum);
    await send("saved", "x");
    await stateOf("saved", "seen", (value) => value === 2);
    expect((await box.fetch(`/v1/savepoints/${String(id)}:restore`, { method: "POST" })).status).toBe(200);
    expect(await stateOf("saved", "seen", () => true)).toBe(1);
    expect((await box.fetch(`/v1/savepoints/${String(id)}`, { method: "DELETE" })).status).toBe(204);
    expect((await box.fetch(`/v1/savepoints/${String(id)}:restore`, { method: "POST" })).status).toBe(404);
  });
});

describe("modules", () => {
  test("the same text again is the same revision; another text is the next", async () => {
    const put = (yaml: string) => box.fetch("/v1/modules/test", { method: "PUT", body: yaml }).then(json);
    expect(await put(moduleYaml(functions.url))).toMatchObject({ revision: 1, changes: [] });
    expect(await put(`# a remark\n${moduleYaml(functions.url)}`)).toMatchObject({ revision: 2 });
  });

  test("an invalid module gives line and column, and the running module stays", async () => {
    const response = await box.fetch("/v1/modules/test", {
      method: "PUT",
      body: "kind: io.statefun.endpoints.v2/http\nspec:\n  functons: a/b\n",
    });
    expect(response.status).toBe(400);
    expect(await json(response)).toMatchObject({
      code: "INVALID_MODULE",
      issues: expect.arrayContaining([expect.objectContaining({ line: 3, suggestion: "functions" })]),
    });
    expect((await send("still", "x")).status).toBe(202);
  });

  test("two modules cannot bind the same functions", async () => {
    const response = await box.fetch("/v1/modules/other", { method: "PUT", body: moduleYaml(functions.url) });
    expect(response.status).toBe(400);
    expect((await json(await box.fetch("/v1/modules")))["modules"]).toHaveLength(1);
  });
});

describe("playground", () => {
  test("its ports open and close with the module", async () => {
    const yaml = "kind: io.statefun.playground.v1/ingress\nspec: {port: 21290}\n";
    expect((await box.fetch("/v1/modules/play", { method: "PUT", body: yaml })).status).toBe(200);
    const sent = await fetch("http://127.0.0.1:21290/test/visits/played", { method: "PUT", body: "x" });
    expect(sent.status).toBe(200);
    expect(await stateOf("played", "seen", (value) => value === 1)).toBe(1);
    expect((await box.fetch("/v1/modules/play", { method: "DELETE" })).status).toBe(204);
    await expect(fetch("http://127.0.0.1:21290/")).rejects.toThrow();
  });

  test("an egress hands out each record of a topic once, in order", async () => {
    const yaml = "kind: io.statefun.playground.v1/egress\nspec: {port: 21291, topics: [greetings]}\n";
    await box.fetch("/v1/modules/play", { method: "PUT", body: yaml });
    for (const id of ["one", "two"]) {
      await send(id, "play");
      await box.gateway.core.engine.settled();
    }
    const pop = async (): Promise<string> => (await fetch("http://127.0.0.1:21291/greetings")).text();
    expect([await pop(), await pop(), await pop()]).toEqual(["hello one", "hello two", ""]);
    await box.fetch("/v1/modules/play", { method: "DELETE" });
  });

  test("a taken port is an issue of the module at its line", async () => {
    const response = await box.fetch("/v1/modules/play", {
      method: "PUT",
      body: `kind: io.statefun.playground.v1/ingress\nspec:\n  port: ${box.gateway.port}\n`,
    });
    expect(await json(response)).toMatchObject({
      code: "INVALID_MODULE",
      issues: [expect.objectContaining({ line: 3, message: expect.stringContaining("taken") })],
    });
  });
});

describe("health and metrics", () => {
  test("health is 200 while the engine runs", async () => {
    expect(await json(await box.fetch("/health"))).toMatchObject({ status: "running" });
  });

  test("metrics hold StateFun's families per function type", async () => {
    const text = await box.metrics(/^signalbox_function_in_total\{namespace="test",name="visits"\} [1-9]/m);
    for (const family of [
      "in_total",
      "in_rate",
      "out_local_total",
      "out_remote_total",
      "out_egress_total",
      "num_blocked_address",
      "inflight_async_ops",
      "num_backlog",
      "remote_invocation_failures_total",
    ]) {
      expect(text).toMatch(new RegExp(`^signalbox_function_${family}\\{namespace="test",name="visits"\\} \\d`, "m"));
    }
    expect(text).toMatch(
      /^signalbox_function_remote_invocation_latency_milliseconds_bucket\{namespace="test",name="visits",le="\+Inf"\} \d+$/m,
    );
  });

  test("an unknown route is a problem, not a page", async () => {
    expect(await json(await box.fetch("/v1/nothing"))).toMatchObject({ code: "UNKNOWN_ROUTE", status: 404 });
  });

  test("nothing unexpected was logged", () => {
    expect(box.logged).toEqual([]);
  });
});

describe("restart", () => {
  test("modules, state and savepoints are there again", async () => {
    await using first = await startGateway();
    await first.fetch("/v1/modules/test", { method: "PUT", body: moduleYaml(functions.url) });
    await first.fetch("/v1/messages/test/visits/kept", { method: "POST", body: "x" });
    await first.until("/v1/entities/test/visits/kept", (body) => JSON.stringify(body).includes('"value":1'));
    const taken = await json(await first.fetch("/v1/savepoints", { method: "POST" }));
    await first.gateway.stop();
    await using second = await startGateway({ dataDir: first.dataDir });
    await second.fetch("/v1/messages/test/visits/kept", { method: "POST", body: "x" });
    await second.until("/v1/entities/test/visits/kept", (body) => JSON.stringify(body).includes('"value":2'));
    expect(await json(await second.fetch("/v1/savepoints"))).toMatchObject({ savepoints: [{ id: taken["id"], status: "ready" }] });
  });
});

describe("the audit", () => {
  test("says what was changed by which door, before and after, and that a refused change failed", async () => {
    const yaml = "kind: io.signalbox.v1/egress\nspec: {id: audited/out}\n";
    for (const body of [yaml, `# again\n${yaml}`, "kind: none"]) await box.fetch("/v1/modules/audited", { method: "PUT", body });
    const caller = await callerOf(box);
    await caller.modules.remove({ name: "audited" });
    const { items } = (await json(await box.fetch("/v1/audit?limit=4"))) as { items: Record<string, unknown>[] };
    expect(
      items.map(({ door, operation, subject, before, after, outcome, problem }) => [
        door,
        operation,
        subject,
        before,
        after,
        outcome,
        problem,
      ]),
    ).toEqual([
      ["console", "modules.remove", "audited", "revision 2", null, "done", null],
      ["http", "modules.put", "audited", "revision 2", null, "failed", "INVALID_MODULE"],
      ["http", "modules.put", "audited", "revision 1", "revision 2", "done", null],
      ["http", "modules.put", "audited", null, "revision 1", "done", null],
    ]);
    expect(items[2]?.["input"]).toBe(JSON.stringify({ name: "audited", yaml: `(${yaml.length + 8} characters)` }));
  });

  test("is searched by a part of a name and by outcome, and leaves as lines of JSON", async () => {
    for (const body of ["kind: none", "kind: io.signalbox.v1/egress\nspec: {id: lines/out}\n"])
      await box.fetch("/v1/modules/lines", { method: "PUT", body });
    const failed = (await json(await box.fetch("/v1/audit?text=lines&outcome=failed"))) as { items: Record<string, unknown>[] };
    expect(failed.items).toMatchObject([{ operation: "modules.put", subject: "lines", outcome: "failed" }]);
    const exported = await box.fetch("/v1/audit/export?text=lines");
    expect(exported.headers.get("content-type")).toBe("application/jsonl; charset=utf-8");
    const lines = (await exported.text()).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ after: "revision 1" }, failed.items[0]]);
    expect((await box.fetch("/v1/audit/export?outcome=nothing")).status).toBe(400);
  });

  test("of a module is in its history too: who applied each revision, by which door", async () => {
    const { revisions } = (await json(await box.fetch("/v1/modules/test"))) as { revisions: Record<string, unknown>[] };
    expect(revisions.at(-1)?.["by"]).toEqual({ kind: "person", name: "local", door: "http" });
  });

  test("has no entry for looking, and none for a message", async () => {
    const before = await json(await box.fetch("/v1/audit?limit=1"));
    await box.fetch("/v1/modules");
    await (await callerOf(box)).send.message({ type: "test/visits", id: "unaudited", valueType: "io.statefun.types/string", text: '"x"' });
    expect(await json(await box.fetch("/v1/audit?limit=1"))).toEqual(before);
  });
});
