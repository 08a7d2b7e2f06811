/**
 * Every operation of every surface is really called with every role and without one, and the result is compared with the table
 * (docs/security.md):
 * refused where the table says no, and not refused where it says yes, whatever else may be wrong with the call.
 */
import { Client, credentials, Metadata, type ServiceDefinition } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accessRows, mayDo, principalWith, type AccessRow, type Asker } from "../../../../tools/access-table.ts";
import { contract } from "../../src/contract/contract.ts";
import { ingestion } from "../../src/contract/ingestion.ts";
import type { Operation } from "../../src/contract/operation.ts";
import { roles } from "../../src/contract/roles.ts";
import { adminService, ingressService } from "../../src/surfaces/grpc/service-definitions.ts";
import { bodyFor, operationInputs as inputs, urlOf } from "../support/operation-calls.ts";
import { startPeopleStand, type PeopleStand } from "../support/people-stand.ts";

/** A role in `*` holds everywhere, one in `test` only there, one in `shop` only elsewhere. */
const namespaces = ["*", "test", "shop"] as const;
type Held = (typeof namespaces)[number];
type Verdict = "allowed" | "refused" | "signed-out";

let stand: PeopleStand;
let grpc: Client;
const tokens = new Map<string, string>();

beforeAll(async () => {
  stand = await startPeopleStand();
  grpc = new Client(`127.0.0.1:${stand.box.gateway.grpcPort}`, credentials.createInsecure());
  for (const role of roles)
    for (const namespace of namespaces)
      tokens.set(`${role} ${namespace}`, (await stand.token({ name: role, grants: [{ role, namespace }] })).token);
});
afterAll(async () => {
  grpc.close();
  await stand[Symbol.asyncDispose]();
});

const operations: ReadonlyMap<string, Operation> = new Map(
  Object.entries(contract).flatMap(([noun, verbs]) =>
    Object.entries(verbs).map(([verb, operation]: [string, Operation]): [string, Operation] => [`${noun}.${verb}`, operation]),
  ),
);
/** These would stop the others, or take long. */
const notCalledWhereAllowed = new Set(["demo.start", "savepoints.take", "live.stream", "people.invite", "calls.answers"]);

function verdictOf(text: string): Verdict {
  // A refusal by the operation itself names the place: a token may not be given rights that its maker does not have.
  if (text.includes('"code":"UNAUTHENTICATED"')) return "signed-out";
  if (text.includes('"code":"FORBIDDEN"') && !text.includes('"where":"grants"')) return "refused";
  return "allowed";
}

function expected(row: AccessRow, asker: Asker, namespace: Held): Verdict {
  if (mayDo(row, principalWith(asker, namespace), "test")) return "allowed";
  return asker === "none" ? "signed-out" : "refused";
}

const combinations: (readonly [Asker, Held])[] = [["none", "*"]];
for (const asker of roles) for (const held of namespaces) combinations.push([asker, held]);

/** Without a message no namespace is named, so a right in any namespace is enough. */
const wherever = (row: AccessRow, asker: Asker): Verdict => expected(row, asker, "*");

async function verdicts(
  row: AccessRow,
  call: (token: string | undefined) => Promise<Verdict>,
  expectedFor: (row: AccessRow, asker: Asker, held: Held) => Verdict = expected,
): Promise<void> {
  const found: Record<string, Verdict> = {};
  const said: Record<string, Verdict> = {};
  for (const [asker, held] of combinations) {
    const verdict = expectedFor(row, asker, held);
    if (verdict === "allowed" && notCalledWhereAllowed.has(row.name)) continue;
    said[`${asker} in ${held}`] = verdict;
    found[`${asker} in ${held}`] = await call(tokens.get(`${asker} ${held}`));
  }
  expect(found).toEqual(said);
}

const rows = accessRows();
const asked = (token: string | undefined) => (token === undefined ? {} : { token });

describe("over tRPC", () => {
  test.each(rows.filter(({ name }) => operations.has(name) && operations.get(name)?.trpc !== false))("$name", async (row) => {
    const isQuery = operations.get(row.name)?.kind !== "mutation";
    const input = JSON.stringify(inputs[row.name] ?? {});
    await verdicts(row, async (token) => {
      const path = `/trpc/${row.name}`;
      const answer = isQuery
        ? await stand.ask(`${path}?input=${encodeURIComponent(input)}`, asked(token))
        : await stand.ask(path, { body: input, headers: { "content-type": "application/json" }, ...asked(token) });
      return verdictOf(await answer.text());
    });
  });
});

