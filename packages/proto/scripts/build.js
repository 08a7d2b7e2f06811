/**
 * Generates gen/messages.js and gen/messages.d.ts from proto/**, and gen/descriptors.json (the same schemas for reflection).
 * Neighbours: src/messages.ts re-exports the generated names; .gitignore keeps gen/ out of git.
 * Skips when gen/ was made from exactly these .proto files, this script and this generator version.
 */
import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const packageDir = dirname(dirname(fileURLToPath(import.meta.url)));
const protoDir = join(packageDir, "proto");
const genDir = join(packageDir, "gen");
const require = createRequire(import.meta.url);
const pbjs = require("protobufjs-cli/pbjs");
const generator = require("protobufjs-cli/package.json");

const files = globSync("**/*.proto", { cwd: protoDir }).sort();
const hash = createHash("sha256")
  .update(`protobufjs-cli ${generator.version}\n`)
  .update(readFileSync(fileURLToPath(import.meta.url)));
for (const file of files) hash.update(`\n${file}\n`).update(readFileSync(join(protoDir, file)));
const fingerprint = hash.digest("hex");
const stamp = join(genDir, "fingerprint");

if (existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprint) {
  process.stdout.write("proto: gen/ is fresh\n");
} else {
  await generate();
  process.stdout.write(`proto: generated from ${files.length} files\n`);
}

/** Writes aside and renames, so that two builds at once never leave a torn gen/. */
async function generate() {
  const asideDir = join(packageDir, `gen.${process.pid}`);
  mkdirSync(asideDir, { recursive: true });
  const run = promisify(pbjs.main);
  const sources = files.map((file) => join(protoDir, file));
  const code = join(asideDir, "messages.js");
  await run([
    "-t",
    "static-module",
    "-w",
    "esm",
    "--dependency",
    "protobufjs/minimal.js",
    "--dts",
    "-r",
    "signalbox",
    "--no-verify",
    "--no-delimited",
    "--no-typeurl",
    "--no-service",
    "-p",
    protoDir,
    "-o",
    code,
    ...sources,
  ]);
  await run(["-t", "json", "-p", protoDir, "-o", join(asideDir, "descriptors.json"), ...sources]);
  writeFileSync(join(asideDir, "fingerprint"), fingerprint);
  rmSync(genDir, { recursive: true, force: true });
  renameSync(asideDir, genDir);
}
