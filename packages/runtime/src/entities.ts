/**
 * Entities: what an address names, its state and its mailbox, and what an operator does to it. Guarantees: G1 (an edit never overlaps an
 * invocation of the entity), G7 (what is parked stops nobody else).
 */
import type { Address } from "./model/address.ts";
import type { EntityQuery, TroubledQuery } from "./model/queries.ts";
import type { StateEdit } from "./model/state-edit.ts";
import type { TypedValue } from "./model/typed-value.ts";
import type { EntityStatus, EntitySummary, EntityView, Page } from "./model/views.ts";

/** Which entities an action reaches: one, or all of a type (or of every type) that have this status. */
export type EntitySelection =
  | { readonly kind: "one"; readonly address: Address }
  | { readonly kind: "by-status"; readonly type: string | undefined; readonly status: EntityStatus };

export type EntityAction =
  /** Parked or backing off: try now with fresh attempts. */
  | { readonly kind: "retry" }
  | { readonly kind: "pause" }
  | { readonly kind: "resume" }
  /** Removes the first waiting message; a parked entity then goes on. */
  | ({ readonly kind: "discard-head" } & OfMessage)
  /** Replaces the value of the first waiting message; a parked entity then goes on. */
  | ({ readonly kind: "edit-head"; readonly value: TypedValue } & OfMessage);

/** Of an action on the first message. */
interface OfMessage {
  /** The sequence of the message that is meant: where another one is first, the action is refused. Absent: whichever is first. */
  readonly ifSequence?: number | undefined;
}

export interface Entities {
  /** Lists entities in id order: those with state, a mailbox, a status or a journal entry. Never waits for a count. */
  entities(query: EntityQuery): Promise<Page<EntitySummary>>;
  /** The same, each whole. A page ends early where it has become large, which its cursor says. */
  entityViews(query: EntityQuery): Promise<Page<EntityView>>;
  /** Those that need a person or a moment: parked, paused, backing off; newest first, at most `limit`. */
  troubledEntities(query: TroubledQuery): Promise<EntityView[]>;
  entity(address: Address): Promise<EntityView | undefined>;
  /** Resolves with how many entities it changed. For "one": rejects UNKNOWN_ENTITY, ENTITY_NOT_PARKED, MAILBOX_EMPTY, MESSAGE_MOVED. */
  act(selection: EntitySelection, action: EntityAction): Promise<{ readonly changed: number }>;
  /**
   * All of them or none, as one record. Waits for an in-flight invocation of the entity to end. Rejects UNKNOWN_STATE and
   * STATE_TYPE_MISMATCH, for the first one that cannot be written.
   */
  editState(address: Address, edits: readonly StateEdit[]): Promise<void>;
}

export const entitiesMethods = [
  "entities",
  "entityViews",
  "troubledEntities",
  "entity",
  "act",
  "editState",
] as const satisfies readonly (keyof Entities)[];
