/**
 * ValueType: how values of one type become bytes and back, and the type name under which they travel.
 * Neighbours: built-in-types.ts has the six types of the protocol; a Standard Schema (zod, valibot, …) becomes JSON here.
 * Guarantee: what is written has passed the schema and will pass it again when it is read; a value that does not is an error that names its
 * place.
 */
import { typeNameParts } from "./address.ts";
import { jsonForm, jsonText } from "./json-form.ts";
import { issueText, type StandardSchema } from "./standard-schema.ts";
import { ValueError } from "./value-error.ts";

export { ValueError } from "./value-error.ts";

export interface ValueType<Value> {
  /** `namespace/name`, as it stands on the wire. */
  readonly typename: string;
  encode(value: Value): Uint8Array;
  /** Throws ValueError when the bytes are not a value of the type. */
  decode(bytes: Uint8Array): Value;
}

/** The declaration of a value: a value type, or a schema whose values are sent as JSON. */
export type Declared<Value> = ValueType<Value> | StandardSchema<Value>;

/** The values of a declaration. */
export type ValueOf<Declaration> =
  Declaration extends StandardSchema<infer Value> ? Value : Declaration extends ValueType<infer Value> ? Value : never;

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
    encode(given) {
      const read = (parsed: unknown): Value => validated(typename, schema, parsed);
      return utf8.encode(jsonForm({ typename, given, value: read(given), read }));
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

/** The value type of a declaration; a schema's values travel under the name given. `place` is where it is declared. */
export function valueTypeOf<Value>(declared: Declared<Value>, typename: string, place = typename): ValueType<Value> {
  const checked = checkedDeclaration(declared, place);
  return isSchema(checked) ? json(typename, checked) : checked;
}

/** The same for values that only leave: others read them, so that a schema may write what it would not take (a date). */
export function leavingTypeOf<Value>(declared: Declared<Value>, typename: string): Pick<ValueType<Value>, "typename" | "encode"> {
  const checked = checkedDeclaration(declared, typename);
  if (!isSchema(checked)) return checked;
  typeNameParts(typename, "value type");
  return { typename, encode: (value) => utf8.encode(jsonText(typename, validated(typename, checked, value))) };
}

/** Schemas may have methods and fields of any name: only the standard property tells one. */
function isSchema<Value>(declared: Declared<Value>): declared is StandardSchema<Value> {
  return "~standard" in declared;
}

/** Types are stripped and not checked, and what a circular import brings is not there yet. */
function checkedDeclaration<Value>(declared: Declared<Value>, place: string): Declared<Value> {
  const given: unknown = declared;
  const hasFields = (typeof given === "object" && given !== null) || typeof given === "function";
  if (hasFields && (isSchema(declared) || (typeof declared.encode === "function" && typeof declared.decode === "function")))
    return declared;
  const hints: Readonly<Record<string, string>> = {
    undefined: " (of a file that imports this one, or an export that is not there?)",
    function: " (was it to be called?)",
  };
  const what = `${given === null ? "null" : typeof given}${hints[typeof given] ?? ""}`;
  throw new TypeError(`${place} is declared as ${what}; declare one of \`types\`, a schema (zod, valibot, arktype) or json(name, schema)`);
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
  if (result instanceof Promise) {
    // zod tries what threw once more, asynchronously; nobody else would hear how that ends.
    result.catch(() => {});
    throw new ValueError(`${typename}: a schema that validates asynchronously, or throws, cannot be used here`);
  }
  if (result.issues !== undefined) throw new ValueError(`${typename}: ${issueText(result.issues)}`);
  return result.value;
}
