/** A value as a person gave it (text for its type, or base64) to the engine's TypedValue. */
import type { TypedValue } from "@signalbox/engine";
import { checkedValue } from "../../services/values/checked-value.ts";
import type { ValueCodec } from "../../services/values/value-codec.ts";
import type { TypedText } from "./inputs.ts";

export function typedValue(values: ValueCodec, input: TypedText): TypedValue {
  return "text" in input
    ? values.encode(input.typename, input.text)
    : checkedValue({ typename: input.typename, bytes: Buffer.from(input.base64, "base64") }, "base64");
}
