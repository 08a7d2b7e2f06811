/**
 * Whatever stays open, waits, comes in pieces or goes on by itself ends when its caller's credential does: a token is revoked, a person
 * disabled, a role removed. Every such door is listed here; the contract, the gRPC services and the sources say which there are, so a new
 * one fails this test until it has a case.
 * Neighbour: test/services/guarded-standing.test.ts has every operation of the contract at the guard.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, request as httpRequest, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Client, credentials, Metadata, type ServiceDefinition, type ServiceError } from "@grpc/grpc-js";
import statefunSdk from "apache-flink-statefun";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { bulkAct } from "../../src/contract/entities/bulk-act.ts";
import { contract } from "../../src/contract/contract.ts";
import type { Operation } from "../../src/contract/operation.ts";
import { adminService, ingressService } from "../../src/surfaces/grpc/service-definitions.ts";
import { cookieOf, everywhere, goodPassword, startPeopleStand, type PeopleStand } from "../support/people-stand.ts";

const { StateFun } = statefunSdk;
const string = "io.statefun.types/string";
const endless = "SELECT count(*) FROM range(1000000000) a, range(1000000000) b";
/** The time that docs/security.md promises. */
const endsWithinMs = 10_000;

interface Asker {
  readonly headers: Record<string, string>;
  /** The token of a program. */
  readonly token: string | undefined;
}
/** Something open; resolves with how it ended. */
type Opened = Promise<string>;
type OpenDoor = (asker: Asker) => Promise<{ readonly ended: Opened }>;

let stand: PeopleStand;
let functions: Server;
let grpc: Client;

