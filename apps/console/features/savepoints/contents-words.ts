/**
 * ContentsWords: the modules of a savepoint in words. Pure. Neighbours: savepoint-contents.tsx, savepoints-page.tsx.
 */
import type { SavepointRow } from "../../trpc/views.ts";
import type { SavepointsWords } from "../../words/savepoints/en.ts";

/** Origins whose files hold no modules. */
const elsewhere: readonly string[] = ["upload", "bootstrap", "move"];

export function modulesWords({ modules, origin }: Pick<SavepointRow, "modules" | "origin">, words: SavepointsWords["contents"]): string {
  if (modules !== null)
    return modules.length === 0 ? words.noModules : modules.map(({ name, revision }) => `${name} ${revision}`).join(", ");
  if (elsewhere.includes(origin)) return words.elsewhere;
  return words.earlier;
}
