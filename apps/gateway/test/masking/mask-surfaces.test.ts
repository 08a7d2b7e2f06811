/**
 * What is masked is nowhere: a secret stands in a masked field of a state value, a message, an egress record and a savepoint, and every operation of
 * every surface that only reads is called as every role. First without masks: then the operations that show values have to show it, or this test
 * would see nothing at all.
 */
import { Client, credentials, Metadata, type ServiceDefinition } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { contract } from "../../src/contract/contract.ts";
import type { Operation } from "../../src/contract/operation.ts";
import { roles } from "../../src/contract/roles.ts";
import { maskText } from "../../src/masking/masked-value.ts";
import { adminService, ingressService } from "../../src/surfaces/grpc/service-definitions.ts";
import { canary, holdsCanary } from "../support/canary.ts";
import { bodyFor, operationInputs, urlOf } from "../support/operation-calls.ts";
import { startPeopleStand, type PeopleStand } from "../support/people-stand.ts";
import { moduleYaml, startFunctions } from "../support/start-gateway.ts";

const masksYaml = `kind: io.signalbox.masks.v1/mask
spec:
  functions: test/visits
  fields: [profile.email, email, text]
---
kind: io.signalbox.masks.v1/mask
spec:
  functions: test/*
  fields: [big.*.email]
`;

/** What shows values, and so has to show the secret while nothing is masked. */
const showsValues = [
  "flow.past",
  "past.records",
  "entities.get",
  "entities.export",
  "entities.read",
  "entities.rows",
  "entities.history",
  "entities.asOf",
  "entities.blame",
  "traces.list",
  "traces.get",
  "comparisons.entity",
  "doors.egress",
  "doors.records",
  "failures.causes",
  "savepoints.file",
  "sql.query",
  "failures.groups",
  "reproductions.get",
  "send.saved",
];

/** What a function answers to its caller goes to the caller as it is; nothing was called here. */
const reads = Object.entries(contract).flatMap(([noun, verbs]) =>
  Object.entries(verbs).flatMap(([verb, operation]: [string, Operation]): [string, Operation][] =>
    operation.kind === "query" || operation.kind === "bytes" || operation.changesNothing === true ? [[`${noun}.${verb}`, operation]] : [],
  ),
);

/** All of the tables that hold values, at once: each query has a process of its own. */
const everyValue = [
  "state(type := 'test/visits')",
  "mailboxes(type := 'test/visits')",
  "egress",
  "savepoint_state('$savepoint')",
  "savepoint_message('$savepoint')",
  "savepoint_delayed_message('$savepoint')",
  "savepoint_egress_record('$savepoint')",
].map((table) => `SELECT '${table.replaceAll("'", "")}' AS of, value, bytes FROM ${table}`);

let stand: PeopleStand;
let functions: Awaited<ReturnType<typeof startFunctions>>;
let grpc: Client;
let savepoint = "";
let trace = 0;
const tokens = new Map<string, string>();

beforeAll(async () => {
  // What fails is parked at once: between two attempts there would be moments at which no failure of it is known.
  stand = await startPeopleStand({ limits: { attemptsMax: 1, breakerEntitiesMin: 1_000 } });
  functions = await startFunctions();
  grpc = new Client(`127.0.0.1:${stand.box.gateway.grpcPort}`, credentials.createInsecure());
  for (const role of roles) tokens.set(role, (await stand.token({ name: role, grants: [{ role, namespace: "*" }] })).token);
  await plant();
});
afterAll(async () => {
  grpc.close();
  await stand[Symbol.asyncDispose]();
  await functions.close();
});

async function asAdmin(path: string, json: unknown, method = "POST"): Promise<Record<string, unknown>> {
  const headers = { "content-type": "application/json" };
  const answer = await stand.ask(path, { method, json, headers, cookie: stand.adminCookie });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.status === 204 ? {} : ((await answer.json()) as Record<string, unknown>);
}

async function putModule(name: string, body: string): Promise<void> {
  const answer = await stand.ask(`/v1/modules/${name}`, { method: "PUT", body, cookie: stand.adminCookie });
  if (!answer.ok) throw new Error(await answer.text());
}

