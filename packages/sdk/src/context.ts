/**
 * Context: what a handler sees of the entity that is being called, and how it asks for effects.
 * Neighbours: dispatch.ts makes one for each message of a batch. Nothing that a handler asks for happens before the whole batch has
 * ended well; then all of it happens, once.
 */
import type { Address } from "./address.ts";
import type { Duration } from "./duration.ts";
import type { EgressRecord } from "./egress-record.ts";
import type { OutgoingMessage } from "./message.ts";
import type { StateDeclarations, States } from "./state.ts";
import type { ValueType } from "./value-type.ts";

export interface Context<Declarations extends StateDeclarations = StateDeclarations> {
  readonly self: Address;
  /** The entity that sent the message; undefined: it came from an ingress. */
  readonly caller: Address | undefined;
  readonly state: States<Declarations>;
  send(message: OutgoingMessage): void;
  /** Sends it after a time. A token names it, so that `cancel` can take it back until then. */
  sendAfter(after: Duration, message: OutgoingMessage, options?: { readonly token?: string }): void;
  cancel(token: string): void;
  /** Answers the caller. Throws a TypeError when the message came from an ingress and has none. */
  reply<Value>(type: ValueType<Value>, value: Value): void;
  egress(id: string, record: EgressRecord): void;
  readonly log: Log;
}

export interface Log {
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
}
