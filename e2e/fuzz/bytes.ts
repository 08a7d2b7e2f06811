/**
 * Bytes for cases: what may be done to a valid message (flips, cuts, doubled parts, foreign parts), protobuf written field by field so that
 * every rule of it can be broken, and texts that are odd in the ways that texts are.
 */
import fc from "fast-check";

type Edit =
  | { readonly kind: "flip"; readonly at: number; readonly mask: number }
  | { readonly kind: "cut"; readonly at: number }
  | { readonly kind: "remove"; readonly at: number; readonly length: number }
  | { readonly kind: "double"; readonly at: number; readonly length: number }
  | { readonly kind: "insert"; readonly at: number; readonly bytes: Uint8Array };

/** Places are fractions, so that they fit whatever length the edits before them left. */
const place = fc.double({ min: 0, max: 1, noNaN: true });
const length = fc.nat({ max: 64 });
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: fc.constant("flip" as const), at: place, mask: fc.integer({ min: 1, max: 255 }) }),
  fc.record({ kind: fc.constant("cut" as const), at: place }),
  fc.record({ kind: fc.constant("remove" as const), at: place, length }),
  fc.record({ kind: fc.constant("double" as const), at: place, length }),
  fc.record({ kind: fc.constant("insert" as const), at: place, bytes: fc.uint8Array({ maxLength: 16 }) }),
);

export const edits = fc.array(edit, { maxLength: 4 });

export function edited(bytes: Uint8Array, changes: readonly Edit[]): Uint8Array {
  let now = Buffer.from(bytes);
  for (const change of changes) {
    const at = Math.floor(change.at * now.length);
    const head = now.subarray(0, at);
    switch (change.kind) {
      case "flip":
        if (at < now.length) now[at] = (now[at] ?? 0) ^ change.mask;
        break;
      case "cut":
        now = Buffer.from(head);
        break;
      case "remove":
        now = Buffer.concat([head, now.subarray(at + change.length)]);
        break;
      case "double":
        now = Buffer.concat([head, now.subarray(at, at + change.length), now.subarray(at)]);
        break;
      case "insert":
        now = Buffer.concat([head, change.bytes, now.subarray(at)]);
        break;
    }
  }
  return new Uint8Array(now);
}

/** What a field of a message holds, and what a careless or hostile writer may put there. */
export type Shape =
  | { readonly kind: "number"; readonly usual: readonly bigint[] }
  | { readonly kind: "text"; readonly words: readonly string[] }
  | { readonly kind: "bytes" }
  | { readonly kind: "message"; readonly fields: Readonly<Record<number, Shape>> };

const extremes = [0n, 1n, 2n, 127n, 128n, 2n ** 31n, 2n ** 32n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n];
const number = fc.oneof(fc.constantFrom(...extremes), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.bigInt({ min: 0n, max: 20n }));

export const oddTexts = [
  "",
  "\u0000",
  "\u0001",
  "\ufeff",
  "\ufffd",
  "\u{10ffff}",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "a/b/c",
  "/",
  "%2F",
  "..",
  "käse 🧀",
  "'; DROP TABLE state; --",
  "${HOME}",
  "{function.name}",
  "x".repeat(5000),
] as const;

export function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

function tagged(field: number, wire: number, payload: Uint8Array): Uint8Array {
  return Buffer.concat([varint((BigInt(field) << 3n) | BigInt(wire)), payload]);
}

function counted(payload: Uint8Array, claimed = BigInt(payload.length)): Uint8Array {
  return Buffer.concat([varint(claimed), payload]);
}

const invalidUtf8 = Uint8Array.from([0x61, 0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80]);

function value(shape: Shape): fc.Arbitrary<(field: number) => Uint8Array> {
  switch (shape.kind) {
    case "number":
      return fc
        .oneof({ weight: 9, arbitrary: fc.constantFrom(...shape.usual) }, { weight: 1, arbitrary: number })
        .map((drawn) => (field: number) => tagged(field, 0, varint(drawn)));
    case "text":
      return fc
        .oneof({ weight: 16, arbitrary: fc.constantFrom(...shape.words) }, fc.constantFrom(...oddTexts), fc.string({ unit: "binary" }))
        .map((text) => (field: number) => tagged(field, 2, counted(Buffer.from(text))));
    case "bytes":
      return fc
        .oneof(fc.uint8Array({ maxLength: 20 }), fc.constant(new Uint8Array(3000)))
        .map((bytes) => (field: number) => tagged(field, 2, counted(bytes)));
    case "message":
      return message(shape.fields).map((bytes) => (field: number) => tagged(field, 2, counted(bytes)));
  }
}

const anyField = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constantFrom(100, 101, 102, 536_870_911));
const brokenField = fc.oneof(
  fc.tuple(anyField, fc.nat({ max: 7 }), fc.uint8Array({ maxLength: 12 })).map(([field, wire, payload]) => tagged(field, wire, payload)),
  fc.tuple(anyField, number).map(([field, claimed]) => tagged(field, 2, counted(new Uint8Array(4), claimed))),
  fc
    .tuple(anyField, fc.nat({ max: 400 }))
    .map(([field, depth]) => Buffer.concat(Array.from({ length: depth }, () => tagged(field, 3, new Uint8Array(0))))),
  fc.tuple(anyField, fc.nat({ max: 200 })).map(([field, depth]) => nested(field, depth)),
  anyField.map((field) => tagged(field, 2, counted(invalidUtf8))),
  fc.constant(Uint8Array.from([0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01])),
);

function nested(field: number, depth: number): Uint8Array {
  let bytes: Uint8Array = new Uint8Array(0);
  for (let level = 0; level < depth; level++) bytes = tagged(field, 2, counted(bytes));
  return bytes;
}

/** Draws a mostly valid message: each field of the shape once, sometimes missing or twice, in any order, and rarely a foreign field. */
export function message(fields: Readonly<Record<number, Shape>>): fc.Arbitrary<Uint8Array> {
  const parts = Object.entries(fields).map(([field, shape]) => {
    const one = value(shape).map((write) => [write(Number(field))]);
    return fc.oneof(
      { weight: 30, arbitrary: one },
      { weight: 2, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.tuple(one, one).map((twice) => twice.flat()) },
    );
  });
  const broken = fc.oneof({ weight: 80, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: brokenField.map((bytes) => [bytes]) });
  const backwards = fc.oneof({ weight: 8, arbitrary: fc.constant(false) }, fc.constant(true));
  return fc.tuple(backwards, broken, ...parts).map(([turned, foreign, ...written]) => {
    const all = [...written.flat(), ...foreign];
    return new Uint8Array(Buffer.concat(turned ? all.reverse() : all));
  });
}