async function plant(): Promise<void> {
  const { engine } = stand.box.gateway.core;
  await putModule("test", moduleYaml(functions.url).replace("  functions: test/*", "  functions: test/*\n  replay: true"));
  const send = async (id: string, text: string, valueType = "io.statefun.types/string") =>
    asAdmin("/trpc/send.message", { type: "test/visits", id, valueType, text });
  const sent = await send("a", JSON.stringify(canary));
  trace = Number((sent["result"] as { data: { traceId: number } }).data.traceId);
  await engine.settled();
  await asAdmin("/trpc/entities.editState", {
    type: "test/visits",
    id: "a",
    name: "big",
    value: { text: JSON.stringify({ profile: { email: canary, name: "anna" }, all: [{ email: canary }] }) },
  });
  await send("failing", '"fail"');
  await engine.settled();
  await asAdmin("/trpc/entities.act", { type: "test/visits", id: "a", action: "pause" });
  await send("a", JSON.stringify({ email: canary, name: "anna" }), "test/mail");
  await send("failing", JSON.stringify({ email: canary }), "test/mail");
  await engine.settled();
  await asAdmin("/trpc/send.save", {
    name: "n",
    type: "test/visits",
    entityId: "a",
    valueType: "test/mail",
    body: JSON.stringify({ email: canary }),
  });
  const failing = { type: "test/visits", id: "failing" };
  await asAdmin("/trpc/entities.editState", { ...failing, name: "big", value: { text: JSON.stringify({ all: [{ email: canary }] }) } });
  await asAdmin("/v1/reproductions", failing);
  const { reproductions } = stand.box.gateway.core.parts;
  await vi.waitFor(() => expect(reproductions.find(failing)?.endedMs).toBeDefined(), { timeout: 30_000 });
  savepoint = String((await asAdmin("/v1/savepoints", {}))["id"]);
  await asAdmin("/trpc/entities.act", { type: "test/visits", id: "a", action: "pause" }).catch(() => undefined);
}

function inputsOf(name: string): readonly unknown[] {
  const given = Object(operationInputs[name] ?? {}) as object;
  switch (name) {
    case "traces.get":
      return [{ trace }];
    case "entities.asOf":
      return [{ type: "test/visits", id: "a", atMs: Date.now() }];
    case "past.records":
      return [{ fromMs: Date.now() - 600_000, toMs: Date.now() + 1_000 }];
    case "doors.egress":
    case "doors.records":
      return [{ egress: "test/greetings" }];
    case "savepoints.file":
    case "savepoints.impact":
    case "savepoints.get":
      return [{ id: savepoint }];
    case "comparisons.types":
    case "comparisons.changed":
      return [{ from: savepoint, to: "now" }];
    case "comparisons.entity":
      return [
        { from: savepoint, to: "now", type: "test/visits", id: "a" },
        { from: savepoint, to: "now", type: "test/visits", id: "failing" },
      ];
    case "reproductions.get":
      return [{ type: "test/visits", id: "failing" }];
    case "sql.query":
      return [{ sql: everyValue.join(" UNION ALL ").replaceAll("$savepoint", savepoint) }];
    case "send.answer":
      return [{ type: "test/visits", id: "a", messageId: trace, waitMs: 0 }];
    default:
      return [given];
  }
}

interface Call {
  readonly what: string;
  readonly ask: (token: string | undefined) => Promise<Buffer>;
}

const asked = (token: string | undefined): { token?: string } => (token === undefined ? {} : { token });
const bytesOf = async (answer: Response): Promise<Buffer> => Buffer.from(await answer.arrayBuffer());

/** By every door of the operation. */
function callsOf(name: string, operation: Operation): Call[] {
  return inputsOf(name).flatMap((input, place) => [
    ...trpcCall(name, operation, input),
    ...httpCall(name, operation, input),
    ...(operation.mcp ?? []).map(({ tool }) => mcpCall(tool, input)),
    ...(operation.grpc === undefined || place > 0 ? [] : [grpcCall(operation.grpc)]),
  ]);
}

