/**
 * Target descriptors: descriptor sets that people upload, and values of their types. Sets are drawn whole (wide, deep, wrong names and
 * references) and changed in their bytes. Whatever comes: a reason or types, and then any bytes decode without an exception.
 */
import fc from "fast-check";
import { decodeValue, DescriptorRegistry, descriptorFault, encodeValue } from "../../../packages/proto/src/index.ts";
import { fileBytes, times, type MessageSketch } from "../../../packages/proto/test/descriptor-bytes.ts";
import { edited, edits } from "../bytes.ts";
import { must, type FuzzTarget } from "../fuzz-target.ts";

export interface DescriptorCase {
  readonly set: Uint8Array;
  readonly value: Uint8Array;
}

const name = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("A", "B", "C", "a", "b", "x1") },
  fc.constantFrom("__proto__", "constructor", "toString", "prototype", 'a"b', "", "ä", "a.b", "hasOwnProperty"),
);
const reference = fc.constantFrom(".f.A", ".f.B", ".f.A.B", "A", "B", ".g.X", "", ".google.protobuf.Any", "f.A", ".");
const field = fc.record({
  name,
  number: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(0, -1, 19_000, 536_870_911, 2_147_483_647)),
  type: fc.integer({ min: 0, max: 19 }),
  typeName: fc.option(reference, { nil: "" }),
  repeated: fc.boolean(),
});
const message: fc.Arbitrary<MessageSketch> = fc.letrec<{ message: MessageSketch }>((tie) => ({
  message: fc.record({
    name,
    fields: fc.array(field, { maxLength: 6 }),
    nested: fc.oneof({ depthSize: "small", withCrossShrink: true }, fc.constant([]), fc.array(tie("message"), { maxLength: 3 })),
  }),
})).message;
const drawn = fc.array(message, { maxLength: 5 }).map((messages) => fileBytes("f", messages, ["google/protobuf/any.proto"]));
const wide = fc.integer({ min: 1, max: 1_000 }).map((count) =>
  fileBytes(
    "f",
    times(count, (i) => ({ name: `A${i}`, fields: [{ name: "n", number: 1, type: 11, typeName: `.f.A${(i * 7) % count}` }] })),
  ),
);
const deep = fc.integer({ min: 1, max: 400 }).map((depth) => {
  let at: MessageSketch = { name: "A" };
  for (let i = 0; i < depth; i++) at = { name: "A", nested: [at] };
  return fileBytes("f", [at]);
});

export const descriptors: FuzzTarget<DescriptorCase> = {
  name: "descriptors",
  caseMsMax: 2_000,
  // The code that is compiled for each type is collected late, so the limit is high; what is alive stays at 15 MB.
  rssGrowthBytesMax: 768 * 1024 * 1024,
  cases: fc.record({
    set: fc.oneof(
      { weight: 4, arbitrary: drawn },
      { weight: 3, arbitrary: fc.tuple(drawn, edits).map(([bytes, changes]) => edited(bytes, changes)) },
      wide,
      deep,
      fc.uint8Array({ maxLength: 200 }),
    ),
    value: fc.uint8Array({ maxLength: 64 }),
  }),
  open: () =>
    Promise.resolve({
      run: (fuzzCase: DescriptorCase) => Promise.resolve(outcomeOf(fuzzCase)),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    }),
};

function outcomeOf({ set, value }: DescriptorCase): string {
  const fault = descriptorFault(set);
  const registry = new DescriptorRegistry();
  const added = registry.add("set", set);
  if (fault !== undefined) {
    must(fault.trim() !== "", () => "a fault without a reason");
    return "refused";
  }
  if (added.kind === "error") return "no types";
  for (const type of added.types.slice(0, 5)) {
    must(typeof decodeValue(`t/${type}`, value, registry).text === "string", () => `${type}: no text`);
    encodeValue(`t/${type}`, "{}", registry);
  }
  must(
    ({} as { polluted?: unknown }).polluted === undefined && Object.keys(Object.prototype).length === 0,
    () => "a prototype was changed",
  );
  return "ok";
}
