/**
 * Lines are bounded. Payloads are no lines, whatever they contain and however they are split.
 */
import { expect, test } from "vitest";
import { NatsLines } from "../../../src/connectors/nats/nats-lines.ts";

const bytes = (text: string): Buffer => Buffer.from(text, "latin1");
const long = "x".repeat(200);

test.each([
  ["a payload longer than a line", `MSG a 1 200\r\n${long}\r\nPING\r\n`],
  ["a payload with its answer's subject and headers", `HMSG a 1 b 12 200\r\n${long}\r\nPING\r\n`],
  ["no payload", "MSG a 1 0\r\n\r\nPING\r\nmsg a 1 0\r\n\r\n"],
  ["many lines", "PING\r\nPONG\r\n+OK\r\n-ERR 'x'\r\n".repeat(50)],
])("%s is taken, however it is cut", (_what, text) => {
  for (const size of [1, 7, text.length]) {
    const lines = new NatsLines(40);
    for (let at = 0; at < text.length; at += size) expect(lines.take(bytes(text.slice(at, at + size)))).toBeUndefined();
  }
});

test.each([
  ["a line without end", `INFO ${long}`, "longer"],
  ["what follows a payload without end", `MSG a 1 3\r\nabc${long}`, "longer"],
  ["a message in what follows a payload, which is none,", `MSG a 1 3\r\nabc\rMSG a 1 999\r\nINFO ${long}`, "longer"],
  ["a size that is none", "MSG a 1 9e3\r\nHELLO", "none of the protocol"],
  ["another word", "HELLO", "none of the protocol"],
  ["half a word", "PIN\r\n", "none of the protocol"],
])("%s is refused, however it is cut", (_what, text, reason) => {
  for (const size of [1, 7, text.length]) {
    const lines = new NatsLines(40);
    let wrong: string | undefined;
    for (let at = 0; at < text.length && wrong === undefined; at += size) wrong = lines.take(bytes(text.slice(at, at + size)));
    expect(wrong).toContain(reason);
  }
});