function trpcCall(name: string, operation: Operation, input: unknown): Call[] {
  if (operation.trpc === false) return [];
  const text = JSON.stringify(input);
  const ask = async (token: string | undefined) =>
    bytesOf(
      operation.kind === "query"
        ? await stand.ask(`/trpc/${name}?input=${encodeURIComponent(text)}`, asked(token))
        : await stand.ask(`/trpc/${name}`, { body: text, headers: { "content-type": "application/json" }, ...asked(token) }),
    );
  return [{ what: `trpc ${name} ${text}`, ask }];
}

function httpCall(name: string, { http }: Operation, input: unknown): Call[] {
  if (http === undefined) return [];
  const url = urlOf(http, input);
  const ask = async (token: string | undefined) =>
    bytesOf(await stand.ask(url, { method: http.method, ...bodyFor(name, http, input), ...asked(token) }));
  return [{ what: `${http.method} ${url}`, ask }];
}

function mcpCall(tool: string, input: unknown): Call {
  const json = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: tool, arguments: input } };
  const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
  return { what: `mcp ${tool}`, ask: async (token) => bytesOf(await stand.ask("/mcp", { json, headers, ...asked(token) })) };
}

function grpcCall(method: string): Call {
  const [service = "", name = ""] = method.split(".");
  const definitions: Readonly<Record<string, ServiceDefinition>> = { Ingress: ingressService, Admin: adminService };
  const { path, requestSerialize } = definitions[service]?.[name] ?? expect.unreachable();
  const target = { type: "test/visits", id: "a" };
  const request = { target, ...target, messageId: trace, timeoutMs: 1, name: "none", yaml: "" };
  const ask = (token: string | undefined): Promise<Buffer> =>
    new Promise((resolve) => {
      const metadata = new Metadata();
      if (token !== undefined) metadata.set("authorization", `Bearer ${token}`);
      // The bytes as they came.
      grpc.makeUnaryRequest(
        path,
        requestSerialize,
        (bytes: Buffer) => bytes,
        request,
        metadata,
        (error, bytes) => resolve(bytes ?? Buffer.from(String(error?.message))),
      );
    });
  return { what: `grpc ${method}`, ask };
}

describe("the secret", () => {
  test("is found however it is written", () => {
    expect(holdsCanary(Buffer.from(`x${canary}`))).toBe(true);
    for (const pad of ["", "a", "ab"])
      expect(holdsCanary(Buffer.from(`{"b":"${Buffer.from(`${pad}${canary}zz`).toString("base64")}"}`))).toBe(true);
    expect(holdsCanary(Buffer.from(Buffer.from(canary).toString("hex")))).toBe(true);
    expect(holdsCanary(Buffer.from("canary, but not ours"))).toBe(false);
  });

  test("is shown by what shows values while nothing is masked", async () => {
    const shown: string[] = [];
    for (const [name, operation] of reads) {
      const answers = await Promise.all(callsOf(name, operation).map(async ({ ask }) => ask(tokens.get("admin"))));
      if (answers.some((bytes) => holdsCanary(bytes))) shown.push(name);
    }
    expect(shown.toSorted()).toEqual(showsValues.toSorted());
  }, 60_000);
});

