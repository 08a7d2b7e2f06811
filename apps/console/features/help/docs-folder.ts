/**
 * The pages of docs/ as they are when the console is built. Only the routes below app/help, which are made in the build, read them.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { docsSections, type DocsSection } from "./docs-sections.ts";

/** Next builds and develops in the folder apps/console. */
const folder = path.join(process.cwd(), "../../docs");

export function docsPages(): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".md"))
    .map((name) => name.slice(0, -".md".length))
    .toSorted();
}

export function sectionsOf(page: string): readonly DocsSection[] {
  return docsSections(page, readFileSync(path.join(folder, `${page}.md`), "utf8"));
}
