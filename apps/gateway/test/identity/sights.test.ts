/**
 * Somebody with a role in one namespace sees only that one: beside `shop` there is a namespace whose name is a secret, with entities,
 * messages, failures, records of an egress, a breakpoint, a pause, a saved message and a schedule. Every operation that is filtered by
 * namespaces is asked on every surface. A caller who sees everything has to find the secret first; otherwise this test would see nothing at
 * all.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contract } from "../../src/contract/contract.ts";
import type { Operation } from "../../src/contract/operation.ts";
import { canary, holdsCanary } from "../support/canary.ts";
import { operationInputs } from "../support/operation-calls.ts";
import { doorsOf } from "../support/operation-doors.ts";
import { startPeopleStand, type PeopleStand } from "../support/people-stand.ts";
import { startTwoNamespaces, twoNamespaces, type TwoNamespaces } from "../support/two-namespaces.ts";

const hidden = `${canary}/visits`;
const string = "io.statefun.types/string";

/**
 * Operations that show contents of a namespace, so they must name both to a caller who sees everything. The others are the same for all.
 */
const tellsOfNamespaces = [
  "breakpoints.list",
  "comparisons.changed",
  "comparisons.types",
  "doors.connectors",
  "doors.egresses",
  "entities.types",
  "failures.causes",
  "failures.groups",
  "flow.graph",
  "flow.past",
  "functions.counts",
  "functions.endpoints",
  "functions.limits",
  "functions.types",
  "overview.pulse",
  "overview.summary",
  "past.records",
  "pauses.list",
  "rollups.busiest",
  "schedules.list",
  "send.saved",
  "sql.query",
  "traces.get",
  "traces.list",
];

let stand: PeopleStand;
let functions: TwoNamespaces;
let hiddenTrace = 0;
let savepoint = "";
let everything = "";
let shopOnly = "";

beforeAll(async () => {
  stand = await startPeopleStand({ postgresPort: 0 });
  functions = await startTwoNamespaces();
  everything = (await stand.token({ name: "all", grants: [{ role: "viewer", namespace: "*" }] })).token;
  shopOnly = (await stand.token({ name: "one", grants: [{ role: "viewer", namespace: "shop" }] })).token;
  for (const namespace of twoNamespaces) await plant(namespace);
  savepoint = (await stand.made<{ id: string }>("/v1/savepoints", { json: {} })).id;
  for (const namespace of twoNamespaces)
    await stand.made("/trpc/send.message", { json: { type: `${namespace}/visits`, id: "a", valueType: string, text: '"hello again"' } });
  await stand.box.gateway.core.engine.settled();
  // The kept numbers have the events of a second only after it is over.
  const { path } = contract.rollups.busiest.http;
  const busiest = () => stand.ask(`${path}?${queryOf(inputOf("rollups.busiest"))}`, { token: everything });
  while (!(await (await busiest()).text()).includes(canary)) await nextTurn();
});
afterAll(async () => {
  await stand[Symbol.asyncDispose]();
  functions.close();
});

interface Sent {
  readonly result: { readonly data: { readonly traceId: number } };
}

async function plant(namespace: string): Promise<void> {
  const { engine } = stand.box.gateway.core;
  const type = `${namespace}/visits`;
  await stand.made(`/v1/modules/m-${namespace.toLowerCase()}`, { method: "PUT", body: functions.moduleOf(namespace) });
  const send = (id: string, text: string) =>
    stand.made<Sent>("/trpc/send.message", { json: { type, id, valueType: string, text: JSON.stringify(text) } });
  const sent = await send("a", "hello");
  await engine.settled();
  if (namespace === canary) hiddenTrace = sent.result.data.traceId;
  await stand.made("/trpc/send.save", { json: { name: "n", type, entityId: "a", valueType: string, body: '"x"' } });
  await stand.made("/v1/breakpoints", { json: { functions: type, entity: "held", seconds: 3_600 } });
  await send("held", "wait here");
  await stand.made(`/v1/pauses/${encodeURIComponent(`endpoint:${namespace}/paused`)}`, { method: "PUT", json: {} });
  await send("failing", "fail");
  const failing = (body: unknown): boolean => JSON.stringify(body).includes(type);
  while (!failing(await (await stand.ask("/v1/failures/causes", { cookie: stand.adminCookie })).json())) await nextTurn();
}

