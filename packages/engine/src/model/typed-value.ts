/**
 * TypedValue: a type name and opaque bytes. The engine never decodes the bytes; packages/proto and the gateway do.
 * A default value of a built-in type is zero bytes: still a value, not an absent one.
 */
export interface TypedValue {
  readonly typename: string;
  readonly bytes: Uint8Array;
}
