/**
 * `npm run release`: packs the committed tree as release/signalbox-<version>.tar.gz with its SHA-256 beside it. It refuses a tree with
 * uncommitted changes, a version that CHANGELOG.md does not tell of, and tables of the catalog of which none is kept for later versions to open. Whoever unpacks it runs
 * `npm install && npm start`.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "./stale-step.ts";
import { toldOptions } from "./told-options.ts";

const git = (...parameters: string[]): Buffer => execFileSync("git", parameters, { cwd: repositoryRoot, maxBuffer: 512 * 1024 * 1024 });

function versionOf(packageJson: string): string {
  const { version } = JSON.parse(packageJson) as { version?: unknown };
  if (typeof version !== "string" || !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) {
    throw new Error(`package.json: version ${JSON.stringify(version)} is not major.minor.patch`);
  }
  return version;
}

/** Every workspace carries the version of the whole, and the changelog tells of it. */
function problems(version: string): string[] {
  const found: string[] = [];
  const changed = git("status", "--porcelain").toString().trim();
  if (changed !== "") found.push(`uncommitted changes; commit them first:\n${changed}`);
  const changelog = readFileSync(join(repositoryRoot, "CHANGELOG.md"), "utf8");
  if (!changelog.includes(`\n## ${version}`)) found.push(`CHANGELOG.md has no section "## ${version}"; rename "Unreleased" to it`);
  for (const file of git("ls-files", "packages/*/package.json", "apps/*/package.json").toString().trim().split("\n")) {
    const theirs = versionOf(readFileSync(join(repositoryRoot, file), "utf8"));
    if (theirs !== version) found.push(`${file}: version ${theirs} is not ${version}`);
  }
  const tables = git("ls-files", "prisma/migrations/sqlite/*/migration.sql").toString().trim().split("\n").at(-1)?.split("/").at(-2) ?? "";
  if (git("ls-files", `apps/gateway/test/catalog/recorded/${tables}.sql`).toString() === "")
    found.push(
      `no catalog of the tables ${tables} is kept; run "node apps/gateway/test/catalog/record-catalog.ts" and commit what it writes`,
    );
  return found;
}

toldOptions({
  command: "npm run release",
  about: "Packs the committed tree as a tarball with its SHA-256 beside it.",
  options: {},
  says: {},
});
const version = versionOf(readFileSync(join(repositoryRoot, "package.json"), "utf8"));
const found = problems(version);
if (found.length > 0) {
  console.error(`no release of ${version}:\n- ${found.join("\n- ")}`);
  process.exit(1);
}
const name = `signalbox-${version}`;
const tarball = git("archive", "--format=tar.gz", `--prefix=${name}/`, "HEAD");
const folder = join(repositoryRoot, "release");
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, `${name}.tar.gz`), tarball);
writeFileSync(join(folder, `${name}.tar.gz.sha256`), `${createHash("sha256").update(tarball).digest("hex")}  ${name}.tar.gz\n`);
console.log(
  `release/${name}.tar.gz: ${(tarball.length / 1_000_000).toFixed(1)} MB of commit ${git("rev-parse", "--short", "HEAD").toString().trim()}`,
);
