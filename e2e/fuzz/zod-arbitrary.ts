/**
 * ZodArbitrary: inputs drawn from a procedure's own zod schema, so that a new procedure is fuzzed without a line here. Most parts fit, by
 * the field's name; any part may instead be of another type, too long, a name of Object's prototype, or half a surrogate pair.
 */
import fc from "fast-check";
import { oddTexts } from "./bytes.ts";

/** The parts of a schema that are read; zod's own types say more and change more often. */
interface SchemaDef {
  readonly type: string;
  readonly format?: string;
  readonly shape?: Readonly<Record<string, Schema>>;
  readonly entries?: Readonly<Record<string, string>>;
  readonly options?: readonly Schema[];
  readonly element?: Schema;
  readonly innerType?: Schema;
  /** The values of a literal. */
  readonly values?: readonly unknown[];
  /** The values of a record. */
  readonly valueType?: Schema;
}
export interface Schema {
  readonly _zod: { readonly def: SchemaDef };
}

const protoObject = fc.constantFrom<unknown>(
  Object.fromEntries([["__proto__", { admin: true }]]),
  { constructor: { prototype: { admin: true } } },
  { toString: 1, valueOf: null, hasOwnProperty: {} },
);
const junk: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  {
    weight: 6,
    arbitrary: fc.constantFrom<unknown>(
      null,
      true,
      -1,
      0,
      0.5,
      2 ** 53,
      -(2 ** 63),
      1e308,
      100_001,
      "",
      [],
      {},
      [[]],
      "0",
      "\ud800",
      "a\udfffb",
    ),
  },
  { weight: 4, arbitrary: fc.constantFrom<unknown>(...oddTexts) },
  { weight: 2, arbitrary: protoObject },
  { weight: 1, arbitrary: fc.constantFrom(5_000, 200_000).map((length) => "x".repeat(length)) },
  { weight: 1, arbitrary: fc.integer({ min: 10, max: 2000 }).map(deepList) },
);

function deepList(depth: number): unknown {
  let list: unknown = [];
  for (let level = 0; level < depth; level++) list = [list];
  return list;
}

export type FieldWords = Readonly<Record<string, readonly unknown[]>>;

export function inputOf(schema: Schema, words: FieldWords, field = ""): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 24, arbitrary: fitting(schema, words, field) }, { weight: 1, arbitrary: junk });
}

function fitting(schema: Schema, words: FieldWords, field: string): fc.Arbitrary<unknown> {
  const { def } = schema._zod;
  const known = words[field];
  if (known !== undefined && def.type !== "optional" && def.type !== "nullable")
    return fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...known) }, plain(def, words));
  return plain(def, words, field);
}

function plain(def: SchemaDef, words: FieldWords, field = ""): fc.Arbitrary<unknown> {
  switch (def.type) {
    case "object":
      return fields(def.shape ?? {}, words);
    case "string":
      return def.format === "base64" ? fc.base64String({ maxLength: 40 }) : fc.string({ unit: "binary", maxLength: 20 });
    case "number":
      return fc.oneof(fc.integer({ min: 0, max: 30 }), fc.double());
    case "boolean":
      return fc.boolean();
    case "enum":
      return fc.constantFrom(...Object.values(def.entries ?? {}));
    case "literal":
      return fc.constantFrom(...(def.values ?? []));
    case "record":
      return fc.dictionary(fc.string({ unit: "binary", maxLength: 10 }), inner(def.valueType, words, field), { maxKeys: 3 });
    case "union":
      return fc.oneof(...(def.options ?? []).map((option) => fitting(option, words, field)));
    case "array":
      return fc.array(inner(def.element, words, field), { maxLength: 5 });
    case "nullable":
      return fc.oneof(fc.constant(null), inner(def.innerType, words, field));
    case "optional":
    case "default":
      return fc.oneof(fc.constant(undefined), inner(def.innerType, words, field));
    default:
      throw new Error(`no arbitrary for a zod ${def.type}: add it to zod-arbitrary.ts`);
  }
}

function inner(schema: Schema | undefined, words: FieldWords, field: string): fc.Arbitrary<unknown> {
  return schema === undefined ? fc.constant(undefined) : fitting(schema, words, field);
}

function fields(shape: Readonly<Record<string, Schema>>, words: FieldWords): fc.Arbitrary<unknown> {
  const entries = Object.entries(shape).map(([name, schema]) => {
    const present = inputOf(schema, words, name).map((value) => [[name, value] as const]);
    return fc.oneof({ weight: 40, arbitrary: present }, { weight: 1, arbitrary: fc.constant([]) });
  });
  const foreign = fc.oneof(
    { weight: 20, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom("__proto__", "constructor", "toString", "extra"), junk).map((pair) => [pair]) },
  );
  return fc.tuple(foreign, ...entries).map((pairs) => Object.fromEntries(pairs.flat()));
}