beforeAll(async () => {
  stand = await startPeopleStand({ postgresPort: 0, limits: { attemptsMax: 1, breakerEntitiesMin: 1_000 } });
  const statefun = new StateFun();
  // This function answers nobody.
  statefun.bind({ typename: "shop/quiet", specs: [], fn: () => undefined });
  statefun.bind({
    typename: "shop/fails",
    specs: [],
    fn: () => {
      throw new Error("it always fails");
    },
  });
  const handler = statefun.handler();
  functions = createServer((request, response) => void handler(request, response));
  await new Promise<void>((resolve) => functions.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(functions.address() as AddressInfo).port}/`;
  const module = `kind: io.statefun.endpoints.v2/http\nspec:\n  functions: shop/*\n  urlPathTemplate: ${url}\n`;
  const put = await stand.ask("/v1/modules/shop", { method: "PUT", body: module, cookie: stand.adminCookie });
  expect(put.status).toBe(200);
  grpc = new Client(`127.0.0.1:${stand.box.gateway.grpcPort}`, credentials.createInsecure());
});
afterAll(async () => {
  grpc.close();
  await stand[Symbol.asyncDispose]();
  functions.closeAllConnections();
  functions.close();
});

const ask = (path: string, { headers }: Asker, init: RequestInit = {}): Promise<Response> =>
  stand.box.fetch(path, { ...init, headers: { ...headers, ...init.headers } });

/** A request that waits; it is on its way once the gateway has it open. */
async function waits(asking: Promise<Response>): Promise<{ ended: Opened }> {
  const { standing } = stand.box.gateway.core.identity;
  await expect.poll(() => standing.credentials().length).toBeGreaterThan(0);
  return { ended: asking.then(async (answer) => `${answer.status} ${await answer.text()}`) };
}

async function streams(asking: Promise<Response>): Promise<{ ended: Opened }> {
  const { body } = await asking;
  const reader = (body ?? expect.unreachable()).pipeThrough(new TextDecoderStream()).getReader();
  const first = (await reader.read()).value ?? "";
  const rest = async (): Promise<string> => {
    let text = first;
    for (let next = await reader.read(); !next.done; next = await reader.read()) text += next.value;
    return text;
  };
  return { ended: rest() };
}

/** A file of which only the first piece is sent. */
function sends(path: string, method: string): OpenDoor {
  return async ({ headers }) => {
    const request = httpRequest(stand.box.url + path, { method, headers: { ...headers, "content-type": "application/octet-stream" } });
    const ended = new Promise<string>((resolve, reject) => {
      request.once("error", reject).once("response", (answer) => {
        let text = "";
        answer.on("data", (piece: Buffer) => (text += piece.toString())).on("end", () => resolve(`${answer.statusCode} ${text}`));
      });
    });
    request.write(Buffer.alloc(100));
    const { standing } = stand.box.gateway.core.identity;
    await expect.poll(() => standing.credentials().length).toBeGreaterThan(0);
    return { ended: ended.finally(() => request.destroy()) };
  };
}

async function callId(): Promise<number> {
  const headers = { accept: "application/json" };
  const answer = await stand.ask("/v1/calls/shop/quiet/a?timeout=0ms", { body: "x", cookie: stand.adminCookie, headers });
  return ((await answer.json()) as { messageId: number }).messageId;
}

/** The number of a call that wants many answers and gets none. */
async function manyId(): Promise<number> {
  const headers = { accept: "text/event-stream" };
  const answer = await stand.ask("/v1/calls/shop/quiet/a", { body: "x", cookie: stand.adminCookie, headers });
  await answer.body?.cancel();
  return Number(answer.headers.get("signalbox-message-id"));
}

const trpc = (name: string, input: unknown, asker: Asker) =>
  ask(`/trpc/${name}`, asker, { method: "POST", body: JSON.stringify(input), headers: { "content-type": "application/json" } });

/** An act on many entities, slowly; its end is in its row. */
function acts(name: "entities.actOnMatching" | "failures.act"): OpenDoor {
  return async (asker) => {
    const input =
      name === "failures.act"
        ? { fingerprint: await cause(), action: "retry", ratePerSecond: 1 }
        : { type: "shop/quiet", filter: "", action: "pause", ratePerSecond: 1 };
    const { result } = (await (await trpc(name, input, asker)).json()) as { result: { data: { id: string } } };
    const row = async () => {
      const answer = await stand.ask("/v1/failures/actions", { cookie: stand.adminCookie });
      const all = JSON.parse(await answer.text()) as { actions?: BulkRow[] } & BulkRow[];
      return (all.actions ?? all).find(({ id }) => id === result.data.id);
    };
    await expect.poll(async () => (await row())?.acted ?? 0).toBeGreaterThan(0);
    const over = async (): Promise<string> => {
      await expect.poll(async () => (await row())?.state, { timeout: endsWithinMs }).toBe("cancelled");
      return (await row())?.stopped ?? "";
    };
    return { ended: over() };
  };
}
interface BulkRow {
  readonly id: string;
  readonly state: string;
  readonly acted: number;
  readonly stopped: string | null;
}

/** Returns the cause of the parked entities. */
async function cause(): Promise<string> {
  type Causes = { causes: { fingerprint: string; where: string }[] };
  const found = async () =>
    ((await (await stand.ask("/v1/failures/causes", { cookie: stand.adminCookie })).json()) as Causes).causes.find(({ where }) =>
      where.startsWith("shop/fails"),
    )?.fingerprint;
  const already = await found();
  if (already !== undefined) return already;
  for (let at = 0; at < 40; at++)
    await stand.ask(`/v1/messages/shop/fails/m${at}`, { method: "POST", body: "x", cookie: stand.adminCookie });
  await expect.poll(found, { timeout: endsWithinMs }).toBeDefined();
  return (await found()) ?? "";
}

function streamOfGrpc(name: "Publish" | "Answers"): OpenDoor {
  return async ({ token }) => {
    const metadata = new Metadata();
    metadata.set("authorization", `Bearer ${token ?? ""}`);
    const methods: ServiceDefinition = ingressService;
    const { path, requestSerialize, responseDeserialize } = methods[name] ?? expect.unreachable();
    const open = () => {
      const publishing = grpc.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, metadata);
      publishing.write({ producer: "p", messages: [] });
      return publishing;
    };
    const stream =
      name === "Publish"
        ? open()
        : grpc.makeServerStreamRequest(path, requestSerialize, responseDeserialize, { messageId: await manyId(), from: 0 }, metadata);
    const ended = new Promise<string>((resolve) => {
      stream.on("error", (error: ServiceError) => resolve(`${error.code === 16 ? "UNAUTHENTICATED" : error.code} ${error.message}`));
      stream.on("end", () => resolve("ended without a word"));
    });
    stream.on("data", () => undefined);
    const { standing } = stand.box.gateway.core.identity;
    await expect.poll(() => standing.credentials().length).toBeGreaterThan(0);
    return { ended };
  };
}

const ofPostgres: OpenDoor = async ({ token = "" }) => {
  const client = new pg.Client({
    host: "127.0.0.1",
    port: stand.box.gateway.postgresPort ?? 0,
    user: "door",
    password: token,
    database: "signalbox",
  });
  client.on("error", () => undefined);
  await client.connect();
  const ended = client.query(endless).then(
    () => "answered",
    (error: Error) => `UNAUTHENTICATED? ${error.message}`,
  );
  return { ended };
};

const live = encodeURIComponent(JSON.stringify({ flow: true, tails: [""], entities: [] }));
const events = { accept: "text/event-stream" };
const post = (body: string, headers: Record<string, string> = {}): RequestInit => ({ method: "POST", body, headers });
// The word that explaining the statement gives.
const explained = createHash("sha256").update(endless).digest("hex").slice(0, 16);
const tool = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "sql", arguments: { sql: endless, run: explained } } };
const toAssistant = { "content-type": "application/json", accept: "application/json, text/event-stream" };

