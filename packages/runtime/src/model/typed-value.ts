/**
 * TypedValue: a type name and opaque bytes. The engine never decodes the bytes; packages/proto and the gateway do.
 * A default value of a built-in type is zero bytes: still a value, not an absent one.
 */
export interface TypedValue {
  readonly typename: string;
  readonly bytes: Uint8Array;
  /** Present only when there is no value (has_value is false on the wire); there are no bytes then. */
  readonly hasValue?: false | undefined;
}

const noBytes = new Uint8Array(0);

/** A value as sent by a function with a type (or none) and without a value. */
export function absentValue(typename: string): TypedValue {
  return { typename, bytes: noBytes, hasValue: false };
}
