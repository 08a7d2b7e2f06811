/**
 * A call gets the same answer whether it is read before node:http or by node:http (issue 15): each is sent both ways.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import statefunSdk from "apache-flink-statefun";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answerTo, type Sent } from "../support/both-ways.ts";
import { startGateway, type TestGateway } from "../support/start-gateway.ts";

const { StateFun, messageBuilder } = statefunSdk;
let box: TestGateway;
let closed: TestGateway;
let functions: Server;

beforeAll(async () => {
  const statefun = new StateFun();
  statefun.bind({
    typename: "shop/price",
    specs: [],
    fn: (context, message) => {
      const { caller } = context;
      if (caller === undefined || caller === null || !message.isString()) return;
      if (message.asString() === "nothing" || message.asString() === "") return;
      context.send(messageBuilder({ typename: caller.typename, id: caller.id, value: `${message.asString()} costs 7 \u20ac` }));
    },
  });
  const handler = statefun.handler();
  functions = createServer((request, response) => void handler(request, response));
  await new Promise<void>((resolve) => functions.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(functions.address() as AddressInfo).port}/`;
  box = await startGateway({ limits: { messageBytesMax: 2_000, callWaitersMax: 1 } });
  closed = await startGateway({ login: "on" });
  const body = `kind: io.statefun.endpoints.v2/http\nspec:\n  functions: shop/*\n  urlPathTemplate: ${url}\n`;
  expect((await box.fetch("/v1/modules/shop", { method: "PUT", body })).status).toBe(200);
});
afterAll(async () => {
  expect(box.logged).toEqual([]);
  await box[Symbol.asyncDispose]();
  await closed[Symbol.asyncDispose]();
  functions.close().closeAllConnections();
});

const tea = "/v1/calls/shop/price/tea";
const int = "content-type: application/vnd.io.statefun.types/int";
const none = `${tea}?timeout=0s`;
const nothing = Buffer.from("nothing");

/** Removes the numbers of messages, because they differ from one call to the next. */
function without(answer: string): string {
  return answer
    .replaceAll(/signalbox-(?:message|trace)-id: \d+/g, "")
    .replaceAll(/\/v1\/calls\/\d+/g, "")
    .replaceAll(/"(?:messageId|traceId)":\d+/g, "")
    .replace(/content-length: \d+/, "");
}

