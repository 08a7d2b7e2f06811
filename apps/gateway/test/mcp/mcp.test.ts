/**
 * Assistants at /mcp, by the official client: they read and answer from evidence, and act only with a token that allows it.
 */
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mcpTools } from "../../src/surfaces/mcp/mcp-tools.ts";
import { answerBytesMax } from "../../src/surfaces/mcp/bounded-text.ts";
import { everywhere, startPeopleStand, type PeopleStand } from "../support/people-stand.ts";
import { moduleYaml, startFunctions, startGateway, type TestGateway } from "../support/start-gateway.ts";
import { connectAssistant, type Assistant } from "./mcp-stand.ts";

let functions: Awaited<ReturnType<typeof startFunctions>>;
beforeAll(async () => {
  functions = await startFunctions();
});
afterAll(() => functions.close());

describe("on a laptop, without a login", () => {
  let box: TestGateway;
  let assistant: Assistant;
  beforeAll(async () => {
    box = await startGateway({ limits: { attemptsMax: 1 } });
    await box.fetch("/v1/modules/test", { method: "PUT", body: moduleYaml(functions.url) });
    await send("order-17", "open");
    await send("order-17", "fail");
    await send("order-17", "ship");
    await send("order-18", "ship");
    await box.gateway.core.engine.settled();
    assistant = await connectAssistant(box.url);
  });
  afterAll(async () => {
    await assistant[Symbol.asyncDispose]();
    await box[Symbol.asyncDispose]();
  });

  const send = (id: string, body: string, headers: Record<string, string> = {}) =>
    box.fetch(`/v1/messages/test/visits/${id}`, { method: "POST", body, headers });

  test("why did order 17 not ship? The transcript ends in the cause, its cure, and what waits behind it", async () => {
    expect((await assistant.call("overview")).json).toMatchObject({ parked: 1, health: { kind: "running" } });

    const found = await assistant.call("find_entities", { type: "test/visits", prefix: "order-17" });
    expect(found.json).toMatchObject({
      items: [{ address: { type: "test/visits", id: "order-17" }, status: "parked", mailboxDepth: 2 }],
      cursor: null,
    });

    const why = await assistant.call("why_waiting", { type: "test/visits", id: "order-17" });
    expect(why.json).toMatchObject({ status: "parked", mailboxDepth: 2, failure: { cure: expect.any(String) as string }, attempts: 1 });
    expect(Object.keys(why.json as object)).not.toContain("state");

    const history = await assistant.call("entity_history", { type: "test/visits", id: "order-17" });
    const { items } = history.json as { items: { trace: number; outcome: unknown }[] };
    expect(JSON.stringify(items[0]?.outcome)).toContain("parked");

    const blame = await assistant.call("blame", { type: "test/visits", id: "order-17" });
    expect(blame.json).toMatchObject({
      values: [{ name: "seen", changes: [{ by: { kind: "function", message: { trace: expect.any(Number) as number } } }] }],
    });
    const asOf = await assistant.call("state_as_of", { type: "test/visits", id: "order-17", atMs: Date.now() });
    expect(asOf.json).toMatchObject({ kind: "known" });

    const failures = await assistant.call("failures");
    expect(failures.json).toMatchObject([{ status: "parked", type: "test/visits", entities: 1 }]);
    const { trace } =
      ((await assistant.call("entity", { type: "test/visits", id: "order-17" })).json as { mailbox: { trace: number }[] }).mailbox[1] ??
      expect.unreachable();
    expect((await assistant.call("trace", { trace })).json).toMatchObject({ story: { kind: "waiting", wait: { status: "parked" } } });
  });

  test("an assistant sees tools that read, and calling another by its name is refused and says what is missing", async () => {
    const names = await assistant.toolNames();
    expect(names).toEqual(
      mcpTools
        .filter(({ operation }) => operation.access === "read")
        .map(({ name }) => name)
        .toSorted(),
    );
    const refused = await assistant.call("act_on_entity", { type: "test/visits", id: "order-17", action: "retry" });
    expect(refused).toMatchObject({ isError: true, json: { code: "FORBIDDEN" } });
    expect(refused.text).toContain("operator");
    const { tools } = await assistant.client.listTools();
    expect(tools.every(({ annotations }) => annotations?.readOnlyHint === true)).toBe(true);
  });

  test("a token that says operator acts, and the audit names it with its door", async () => {
    const made = await box.fetch("/v1/tokens", { method: "POST", body: JSON.stringify({ name: "fixer", grants: everywhere("operator") }) });
    const { token } = (await made.json()) as { token: string };
    await using fixer = await connectAssistant(box.url, token);
    expect(await fixer.toolNames()).toContain("act_on_entity");
    const done = await fixer.call("act_on_entity", { type: "test/visits", id: "order-17", action: "discard" });
    expect(done).toMatchObject({ isError: false, json: { changed: 1 } });
    const sent = await fixer.call("send_message", {
      type: "test/visits",
      id: "order-19",
      valueType: "io.statefun.types/string",
      text: '"x"',
      idempotencyKey: "k",
    });
    expect(sent.json).toMatchObject({ repeated: false });
    await box.gateway.core.engine.settled();
    expect((await fixer.call("entity", { type: "test/visits", id: "order-17" })).json).toMatchObject({ mailboxDepth: 0 });
    const audit = (await (await box.fetch("/v1/audit")).json()) as { items: unknown[] };
    expect(audit.items).toContainEqual(expect.objectContaining({ door: "mcp", name: "fixer", operation: "entities.act", outcome: "done" }));
  });

  test("an invalid token is refused, also without a login", async () => {
    await expect(connectAssistant(box.url, "sb_none")).rejects.toThrow(/401|UNAUTHENTICATED|Unauthorized/i);
  });

  test("a query is explained before it reads, and runs only with the word of that explanation", async () => {
    const sql = "SELECT id FROM entities(type := 'test/visits') ORDER BY 1";
    const explained = (await assistant.call("sql", { sql })).json as { run: string; reads: string[] };
    expect(explained).toMatchObject({ explained: true, reads: ["entities"] });
    expect((await assistant.call("sql", { sql: `${sql} LIMIT 1`, run: explained.run })).json).toMatchObject({ explained: true });
    expect((await assistant.call("sql", { sql, run: explained.run })).json).toMatchObject({
      rows: expect.arrayContaining([["order-17"]]) as unknown,
    });
    expect(await assistant.call("sql", { sql: "DROP TABLE x" })).toMatchObject({ isError: true, json: { code: "SQL_REFUSED" } });
  });

  test("answers stay under their bytes: a page gets shorter and its cursor leads on, so that nothing is skipped", async () => {
    const large = "z".repeat(9_000);
    for (let at = 0; at < 40; at++) await send("large", `${large}${at}`);
    await box.gateway.core.engine.settled();
    const seen: number[] = [];
    let cursor: string | null = null;
    do {
      const { text, json } = await assistant.call("entity_history", {
        type: "test/visits",
        id: "large",
        limit: 40,
        ...(cursor === null ? {} : { cursor }),
      });
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(answerBytesMax);
      const page = json as { items: { sequence: number }[]; cursor: string | null };
      seen.push(...page.items.map(({ sequence }) => sequence));
      cursor = page.cursor;
    } while (cursor !== null);
    const all = (await (await box.fetch("/v1/history?type=test/visits&id=large&limit=500")).json()) as { items: { sequence: number }[] };
    expect(seen).toEqual(all.items.map(({ sequence }) => sequence));
  });

  test("a mistake of an assistant comes back as its answer, with the field and the cure", async () => {
    const wrong = await assistant.call("entity", { type: "no slash", id: "x" });
    expect(wrong).toMatchObject({ isError: true, json: { code: "INVALID_REQUEST", where: "type" } });
    await expect(assistant.client.callTool({ name: "no_such_tool", arguments: {} })).rejects.toThrow("no_such_tool");
  });

  test("an old client and a hand-written request are answered too; a request that breaks the protocol is refused with a message", async () => {
    const post = (body: string, headers: Record<string, string> = {}) =>
      box.fetch("/mcp", {
        method: "POST",
        body,
        headers: { "content-type": "application/json", accept: "application/json, text/event-stream", ...headers },
      });
    const initialize = {
      jsonrpc: "2.0",
      id: 1,
      method: "initialize",
      params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "old", version: "1" } },
    };
    expect(await (await post(JSON.stringify(initialize))).text()).toContain('"protocolVersion":"2025-06-18"');
    expect((await post("{")).status).toBe(400);
    expect((await post("{}")).status).toBe(400);
    expect((await box.fetch("/mcp")).status).toBe(405);
    expect((await post("x".repeat(5_000_000))).status).toBe(413);
    expect((await post(JSON.stringify(initialize), { origin: "http://evil.example" })).status).toBe(403);
    const lists = Array.from({ length: 100 }, (_, id) => ({ jsonrpc: "2.0", id, method: "tools/list" }));
    expect((await post(JSON.stringify(lists))).status).toBeLessThan(500);
    expect(box.logged).toEqual([]);
  });
});

