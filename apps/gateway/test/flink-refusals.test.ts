/**
 * Functions on Flink behind every surface: what Flink cannot do is refused before anything begins, with the reason and the cure, and only
 * for operations that the contract says need it. The cluster is unreachable here, and no refusal waits for it.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, credentials, Metadata, type ServiceDefinition, type ServiceError } from "@grpc/grpc-js";
import type { Capability } from "@signalbox/runtime";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contract } from "../src/contract/contract.ts";
import type { Operation } from "../src/contract/operation.ts";
import { flinkOpener } from "../src/open-flink.ts";
import { readFlink } from "../src/flink-settings.ts";
import type { Setting } from "../src/setting.ts";
import { ingressService } from "../src/surfaces/grpc/service-definitions.ts";
import { bodyFor, operationInputs as inputs, urlOf } from "./support/operation-calls.ts";
import { moduleYaml, startGateway, type TestGateway } from "./support/start-gateway.ts";

const operations: [string, Operation][] = Object.entries(contract).flatMap(([noun, verbs]) =>
  Object.entries(verbs).map(([verb, operation]: [string, Operation]): [string, Operation] => [`${noun}.${verb}`, operation]),
);
/** The reason for each capability that Flink lacks, as far as an operation needs it. */
const reasons: Readonly<Partial<Record<Capability, string>>> = {
  "entity-actions": "Flink holds the mailboxes and delivers from them itself",
  journal: "Flink keeps no record of single invocations",
  breakpoints: "Flink holds the mailboxes and calls functions from them itself",
  erasure: "Flink keeps state and messages in files of its own",
};
const missing = operations.flatMap(([name, operation]) => {
  const reason = operation.needs && reasons[operation.needs];
  return reason === undefined ? [] : [{ name, operation, reason }];
});

const dataDir = mkdtempSync(join(tmpdir(), "signalbox-on-flink-"));
let box: TestGateway;
beforeAll(async () => {
  await using before = await startGateway({ dataDir });
  await before.fetch("/v1/modules/test", { method: "PUT", body: moduleYaml("http://127.0.0.1:1/") });
  await before[Symbol.asyncDispose]();
  box = await onFlink(dataDir);
});

function onFlink(folder: string, more: Readonly<Record<string, unknown>> = {}): Promise<TestGateway> {
  const given: Readonly<Record<string, unknown>> = {
    SIGNALBOX_RUNTIME: "flink",
    SIGNALBOX_FLINK_URL: "http://127.0.0.1:1",
    SIGNALBOX_FLINK_PORT: 0,
    ...more,
  };
  const read = <T>({ variable, fallback }: Setting<T>): T => (given[variable] as T | undefined) ?? fallback;
  const settings = readFlink(read, {}) ?? expect.unreachable();
  return startGateway({ dataDir: folder, openRuntime: flinkOpener(settings, folder, () => undefined) });
}

afterAll(async () => {
  await box[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true, force: true });
});

const json = { "content-type": "application/json" };

async function overTrpc(name: string, { kind }: Operation): Promise<string> {
  const input = JSON.stringify(inputs[name] ?? {});
  const answer =
    kind === "mutation"
      ? await box.fetch(`/trpc/${name}`, { method: "POST", body: input, headers: json })
      : await box.fetch(`/trpc/${name}?input=${encodeURIComponent(input)}`);
  return answer.ok ? "" : answer.text();
}

/** Expects a refusal that gives the reason and a cure. */
function expectRefused(text: string, reason: string): void {
  expect(text).toContain("CAPABILITY_MISSING");
  expect(text).toContain(reason);
  expect(text).toMatch(/SIGNALBOX_RUNTIME=embedded|clear their state/);
}

test("acts, the past, breakpoints and erasures are the missing abilities", () => {
  expect(new Set<string | undefined>(missing.map(({ operation }) => operation.needs))).toEqual(new Set(Object.keys(reasons)));
  for (const { name, operation } of missing)
    expect([name, operation.problems]).toEqual([name, expect.arrayContaining(["CAPABILITY_MISSING"])]);
});

describe("over HTTP", () => {
  test.each(missing.filter(({ operation }) => operation.http !== undefined))("$name is refused with 501", async (row) => {
    const door = row.operation.http ?? expect.unreachable();
    const init = { method: door.method, headers: json, ...bodyFor(row.name, door, inputs[row.name]) };
    const answer = await box.fetch(urlOf(door, inputs[row.name]), init);
    expect(answer.status).toBe(501);
    expectRefused(await answer.text(), row.reason);
  });
});

describe("over tRPC", () => {
  test.each(missing.filter(({ operation }) => operation.trpc !== false))("$name is refused", async ({ name, operation, reason }) => {
    expectRefused(await overTrpc(name, operation), reason);
  });

  /** These operations take long, end the others, or do not end. */
  const notAsked = new Set(["demo.start", "savepoints.take", "backups.take", "sql.query", "people.invite", "runtime.rescale"]);

  test("no other operation is refused so", async () => {
    const others = operations.filter(
      ([name, operation]) => operation.trpc !== false && operation.kind !== "subscription" && !notAsked.has(name),
    );
    const refused: string[] = [];
    for (const [name, operation] of others) if ((await overTrpc(name, operation)).includes("CAPABILITY_MISSING")) refused.push(name);
    expect(refused).toEqual(missing.map(({ name }) => name).filter((name) => others.some(([other]) => other === name)));
  });
});

