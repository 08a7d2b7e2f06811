/**
 * findImport: finds the file that an import of isolated code leads to: the SDK, zod, and what these import themselves; nothing else.
 * Neighbour: isolate.ts compiles what it finds. Guarantee: it never names a file outside the task's roots, with links followed.
 */
import { existsSync, realpathSync } from "node:fs";
import { dirname, resolve, sep } from "node:path";
import type { ImportPlaces } from "./isolate-task.ts";

/** `from` is the file that imports; undefined stands for the functions' own source. Returns undefined when the import is not allowed. */
export function findImport(specifier: string, from: string | undefined, { names, roots }: ImportPlaces): string | undefined {
  if (Object.hasOwn(names, specifier)) return names[specifier];
  if (from === undefined || !/^\.\.?\//.test(specifier)) return undefined;
  const path = resolve(dirname(from), specifier);
  if (!isBelow(path, roots) || !existsSync(path)) return undefined;
  const real = realpathSync(path);
  return isBelow(real, roots) ? real : undefined;
}

function isBelow(path: string, roots: readonly string[]): boolean {
  return roots.some((root) => path.startsWith(root + sep));
}