test.each<readonly [what: string, sent: Sent, status: number]>([
  ["text", { path: tea, body: Buffer.from("tea") }, 200],
  ["text, for its bytes,", { path: tea, body: Buffer.from("tea"), headers: ["accept: application/octet-stream"] }, 200],
  ["a type of media that names none of values", { path: tea, body: Buffer.from("tea"), headers: ["content-type: text/plain"] }, 200],
  ["a character set", { path: tea, body: Buffer.from("tea"), headers: ["content-type: text/plain; charset=utf-8"] }, 200],
  ["a time to wait", { path: `${tea}?timeout=30s&timeout=x`, body: Buffer.from("tea") }, 200],
  ["a query that is none", { path: `${tea}?%zz`, body: Buffer.from("tea") }, 200],
  ["an id with a slash", { path: "/v1/calls/shop/price/a%2Fb", body: Buffer.from("tea") }, 200],
  ["no time to wait", { path: none, body: nothing }, 202],
  ["nothing", { path: none }, 202],
  ["a number", { path: none, headers: [int], body: Buffer.from("5") }, 202],
  ["bytes of a type", { path: none, headers: ["content-type: application/vnd.a/b; x=y"], body: Buffer.from([0, 255]) }, 202],
  ["a trace", { path: none, headers: ["traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"], body: nothing }, 202],
  ["a time that is none", { path: `${tea}?timeout=soon`, body: nothing }, 400],
  ["too long a time", { path: `${tea}?timeout=2h`, body: nothing }, 400],
  ["an empty time", { path: `${tea}?timeout=`, body: nothing }, 400],
  ["a type of media that is none", { path: none, headers: ["content-type: foo"], body: nothing }, 400],
  ["no type of media", { path: none, headers: ["content-type:"], body: nothing }, 400],
  ["no number where one is named", { path: none, headers: [int], body: Buffer.from("five") }, 400],
  ["text that is not UTF-8", { path: none, body: Buffer.from([0xff, 0xfe]) }, 400],
  ["an empty key", { path: none, headers: ["idempotency-key:"] }, 400],
  ["a key that is too long", { path: none, headers: [`idempotency-key: ${"k".repeat(257)}`] }, 400],
  ["two keys", { path: none, headers: ["idempotency-key: a", "idempotency-key: b"] }, 400],
  ["two types", { path: none, headers: [int, int], body: Buffer.from("5") }, 400],
  ["two credentials", { path: none, headers: ["authorization: Bearer a", "authorization: Bearer b"] }, 400],
  ["a reason to unmask that is none", { path: none, headers: ["signalbox-unmask: x"] }, 400],
  ["a broken percent-encoding", { path: "/v1/calls/shop/price/%zz" }, 400],
  ["a percent-encoding that is no UTF-8", { path: "/v1/calls/shop/price/%ff" }, 400],
  ["a type in place of an entity", { path: "/v1/calls/shop/price" }, 400],
  ["no address", { path: "/v1/calls/" }, 400],
  ["a long id", { path: `/v1/calls/shop/price/${"x".repeat(1_500)}?timeout=0s` }, 202],
  ["a call as the target", { path: "/v1/calls/io.signalbox.calls/call/1" }, 400],
  ["an id beyond ASCII of a type that nobody serves", { path: "/v1/calls/no/%C3%A9/one" }, 404],
  ["a body over the limit", { path: none, headers: ["content-type: application/vnd.a/b"], body: Buffer.alloc(2_001) }, 413],
  ["a connection that closes", { path: none, headers: ["connection: close"], body: nothing }, 202],
])("a call with %s is answered the same both ways", async (_what, sent, status) => {
  const { port } = box.gateway;
  const [plain, behind] = [await answerTo(port, sent, "plain"), await answerTo(port, sent, "node:http")];
  expect(Number(plain.slice(9, 12))).toBe(status);
  expect(without(plain)).toBe(without(behind));
});

test("a key counts once, whichever way the call comes", async () => {
  const sent = { path: tea, headers: ["idempotency-key: both"], body: Buffer.from("x") };
  const first = await answerTo(box.gateway.port, sent, "plain");
  expect(first).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*x costs 7/);
  expect(await answerTo(box.gateway.port, sent, "node:http")).toBe(first);
  expect(await answerTo(box.gateway.port, sent, "plain")).toBe(first);
});

test.each([
  ["no token, but another scheme", "authorization: Basic eDp5"],
  ["a token that nobody gave", "authorization: Bearer sb_nobody"],
])("where a login is needed, a call with %s is refused the same both ways", async (_what, header) => {
  const sent = { path: none, headers: [header], body: nothing };
  const { port } = closed.gateway;
  const plain = await answerTo(port, sent, "plain");
  expect(plain).toMatch(/^HTTP\/1\.1 401 /);
  expect(await answerTo(port, sent, "node:http")).toBe(plain);
});

test("over callWaitersMax a call is taken and gets its number at once, the same both ways", async () => {
  const { port } = box.gateway;
  const waiting = answerTo(port, { path: `/v1/calls/shop/price/slow?timeout=2s`, body: nothing }, "plain");
  await box.until("/v1/entities/shop/price/slow", (body) => JSON.stringify(body).includes('"status"'));
  const sent = { path: `${tea}?timeout=30s`, body: nothing };
  for (const way of ["plain", "node:http"] as const) {
    const answer = await answerTo(port, sent, way);
    expect(answer).toMatch(/^HTTP\/1\.1 202 /);
    expect(answer).toMatch(/location: \/v1\/calls\/\d+/);
  }
  expect(await waiting).toMatch(/^HTTP\/1\.1 202 /);
});
