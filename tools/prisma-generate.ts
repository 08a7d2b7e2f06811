/**
 * Generates the two database clients of the catalog from prisma/schema.prisma. `npm run generate` calls this only when the schema changed
 * (build-steps.ts). It works without network: Prisma's command line would ask for an engine that generating never runs.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readSchema, schemaFor, schemaProviders, type SchemaProvider } from "./prisma-schema.ts";
import { repositoryRoot } from "./stale-step.ts";

const catalogFolder = join(repositoryRoot, "apps/gateway/src/catalog");
const generatedFolder = join(catalogFolder, "generated");

// The client is written beside its place and renamed, so that a process that starts meanwhile never reads half of it.
const cacheFolder = join(repositoryRoot, "node_modules/.cache/signalbox");
mkdirSync(cacheFolder, { recursive: true });
const asideFolder = mkdtempSync(join(cacheFolder, "database-clients-"));
try {
  for (const provider of schemaProviders) generateClient(provider);
  // mkdtemp makes the folder for its owner only, but another user may run what this one has built.
  chmodSync(asideFolder, 0o755);
  rmSync(generatedFolder, { recursive: true, force: true });
  mkdirSync(catalogFolder, { recursive: true });
  renameSync(asideFolder, generatedFolder);
} finally {
  rmSync(asideFolder, { recursive: true, force: true });
}

function generateClient(provider: SchemaProvider): void {
  const derivedPath = join(asideFolder, `${provider}.prisma`);
  writeFileSync(derivedPath, schemaFor(provider, readSchema(), join(asideFolder, provider)));
  const cli = join(repositoryRoot, "node_modules/prisma/build/index.js");
  const run = spawnSync(process.execPath, [cli, "generate", "--schema", derivedPath], {
    cwd: repositoryRoot,
    encoding: "utf8",
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: derivedPath, PRISMA_HIDE_UPDATE_MESSAGE: "1", CHECKPOINT_DISABLE: "1" },
  });
  rmSync(derivedPath, { force: true });
  if (run.status === 0) return;
  throw new Error(`prisma generate failed for ${provider} (exit code ${run.status ?? run.signal}):\n${run.stdout}${run.stderr}`);
}
