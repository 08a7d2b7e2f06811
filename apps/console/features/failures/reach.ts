/**
 * Whom an act on a failure group reaches. A group whose entities are all known is acted on one by one, so exactly those; a
 * larger one by type and status, which may reach entities of other causes too: the dialog says so. Pure.
 */
import type { AddressView, FailureGroup } from "../../trpc/views.ts";

export type Reach =
  | { kind: "each"; addresses: AddressView[]; entities: number }
  | { kind: "by-status"; entities: number; otherCauses: number };

export function reachOf(group: FailureGroup, groups: readonly FailureGroup[]): Reach {
  if (group.sample.length >= group.entities)
    return { kind: "each", addresses: group.sample.map((entity) => entity.address), entities: group.entities };
  const alike = groups.filter((other) => other.type === group.type && other.status === group.status);
  return { kind: "by-status", entities: alike.reduce((sum, other) => sum + other.entities, 0), otherCauses: alike.length - 1 };
}
