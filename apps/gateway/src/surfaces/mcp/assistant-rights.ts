/**
 * asAssistant: the rights of an assistant that asks for somebody. With a person's session it may only read what they may read. A token
 * states its rights, so they count in full: to let an assistant act, give it a token.
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
