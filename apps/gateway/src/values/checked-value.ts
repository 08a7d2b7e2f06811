/**
 * CheckedValue: the one check of a value whose bytes come from outside unchanged, at every surface that takes such (gRPC, base64 over tRPC
 * and HTTP, the playground): bytes that are no value of their built-in type would fail in every SDK and park the entity, far from their
 * sender.
 */
import { parseTypeName, type TypedValue } from "@signalbox/runtime";
import { isValueOfItsType } from "@signalbox/proto";
import { GatewayError } from "../contract/problem.ts";

/** Checks the name of a value's type that a sender gives. `where` names the field. Throws INVALID_VALUE. */
export function checkedTypename(typename: string, where: string): string {
  const parsed = parseTypeName(typename);
  if (parsed.kind === "ok") return typename;
  throw new GatewayError("INVALID_VALUE", { detail: parsed.reason, where, cure: "Name the type of the value as <namespace>/<name>." });
}

/** `where` names the field. Throws INVALID_VALUE. */
export function checkedValue(value: TypedValue, where: string): TypedValue {
  checkedTypename(value.typename, `type of ${where}`);
  if (isValueOfItsType(value.typename, value.bytes)) return value;
  throw new GatewayError("INVALID_VALUE", {
    detail: `the ${value.bytes.length} bytes are not a value of ${value.typename}`,
    where,
    cure: `Encode the value as the Protocol Buffers message of ${value.typename}, or name the type that the bytes have.`,
  });
}