const queryOf = (input: unknown): string =>
  String(new URLSearchParams(Object.entries(Object(input)).map(([field, value]): [string, string] => [field, String(value)])));

function inputOf(name: string): unknown {
  switch (name) {
    case "traces.get":
      return { trace: hiddenTrace };
    case "past.records":
      return { fromMs: Date.now() - 600_000, toMs: Date.now() + 1_000 };
    case "rollups.busiest":
      return { fromMs: Date.now() - 3_600_000, toMs: Date.now() + 60_000, stepMs: 60_000 };
    case "comparisons.types":
    case "comparisons.changed":
      return { from: savepoint, to: "now" };
    case "sql.query":
      return {
        sql: "SELECT type FROM entities UNION ALL SELECT egress FROM egress UNION ALL SELECT type FROM failures UNION ALL SELECT type FROM journal",
      };
    default:
      return operationInputs[name] ?? {};
  }
}

const filtered = Object.entries(contract).flatMap(([noun, verbs]) =>
  Object.entries(verbs).flatMap(([verb, operation]: [string, Operation]): [string, Operation][] =>
    operation.scope === "namespaces" && operation.kind !== "subscription" ? [[`${noun}.${verb}`, operation]] : [],
  ),
);

/** Returns what each surface answers. */
async function answersOf(name: string, operation: Operation, token: string): Promise<{ door: string; text: string }[]> {
  const found: { door: string; text: string }[] = [];
  for (const { door, path, options } of doorsOf(name, operation, inputOf(name)))
    found.push({ door, text: await (await stand.ask(path, { ...options, token })).text() });
  return found;
}

describe("an answer that is filtered by namespaces", () => {
  test("names the other namespace to a person who sees everything, where it tells of namespaces at all", async () => {
    const tells: string[] = [];
    for (const [name, operation] of filtered) {
      const answers = await answersOf(name, operation, everything);
      if (answers.some(({ text }) => holdsCanary(Buffer.from(text)))) tells.push(name);
    }
    expect(tells.toSorted()).toEqual(tellsOfNamespaces);
  });

  test.each(filtered)("%s answers a person who sees shop alone, and names nothing of the other", async (name, operation) => {
    const answers = await answersOf(name, operation, shopOnly);
    expect(answers.filter(({ text }) => /code\\?":\\?"(FORBIDDEN|INTERNAL)/.test(text))).toEqual([]);
    expect(answers.filter(({ text }) => holdsCanary(Buffer.from(text)))).toEqual([]);
    if (!tellsOfNamespaces.includes(name) || name === "traces.get") return;
    // SQL is explained to an assistant before it is answered.
    expect(answers.filter(({ door, text }) => door !== "mcp sql" && !text.includes("shop/"))).toEqual([]);
  });

  test("a filter reveals nothing of another namespace", async () => {
    const rows = async (name: string, filter: string, token: string): Promise<unknown> => {
      const input = encodeURIComponent(JSON.stringify({ filter }));
      const answer = (await (await stand.ask(`/trpc/${name}?input=${input}`, { token })).json()) as {
        result: { data: { rows?: unknown[]; items?: unknown[]; looked: { rows: number } } };
      };
      return (answer.result.data.rows ?? answer.result.data.items ?? []).length;
    };
    for (const name of ["flow.past", "traces.list"]) {
      expect(await rows(name, `type == "${hidden}"`, everything)).not.toBe(0);
      expect(await rows(name, `type == "${hidden}"`, shopOnly)).toBe(0);
      expect(await rows(name, 'type == "shop/visits"', shopOnly)).not.toBe(0);
    }
  });

  test("the status strip counts only what is visible", async () => {
    const summary = async (token: string) => (await (await stand.ask("/v1/summary", { token })).json()) as Record<string, unknown>;
    const [all, shop] = [await summary(everything), await summary(shopOnly)];
    expect([all["functionTypes"], shop["functionTypes"]]).toEqual([4, 2]);
    expect([all["delayed"], shop["delayed"]]).toEqual([0, null]);
    expect((shop["breakpoints"] as { functions: string }[]).map(({ functions: of }) => of)).toEqual(["shop/visits"]);
    expect([(all["pauses"] as unknown[]).length, shop["pauses"]]).toEqual([2, [expect.objectContaining({ id: "endpoint:shop/paused" })]]);
  });

  test("numbers of edges are given when both ends are visible", async () => {
    const edges = async (token: string): Promise<string> => {
      const input = queryOf({ of: "edge", fromMs: Date.now() - 3_600_000, toMs: Date.now() + 60_000, stepMs: 60_000 });
      return (await stand.ask(`/v1/rollups/busiest?${input}`, { token })).text();
    };
    const [all, shop] = [await edges(everything), await edges(shopOnly)];
    expect([all, shop].map((text) => text.includes("→type:shop/visits"))).toEqual([true, true]);
    expect([all, shop].map((text) => text.includes(`→type:${hidden}`))).toEqual([true, false]);
  });

  test("numbers of everything are refused with the reason, those of a visible type are given", async () => {
    const range = (of: string) => `/v1/rollups?${queryOf({ of, fromMs: 0, toMs: 60_000, stepMs: 60_000 })}`;
    const refused = await stand.ask(range(""), { token: shopOnly });
    expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining("the role viewer in all namespaces")]);
    expect((await stand.ask(range(`type:${hidden}`), { token: shopOnly })).status).toBe(403);
    expect((await stand.ask(range("type:shop/visits"), { token: shopOnly })).status).toBe(200);
  });
});

