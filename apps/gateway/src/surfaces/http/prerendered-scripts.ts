/**
 * readPrerenderedScripts: the inline scripts of the pages that the console's build has written, by path, as hashes for a policy.
 * Neighbours: console-process.ts reads them when a console begins; page-policy.ts names them.
 */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** The page that answers for paths without a page; the build keeps it like any page. */
export const notFoundPath = "/_not-found";

export interface PrerenderedScripts {
  readonly byPath: ReadonlyMap<string, readonly string[]>;
  /** The scripts of all prerendered pages, which rendered pages contain unchanged, too (the choice of the theme before the first paint). */
  readonly common: readonly string[];
}

/** `folder` is the build's; without a build there are none. */
export async function readPrerenderedScripts(folder: string): Promise<PrerenderedScripts> {
  const pages = join(folder, "server", "app");
  const files = await readdir(pages, { recursive: true }).catch(() => []);
  const byPath = new Map<string, readonly string[]>();
  for (const file of files) {
    if (!file.endsWith(".html")) continue;
    byPath.set(pathOf(file), scriptHashes(await readFile(join(pages, file), "utf8")));
  }
  // Next's own pages do not use the layout, so they do not count.
  const [first = [], ...others] = [...byPath].filter(([path]) => !path.startsWith("/_")).map(([, hashes]) => hashes);
  return { byPath, common: first.filter((hash) => others.every((hashes) => hashes.includes(hash))) };
}

function pathOf(file: string): string {
  const path = `/${file.replaceAll("\\", "/").slice(0, -".html".length)}`;
  return path === "/index" ? "/" : path;
}

export function scriptHashes(html: string): string[] {
  const hashes = new Set<string>();
  for (const [, attributes = "", text = ""] of html.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script[^>]*>/gi)) {
    if (/\bsrc\s*=/i.test(attributes)) continue;
    hashes.add(`sha256-${createHash("sha256").update(text, "utf8").digest("base64")}`);
  }
  return [...hashes];
}
