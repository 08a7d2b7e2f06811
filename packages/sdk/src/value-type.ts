/**
 * ValueType: how values of one type become bytes and back, and the type name under which they travel.
 * Neighbours: built-in-types.ts has the six types of the protocol; a Standard Schema (zod, valibot, …) becomes JSON here.
 * Guarantee: what is written has passed the schema, and so has what is read; a value that has not is an error that names its place.
 */
import { typeNameParts } from "./address.ts";
import { issueText, type StandardSchema } from "./standard-schema.ts";

export interface ValueType<Value> {
  /** `namespace/name`, as it stands on the wire. */
  readonly typename: string;
  encode(value: Value): Uint8Array;
  /** Throws ValueError when the bytes are not a value of the type. */
  decode(bytes: Uint8Array): Value;
}

/** What may stand where a value is declared: a value type, or a schema whose values travel as JSON. */
export type Declared<Value> = ValueType<Value> | StandardSchema<Value>;

/** The values of a declaration. */
export type ValueOf<Declaration> =
  Declaration extends StandardSchema<infer Value> ? Value : Declaration extends ValueType<infer Value> ? Value : never;

/** A value does not fit its type; the message says where. */
export class ValueError extends Error {
  override readonly name = "ValueError";
}

const utf8 = new TextEncoder();
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * JSON under a type name of your own, checked by a schema.
 * @example
 * const AddItem = json("shop/AddItem", z.object({ sku: z.string(), count: z.number().int() }));
 */
export function json<Value>(typename: string, schema: StandardSchema<Value>): ValueType<Value> {
  typeNameParts(typename, "value type");
  return {
    typename,
    encode(value) {
      const text = JSON.stringify(validated(typename, schema, value));
      if (text === undefined) throw new ValueError(`${typename}: undefined has no JSON form`);
      return utf8.encode(text);
    },
    decode(bytes) {
      return validated(typename, schema, parsed(typename, bytes));
    },
  };
}

/** Bytes as they are, under a type name of your own. */
export function bytes(typename: string): ValueType<Uint8Array> {
  typeNameParts(typename, "value type");
  return { typename, encode: (value) => value, decode: (value) => value };
}

/** The value type of a declaration; a schema's values travel under the name given. */
export function valueTypeOf<Value>(declared: Declared<Value>, typename: string): ValueType<Value> {
  // Schemas may have methods of any name: only the standard property tells one.
  return "~standard" in declared ? json(typename, declared) : declared;
}

function parsed(typename: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(strictUtf8.decode(bytes));
  } catch (error) {
    throw new ValueError(`${typename}: the bytes are no JSON (${error instanceof Error ? error.message : String(error)})`);
  }
}

function validated<Value>(typename: string, schema: StandardSchema<Value>, value: unknown): Value {
  const result = schema["~standard"].validate(value);
  if (result instanceof Promise) throw new ValueError(`${typename}: a schema that validates asynchronously cannot be used here`);
  if (result.issues !== undefined) throw new ValueError(`${typename}: ${issueText(result.issues)}`);
  return result.value;
}
