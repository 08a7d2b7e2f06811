/** grantsText: how the roles that somebody holds read. Neighbours: features/people/people-words.ts, role-keeper.tsx. */
import type { Grant } from "../trpc/views.ts";

export function grantsText(grants: readonly Grant[]): string {
  if (grants.length === 0) return "nothing";
  return grants.map(grantText).join(", ");
}

function grantText({ role, namespace, unmask }: Grant): string {
  const what = unmask === true ? `${role}, unmasks,` : role;
  return namespace === "*" ? `${what} everywhere` : `${what} in ${namespace}`;
}