const doors: Readonly<Record<string, OpenDoor>> = {
  "live.stream": (asker) => streams(ask(`/trpc/live.stream?input=${live}`, asker, { headers: events })),
  "calls.answers": (asker) => streams(ask("/v1/calls/shop/quiet/b", asker, post("x", events))),
  "calls.call": (asker) => waits(ask("/v1/calls/shop/quiet/c?timeout=60s", asker, post("x"))),
  "calls.answer": async (asker) => waits(ask(`/v1/calls/${await callId()}?timeout=60s`, asker)),
  "send.ask": (asker) => waits(trpc("send.ask", { type: "shop/quiet", id: "d", valueType: string, text: '"x"', waitMs: 60_000 }, asker)),
  "send.answer": async (asker) =>
    waits(trpc("send.answer", { type: "shop/quiet", id: "a", messageId: await callId(), waitMs: 60_000 }, asker)),
  "sql.query": (asker) => waits(ask("/v1/sql", asker, post(JSON.stringify({ sql: endless })))),
  "savepoints.upload": sends("/v1/savepoints", "POST"),
  "bootstrap.upload": sends("/v1/bootstrap/files/slow.csv", "PUT"),
  "entities.actOnMatching": acts("entities.actOnMatching"),
  "failures.act": acts("failures.act"),
  "grpc Ingress.Publish": streamOfGrpc("Publish"),
  "grpc Ingress.Answers": streamOfGrpc("Answers"),
  "port of PostgreSQL's clients": ofPostgres,
};
const forProgramsAlone = ["grpc Ingress.Publish", "grpc Ingress.Answers", "port of PostgreSQL's clients"];

/** Doors that are not opened here, with the reason. */
const elsewhere: Readonly<Record<string, string>> = {
  "audit.export": "its pieces are watched at the guard: guarded-standing.test.ts",
  "backups.file": "the same",
  "entities.export": "the same",
  "savepoints.file": "the same",
  "doors.records": "answered whole, at once",
  "entities.read": "answered whole, at once",
};

