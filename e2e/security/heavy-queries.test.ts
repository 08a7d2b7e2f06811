/**
 * Queries that nobody should ask, over HTTP and PostgreSQL's wire: one without end, one of a million rows, one that wants all memory, many
 * at once. Each ends with a word, and the gateway answers everybody else meanwhile.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { wireClient } from "../../apps/gateway/test/support/wire-client.ts";
import { freePorts } from "../stack/child.ts";
import { AttackStand, bearer, codeOf } from "./attack-stand.ts";

const endless = "SELECT count(*) FROM range(100000000) a, range(100000000) b";
let stand: AttackStand;
let viewer = "";
let port = 0;

beforeAll(async () => {
  const [http = 0, grpc = 0, postgres = 0] = await freePorts(3);
  port = postgres;
  stand = await AttackStand.start({ SIGNALBOX_POSTGRES_PORT: String(port) }, { ports: { http, grpc } });
  viewer = (await stand.token([{ role: "viewer", namespace: "*" }], "reader")).token;
}, 120_000);
afterAll(() => stand?.[Symbol.asyncDispose]());

const sql = (json: object): Promise<Response> => stand.ask("/v1/sql", { json, headers: bearer(viewer) });

type Client = Awaited<ReturnType<typeof wireClient>>;
const connected = (): Promise<Client> => wireClient(port, { user: "reader", password: viewer });

async function withClient<T>(use: (client: Client) => Promise<T>): Promise<T> {
  const client = await connected();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

describe("a query of death", () => {
  test.each([
    ["one without end", { sql: endless, timeoutMs: 1_000 }],
    ["one that wants all memory", { sql: "SELECT list(a.range || repeat('x', 1000)) FROM range(100000000) a", timeoutMs: 60_000 }],
  ])("over HTTP, %s, ends with a code, and messages are taken meanwhile", async (_what, ask) => {
    const ended = sql(ask).then(async (answer) => ({ status: answer.status, text: await answer.text() }));
    const { token } = await stand.token([{ role: "sender", namespace: "example" }]);
    for (let at = 0; at < 20; at++)
      expect((await stand.ask(`/v1/messages/example/person/p${at}`, { body: "hello", headers: bearer(token) })).status).toBe(202);
    const { status, text } = await ended;
    expect(status, text).toBeLessThan(500);
    expect(text).toMatch(/"code":"SQL_/);
  });

  test("over the wire it ends by its time, and the connection goes on", async () => {
    await withClient(async (client) => {
      await client.query("SET statement_timeout = 1000");
      await expect(client.query(endless)).rejects.toMatchObject({ code: "57014" });
      await client.query("SET statement_timeout = 60000");
      expect((await client.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
    });
  });

  test("many at once are refused, not queued", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => sql({ sql: endless, timeoutMs: 5_000 }).then(codeOf)));
    expect(answers.filter((code) => !/SQL_(BUSY|TOO_MUCH)$/.test(code))).toEqual([]);
    expect(answers.filter((code) => code.endsWith("SQL_BUSY")).length).toBeGreaterThanOrEqual(10);
    expect(await codeOf(await sql({ sql: "SELECT 1" }))).toBe("200");
  });
});

describe("a million rows", () => {
  test("over HTTP are cut, and the answer says so", async () => {
    const { rows, truncated } = (await (await sql({ sql: "SELECT * FROM range(1000000)" })).json()) as {
      rows: unknown[];
      truncated: boolean;
    };
    expect([rows.length < 1_000_000, truncated]).toEqual([true, true]);
  });

  test("over the wire too, with a notice", async () => {
    await withClient(async (client) => {
      const notices: string[] = [];
      client.on("notice", ({ message }) => notices.push(message ?? ""));
      const { rowCount } = await client.query("SELECT * FROM range(1000000)");
      expect(rowCount).toBe(100_000);
      expect(notices.join()).toContain("more rows than the 100000");
    });
  });

  test("with a reader that stops reading hold no more than their answer, and end with the client", async () => {
    const client = await connected();
    const asked = client.query("SELECT repeat('x', 200) FROM range(1000000)").catch(() => undefined);
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    await asked;
    expect(await codeOf(await sql({ sql: "SELECT 1" }))).toBe("200");
  });
});
