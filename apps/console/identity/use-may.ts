/**
 * useMay: whether the person may do an operation in a namespace, and if not, why. Until the answer comes everything counts as allowed, and
 * the gateway refuses what is not. Neighbour: the gateway's authorizer, whose table `me` contains.
 */
"use client";
import type { Me, Role } from "../trpc/views.ts";
import { clock } from "../format/times.ts";
import { useAt } from "../time/use-time.tsx";
import type { MayWords } from "../words/may/en.ts";
import { useMayWords } from "../words/may/use-may-words.ts";
import { useMe } from "./use-me.ts";

export type OperationName = `${string}.${string}`;

/** The roles from the least to the most. */
export const roleOrder: readonly Role[] = ["viewer", "sender", "operator", "admin"];

/** Operations that change nothing are allowed in the past too. */
const reads: ReadonlySet<OperationName> = new Set(["people.me", "people.list"]);

/** Returns null when they may. `of` is a function type or a namespace; absent for the whole gateway. */
export function useMay(operation: OperationName, of = "*"): string | null {
  const me = useMe();
  const atMs = useAt();
  const words = useMayWords();
  if (atMs !== null && !reads.has(operation)) return words.past(clock(atMs, false));
  return me === undefined ? null : whyNot(me, { operation, namespace: of.split("/", 1)[0] ?? of, words });
}

interface Asked {
  readonly operation: OperationName;
  readonly namespace: string;
  readonly words: MayWords;
}

export function whyNot(me: Pick<Me, "grants" | "needs">, { operation, namespace, words }: Asked): string | null {
  const need = me.needs.find((one) => one.operation === operation);
  if (need === undefined || need.role === null) return null;
  const where = need.inNamespace ? namespace : "*";
  const held = need.anyNamespace ? strongest(me) : strongest(me, where);
  if (held !== undefined && roleOrder.indexOf(held) >= roleOrder.indexOf(need.role)) return null;
  const place = need.anyNamespace ? words.someNamespace : where === "*" ? words.allNamespaces : where;
  return words.needs(need.role, place, held ?? words.nothing);
}

/** Returns the strongest role in the namespace, or in any when it is absent. */
function strongest({ grants }: Pick<Me, "grants">, namespace?: string): Role | undefined {
  return grants
    .filter((one) => namespace === undefined || one.namespace === namespace || one.namespace === "*")
    .map(({ role }) => role)
    .toSorted((a, b) => roleOrder.indexOf(b) - roleOrder.indexOf(a))[0];
}
