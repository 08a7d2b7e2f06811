/**
 * The exchanges that were once recorded between us and the official SDKs repeat byte for byte (README.md says how the recordings were
 * made).
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { decodeFromFunction } from "../../src/adapters/wire/wire-decode.ts";
import { encodeToFunction } from "../../src/adapters/wire/wire-encode.ts";
import { readWire, withHex } from "./recorded-exchange.ts";

const files = readdirSync(import.meta.dirname).filter((name) => name.startsWith("recorded-") && name.endsWith(".json"));

test("the JavaScript SDK at least is recorded", () => {
  expect(files).toContain("recorded-javascript.json");
});

describe.each(files)("%s", (file) => {
  const exchanges = readWire(readFileSync(join(import.meta.dirname, file), "utf8"));
  const numbered = exchanges.map((exchange, index) => ({ ...exchange, name: `${index + 1} ${exchange.scene}` }));

  test.each(numbered)("$name: the same request", ({ request, requestBytes }) => {
    expect(Buffer.from(encodeToFunction(request)).toString("hex")).toBe(Buffer.from(requestBytes).toString("hex"));
  });

  test.each(numbered)("$name: the same reading of the reply", ({ replyBytes, decoded }) => {
    expect(withHex(decodeFromFunction(replyBytes))).toEqual(withHex(decoded));
  });

  test("holds every kind of effect and a handshake", () => {
    const replies = exchanges.flatMap(({ decoded }) => (decoded.kind === "ok" ? [decoded.reply] : []));
    const effects = replies.flatMap((reply) => (reply.kind === "completed" ? [reply.effects] : []));
    expect(replies.some(({ kind }) => kind === "incomplete")).toBe(true);
    expect(new Set(effects.flatMap(({ mutations }) => mutations.map(({ kind }) => kind)))).toEqual(new Set(["modify", "delete"]));
    expect(new Set(effects.flatMap(({ delayed }) => delayed.map(({ kind }) => kind)))).toEqual(new Set(["send-after", "cancel"]));
    expect(effects.some(({ messages }) => messages.length === 2)).toBe(true);
    expect(effects.some(({ egress }) => egress.length === 1)).toBe(true);
  });
});

describe("SDKs that were not recorded", () => {
  const read = (hex: string) => decodeFromFunction(Buffer.from(hex.replaceAll(" ", ""), "hex"));
  // The bytes are delayed_invocations { target { "n" "t" "i" } argument { "n/v" has_value } }, with the bytes before and behind it.
  const delayed = (before: string, behind: string): string => {
    const inner = `${before}1209 0a016e 120174 1a0169 1a07 0a036e2f76 1001 ${behind}`.replaceAll(" ", "");
    const entry = `1a${(inner.length / 2).toString(16).padStart(2, "0")}${inner}`;
    return `a206${(entry.length / 2).toString(16).padStart(2, "0")}${entry}`;
  };

  test("may write zeros that others leave out: delay 0, no cancellation, an empty token", () => {
    expect(read(delayed("0800", "5000 5a00"))).toEqual(read(delayed("", "")));
    expect(read(delayed("", ""))).toMatchObject({ kind: "ok", reply: { effects: { delayed: [{ kind: "send-after", delayMs: 0 }] } } });
  });

  test("may write DELETE, which is zero, or leave it out", () => {
    expect(read("a20605 0a03 120161")).toEqual(read("a20607 0a05 0800 120161"));
    expect(read("a20605 0a03 120161")).toMatchObject({ reply: { effects: { mutations: [{ kind: "delete", name: "a" }] } } });
  });

  test("may know fields that this engine does not", () => {
    expect(read(delayed("", "a20101 78"))).toEqual(read(delayed("", "")));
  });
});
