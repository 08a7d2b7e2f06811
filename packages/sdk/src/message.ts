/**
 * OutgoingMessage: a value for an entity, made before it is sent. An entity's definition makes typed ones (`cart.to("ada").send…`,
 * entity.ts); `message()` makes one for a function that is defined elsewhere.
 */
import { checkedId, typeNameParts, type Address } from "./address.ts";
import type { TypedBytes } from "./protocol/typed-value.ts";
import type { ValueType } from "./value-type.ts";

export interface OutgoingMessage {
  readonly target: Address;
  readonly value: TypedBytes;
}

/**
 * A message for any function, also one that is written in another language.
 * @example
 * ctx.send(message({ type: "shop/stock", id: "sku-1" }, types.int, 3));
 */
export function message<Value>(target: Address, type: ValueType<Value>, value: Value): OutgoingMessage {
  typeNameParts(target.type, "target");
  checkedId(target.id);
  return { target, value: { typename: type.typename, bytes: type.encode(value) } };
}