describe("operations that are answered without the cluster", () => {
  const read = async (sql: string) => {
    const answer = await box.fetch("/v1/sql", { method: "POST", body: JSON.stringify({ sql }), headers: json });
    return { status: answer.status, text: await answer.text() };
  };

  test.each([
    ["journal", reasons.journal ?? ""],
    ["mailboxes", reasons["entity-actions"] ?? ""],
  ])("the table %s of SQL is refused with what the runtime lacks, and not told as empty", async (table, reason) => {
    const { status, text } = await read(`SELECT count(*) FROM ${table}`);
    expect(status).toBe(501);
    expectRefused(text, reason);
  });

  test("what one query lacked is not told of the next, and tables say what they need", async () => {
    expect((await read("SELECT count(*) FROM journal")).status).toBe(501);
    expect(await read("SELECT count(*) FROM savepoints")).toMatchObject({ status: 200 });
    expect((await read("SELECT nothing FROM savepoints")).text).toContain("SQL_REFUSED");
    const { tables } = (await (await box.fetch("/v1/sql/tables")).json()) as { tables: { name: string; needs: string | null }[] };
    expect(tables.filter(({ needs }) => needs !== null).map(({ name, needs }) => [name, needs])).toEqual([
      ["mailboxes", "entity-actions"],
      ["journal", "journal"],
    ]);
  });

  test("how far the charts reach is told without a journal", async () => {
    const answer = await box.fetch("/v1/past/reach");
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ journal: null, numbered: 0, rollupBytes: expect.any(Number) });
  });
});

describe("over MCP", () => {
  const tools = missing.flatMap((row) => (row.operation.mcp ?? []).map(({ tool }) => ({ ...row, tool })));
  /** Without a token an assistant may only read. */
  let token = "";
  beforeAll(async () => {
    const body = JSON.stringify({ name: "assistant", grants: [{ role: "admin", namespace: "*" }] });
    ({ token } = (await (await box.fetch("/v1/tokens", { method: "POST", body, headers: json })).json()) as { token: string });
  });

  test.each(tools)("$tool is refused", async ({ name, tool, reason }) => {
    const params = { name: tool, arguments: inputs[name] ?? {} };
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params });
    const headers = { ...json, accept: "application/json, text/event-stream", authorization: `Bearer ${token}` };
    expectRefused(await (await box.fetch("/mcp", { method: "POST", body, headers })).text(), reason);
  });
});

/** gRPC serves everything unless Flink calls all functions itself, as here. */
describe("over gRPC, where Flink calls all functions itself", () => {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-on-flink-"));
  let direct: TestGateway;
  beforeAll(async () => {
    direct = await onFlink(folder, { SIGNALBOX_FLINK_DIRECT: ["*"] });
  });
  afterAll(async () => {
    await direct[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });
  const reason = "all endpoints are called by Flink itself, past the gateway";
  const definitions: Readonly<Record<string, ServiceDefinition>> = { Ingress: ingressService };
  const methods = operations.flatMap(([, { grpc, needs }]) => (grpc !== undefined && needs === "answers" ? [grpc] : []));

  test.each(methods)("%s is unimplemented", async (method) => {
    const [service = "", name = ""] = method.split(".");
    const { path, requestSerialize, responseDeserialize, responseStream } = definitions[service]?.[name] ?? expect.unreachable();
    const message = {
      type: "test/visits",
      id: "a",
      valueType: "io.statefun.types/string",
      value: Buffer.from("\n\u0001x"),
      messageId: 1,
      timeoutMs: 1,
    };
    const client = new Client(`127.0.0.1:${direct.gateway.grpcPort}`, credentials.createInsecure());
    const error = await new Promise<ServiceError | null>((done) => {
      if (!responseStream) {
        client.makeUnaryRequest(path, requestSerialize, responseDeserialize, message, new Metadata(), (failure) => done(failure));
        return;
      }
      const stream = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, message, new Metadata());
      stream
        .on("error", (failure: ServiceError) => done(failure))
        .on("end", () => done(null))
        .resume();
    });
    client.close();
    expect(error).toMatchObject({ code: 12, details: expect.stringContaining(reason) });
  });
});

test("nothing was begun: no erasure and no act has a row, and the audit tells of each attempt", async () => {
  expect(await (await box.fetch("/v1/erasures")).json()).toEqual({ erasures: [] });
  expect(await (await box.fetch("/v1/failures/actions")).json()).toEqual({ actions: [] });
  const { items } = (await (await box.fetch("/v1/audit?limit=200")).json()) as {
    items: { operation: string; outcome: string; problem: string }[];
  };
  const erased = items.filter(({ operation }) => operation === "erasures.erase");
  expect(erased.length).toBeGreaterThan(0);
  for (const entry of erased) expect(entry).toMatchObject({ outcome: "failed", problem: "CAPABILITY_MISSING" });
});
