/**
 * asAssistant: what an assistant may, of whoever it asks for. A person's own rights are not lent to it: it looks where they may look. A token says what it is
 * for, so it counts as it is; whoever wants an assistant to act gives it one.
 */
import type { Principal } from "../../contract/principal.ts";
import { everyNamespace, type Rights } from "../../contract/roles.ts";

export function asAssistant(principal: Principal): Principal {
  switch (principal.kind) {
    case "token":
    case "machine":
    case "anonymous":
      return principal;
    case "person":
    case "gateway":
      return { ...principal, rights: lookOnly(principal.rights) };
  }
}

function lookOnly(rights: Rights): Rights {
  switch (rights.kind) {
    case "all":
      return { kind: "grants", grants: [{ role: "viewer", namespace: everyNamespace }] };
    case "grants":
      return { kind: "grants", grants: rights.grants.map(({ namespace }) => ({ role: "viewer", namespace })) };
    case "none":
    case "ingress":
      return rights;
  }
}
