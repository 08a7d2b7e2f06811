/**
 * imageFiles: which files of this checkout a container holds below /app: what runs, unchanged, without what builds, tests, documents or
 * belongs to another platform. Neighbours: runtime-packages.ts says which packages, build-image.ts makes layers of the files.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { runtimePackages } from "./runtime-packages.ts";

export interface ImageFiles {
  /** Paths below the root; they change only with the dependencies. */
  readonly packages: readonly string[];
  /** Paths that change with every release. */
  readonly ours: readonly string[];
}

/** Packages that build the console, and those with which Next would make smaller pictures. */
const withoutPackages = new Set([
  "tailwindcss",
  "@tailwindcss/postcss",
  "sharp",
  "postcss",
  "baseline-browser-mapping",
  "caniuse-lite",
  "@next/swc-linux-x64-gnu",
]);

/** Our packages below node_modules/@signalbox, with their folders below packages/. */
export const ownPackages: Readonly<Record<string, string>> = {
  engine: "engine",
  flink: "flink",
  functions: "sdk",
  proto: "proto",
  runtime: "runtime",
};

const ourFolders = [
  "apps/gateway/src",
  "apps/cli/bin",
  "apps/cli/src",
  "apps/console/.next/server",
  "apps/console/.next/static",
  "packages/proto/src",
  "packages/proto/gen",
  "packages/proto/proto",
  "packages/runtime/src",
  "packages/engine/src",
  "packages/flink/src",
  "packages/sdk/src",
  "prisma/migrations",
  // The demo's files.
  "examples/ride-sharing",
] as const;
const ourFiles = [
  "package.json",
  "LICENSE",
  "NOTICE",
  "docs/openapi.json",
  "packages/flink/versions.json",
  "packages/flink/java/signalbox-flink.jar",
] as const;
const workspaces = [
  "apps/gateway",
  "apps/cli",
  "packages/engine",
  "packages/flink",
  "packages/proto",
  "packages/runtime",
  "packages/sdk",
] as const;

export function imageFiles(root: string, target: { readonly os: string; readonly cpu: string }): ImageFiles {
  const lock = readFileSync(join(root, "package-lock.json"), "utf8");
  const packages = runtimePackages(lock, { workspaces: [...workspaces, "apps/console"], without: browserOnly(root), ...target });
  return {
    packages: packages.flatMap((folder) => filesOf(root, folder).filter((path) => isRun(path, target))),
    ours: [
      ...ourFiles,
      ...workspaces.map((folder) => `${folder}/package.json`),
      ...ourFolders.flatMap((folder) => filesOf(root, folder).filter((path) => !/\.test\.tsx?$|\/testing\/|\.map$/.test(path))),
      ...readdirSync(join(root, "apps/console/.next"))
        .filter((name) => /^BUILD_ID$|\.json$|^required-server-files\.js$/.test(name) && !name.endsWith(".nft.json"))
        .map((name) => `apps/console/.next/${name}`),
      "apps/console/package.json",
    ].filter((path) => statSync(join(root, path), { throwIfNoEntry: false })?.isFile() === true),
  };
}

/** Lists the console's dependencies that are inside its bundles; those that its server loads are not among them. */
function browserOnly(root: string): ReadonlySet<string> {
  const loadedByServer = new Set(["next", "react", "react-dom"]);
  const { dependencies } = JSON.parse(readFileSync(join(root, "apps/console/package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  const gateway = readFileSync(join(root, "apps/gateway/package.json"), "utf8");
  const bundled = Object.keys(dependencies).filter((name) => !loadedByServer.has(name) && !gateway.includes(`"${name}"`));
  return new Set([...bundled, ...withoutPackages]);
}

function filesOf(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    // Packages inside a package are listed by themselves, and a Python that somebody installed into an example belongs to this machine.
    if (entry.isDirectory()) return entry.name === "node_modules" || entry.name === ".venv" ? [] : filesOf(root, path);
    return entry.isFile() ? [path] : [];
  });
}

const never =
  /\.(map|d\.[cm]?ts|md|markdown|flow|tsbuildinfo|gyp|gypi|cc|cpp|c|h|o|a)$|\/(test|tests|__tests__|docs|examples?|benchmarks?|deps|src\/deps)\//i;
const neverOfNext =
  /\/next\/dist\/(esm|docs|bundle-analyzer|next-devtools|compiled\/(next-devtools|@vercel\/(og|nft|blob)))\/|\.dev\.js$|-experimental\//;
/** Prisma has a query compiler for every database, and only ours are needed. */
const neverOfPrisma = /\/runtime\/(.*(cockroachdb|mysql|sqlserver|edge)|query_compiler_fast)/;

function isRun(path: string, { os, cpu }: { readonly os: string; readonly cpu: string }): boolean {
  if (/LICEN[CS]E|NOTICE/i.test(path)) return true;
  if (never.test(path)) return false;
  if (path.startsWith("node_modules/next/")) return !neverOfNext.test(path);
  if (path.startsWith("node_modules/@prisma/client/")) return !neverOfPrisma.test(path);
  const prebuilt = /\/prebuilds\/([^/]+)\//.exec(path)?.[1];
  return prebuilt === undefined || (prebuilt.startsWith(`${os}-`) && prebuilt.includes(cpu));
}
