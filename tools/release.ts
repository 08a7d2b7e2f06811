/**
 * `npm run release`: packs the committed tree as release/signalbox-<version>.tar.gz, makes the container image of it, and puts the
 * changelog's section about the version beside them; each file with its SHA-256. It refuses a tree with uncommitted changes, a version
 * without a section in CHANGELOG.md, and tables of the catalog of which no copy is kept for later versions to open. People unpack the
 * tarball and run `npm install && npm start`.
 * Neighbours: image/build-image.ts makes the image, changelog-section.ts reads the changelog.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { changelogSection } from "./changelog-section.ts";
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

function changesOf(version: string): string | undefined {
  return changelogSection(readFileSync(join(repositoryRoot, "CHANGELOG.md"), "utf8"), version);
}

/** Checks that every workspace has the version of the whole, and that the changelog has a section about it. */
function problems(version: string): string[] {
  const found: string[] = [];
  const changed = git("status", "--porcelain").toString().trim();
  if (changed !== "") found.push(`uncommitted changes; commit them first:\n${changed}`);
  if (changesOf(version) === undefined) found.push(`CHANGELOG.md has no section "## ${version}"; rename "Unreleased" to it`);
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

const { values: options } = toldOptions({
  command: "npm run release",
  about: "Packs the committed tree as a tarball and a container image, with what the changelog says of the version.",
  options: { "no-image": { type: "boolean", default: false } },
  says: { "no-image": "the tarball and the changes alone" },
});
const version = versionOf(readFileSync(join(repositoryRoot, "package.json"), "utf8"));
const found = problems(version);
if (found.length > 0) {
  console.error(`no release of ${version}:\n- ${found.join("\n- ")}`);
  process.exit(1);
}
const name = `signalbox-${version}`;
const folder = join(repositoryRoot, "release");
mkdirSync(folder, { recursive: true });

/** Writes the file's SHA-256 beside it, as sha256sum --check reads it. */
function told(file: string): void {
  const bytes = readFileSync(join(folder, file));
  writeFileSync(join(folder, `${file}.sha256`), `${createHash("sha256").update(bytes).digest("hex")}  ${file}\n`);
  console.log(
    `release/${file}: ${(bytes.length / 1_000_000).toFixed(1)} MB of commit ${git("rev-parse", "--short", "HEAD").toString().trim()}`,
  );
}

writeFileSync(join(folder, `${name}.tar.gz`), git("archive", "--format=tar.gz", `--prefix=${name}/`, "HEAD"));
told(`${name}.tar.gz`);
writeFileSync(join(folder, `${name}-changes.md`), `# Signalbox ${version}\n\n${changesOf(version) ?? ""}\n`);
told(`${name}-changes.md`);
if (!options["no-image"]) {
  const image = `${name}-oci.tar`;
  execFileSync(process.execPath, [join(repositoryRoot, "tools/image/build-image.ts"), "--out", join(folder, image)], { stdio: "inherit" });
  told(image);
}
