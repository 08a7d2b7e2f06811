/**
 * StartRow: what an invariant begins with: rows of a savepoint, which show one moment of state, mailboxes and timers together. Neighbours:
 * savepoint-rows.ts reads them out of a file, invariant-fold.ts takes them. Guarantee of whoever gives them: the rows of an entity stand together.
 */
import type { Address, TypedValue } from "@signalbox/runtime";

export type StartRow =
  | { readonly kind: "state"; readonly address: Address; readonly name: string; readonly value: TypedValue; readonly expires: boolean }
  /** `caller` undefined: it came from an ingress. */
  | { readonly kind: "message"; readonly caller: Address | undefined; readonly target: Address; readonly value: TypedValue }
  | {
      readonly kind: "delayed";
      readonly caller: Address;
      readonly target: Address;
      readonly value: TypedValue;
      readonly dueMs: number;
      readonly token: string;
    };