describe("the list of doors", () => {
  const operations = Object.entries(contract).flatMap(([noun, verbs]) =>
    Object.entries(verbs).map(([verb, operation]: [string, Operation]) => [`${noun}.${verb}`, operation] as const),
  );
  const waitsFor = ({ input }: Operation): boolean =>
    /"(waitMs|timeoutMs)"/.test(JSON.stringify(z.toJSONSchema(input, { io: "input", unrepresentable: "any" })));

  test("has every operation that streams, waits, takes pieces or goes on by itself", () => {
    const found = operations.filter(
      ([, operation]) =>
        operation.kind === "subscription" ||
        operation.kind === "bytes" ||
        operation.comesInPieces === true ||
        operation.output === bulkAct ||
        waitsFor(operation),
    );
    const named = [...Object.keys(doors), ...Object.keys(elsewhere)].filter((name) => /^\w+\.\w+$/.test(name));
    expect(named.toSorted()).toEqual(found.map(([name]) => name).toSorted());
  });

  test("has every stream of our services of gRPC", () => {
    const found = Object.entries({ Ingress: ingressService, Admin: adminService }).flatMap(([service, methods]) =>
      Object.entries(methods).flatMap(([name, method]) =>
        method.requestStream || method.responseStream ? [`grpc ${service}.${name}`] : [],
      ),
    );
    expect(
      Object.keys(doors)
        .filter((name) => name.startsWith("grpc "))
        .toSorted(),
    ).toEqual(found.toSorted());
  });

  /**
   * Lists the only files of the surfaces that stream or listen. A new one fails this test, so that it is looked at and gets a case above.
   */
  test("knows every place of the surfaces that streams or listens", () => {
    const surfaces = join(import.meta.dirname, "../../src/surfaces");
    const found = readdirSync(surfaces, { recursive: true, encoding: "utf8" }).filter(
      (path) =>
        path.endsWith(".ts") &&
        /Readable\.from\(|text\/event-stream|handle\w*StreamingCall|createServer\(|createTlsFront|listenOn\(/.test(
          readFileSync(join(surfaces, path), "utf8"),
        ),
    );
    expect(found.toSorted()).toEqual([
      // It streams answers of calls.
      "grpc/answer-stream.ts",
      // The standard health service is open to all and tells nothing about anybody's data.
      "grpc/health-service.ts",
      // It is used by reflection, which is open to all as well.
      "grpc/held-back.ts",
      // It serves Publish.
      "grpc/ingress-service.ts",
      // It opens the port.
      "grpc/server.ts",
      "grpc/standard-services.ts",
      "http/answer-events.ts",
      // It gives HEAD a stream that is over.
      "http/api.ts",
      "http/audit-routes.ts",
      "http/call-routes.ts",
      "http/entity-routes.ts",
      "postgres/postgres-server.ts",
    ]);
  });
});

describe("a token is revoked", () => {
  test.each(Object.keys(doors))("%s ends, with the reason", async (name) => {
    const { id, token } = await stand.token({ name: "door", grants: everywhere("admin") });
    const { ended } = await (doors[name] ?? expect.unreachable())({ headers: { authorization: `Bearer ${token}` }, token });
    const revoked = await stand.ask(`/v1/tokens/${id}`, { method: "DELETE", cookie: stand.adminCookie });
    expect(revoked.ok).toBe(true);
    await mustSayWhy(ended);
  });

  test("a query that an assistant awaits ends", async () => {
    const { id, token } = await stand.token({ name: "door", grants: everywhere("viewer") });
    const asker = { headers: { authorization: `Bearer ${token}` }, token };
    const { ended } = await waits(ask("/mcp", asker, post(JSON.stringify(tool), toAssistant)));
    await stand.ask(`/v1/tokens/${id}`, { method: "DELETE", cookie: stand.adminCookie });
    await mustSayWhy(ended);
  });
});

const ofPeople = Object.keys(doors).filter((name) => !forProgramsAlone.includes(name));
let people = 0;

async function somebody(): Promise<{ id: string; asker: Asker }> {
  const { id, code } = await stand.invite(`somebody ${++people}`, everywhere("admin"));
  const cookie = cookieOf(await stand.ask("/v1/setup", { json: { code, password: goodPassword } }));
  return { id, asker: { headers: { cookie }, token: undefined } };
}

describe.each([
  ["a person is kept out", { disabled: true }],
  ["a role is taken away", { grants: [{ role: "viewer", namespace: "*" }] }],
] as const)("%s", (_what, change) => {
  test.each(ofPeople)("%s ends, with the reason", async (name) => {
    const { id, asker } = await somebody();
    const { ended } = await (doors[name] ?? expect.unreachable())(asker);
    const changed = await stand.ask(`/v1/people/${id}`, { method: "PATCH", json: change, cookie: stand.adminCookie });
    expect(changed.ok).toBe(true);
    await mustSayWhy(ended);
  });
});

async function mustSayWhy(ended: Opened): Promise<void> {
  const late = Promise.withResolvers<string>();
  const timer = setTimeout(() => late.resolve("it is still open"), endsWithinMs);
  const said = await Promise.race([ended, late.promise]);
  clearTimeout(timer);
  expect(said).toMatch(
    /UNAUTHENTICATED.*is over|is over.*UNAUTHENTICATED|was kept out, or the token or the client certificate has ended|may not any more/s,
  );
}
