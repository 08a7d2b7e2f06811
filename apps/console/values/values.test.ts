/** Exactness of decoded values, and what a state change reads as. */
import { describe, expect, it } from "vitest";
import { diffJson } from "./json-diff.ts";
import { parseJson, toPretty, toText, type JsonNode } from "./json-node.ts";
import { hexDump } from "./hex-dump.ts";

function parsed(text: string): JsonNode {
  const node = parseJson(text);
  if (node === null) throw new Error(`not JSON: ${text}`);
  return node;
}

describe("JSON values", () => {
  it("keep integers beyond 2^53 exact", () => {
    expect(toText(parsed('{"n": 9007199254740993}'))).toBe('{"n": 9007199254740993}');
  });
  it("keep trailing zeros and repeated keys as written", () => {
    expect(toText(parsed('{"a":1.50,"a":2}'))).toBe('{"a": 1.50, "a": 2}');
  });
  it("refuse what is not JSON", () => {
    for (const text of ["", "{", "[1,]", "tru", '{"a" 1}', "1 2", "'a'"]) expect(parseJson(text)).toBeNull();
  });
  it("read escapes", () => {
    expect(parsed('"a\\n\\u00e9\\""')).toEqual({ kind: "string", value: 'a\né"' });
  });
  it("are indented for editing and read back the same", () => {
    const text = '{"a":[1,{"b":null}],"c":{}}';
    expect(toText(parsed(toPretty(parsed(text))))).toBe(toText(parsed(text)));
  });
});

describe("a state change", () => {
  it("names the changed place with both values", () => {
    expect(diffJson(parsed('{"total":41.90,"by":"a"}'), parsed('{"total":66.80,"by":"a"}')).lines).toEqual([
      { kind: "changed", path: "total", before: "41.90", after: "66.80" },
    ]);
  });
  it("shows one pushed item as one line", () => {
    expect(diffJson(parsed('{"items":[1,2]}'), parsed('{"items":[1,2,3]}')).lines).toEqual([
      { kind: "added", path: "items[2]", before: null, after: "3" },
    ]);
  });
  it("shows one shifted item as one line", () => {
    expect(diffJson(parsed("[1,2,3]"), parsed("[2,3]")).lines).toEqual([{ kind: "removed", path: "[0]", before: "1", after: null }]);
  });
  it("is empty for equal values", () => {
    expect(diffJson(parsed('{"a":[1,{"b":2}]}'), parsed('{ "a" : [1, {"b":2}] }')).lines).toEqual([]);
  });
  it("says how many lines it leaves out", () => {
    const many = Object.fromEntries(Array.from({ length: 250 }, (_, index) => [`k${index}`, index]));
    expect(diffJson(parsed("{}"), parsed(JSON.stringify(many))).more).toBe(50);
  });
});

describe("a hex dump", () => {
  it("shows offset, bytes and printable characters", () => {
    expect(hexDump(btoa("Bob\x00"))).toEqual([{ offset: "0000", hex: "42 6f 62 00", text: "Bob·" }]);
  });
});
