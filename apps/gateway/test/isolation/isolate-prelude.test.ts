/**
 * The TextEncoder and TextDecoder of isolates give what Node's own give, for any text and any bytes.
 */
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { createContext, runInContext } from "node:vm";
import fc from "fast-check";
import { expect, test } from "vitest";
import { anyCharacter } from "../../../../e2e/stack/any-character.ts";

interface Utf8 {
  readonly encode: (text: string) => number[];
  readonly decode: (bytes: number[], fatal: boolean) => string | undefined;
}

const prelude = readFileSync(new URL("../../src/isolation/isolate-prelude.ts", import.meta.url), "utf8").replace("export {};", "");
const context = createContext({});
runInContext(stripTypeScriptTypes(prelude), context);
const inside = runInContext(
  `({
    encode: (text) => [...new TextEncoder().encode(text)],
    decode: (bytes, fatal) => { try { return new TextDecoder("utf-8", { fatal }).decode(Uint8Array.from(bytes)); } catch { return undefined; } },
  })`,
  context,
) as Utf8;

function decodedByNode(bytes: number[], fatal: boolean): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal }).decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}

test("texts are encoded as Node encodes them, half surrogate pairs too", () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), (text) => {
      expect([...inside.encode(text)]).toEqual([...new TextEncoder().encode(text)]);
    }),
  );
  for (const text of ["a\ud800b", "\udc00", "\ud83d\ude00", "\ud83d"])
    expect([...inside.encode(text)]).toEqual([...new TextEncoder().encode(text)]);
});

test("bytes are decoded or refused as Node does it", () => {
  const telling = fc.constantFrom(
    0x00,
    0x41,
    0x7f,
    0x80,
    0x9f,
    0xa0,
    0xbb,
    0xbf,
    0xc1,
    0xc2,
    0xdf,
    0xe0,
    0xed,
    0xef,
    0xf0,
    0xf4,
    0xf5,
    0xff,
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(telling, fc.nat(255)), { maxLength: 12 }), fc.boolean(), (bytes, fatal) => {
      expect(inside.decode(bytes, fatal)).toBe(decodedByNode(bytes, fatal));
    }),
    { numRuns: 2_000 },
  );
});
