/**
 * What the fast path takes for a plain message, and what it leaves to node:http.
 */
import { describe, expect, test } from "vitest";
import { fastPathRequestBytesMax, parseFastPath, startsBelow, type FastPathRules } from "../../src/surfaces/http/fast-path-parser.ts";

const bodyBytesMax = 100_000;
/** Every host except "foreign" is allowed. */
const rules = (bytesMax = bodyBytesMax): FastPathRules => ({
  bodyBytesMax: bytesMax,
  loginRequired: false,
  allowsHost: (bytes, from, end) => bytes.toString("latin1", from, end) !== "foreign",
});
const parse = (text: string, from = 0) => parseFastPath(Buffer.from(text, "latin1"), from, rules());
const line = "POST /v1/messages/a/b/c HTTP/1.1";
const request = (...lines: string[]): string => [...lines, "", ""].join("\r\n");

test("a message is read with its address, type, key and body, and ends where the next begins", () => {
  const head = request(line, "Host: x", "Content-Type: text/plain", "IDEMPOTENCY-KEY: k 1", "Content-Length: 5");
  const found = parse(`xx${head}helloPOST`, 2);
  expect(found).toMatchObject({
    kind: "message",
    url: "/v1/messages/a/b/c",
    contentType: "text/plain",
    idempotencyKey: "k 1",
    end: 2 + head.length + 5,
  });
  expect(found.kind === "message" && found.body.toString()).toBe("hello");
});

test("spaces and tabs round a value are not part of it, other white space is", () => {
  expect(parse(request(line, "content-type: \t text/plain \t "))).toMatchObject({ contentType: "text/plain" });
  expect(parse(request(line, "content-type:\u00a0x"))).toMatchObject({ contentType: "\u00a0x" });
  expect(parse(request(line, "idempotency-key:"))).toMatchObject({ idempotencyKey: "" });
});

test("a request without a length has no body", () => {
  const found = parse(request(line));
  expect(found.kind === "message" && found.body.length).toBe(0);
});

test("a message is the same with the base path before it and without, and is recognised by the path that routes know", () => {
  const below = { ...rules(), startsBelow: startsBelow("/sb") };
  const read = (text: string) => parseFastPath(Buffer.from(text, "latin1"), 0, below);
  const whole = request("POST /sb/v1/messages/a/b/c?x=/sb HTTP/1.1", "host: x", "content-length: 0");
  expect(read(whole)).toMatchObject({ kind: "message", url: "/v1/messages/a/b/c?x=/sb", end: whole.length });
  for (let length = 0; length < whole.length; length++) expect(read(whole.slice(0, length)), String(length)).toEqual({ kind: "partial" });
  expect(read(request(line))).toMatchObject({ url: "/v1/messages/a/b/c" });
  for (const path of ["/sbx/v1/messages/a/b/c", "/sb/sb/v1/messages/a/b/c", "/sb/v1/modules", "/s/v1/messages/a/b/c"])
    expect(read(request(`POST ${path} HTTP/1.1`)), path).toEqual({ kind: "foreign" });
  expect(parse(whole)).toEqual({ kind: "foreign" });
});

test("every beginning of a message is partial", () => {
  const whole = `${request(line, "host: x", "content-length: 3")}abc`;
  for (let length = 0; length < whole.length; length++)
    expect([length, parse(whole.slice(0, length))]).toEqual([length, { kind: "partial" }]);
  expect(parse(whole).kind).toBe("message");
});

describe("these are left to node:http:", () => {
  test.each([
    ["another method", request("PUT /v1/messages/a/b/c HTTP/1.1")],
    ["a method in small letters", request("post /v1/messages/a/b/c HTTP/1.1")],
    ["another path", request("POST /v1/modules/a HTTP/1.1")],
    ["a whole URL", request("POST http://x/v1/messages/a/b/c HTTP/1.1")],
    ["a fragment", request("POST /v1/messages/a/b/c#d HTTP/1.1")],
    ["a byte beyond ASCII in the path", request("POST /v1/messages/a/b/\u00e9 HTTP/1.1")],
    ["a control character in the path", request("POST /v1/messages/a/b/\u0001 HTTP/1.1")],
    ["HTTP/1.0", request("POST /v1/messages/a/b/c HTTP/1.0")],
    ["two spaces", request("POST  /v1/messages/a/b/c HTTP/1.1")],
    ["no version", request("POST /v1/messages/a/b/c")],
    ["an empty line first", `\r\n${request(line)}`],
    ["a line that ends without carriage return", `${line}\nhost: x\r\n\r\n`],
    ["a header that ends without carriage return", `${line}\r\nhost: x\n\r\n`],
    ["a carriage return alone", `${line}\r\nhost: x\rb\r\n\r\n`],
    ["a head that ends without line feed", `${line}\r\nhost: x\r\n\rx`],
    ["a header without a name", request(line, ": x")],
    ["a header without a colon", request(line, "host")],
    ["a space before the colon", request(line, "host : x")],
    ["a folded header", request(line, "x: a", " b")],
    ["a control character in a value", request(line, "x: a\u0000b")],
    ["a character that no name has", request(line, "a\u00e9: b")],
    ["chunks", request(line, "transfer-encoding: chunked")],
    ["both lengths", request(line, "content-length: 0", "transfer-encoding: chunked")],
    ["an expectation", request(line, "expect: 100-continue")],
    ["an upgrade", request(line, "upgrade: websocket")],
    ["a connection that closes", request(line, "connection: close")],
    ["a connection of another kind", request(line, "connection: keep-alive, upgrade")],
    ["a proxy's connection", request(line, "proxy-connection: close")],
    ["a page's origin", request(line, "origin: http://x")],
    ["two lengths", request(line, "content-length: 1", "content-length: 1")],
    ["two types", request(line, "content-type: a", "content-type: b")],
    ["two credentials", request(line, "authorization: a", "Authorization: b")],
    ["a condition", request(line, 'if-match: "1"')],
    ["two keys", request(line, "idempotency-key: a", "idempotency-key: b")],
    ["a list as length", request(line, "content-length: 5, 5")],
    ["an empty length", request(line, "content-length:")],
    ["a signed length", request(line, "content-length: +5")],
    ["a length that is no decimal number", request(line, "content-length: 0x10")],
    ["a length beyond all measure", request(line, "content-length: 9999999999")],
    ["a body that is not hot any more", request(line, `content-length: ${fastPathRequestBytesMax}`)],
    ["a body over the limit of messages", request(line, `content-length: ${bodyBytesMax + 1}`)],
    ["a large head", request(line, `x: ${"y".repeat(5000)}`)],
    ["a large head that has not ended", `${line}\r\nx: ${"y".repeat(5000)}`],
    ["a long path", `POST /v1/messages/${"y".repeat(5000)}`],
    ["a name that is not ours", request(line, "host:  foreign ")],
    ["two names", request(line, "host: x", "Host: x")],
    ["a compressed body", request(line, "content-encoding: gzip")],
    ["a page's request", request(line, "sec-fetch-site: cross-site")],
    ["what is no HTTP", "hello"],
    ["a TLS greeting", "\u0016\u0003\u0001\u0002"],
  ])("%s", (_what, text) => {
    expect(parse(text)).toEqual({ kind: "foreign" });
  });

  test("a body over the limit of messages, however small the limit is", () => {
    const bytes = Buffer.from(request(line, "content-length: 11"));
    expect(parseFastPath(bytes, 0, rules(10))).toEqual({ kind: "foreign" });
    expect(parseFastPath(bytes, 0, rules(11))).toEqual({ kind: "partial" });
  });
});
