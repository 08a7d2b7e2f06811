/**
 * Guessing protobuf without a descriptor finds the fields that its own encoder wrote, and fails for no bytes.
 */
import fc from "fast-check";
import protobuf from "protobufjs";
import { describe, expect, it } from "vitest";
import {
  guessProtobuf,
  GUESS_BYTES_MAX,
  GUESS_DEPTH_MAX,
  GUESS_FIELDS_MAX,
  readings,
  type GuessedContent,
  type GuessedField,
} from "./protobuf-guess.ts";

type Planned =
  | { kind: "int64" | "uint64" | "sint64" | "fixed64" | "sfixed64"; value: bigint }
  | { kind: "int32" | "uint32" | "sint32" | "fixed32" | "sfixed32" | "double" | "float"; value: number }
  | { kind: "bool"; value: boolean }
  | { kind: "string"; value: string }
  | { kind: "bytes"; value: Uint8Array }
  | { kind: "message"; value: Message };
interface Message {
  fields: { number: number; planned: Planned }[];
}

const signed64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const unsigned64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const signed32 = fc.integer();
const unsigned32 = fc.nat({ max: 0xffff_ffff });
const ofKind = <Kind extends Planned["kind"], Value>(kind: Kind, values: fc.Arbitrary<Value>) => values.map((value) => ({ kind, value }));
const number = fc.oneof(
  fc.integer({ min: 1, max: 15 }),
  fc.integer({ min: 16, max: 18_999 }),
  fc.integer({ min: 20_000, max: 0x1fff_ffff }),
);

const { message } = fc.letrec<{ message: Message; planned: Planned }>((tie) => ({
  message: fc.record({
    fields: fc.uniqueArray(fc.record({ number, planned: tie("planned") }), { maxLength: 8, selector: (field) => field.number }),
  }),
  planned: fc.oneof(
    { maxDepth: 4 },
    ofKind("int64", signed64),
    ofKind("uint64", unsigned64),
    ofKind("sint64", signed64),
    ofKind("fixed64", unsigned64),
    ofKind("sfixed64", signed64),
    ofKind("int32", signed32),
    ofKind("uint32", unsigned32),
    ofKind("sint32", signed32),
    ofKind("fixed32", unsigned32),
    ofKind("sfixed32", signed32),
    ofKind("double", fc.double({ noNaN: true })),
    ofKind("float", fc.float({ noNaN: true })),
    ofKind("bool", fc.boolean()),
    ofKind("string", fc.string({ unit: "grapheme" })),
    ofKind("bytes", fc.uint8Array({ maxLength: 40 })),
    ofKind("message", tie("message")),
  ),
}));

/** Makes a type with these fields for protobufjs, and a document of it. */
function typed({ fields }: Message): { type: protobuf.Type; document: Record<string, unknown> } {
  const type = new protobuf.Type("Guessed");
  const document: Record<string, unknown> = {};
  for (const [index, { number: id, planned }] of fields.entries()) {
    const name = `f${index}`;
    if (planned.kind === "message") {
      const inner = typed(planned.value);
      inner.type.name = `Inner${index}`;
      type.add(inner.type);
      type.add(new protobuf.Field(name, id, inner.type.name, "optional"));
      document[name] = inner.document;
      continue;
    }
    type.add(new protobuf.Field(name, id, planned.kind, "optional"));
    document[name] = typeof planned.value === "bigint" ? longOf(planned.value) : planned.value;
  }
  return { type, document };
}

/** The form in which protobufjs takes 64 bits without a library of its own. */
function longOf(value: bigint): { low: number; high: number; unsigned: boolean } {
  const bits = BigInt.asUintN(64, value);
  return { low: Number(BigInt.asIntN(32, bits)), high: Number(BigInt.asIntN(32, bits >> 32n)), unsigned: value >= 0n };
}

function encoded(planned: Message): Uint8Array {
  const { type, document } = typed(planned);
  const root = new protobuf.Root();
  root.add(type);
  root.resolveAll();
  // Node's own buffers would be shown as such, so they are copied.
  return Uint8Array.from(type.encode(document).finish());
}

function expectSame(fields: readonly GuessedField[], planned: Message): void {
  // The encoder writes fields in the order of their numbers.
  const wanted = planned.fields.toSorted((left, right) => left.number - right.number);
  expect(fields.map((field) => field.number)).toEqual(wanted.map((field) => field.number));
  for (const [index, field] of fields.entries()) {
    const one = wanted[index];
    if (one !== undefined) expectValue(field.content, one.planned);
  }
}

function expectValue(content: GuessedContent, planned: Planned): void {
  switch (planned.kind) {
    case "string":
      return expect(content).toMatchObject({ kind: "length", text: planned.value });
    case "bytes":
      return expect(content).toMatchObject({ kind: "length", bytes: planned.value });
    case "message":
      if (content.kind !== "length") throw new Error("a message is of a length");
      if (planned.value.fields.length > 0) expectSame(content.fields ?? [], planned.value);
      return;
    case "bool":
      return expect(content).toEqual({ kind: "varint", unsigned: planned.value ? 1n : 0n });
    case "double":
    case "float":
      return expectFraction(content, planned.value);
    default:
      if (content.kind === "length" || content.kind === "group") throw new Error("a number is of no length");
      return expect(readings(content).map((reading) => reading.replace(" zigzag", ""))).toContain(String(planned.value));
  }
}

