/** originOf: what a revision of a module says of where it came from, by who asks and by which door. */
import type { CatalogOrigin } from "../../catalog/catalog.ts";
import type { Principal } from "../../contract/principal.ts";

export function originOf({ kind, door }: Principal): CatalogOrigin {
  if (kind === "gateway") return "start";
  return door === "console" ? "person" : "api";
}