describe("with a login", () => {
  let stand: PeopleStand;
  beforeAll(async () => {
    stand = await startPeopleStand();
  });
  afterAll(() => stand[Symbol.asyncDispose]());

  test("nobody gets in without a token, and the answer says how to get one", async () => {
    const client = new Client({ name: "x", version: "1" });
    await expect(client.connect(new StreamableHTTPClientTransport(new URL("/mcp", stand.box.url)))).rejects.toThrow();
    const answer = await stand.ask("/mcp", { json: {} });
    expect([answer.status, answer.headers.get("www-authenticate")]).toEqual([401, 'Bearer realm="signalbox"']);
  });

  test("a viewer of one namespace reads there and is refused elsewhere, and a token of an ingress sees nothing", async () => {
    const { token } = await stand.token({ grants: [{ role: "viewer", namespace: "shop" }] });
    await using viewer = await connectAssistant(stand.box.url, token);
    expect(await viewer.toolNames()).toContain("entity");
    expect(await viewer.toolNames()).toContain("overview");
    expect(await viewer.toolNames()).not.toContain("savepoints");
    expect((await viewer.call("entity", { type: "shop/cart", id: "a" })).json).toBeNull();
    expect((await viewer.call("entity", { type: "bank/account", id: "a" })).json).toMatchObject({ code: "FORBIDDEN" });
    await using sender = await connectAssistant(stand.box.url, (await stand.token({ ingress: "http" })).token);
    expect(await sender.toolNames()).toEqual([]);
  });

  test("a token that is revoked ends at the next call", async () => {
    const { id, token } = await stand.token({ grants: everywhere("viewer") });
    await using viewer = await connectAssistant(stand.box.url, token);
    expect((await viewer.call("overview")).isError).toBe(false);
    await stand.ask(`/v1/tokens/${id}`, { method: "DELETE", cookie: stand.adminCookie });
    await expect(viewer.call("overview")).rejects.toThrow();
  });
});