describe("with masks", () => {
  beforeAll(() => putModule("masks", masksYaml));

  test.each(reads)("%s shows it to nobody", async (name, operation) => {
    const leaks: string[] = [];
    for (const { what, ask } of callsOf(name, operation))
      for (const role of [undefined, ...roles]) {
        const bytes = await ask(role === undefined ? undefined : tokens.get(role));
        if (holdsCanary(bytes)) leaks.push(`${what} as ${role ?? "nobody"}`);
      }
    expect(leaks).toEqual([]);
  });

  test("what stands beside it is shown, and the mask where it stood", async () => {
    const answer = await stand.ask("/v1/entities/test/visits/a", asked(tokens.get("viewer")));
    const entity = (await answer.json()) as { state: { name: string; value: unknown }[]; mailbox: { value: unknown }[] };
    expect(entity.state.find(({ name }) => name === "big")?.value).toEqual({
      profile: { email: maskText, name: "anna" },
      all: [{ email: maskText }],
    });
    expect(entity.state.find(({ name }) => name === "seen")?.value).toBe(1);
    expect(entity.mailbox[0]?.value).toEqual({ email: maskText, name: "anna" });
  });

  test("SQL finds the mask in each table, and counts nothing by what is behind it", async () => {
    const rowsOf = async (sql: string): Promise<unknown[][]> => {
      const answer = await stand.ask("/v1/sql", { json: { sql: sql.replaceAll("$savepoint", savepoint) }, ...asked(tokens.get("viewer")) });
      return ((await answer.json()) as { rows: unknown[][] }).rows;
    };
    const masked = await rowsOf(`SELECT DISTINCT of FROM (${everyValue.join(" UNION ALL ")}) WHERE value LIKE '%${maskText}%'`);
    expect(masked).toHaveLength(everyValue.length - 1);
    expect(await rowsOf(`SELECT count(*) FROM (${everyValue.join(" UNION ALL ")}) WHERE value LIKE '%${canary}%'`)).toEqual([["0"]]);
    const email = "json_extract_string(value, '$.profile.email')";
    expect(await rowsOf(`SELECT ${email} FROM state(type := 'test/visits') WHERE name = 'big' AND id = 'a'`)).toEqual([[maskText]]);
  }, 60_000);

  test("a filter of the tail sees the mask", async () => {
    const found = async (filter: string): Promise<number> => {
      const input = encodeURIComponent(JSON.stringify({ filter }));
      const answer = await stand.ask(`/trpc/flow.past?input=${input}`, asked(tokens.get("admin")));
      return ((await answer.json()) as { result: { data: { rows: unknown[] } } }).result.data.rows.length;
    };
    expect(await found(`type == "test/visits"`)).toBeGreaterThan(0);
    expect(await found(`type == "test/visits" && value == "${canary}"`)).toBe(0);
    expect(await found(`text.contains("${canary}")`)).toBe(0);
    expect(await found(`type == "test/visits" && value == "${maskText}"`)).toBeGreaterThan(0);
  });

  test("the live tail shows the mask", async () => {
    const ends = new AbortController();
    const input = encodeURIComponent(JSON.stringify({ flow: true, tails: [""], entities: [] }));
    const stream = await fetch(`${stand.box.url}/trpc/live.stream?input=${input}`, {
      headers: { authorization: `Bearer ${tokens.get("viewer") ?? ""}` },
      signal: ends.signal,
    });
    let text = "";
    const reader = (stream.body ?? expect.unreachable()).pipeThrough(new TextDecoderStream()).getReader();
    await reader.read();
    await asAdmin("/trpc/send.message", {
      type: "test/visits",
      id: "c",
      valueType: "io.statefun.types/string",
      text: JSON.stringify(canary),
    });
    while (!text.includes('"test/visits"') || !text.includes("preview")) text += (await reader.read()).value ?? "";
    ends.abort();
    expect(holdsCanary(Buffer.from(text))).toBe(false);
    expect(text).toContain(maskText);
  });

  test("what was shown cannot be written back", async () => {
    const value = { text: JSON.stringify({ profile: { email: maskText } }) };
    const answer = await stand.ask("/trpc/entities.editState", {
      headers: { "content-type": "application/json" },
      json: { type: "test/visits", id: "a", name: "big", value },
      ...asked(tokens.get("operator")),
    });
    expect(await answer.text()).toContain("INVALID_VALUE");
  });
});

