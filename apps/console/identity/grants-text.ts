/**
 * grantsText: the text for the roles that somebody holds. Neighbours: features/people/people-words.ts, role-keeper.tsx.
 */
import type { Grant } from "../trpc/views.ts";
import type { MayWords } from "../words/may/en.ts";

export function grantsText(grants: readonly Grant[], words: MayWords): string {
  if (grants.length === 0) return words.nothing;
  return grants.map((grant) => grantText(grant, words)).join(", ");
}

function grantText({ role, namespace, unmask }: Grant, words: MayWords): string {
  const what = unmask === true ? words.unmasks(role) : role;
  return namespace === "*" ? words.everywhere(what) : words.within(what, namespace);
}
