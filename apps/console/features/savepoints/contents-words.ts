/** ContentsWords: the modules of a savepoint in words. Pure. Neighbours: savepoint-contents.tsx, savepoints-page.tsx. */
import type { SavepointRow } from "../../trpc/views.ts";

/** The file itself holds no modules. */
const elsewhere: readonly string[] = ["upload", "bootstrap", "move"];

export function modulesWords({ modules, origin }: Pick<SavepointRow, "modules" | "origin">): string {
  if (modules !== null) return modules.length === 0 ? "none" : modules.map(({ name, revision }) => `${name} ${revision}`).join(", ");
  if (elsewhere.includes(origin)) return "Not known: the file was not taken here, and holds no modules.";
  return "Not known: it was taken before this was kept.";
}
