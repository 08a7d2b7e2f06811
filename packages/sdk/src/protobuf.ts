/**
 * protobuf(): a value type whose values are protobuf messages, by the code that protobufjs or ts-proto makes, or by protobufjs from a
 * .proto at run time. This entry point imports none of these libraries, because the given code brings its own. Neighbours: value-type.ts is
 * the same for JSON. Guarantee: values are checked by the code's own verify() before they are written, if it has one; bytes that are no
 * such message throw a ValueError.
 */
import { typeNameParts } from "./address.ts";
import { ValueError, type ValueType } from "./value-type.ts";

export { ValueError, type ValueType } from "./value-type.ts";

/** What protobufjs' static classes and reflected types have, and the objects that ts-proto writes. */
export interface ProtobufCode<Value> {
  encode(value: Value): { finish(): Uint8Array };
  decode(bytes: Uint8Array): Value;
  /** Returns what is wrong with a value; null when nothing is. */
  verify?(value: never): string | null;
  /** The full name of the message, by one of these three. */
  getTypeUrl?(prefix?: string): string;
  readonly fullName?: string;
  readonly $type?: string;
}

/** The prefix that the official SDKs give protobuf types. */
const prefix = "type.googleapis.com";

/**
 * A protobuf message as a value. It travels under `type.googleapis.com/<full name>`, as in the official SDKs, unless it is given another name.
 * @example
 * import { protobuf } from "@signalbox/functions/protobuf";
 * const AddItem = protobuf({
 *   $type: "shop.AddItem",
 *   encode: (item: { sku: string }) => ({ finish: () => new TextEncoder().encode(item.sku) }),
 *   decode: (bytes: Uint8Array) => ({ sku: new TextDecoder().decode(bytes) }),
 * });
 */
export function protobuf<Value>(code: ProtobufCode<Value>, typename: string = typeNameOf(code)): ValueType<Value> {
  typeNameParts(typename, "value type");
  return {
    typename,
    encode(value) {
      const wrong = code.verify?.(value as never) ?? null;
      if (wrong !== null) throw new ValueError(`${typename}: ${wrong}`);
      return told(typename, "the value cannot be written", () => code.encode(value).finish());
    },
    decode: (bytes) => told(typename, "the bytes are no such message", () => code.decode(bytes)),
  };
}

function typeNameOf(code: Pick<ProtobufCode<unknown>, "getTypeUrl" | "fullName" | "$type">): string {
  const url = code.getTypeUrl?.(prefix);
  if (url !== undefined) return url;
  const name = code.$type ?? code.fullName?.replace(/^\./, "");
  if (name === undefined || name === "") throw new TypeError("this code does not say the message's name: give it as the second argument");
  return `${prefix}/${name}`;
}

function told<Result>(typename: string, what: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw new ValueError(`${typename}: ${what} (${error instanceof Error ? error.message : String(error)})`);
  }
}
