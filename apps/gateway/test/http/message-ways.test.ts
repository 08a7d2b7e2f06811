/**
 * A message gets the same answer whether it is read before node:http or by it (issue 4). Each request is sent twice: plain, and with an
 * Origin of this gateway, which is allowed and moves the connection to node:http.
 */
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answerTo as answerOf, type Sent, type Way } from "../support/both-ways.ts";
import { moduleYaml, startFunctions, startGateway, type TestGateway } from "../support/start-gateway.ts";

let box: TestGateway;
let functions: Awaited<ReturnType<typeof startFunctions>>;
beforeAll(async () => {
  functions = await startFunctions();
  box = await startGateway({ limits: { messageBytesMax: 2_000 } });
  const applied = await box.fetch("/v1/modules/test", { method: "PUT", body: moduleYaml(functions.url) });
  expect(applied.status).toBe(200);
});
afterAll(async () => {
  expect(box.logged).toEqual([]);
  await box[Symbol.asyncDispose]();
  await functions.close();
});

const answerTo = (sent: Sent, way: Way): Promise<string> => answerOf(box.gateway.port, sent, way);

const visits = "/v1/messages/test/visits/one";
const int = "content-type: application/vnd.io.statefun.types/int";

test.each<readonly [what: string, sent: Sent, status: number]>([
  ["text", { path: visits, body: Buffer.from("hello") }, 202],
  ["nothing", { path: visits }, 202],
  ["a query", { path: `${visits}?x=%zz`, body: Buffer.from("hello") }, 202],
  ["an id with a slash", { path: "/v1/messages/test/visits/a%2Fb" }, 202],
  ["a number", { path: visits, headers: [int], body: Buffer.from("5") }, 202],
  ["bytes of a type", { path: visits, headers: ["content-type: application/vnd.a/b; x=y"], body: Buffer.from([0, 255]) }, 202],
  ["a header of every visible byte", { path: visits, headers: ["x: \u00e9 ~ \t !"] }, 202],
  ["a key beyond ASCII", { path: visits, headers: ["idempotency-key:  \u00c3\u00bc "] }, 202],
  ["a key that is not UTF-8", { path: visits, headers: ["idempotency-key: \u00fc"] }, 400],
  ["a type that is not UTF-8", { path: visits, headers: ["content-type: application/vnd.a/\u00fc"] }, 400],
  ["no number where one is named", { path: visits, headers: [int], body: Buffer.from("five") }, 400],
  ["text that is not UTF-8", { path: visits, body: Buffer.from([0xff, 0xfe]) }, 400],
  ["an empty key", { path: visits, headers: ["idempotency-key:"] }, 400],
  ["a key that is too long", { path: visits, headers: [`idempotency-key: ${"k".repeat(257)}`] }, 400],
  ["two keys", { path: visits, headers: ["idempotency-key: a", "Idempotency-Key: b"] }, 400],
  ["the same key twice", { path: visits, headers: ["idempotency-key: a", "idempotency-key: a"] }, 400],
  ["two types", { path: visits, headers: [int, "content-type: text/plain"], body: Buffer.from("5") }, 400],
  ["two encodings", { path: visits, headers: ["content-encoding: identity", "content-encoding: identity"] }, 400],
  ["two credentials", { path: visits, headers: ["authorization: Bearer a", "authorization: Bearer b"] }, 400],
  ["two conditions", { path: visits, headers: ['if-match: "1"', 'if-match: "2"'] }, 400],
  ["two hosts", { path: visits, headers: ["host: localhost"] }, 400],
  ["two traces, of which none is known,", { path: visits, headers: ["traceparent: a", "traceparent: b"] }, 202],
  ["a broken percent-encoding", { path: "/v1/messages/test/visits/%zz" }, 400],
  ["a type in place of an entity", { path: "/v1/messages/test/visits" }, 400],
  ["an id beyond ASCII of a type that nobody serves", { path: `/v1/messages/no/%C3%A9/one` }, 404],
  ["a body over the limit", { path: visits, headers: ["content-type: application/vnd.a/b"], body: Buffer.alloc(2_001) }, 413],
  ["a large head", { path: visits, headers: [`x: ${"y".repeat(6_000)}`] }, 202],
  ["a head beyond every measure", { path: visits, headers: [`x: ${"y".repeat(20_000)}`] }, 431],
  ["an older version", { path: visits, version: "HTTP/1.0" }, 202],
  ["a connection that closes", { path: visits, headers: ["connection: close"] }, 202],
  ["an expectation that nobody meets", { path: visits, headers: ["expect: wonders"] }, 400],
  ["a header without a name", { path: visits, headers: [": x"] }, 400],
])("%s is answered the same both ways", async (_what, sent, status) => {
  const [plain, behind] = [await answerTo(sent, "plain"), await answerTo(sent, "node:http")];
  const ids = /"(messageId|traceId)":\d+/g;
  const length = /content-length: \d+/;
  expect(Number(plain.slice(9, 12))).toBe(status);
  if (status !== 202) return expect(plain).toBe(behind);
  expect(plain.replaceAll(ids, "").replace(length, "")).toBe(behind.replaceAll(ids, "").replace(length, ""));
});

test("a key counts once, whichever way the message comes", async () => {
  const sent = { path: visits, headers: ["idempotency-key: both"], body: Buffer.from("x") };
  const first = await answerTo(sent, "plain");
  expect(first).toContain('{"messageId":');
  expect(await answerTo(sent, "node:http")).toBe(first);
  expect(await answerTo(sent, "plain")).toBe(first);
});

test("while the engine stops, a message is refused with the reason and when to come again", async () => {
  await using stopping = await startGateway();
  await stopping.fetch("/v1/modules/test", { method: "PUT", body: moduleYaml(functions.url) });
  const { engine } = stopping.gateway.core;
  const stopped = engine.stop();
  const request = `POST ${visits} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n`;
  const received = await new Promise<string>((resolve) => {
    const socket = connect(stopping.gateway.port, "127.0.0.1", () => socket.write(request));
    socket.once("data", (chunk: Buffer) => resolve(chunk.toString("latin1")));
  });
  expect(received).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\ncontent-type: application\/problem\+json\r\nretry-after: 1\r\n/);
  expect(received).toMatch(/"code":"ENGINE_(DRAINING|STOPPED)"/);
  await stopped;
});
