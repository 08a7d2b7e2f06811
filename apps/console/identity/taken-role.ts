/**
 * isTaken: whether the person may do less than before, or is somebody else. Neighbour: role-keeper.tsx.
 */
import type { Grant, Me } from "../trpc/views.ts";
import { roleOrder } from "./use-may.ts";

export type Held = Pick<Me, "kind" | "name" | "grants">;

export function isTaken(before: Held, now: Held): boolean {
  if (isOther(before, now)) return true;
  return before.grants.some((had) => !now.grants.some((has) => covers(has, had)));
}

export function isOther(before: Pick<Held, "kind" | "name">, now: Pick<Held, "kind" | "name">): boolean {
  return before.kind !== now.kind || before.name !== now.name;
}

function covers(has: Grant, had: Grant): boolean {
  if (has.namespace !== had.namespace && has.namespace !== "*") return false;
  if (roleOrder.indexOf(has.role) < roleOrder.indexOf(had.role)) return false;
  return had.unmask !== true || has.unmask === true || has.role === "admin";
}
