/**
 * What this repository makes from sources: protobuf codecs, database clients, the console's production build.
 * `npm start`, `npm test` and the others run the part they need through stale-step.ts.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { consoleBuildFolder } from "../apps/gateway/src/listener/base-path.ts";
import { repositoryRoot, type StaleStep } from "./stale-step.ts";

const node = process.execPath;

const protobufCodecs: StaleStep = {
  name: "protobuf codecs",
  inputs: ["packages/proto/proto", "packages/proto/scripts", "packages/proto/package.json"],
  outputs: ["packages/proto/gen"],
  folder: "packages/proto",
  command: [node, "scripts/build.js"],
};

const databaseClients: StaleStep = {
  name: "database clients",
  inputs: ["prisma", "tools/prisma-generate.ts", "tools/prisma-schema.ts", "package.json"],
  outputs: ["apps/gateway/src/catalog/generated"],
  command: [node, "tools/prisma-generate.ts"],
};

/** Each base path has a build of its own beside the others: its own folder and, through the environment, its own fingerprint. */
export function consoleBuild(basePath: string): StaleStep {
  if (!existsSync(join(repositoryRoot, "apps/console/app"))) throw new Error("apps/console/app is absent: this checkout is incomplete");
  return {
    name: basePath === "" ? "console" : `console below ${basePath}`,
    inputs: ["apps/console", "apps/gateway/src/shared", "package-lock.json", "tsconfig.base.json", ...docsPages()],
    outputs: [`apps/console/${consoleBuildFolder(basePath)}/BUILD_ID`],
    folder: "apps/console",
    command: [node, join(repositoryRoot, "node_modules/next/dist/bin/next"), "build"],
    environment: { NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1", SIGNALBOX_BASE_PATH: basePath },
  };
}

/** The command palette contains the headings and texts of these pages. */
function docsPages(): readonly string[] {
  return readdirSync(join(repositoryRoot, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`);
}

/** The generated code that every type check, test and process needs. */
export const generatedCode: readonly StaleStep[] = [protobufCodecs, databaseClients];

/** Returns everything that a production start below a base path needs (in normal form, empty for none). */
export function productionBuild(basePath: string): readonly StaleStep[] {
  return [...generatedCode, consoleBuild(basePath)];
}