describe("over HTTP", () => {
  const ofHttp = rows.flatMap((row) => {
    const door = operations.get(row.name)?.http ?? ingestion[row.name]?.http;
    return door === undefined ? [] : [{ ...row, door }];
  });
  test.each(ofHttp)("$name", async ({ door, ...row }) => {
    await verdicts(row, async (token) => {
      const answer = await stand.ask(urlOf(door, inputs[row.name]), {
        method: door.method,
        ...bodyFor(row.name, door, inputs[row.name]),
        ...asked(token),
      });
      return verdictOf(await answer.text());
    });
  });
});

test.each(["gateway.metrics", "gateway.openapi"])("%s", async (name) => {
  const row = rows.find((one) => one.name === name) ?? expect.unreachable();
  await verdicts(row, async (token) => {
    const answer = await stand.ask(name === "gateway.metrics" ? "/metrics" : "/openapi.json", asked(token));
    return verdictOf(await answer.text());
  });
});

describe("over MCP", () => {
  const ofMcp = rows.flatMap((row) => (operations.get(row.name)?.mcp ?? []).map(({ tool }) => ({ ...row, tool })));
  test.each(ofMcp)("$name is $tool", async ({ tool, ...row }) => {
    const params = { name: tool, arguments: inputs[row.name] ?? {} };
    await verdicts(row, async (token) => {
      const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
      const answer = await stand.ask("/mcp", { json: { jsonrpc: "2.0", id: 1, method: "tools/call", params }, headers, ...asked(token) });
      // A refusal of the verb is text in the tool's answer.
      return verdictOf((await answer.text()).replaceAll('\\"', '"'));
    });
  });
});

describe("over gRPC", () => {
  const definitions: Readonly<Record<string, ServiceDefinition>> = { Ingress: ingressService, Admin: adminService };
  const ofGrpc = rows.flatMap((row) => {
    const method = operations.get(row.name)?.grpc ?? ingestion[row.name]?.grpc;
    return method === undefined ? [] : [{ ...row, method }];
  });
  const definitionOf = (method: string): ServiceDefinition[string] => {
    const [service = "", name = ""] = method.split(".");
    return definitions[service]?.[name] ?? expect.unreachable();
  };
  const isStream = (method: string): boolean => definitionOf(method).requestStream;
  test.each(ofGrpc)("$name is $method", async ({ method, ...row }) => {
    await verdicts(row, (token) => askGrpc(definitionOf(method), token));
  });
  test.each(ofGrpc.filter(({ method }) => isStream(method)))("$name is $method, without a message", async ({ method, ...row }) => {
    await verdicts(row, (token) => askGrpc(definitionOf(method), token, { producer: "p", messages: [] }), wherever);
    await verdicts(row, (token) => askGrpc(definitionOf(method), token, "none"), wherever);
  });

  const target = { type: "test/visits", id: "a" };
  const value = { valueType: "io.statefun.types/string", value: Buffer.from("\n\u0001x") };
  const message = { target, ...target, ...value, messageId: 1, timeoutMs: 1, name: "none", yaml: "" };

  const oneMessage: object = { producer: "p", messages: [{ ...message, sequence: 1 }] };

  /** For a stream of requests, `first` is the first one. */
  function askGrpc(
    definition: ServiceDefinition[string],
    token: string | undefined,
    first: object | "none" = oneMessage,
  ): Promise<Verdict> {
    const metadata = new Metadata();
    if (token !== undefined) metadata.set("authorization", `Bearer ${token}`);
    const { path, requestSerialize, responseDeserialize } = definition;
    return new Promise((resolve) => {
      const ended = (error: { code: number } | null): void =>
        resolve(error?.code === 16 ? "signed-out" : error?.code === 7 ? "refused" : "allowed");
      if (!definition.requestStream && definition.responseStream) {
        const stream = grpc.makeServerStreamRequest(path, requestSerialize, responseDeserialize, message, metadata);
        stream
          .on("error", ended)
          .on("end", () => ended(null))
          .resume();
        return;
      }
      if (!definition.requestStream) {
        grpc.makeUnaryRequest(path, requestSerialize, responseDeserialize, message, metadata, (error) => ended(error));
        return;
      }
      const stream = grpc.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, metadata);
      stream.on("error", ended).on("end", () => ended(null));
      stream.on("data", () => undefined);
      if (first !== "none") stream.write(first);
      stream.end();
    });
  }
});