describe("unmasked with a reason", () => {
  const reason = "ticket 8812: wrong address";
  const header = { "signalbox-unmask": encodeURIComponent(reason) };
  const entity = "/v1/entities/test/visits/a";

  test("an admin sees it by every door of what may be unmasked, and the audit says so", async () => {
    for (const [name, { unmasks, http }] of reads) {
      if (unmasks === undefined || http === undefined || name === "backups.file") continue;
      const [input] = inputsOf(name);
      const answer = await stand.ask(urlOf(http, input), {
        method: http.method,
        headers: header,
        ...bodyFor(name, http, input),
        ...asked(tokens.get("admin")),
      });
      expect([name, answer.status, holdsCanary(await bytesOf(answer))]).toEqual([name, 200, true]);
      const audit = (await (await stand.ask(`/v1/audit?text=${name}`, asked(tokens.get("admin")))).json()) as { items: object[] };
      expect(audit.items[0]).toMatchObject({ operation: name, name: "admin", outcome: "done", after: `unmasked: ${reason}` });
    }
  });

  test("over gRPC it is the same", async () => {
    const metadata = new Metadata();
    metadata.set("authorization", `Bearer ${tokens.get("admin") ?? ""}`);
    metadata.set("signalbox-unmask", encodeURIComponent(reason));
    const { path, requestSerialize } = adminService["GetEntity"] ?? expect.unreachable();
    const bytes = await new Promise<Buffer>((resolve, reject) => {
      grpc.makeUnaryRequest(
        path,
        requestSerialize,
        (raw: Buffer) => raw,
        { type: "test/visits", id: "a" },
        metadata,
        (error, raw) => (raw === undefined ? reject(error ?? new Error("nothing")) : resolve(raw)),
      );
    });
    expect(holdsCanary(bytes)).toBe(true);
  });

  test.each(["viewer", "sender", "operator"])("a %s is refused, and that is in the audit too", async (role) => {
    const answer = await stand.ask(entity, { headers: header, ...asked(tokens.get(role)) });
    const bytes = await bytesOf(answer);
    expect([answer.status, holdsCanary(bytes)]).toEqual([403, false]);
    const audit = (await (await stand.ask(`/v1/audit?text=${role}`, asked(tokens.get("admin")))).json()) as { items: object[] };
    expect(audit.items[0]).toMatchObject({ operation: "entities.read", outcome: "refused", after: `unmasked: ${reason}` });
  });

  test("a viewer with the right to it sees it, in that namespace alone", async () => {
    const there = await stand.token({ name: "desk", grants: [{ role: "viewer", namespace: "test", unmask: true }] });
    const elsewhere = await stand.token({
      name: "other",
      grants: [
        { role: "viewer", namespace: "*" },
        { role: "viewer", namespace: "shop", unmask: true },
      ],
    });
    expect(holdsCanary(await bytesOf(await stand.ask(entity, { headers: header, token: there.token })))).toBe(true);
    expect((await stand.ask(entity, { headers: header, token: elsewhere.token })).status).toBe(403);
    // A trace goes through all namespaces.
    const traces = contract.traces.get.http;
    expect((await stand.ask(urlOf(traces, { trace }), { headers: header, token: there.token })).status).toBe(403);
  });

  test("nobody gives a right to unmask that they have not", async () => {
    await stand
      .invite("ben", [{ role: "operator", namespace: "*" }])
      .then(({ code }) => stand.ask("/v1/setup", { json: { code, name: "ben", password: "a long enough password" } }));
    const cookie = await stand.signIn("ben");
    const answer = await stand.ask("/v1/tokens", {
      json: { name: "t", grants: [{ role: "viewer", namespace: "test", unmask: true }] },
      cookie,
    });
    expect([answer.status, (await answer.text()).includes("unmask")]).toEqual([403, true]);
  });

  test("a file that holds it as it is wants a reason, also of an admin", async () => {
    const file = await stand.ask(`/v1/savepoints/${savepoint}/file`, asked(tokens.get("admin")));
    expect([file.status, (await file.text()).includes("UNMASK_REASON_NEEDED")]).toEqual([403, true]);
    const link = await stand.ask(
      `/v1/savepoints/${savepoint}/file?signalbox-unmask=${encodeURIComponent(reason)}`,
      asked(tokens.get("admin")),
    );
    expect([link.status, holdsCanary(await bytesOf(link))]).toEqual([200, true]);
  });

  test("two letters are no reason", async () => {
    const answer = await stand.ask(entity, { headers: { "signalbox-unmask": "ok" }, ...asked(tokens.get("admin")) });
    expect([answer.status, holdsCanary(await bytesOf(answer))]).toEqual([400, false]);
  });
});
