/**
 * `npm run api`: writes packages/<name>/api/<entry point>.api.md, the public names of what others install, docs/openapi.json, what HTTP
 * offers, and the table in docs/security.md, so that they are reviewed as a diff. The test beside it fails when one is not what the sources
 * say.
 * Neighbours: emit-package.ts makes the declarations, api-declarations.ts reads them.
 */
import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openApi } from "../apps/gateway/src/surfaces/http/openapi.ts";
import { writeAccessTable } from "./access-table.ts";
import { apiDeclarations } from "./api-declarations.ts";
import { emitDeclarations, entryPath, manifestOf, packageFolders } from "./emit-package.ts";
import { repositoryRoot } from "./stale-step.ts";
import { toldOptions } from "./told-options.ts";

/** Returns the reports by their path from the root of the repository. */
export function apiReports(): ReadonlyMap<string, string> {
  const reports = new Map<string, string>();
  for (const folder of packageFolders) {
    const aside = mkdtempSync(join(tmpdir(), "api-"));
    try {
      emitDeclarations(folder, aside);
      const { name, exports } = manifestOf(folder);
      for (const [subpath, source] of Object.entries(exports)) {
        const entry = subpath === "." ? "index" : subpath.slice(2);
        const title = subpath === "." ? name : `${name}/${entry}`;
        reports.set(`${folder}/api/${entry}.api.md`, report(title, join(aside, `${entryPath(source)}.d.ts`)));
      }
    } finally {
      rmSync(aside, { recursive: true, force: true });
    }
  }
  return reports;
}

export const openApiFile = "docs/openapi.json";

/** Leaves out the paths that modules declare, because they belong to one gateway. */
export function openApiText(): string {
  return `${JSON.stringify(openApi([]), undefined, 2)}\n`;
}

function report(title: string, entry: string): string {
  // The engine inside the test kit is not part of its API.
  const declarations = apiDeclarations(entry, (file) => file.includes("/engine/"));
  const block = (isPublic: boolean): string => {
    const texts = declarations.filter((each) => each.isPublic === isPublic).map(({ text }) => text);
    return `\`\`\`ts\n${texts.join("\n\n")}\n\`\`\`\n`;
  };
  const inner = declarations.some(({ isPublic }) => !isPublic) ? `\n## What these lead to\n\n${block(false)}` : "";
  return `# ${title}\n\nMade from the sources by \`npm run api\`.\n\n## Public names\n\n${block(true)}${inner}`;
}

export function committedReports(): readonly string[] {
  return globSync("packages/*/api/*.api.md", { cwd: repositoryRoot });
}

if (import.meta.main) {
  toldOptions({
    command: "npm run api",
    about: "Writes what packages and HTTP offer: packages/*/api, docs/openapi.json, the table of access.",
    options: {},
    says: {},
  });
  for (const file of committedReports()) rmSync(join(repositoryRoot, file));
  for (const [file, text] of apiReports()) {
    mkdirSync(join(repositoryRoot, file, ".."), { recursive: true });
    writeFileSync(join(repositoryRoot, file), text);
    console.log(file);
  }
  writeFileSync(join(repositoryRoot, openApiFile), openApiText());
  console.log(openApiFile);
  writeAccessTable();
}
