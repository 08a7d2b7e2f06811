/**
 * Turns a value as a person gave it (text for its type, or base64) into the engine's TypedValue.
 */
import type { TypedValue } from "@signalbox/runtime";
import { checkedValue } from "./checked-value.ts";
import type { ValueCodec } from "./value-codec.ts";
import type { TypedText } from "../contract/shapes/value.ts";

export function typedValue(values: ValueCodec, input: TypedText): TypedValue {
  return "text" in input
    ? values.encode(input.typename, input.text)
    : checkedValue({ typename: input.typename, bytes: Buffer.from(input.base64, "base64") }, "base64");
}
