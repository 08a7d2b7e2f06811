/**
 * Names of people: the audit identifies people by name alone, so no two names may differ only in case or in the Unicode form of the same
 * letters. Similar letters of another script make another name. Neighbours: sign-in.ts, people-service.ts and provider-sign-in.ts make
 * people.
 */
import type { IdentityCatalog } from "../../catalog/identity-catalog.ts";

/** Names that the audit uses for others. */
const reservedNames: ReadonlySet<string> = new Set(["local", "gateway", "anonymous", "somebody"]);

/** A key that is the same for names that read as one. */
function nameKey(name: string): string {
  return name.normalize("NFKC").toLowerCase().normalize("NFKC");
}

/** The keys of all existing and all reserved names. */
export async function takenNames(catalog: Pick<IdentityCatalog, "users">): Promise<{ has(name: string): boolean }> {
  const keys = new Set((await catalog.users()).map(({ name }) => nameKey(name)));
  return { has: (name) => keys.has(nameKey(name)) || isReserved(name) };
}

export function isReserved(name: string): boolean {
  return reservedNames.has(nameKey(name));
}