describe("by SQL", () => {
  test("no table, no type by name and no savepoint has rows of the other namespace", async () => {
    const { id } = await stand.made<{ id: string }>("/v1/savepoints", { json: {} });
    const rows = async (sql: string, token: string): Promise<string> => (await stand.ask("/v1/sql", { json: { sql }, token })).text();
    const named = `SELECT count(*) FROM state(type := '${hidden}')`;
    expect([await rows(named, everything), await rows(named, shopOnly)]).toEqual([
      expect.stringContaining('"rows":[["1"]]'),
      expect.stringContaining('"rows":[["0"]]'),
    ]);
    const kept = `SELECT * FROM savepoint_state('${id}')`;
    expect(holdsCanary(Buffer.from(await rows(kept, everything)))).toBe(true);
    expect(holdsCanary(Buffer.from((await rows(kept, shopOnly)).replaceAll(kept, "")))).toBe(false);
  });

  test("over PostgreSQL's wire it is the same", async () => {
    const client = new pg.Client({
      host: "127.0.0.1",
      port: stand.box.gateway.postgresPort ?? 0,
      user: "one",
      password: shopOnly,
      database: "signalbox",
    });
    await client.connect();
    try {
      const { rows } = await client.query<{ type: string }>("SELECT DISTINCT type FROM entities");
      expect(rows).toEqual([{ type: "shop/visits" }]);
    } finally {
      await client.end();
    }
  });
});

test("the live stream has only the visible graph, rows and touched entities, and continues for no other session", async () => {
  const ends = new AbortController();
  const needs = { flow: true, tails: [""], entities: [{ type: hidden, id: "b" }], timelineAfterMs: 0 };
  const open = (more: object, token: string) =>
    fetch(`${stand.box.url}/trpc/live.stream?input=${encodeURIComponent(JSON.stringify({ ...needs, ...more }))}`, {
      headers: { authorization: `Bearer ${token}` },
      signal: ends.signal,
    });
  const stream = await open({}, shopOnly);
  const reader = (stream.body ?? expect.unreachable()).pipeThrough(new TextDecoderStream()).getReader();
  let text = (await reader.read()).value ?? "";
  for (const type of [hidden, "shop/visits"])
    await stand.made("/trpc/send.message", { json: { type, id: "b", valueType: string, text: '"live"' } });
  while (!text.includes('"preview"')) text += (await reader.read()).value ?? "";
  expect(text).toContain("type:shop/visits");
  expect(holdsCanary(Buffer.from(text))).toBe(false);
  expect(text).not.toContain('"marks"');
  ends.abort();
});
