/** StateEdit: one of the values that a person writes. An edit has one or several, of one entity. */
import type { TypedValue } from "./typed-value.ts";

export interface StateEdit {
  readonly name: string;
  /** Undefined deletes the value. */
  readonly value: TypedValue | undefined;
}
