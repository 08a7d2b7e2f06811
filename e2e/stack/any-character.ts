/**
 * anyCharacter: any code point but half surrogates, for `fc.string({ unit: anyCharacter })`: what `unit: "binary"` draws. That one keeps a
 * map of all 1.1 million of them, which takes a second to make and stays in a worker whose files share what it has loaded.
 */
import fc from "fast-check";

const firstSurrogate = 0xd800;
const surrogates = 0x800;
const largest = 0x10ffff;

export const anyCharacter: fc.Arbitrary<string> = fc.nat(largest - surrogates).map(
  (number) => String.fromCodePoint(number < firstSurrogate ? number : number + surrogates),
  (text) => {
    const point = typeof text === "string" ? text.codePointAt(0) : undefined;
    if (point === undefined || String.fromCodePoint(point) !== text || !text.isWellFormed()) throw new Error("no single character");
    return point < firstSurrogate ? point : point - surrogates;
  },
);
