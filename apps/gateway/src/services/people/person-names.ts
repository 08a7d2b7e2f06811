/**
 * Names of people: the audit tells them apart by nothing else, so two must not read as one: by the size of their letters, or in another form of the same letters. Letters
 * of another script that look alike are two names. Neighbours: sign-in.ts, people-service.ts and provider-sign-in.ts make people.
 */
import type { IdentityCatalog } from "../../catalog/identity-catalog.ts";

/** Names that the audit has for others. */
const reservedNames: ReadonlySet<string> = new Set(["local", "gateway", "anonymous", "somebody"]);

/** The same for names that read as one. */
export function nameKey(name: string): string {
  return name.normalize("NFKC").toLowerCase().normalize("NFKC");
}

/** Of all that are there, and of those that nobody may have. */
export async function takenNames(catalog: Pick<IdentityCatalog, "users">): Promise<{ has(name: string): boolean }> {
  const keys = new Set((await catalog.users()).map(({ name }) => nameKey(name)));
  return { has: (name) => keys.has(nameKey(name)) || isReserved(name) };
}

export function isReserved(name: string): boolean {
  return reservedNames.has(nameKey(name));
}
