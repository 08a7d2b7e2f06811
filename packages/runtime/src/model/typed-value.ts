/**
 * TypedValue: a type name and opaque bytes. The engine never decodes the bytes; packages/proto and the gateway do.
 * A default value of a built-in type is zero bytes: still a value, not an absent one.
 */
export interface TypedValue {
  readonly typename: string;
  readonly bytes: Uint8Array;
  /** Said only where there is no value (has_value of the wire is false); there are no bytes then. */
  readonly hasValue?: false | undefined;
}

const noBytes = new Uint8Array(0);

/** What a function sends that names a type, or none, and no value. */
export function absentValue(typename: string): TypedValue {
  return { typename, bytes: noBytes, hasValue: false };
}
