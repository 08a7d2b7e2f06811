/**
 * CheckedValue: the one check of a value whose bytes come from outside as they are, at every door that takes such (gRPC, base64 over tRPC and
 * HTTP, the playground): bytes that are no value of their built-in type would fail in every SDK and park the entity, far from who sent them.
 */
import type { TypedValue } from "@signalbox/engine";
import { isValueOfItsType } from "@signalbox/proto";
import { GatewayError } from "../http/problem.ts";

/** `where` names the field. Throws INVALID_VALUE. */
export function checkedValue(value: TypedValue, where: string): TypedValue {
  if (isValueOfItsType(value.typename, value.bytes)) return value;
  throw new GatewayError("INVALID_VALUE", {
    detail: `the ${value.bytes.length} bytes are not a value of ${value.typename}`,
    where,
    cure: `Encode the value as the Protocol Buffers message of ${value.typename}, or name the type that the bytes have.`,
  });
}
