/**
 * StartRow: what an invariant begins with: rows of a savepoint, which show state, mailboxes and timers of one moment. Neighbours:
 * savepoint-rows.ts reads them from a file, invariant-fold.ts takes them. Guarantee of the reader: the rows of an entity follow one
 * another.
 */
import type { Address, TypedValue } from "@signalbox/runtime";

export type StartRow =
  | { readonly kind: "state"; readonly address: Address; readonly name: string; readonly value: TypedValue; readonly expires: boolean }
  /** `caller` is undefined when the message came from an ingress. */
  | { readonly kind: "message"; readonly caller: Address | undefined; readonly target: Address; readonly value: TypedValue }
  | {
      readonly kind: "delayed";
      readonly caller: Address;
      readonly target: Address;
      readonly value: TypedValue;
      readonly dueMs: number;
      readonly token: string;
    };