function expectFraction(content: GuessedContent, value: number): void {
  if (content.kind !== "fixed64" && content.kind !== "fixed32") throw new Error("a fraction has four or eight bytes");
  const told = readings(content).find((reading) => /double|float/.test(reading)) ?? "";
  const read = Number.parseFloat(told);
  expect(content.kind === "fixed32" ? Math.fround(read) : read).toBe(value === 0 ? 0 : value);
}

describe("a guess", () => {
  it("has the field numbers and values of any message that protobufjs wrote", () => {
    fc.assert(
      fc.property(message, (planned) => {
        fc.pre(planned.fields.length > 0);
        const guess = guessProtobuf(encoded(planned));
        if (guess.kind === "none") throw new Error(guess.reason);
        expectSame(guess.fields, planned);
      }),
      { numRuns: 500 },
    );
  });

  it("never throws, and says of broken bytes at which byte they break", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const guess = guessProtobuf(bytes);
        if (guess.kind === "none") expect(guess.reason).toMatch(/byte|group|fields/);
        else expect(guess.fields.at(-1)?.to).toBe(bytes.length);
      }),
      { numRuns: 2_000 },
    );
  });

  it("keeps 2^53+1 exact in each width", () => {
    const exact = 2n ** 53n + 1n;
    const bytes = encoded({
      fields: [
        { number: 1, planned: { kind: "int64", value: exact } },
        { number: 2, planned: { kind: "fixed64", value: exact } },
        { number: 3, planned: { kind: "sint64", value: -exact } },
      ],
    });
    const guess = guessProtobuf(bytes);
    if (guess.kind === "none") throw new Error(guess.reason);
    const told = guess.fields.map(({ content }) => (content.kind === "length" || content.kind === "group" ? [] : readings(content)));
    expect([told[0]?.[0], told[1]?.[0], told[2]?.at(-1)]).toEqual([`${exact}`, `${exact}`, `-${exact} zigzag`]);
  });

  it("takes a printable text for a text, and bytes that begin like a field for a message", () => {
    const bytes = encoded({
      fields: [
        { number: 1, planned: { kind: "string", value: "PA" } },
        { number: 2, planned: { kind: "message", value: { fields: [{ number: 1, planned: { kind: "string", value: "x".repeat(36) } }] } } },
      ],
    });
    expect(guessProtobuf(bytes)).toMatchObject({ fields: [{ content: { as: "text" } }, { content: { as: "message" } }] });
  });
});

describe("bounds of a guess", () => {
  it("more bytes than the bound are not a message", () => {
    expect(guessProtobuf(new Uint8Array(GUESS_BYTES_MAX + 1))).toEqual({
      kind: "none",
      reason: `more than ${GUESS_BYTES_MAX} bytes are not guessed at`,
    });
  });

  it("more fields than the bound are counted, and stay bytes in a nested value", () => {
    const many = new Uint8Array((GUESS_FIELDS_MAX + 1) * 2).map((_, index) => (index % 2 === 0 ? 0x08 : 0x01));
    expect(guessProtobuf(many)).toEqual({ kind: "none", reason: `no protobuf: it has more than ${GUESS_FIELDS_MAX} fields` });
    const holder = Uint8Array.from([0x12, 0xd2, 0x0f, ...many]);
    expect(guessProtobuf(holder)).toMatchObject({ kind: "message", fields: [{ number: 2, content: { as: "bytes" } }] });
  });

  it("a value that is nested deeper than the bound stays bytes", () => {
    let bytes = Uint8Array.from([0x08, 0x01]);
    for (let depth = 0; depth < GUESS_DEPTH_MAX + 4; depth += 1) bytes = Uint8Array.from([0x12, bytes.length, ...bytes]);
    let depth = 0;
    let guess = guessProtobuf(bytes);
    while (guess.kind === "message") {
      const content = guess.fields[0]?.content;
      depth += 1;
      if (content?.kind !== "length" || content.fields === undefined) break;
      guess = { kind: "message", fields: content.fields };
    }
    expect(depth).toBe(GUESS_DEPTH_MAX + 1);
  });

  it("groups, which older messages hold, are read to their end", () => {
    expect(guessProtobuf(Uint8Array.from([0x0b, 0x10, 0x05, 0x0c]))).toMatchObject({
      fields: [{ number: 1, content: { kind: "group", fields: [{ number: 2, content: { unsigned: 5n } }] } }],
    });
    expect(guessProtobuf(Uint8Array.from([0x0b, 0x10, 0x05]))).toMatchObject({ kind: "none" });
  });
});
