/**
 * Calls before node:http: which calls count as plain, how they are answered there, and that nothing waits or grows without a bound (issue
 * 15).
 */
import { afterEach, describe, expect, test } from "vitest";
import { callsPipelinedMax } from "../../src/surfaces/http/fast-path-connection.ts";
import { parseFastPath, startsBelow, type FastPathRules } from "../../src/surfaces/http/fast-path-parser.ts";
import { answered, call, FastPathStand, message } from "../support/fast-path-stand.ts";

const rules: FastPathRules = { bodyBytesMax: 100_000, loginRequired: false, allowsHost: () => true };
const line = "POST /v1/calls/a/b/c?timeout=5s HTTP/1.1";
const request = (...lines: string[]): string => [...lines, "", ""].join("\r\n");
const parse = (text: string, more: Partial<FastPathRules> = {}) => parseFastPath(Buffer.from(text, "latin1"), 0, { ...rules, ...more });

test("a call is read as a message is, with its Accept header, also below a base path", () => {
  const lines = ["host: x", "accept: */*", "idempotency-key: k", "content-length: 2"];
  const call = { kind: "call", url: "/v1/calls/a/b/c?timeout=5s", accept: "*/*", idempotencyKey: "k" };
  expect(parse(`${request(line, ...lines)}hi`)).toMatchObject(call);
  const below = request(line.replace(" /", " /sb/"), ...lines);
  expect(parse(`${below}hi`, { startsBelow: startsBelow("/sb") })).toMatchObject(call);
  for (let length = 0; length < below.length; length++)
    expect(parse(below.slice(0, length), { startsBelow: startsBelow("/sb") }), String(length)).toEqual({ kind: "partial" });
});

test.each([
  ["that wants many answers", request(line, "accept: text/event-stream")],
  ["that says twice what it accepts", request(line, "accept: a/b", "accept: text/event-stream")],
  ["that wants to see what is masked", request(line, "signalbox-unmask: because")],
  ["of a broken percent-encoding", request("POST /v1/calls/a/b/%zz HTTP/1.1")],
  ["of a percent-encoding that is no UTF-8", request("POST /v1/calls/a/b/%ff HTTP/1.1")],
  ["of a type of media that is none", request(line, "content-type: foo")],
  ["of no type of media", request(line, "content-type:")],
  ["by GET", request("GET /v1/calls/1 HTTP/1.1")],
])("a call %s is left to node:http", (_what, text) => {
  expect(parse(text)).toEqual({ kind: "foreign" });
});

test("where a login is needed, a call with a cookie is left to node:http, and one with a token is read", () => {
  const token = "authorization: Bearer sb_x";
  expect(parse(request(line, token), { loginRequired: true })).toMatchObject({ kind: "call", authorization: "Bearer sb_x" });
  expect(parse(request(line, token, "cookie: a=b"), { loginRequired: true })).toEqual({ kind: "foreign" });
  expect(parse(request(line), { loginRequired: true })).toEqual({ kind: "foreign" });
});

describe("a connection with calls", () => {
  let stand: FastPathStand;
  afterEach(() => stand[Symbol.asyncDispose]());
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  test("answers them in the order of the requests, among messages", async () => {
    stand = await FastPathStand.open({ atOnce: "visits" });
    const client = stand.connect();
    client.send(call("one", "hi", "accept: a/b") + message("two") + call("three"));
    await turn();
    expect(stand.waitingCalls).toMatchObject([
      { url: "/v1/calls/test/visits/one", body: "hi", accept: "a/b" },
      { url: "/v1/calls/test/visits/three", body: "hello" },
    ]);
    stand.waitingCalls[1]?.answer("third");
    await turn();
    expect(client.received).toBe("");
    stand.waitingCalls[0]?.answer("first \u00e9");
    await client.until(answered(3));
    expect(client.statuses()).toEqual([200, 202, 200]);
    expect(Buffer.from(client.received, "latin1").toString("utf8")).toMatch(/content-length: 8\r\n[^]*\r\n\r\nfirst \u00e9HTTP[^]*third$/);
  });

  test("counts the bytes of a call until it is answered, and leaves a call without room to node:http", async () => {
    stand = await FastPathStand.open();
    const client = stand.connect();
    client.send(call("one", "x".repeat(1000)));
    await turn();
    const { taken } = stand.held;
    expect(taken).toBeGreaterThan(2000);
    stand.held.take(stand.held.bytesMax - taken);
    const other = stand.connect();
    other.send(call("two"));
    await other.until(answered(1));
    expect(other.received).toContain("by: node");
    stand.waitingCalls[0]?.answer("done");
    await client.until(answered(1));
    expect(stand.held.taken).toBe(stand.held.bytesMax - taken);
  });

  test("tells the call when its client has gone, and counts it no longer", async () => {
    stand = await FastPathStand.open();
    const client = stand.connect();
    client.send(call("one"));
    await turn();
    expect(stand.waitingCalls[0]?.gone.aborted).toBe(false);
    client.socket.destroy();
    await turn();
    expect(stand.waitingCalls[0]?.gone.aborted).toBe(true);
    expect(stand.held.taken).toBe(0);
    stand.waitingCalls[0]?.answer("late");
    await turn();
    expect(stand.held.taken).toBe(0);
  });

  test(`has ${callsPipelinedMax} calls under way at the most, and goes on when they are answered`, async () => {
    stand = await FastPathStand.open();
    const client = stand.connect();
    client.send(call("x").repeat(callsPipelinedMax + 1));
    await turn();
    expect(stand.waitingCalls).toHaveLength(callsPipelinedMax);
    stand.waitingCalls[0]?.answer("first");
    await client.until(answered(1));
    await turn();
    expect(stand.waitingCalls).toHaveLength(callsPipelinedMax + 1);
  });

  test("answers an unexpected error with 500, and logs it", async () => {
    stand = await FastPathStand.open();
    const client = stand.connect();
    client.send(call("one"));
    await turn();
    stand.waitingCalls[0]?.reject(new Error("unexpected"));
    await client.until(answered(1));
    expect(client.statuses()).toEqual([500]);
    expect(stand.logged).toEqual(["/v1/calls/test/visits/one: Error: unexpected"]);
  });
});
