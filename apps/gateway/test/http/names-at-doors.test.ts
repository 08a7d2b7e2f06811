/**
 * One rule for types and ids on every surface; names that are older than the rule can still be looked at and acted on.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { request as rawRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { idBytesMax } from "@signalbox/runtime";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startGateway, type TestGateway } from "../support/start-gateway.ts";

let box: TestGateway;

const moduleOf = (functions: string, url: string): string =>
  `kind: io.statefun.endpoints.v2/http\nspec:\n  functions: ${JSON.stringify(functions)}\n  urlPathTemplate: ${JSON.stringify(url)}\n`;

beforeAll(async () => {
  box = await startGateway();
  await apply("here", moduleOf("test/*", "http://127.0.0.1:1/{function.name}"));
  await apply("hosts", moduleOf("hosts/*", "http://{function.name}.svc.invalid:1/fn"));
});
afterAll(() => box[Symbol.asyncDispose]());

async function apply(name: string, body: string): Promise<number> {
  return (await box.fetch(`/v1/modules/${name}`, { method: "PUT", body })).status;
}

interface Problem {
  readonly status: number;
  readonly code?: unknown;
  readonly detail?: unknown;
}

/** Sends the path as it is written, because fetch would resolve dots. */
function sendRaw(path: string, headers: Record<string, string> = {}): Promise<Problem> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(box.gateway.url);
    const sent = rawRequest({ hostname, port, method: "POST", path: `/v1/messages/${path}`, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("end", () => resolve({ ...(JSON.parse(text) as Problem), status: response.statusCode ?? 0 }));
    });
    sent.on("error", reject);
    sent.end("x");
  });
}

describe("a message is refused with place and cure", () => {
  test.each([
    ["to an empty id", "test/a/"],
    ["to an id that is too long", `test/a/${"x".repeat(idBytesMax + 1)}`],
    ["to a type that ends in a blank", "test/a%20/i"],
    ["to a type with a control character", "test/a%00b/i"],
    ["to a name that is a dot segment of the URL", "test/%2e%2e/i"],
    ["to a name that is one dot", "test/%2e/i"],
    ["to a name that is another host", "hosts/127.0.0.1:5612%23/i"],
    ["to a name of two labels", "hosts/a.b/i"],
    ["to a name with an at sign", "hosts/a%40b/i"],
  ])("%s", async (_what, path) => {
    const problem = await sendRaw(path);
    expect(problem).toMatchObject({ status: 400, code: "INVALID_ADDRESS" });
    expect(problem.detail).toMatch(/./);
  });

  test.each(["application/vnd.ms-excel", "application/vnd.a/b/c", "application/vnd./x", "application/vnd.x/"])(
    "with the content type %s",
    async (type) => {
      expect(await sendRaw("test/a/i", { "content-type": type })).toMatchObject({ status: 400, code: "INVALID_VALUE" });
    },
  );
});

test("the longest id is taken, in any alphabet, and can be opened", async () => {
  for (const id of ["x".repeat(idBytesMax), "火".repeat(Math.floor(idBytesMax / 3))]) {
    expect((await sendRaw(`test/a/${encodeURIComponent(id)}`)).status).toBe(202);
    expect((await box.fetch(`/v1/entities/test/a/${encodeURIComponent(id)}`)).status).toBe(200);
  }
});

test.each([
  ["ym/a ", "http://127.0.0.1:1/"],
  [" ym/a", "http://127.0.0.1:1/"],
  ["ym/a\t", "http://127.0.0.1:1/"],
  ["ym/a", "http://127.0.0.1:1/fn "],
  ["ym/a", " http://127.0.0.1:1/fn"],
  ["ym/a", "http://127.0.0.1:1/f\tn"],
])("a module with the functions %j at %j is refused", async (functions, url) => {
  expect(await apply("blanks", moduleOf(functions, url))).toBe(400);
});

test("an entity whose id fits no URL can be looked at and acted on", async () => {
  const folder = await mkdtemp(join(tmpdir(), "signalbox-names-"));
  const id = "L".repeat(20_000);
  const path = join(folder, "old.savepoint");
  const file = new DatabaseSync(path);
  file.exec(`
    CREATE TABLE savepoint (format_version INTEGER NOT NULL);
    INSERT INTO savepoint VALUES (1);
    CREATE TABLE state (type TEXT, id TEXT, name TEXT, typename TEXT, value BLOB, PRIMARY KEY (type, id, name));
    CREATE TABLE message (sequence INTEGER PRIMARY KEY, target_type TEXT, target_id TEXT, typename TEXT, value BLOB);
    CREATE TABLE entity (type TEXT, id TEXT, status TEXT, PRIMARY KEY (type, id));`);
  for (const [index, one] of [id, ""].entries()) {
    file.prepare("INSERT INTO message VALUES (?, 'test/old', ?, 'test/v', x'01')").run(index + 1, one);
    file.prepare("INSERT INTO entity VALUES ('test/old', ?, 'parked')").run(one);
  }
  file.close();
  await box.gateway.core.engine.restoreSavepoint(path);
  for (const one of [id, ""]) {
    const post = (body: object): Promise<Response> =>
      box.fetch("/v1/entities", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    const seen = await post({ type: "test/old", id: one });
    expect(seen.status).toBe(200);
    expect(await seen.json()).toMatchObject({ address: { id: one }, status: "parked", mailboxDepth: 1 });
    const acted = await post({ type: "test/old", id: one, action: "discard" });
    expect(await acted.json()).toEqual({ changed: 1 });
  }
  await rm(folder, { recursive: true, force: true });
});
