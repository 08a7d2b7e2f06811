/**
 * useMayUnmask: whether the person may see masked values of a namespace, and if not, why. The gateway's decideUnmask decides in the same
 * way.
 */
"use client";
import type { Me } from "../trpc/views.ts";
import { useMe } from "./use-me.ts";

/** Returns null when they may. `of` is a function type or a namespace; absent for all of them. */
export function useMayUnmask(of = "*"): string | null {
  const me = useMe();
  return me === undefined ? null : whyMasked(me, of.split("/", 1)[0] ?? of);
}

export function whyMasked({ grants }: Pick<Me, "grants">, namespace: string): string | null {
  const may = grants.some((one) => (one.namespace === namespace || one.namespace === "*") && (one.role === "admin" || one.unmask === true));
  if (may) return null;
  const place = namespace === "*" ? "all namespaces" : namespace;
  return `This needs the right to unmask values in ${place}. Ask an admin for it (People).`;
}
