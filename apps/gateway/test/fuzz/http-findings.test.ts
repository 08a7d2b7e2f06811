/** What hostile requests once broke (`npm run fuzz -- --target http --seed 1`): each line states what holds now. */
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseModule } from "../../src/modules/parse-module.ts";
import { startGateway, type TestGateway } from "../support/start-gateway.ts";

let box: TestGateway;
beforeAll(async () => {
  box = await startGateway();
});
afterAll(async () => {
  expect(box.logged).toEqual([]);
  await box[Symbol.asyncDispose]();
});

/** Sends the bytes as they are, over a socket, and returns the answer's status and JSON. */
function raw(text: string): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    const socket = connect(box.gateway.port, "127.0.0.1", () => socket.write(text));
    let answer = "";
    socket.on("data", (chunk: Buffer) => {
      answer += chunk.toString();
      const [head = "", body = ""] = answer.split("\r\n\r\n");
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? Number.NaN);
      if (Buffer.byteLength(body) < length || Number.isNaN(length)) return;
      socket.destroy();
      resolve({ status: Number(head.slice(9, 12)), body: JSON.parse(body) });
    });
    socket.on("error", reject);
  });
}

const head = (line: string, ...more: string[]): string => [line, "host: localhost", ...more, "", ""].join("\r\n");

test("a broken percent-encoding in a tRPC path is refused; it once ended the process", async () => {
  expect(await raw(head("GET /trpc/%zz HTTP/1.1"))).toMatchObject({ status: 400, body: { code: "INVALID_REQUEST", where: "/trpc/%zz" } });
  expect((await box.fetch("/health")).status).toBe(200);
});

test.each([
  ["that is no HTTP", "hello\r\n\r\n", 400],
  ["with headers beyond every measure", head("GET /health HTTP/1.1", `x: ${"x".repeat(20_000)}`), 431],
  ["that expects what nobody can meet", head("POST /v1/messages/a/b/c HTTP/1.1", "expect: wonders", "content-length: 0"), 400],
  ["with a broken percent-encoding in a parameter", head("GET /v1/modules/% HTTP/1.1"), 400],
])("a request %s is refused with place and cure", async (_what, text, status) => {
  expect(await raw(text)).toMatchObject({
    status,
    body: { code: "INVALID_REQUEST", status, where: expect.stringMatching(/./), cure: expect.stringMatching(/./) },
  });
});

test.each([
  ["an unknown procedure", "GET", "/trpc/no.such", {}, { code: "UNKNOWN_ROUTE", where: "path" }],
  [
    "a query by POST",
    "POST",
    "/trpc/modules.list",
    { "content-type": "application/json" },
    { code: "METHOD_NOT_ALLOWED", where: "method" },
  ],
  ["input that is no JSON", "GET", "/trpc/modules.get?input=%7B", {}, { code: "INVALID_REQUEST", where: "input" }],
] as const)("tRPC refuses %s in our words, not as a failure of the gateway", async (_what, method, path, headers, problem) => {
  const body = (await (await box.fetch(path, { method, headers })).json()) as object;
  expect(body).toMatchObject({ error: { data: { problem: { ...problem, cure: expect.stringMatching(/./) } } } });
});

test("a method that tRPC does not know is refused before it gets there", async () => {
  expect(await raw(head("TRACE /trpc/modules.list HTTP/1.1"))).toMatchObject({ status: 405, body: { code: "METHOD_NOT_ALLOWED" } });
});

test("a client that breaks off in its body leaves no error in the log", async () => {
  await new Promise<void>((resolve) => {
    const socket = connect(box.gateway.port, "127.0.0.1", () => {
      socket.write(head("PUT /v1/modules/cut HTTP/1.1", "content-length: 100") + "kind:");
      setImmediate(() => socket.destroy());
    });
    socket.on("close", () => resolve());
  });
  expect((await box.fetch("/health")).status).toBe(200);
});

test.each(["id", "valueType"])("half a surrogate pair in the %s of a message is refused; it has no form on disk", async (field) => {
  const input = { type: "test/visits", id: "one", valueType: "a/b", text: "x", [field]: "\ud800" };
  const headers = { "content-type": "application/json" };
  const answer = await box.fetch("/trpc/send.message", { method: "POST", headers, body: JSON.stringify(input) });
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain("half of a surrogate pair");
});

test("an issue of a module quotes at most a line's worth of a huge text", () => {
  const { issues } = parseModule({ name: "huge", yaml: `kind: x\rspec: ${"y".repeat(100_000)}: :`, env: {} });
  for (const { message } of issues) expect(message.length).toBeLessThanOrEqual(501);
  expect(issues.length).toBeGreaterThan(0);
});
