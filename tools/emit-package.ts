/**
 * emit-package: makes a package of the workspace as others install it: JavaScript and declarations in dist/. The SDK keeps its modules; the
 * test kit is bundled with the engine that it holds, so that it needs nothing but the SDK. Neighbours: prepack.ts calls it before `npm
 * pack`, api-report.ts reads the declarations.
 * Guarantee: a declaration that is shipped refers to shipped ones only; a bundle imports nothing but the SDK and Node.
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { build } from "rolldown";
import { repositoryRoot } from "./stale-step.ts";

export const packageFolders = ["packages/sdk", "packages/testing"] as const;
export type PackageFolder = (typeof packageFolders)[number];

export interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, string>>;
}

export function manifestOf(folder: PackageFolder): Manifest {
  return JSON.parse(readFileSync(join(repositoryRoot, folder, "package.json"), "utf8")) as Manifest;
}

/** Turns the source `src/hosts/node.ts` into `hosts/node`. */
export function entryPath(source: string): string {
  return source.replace(/^\.\/src\//, "").replace(/\.ts$/, "");
}

const bundledSpecifiers: Readonly<Record<string, string>> = {
  "@signalbox/engine": "engine/index.js",
  "@signalbox/engine/testing": "engine/testing/index.js",
  "@signalbox/runtime": "runtime/index.js",
};

/** Returns where the tarball has what a workspace package exports; undefined when it is not part of the tarball. */
function bundledTo(specifier: string): string | undefined {
  const model = /^@signalbox\/runtime\/(model\/[\w-]+)$/.exec(specifier)?.[1];
  return model === undefined ? bundledSpecifiers[specifier] : `runtime/${model}.js`;
}

export async function emitPackage(folder: PackageFolder, outDir: string): Promise<void> {
  rmSync(outDir, { recursive: true, force: true });
  mkdirSync(outDir, { recursive: true });
  const sources = Object.values(manifestOf(folder).exports).map((source) => join(repositoryRoot, folder, source));
  if (folder === "packages/sdk") compile(sources, { rootDir: join(repositoryRoot, folder, "src"), outDir, declarationsOnly: false });
  else await bundle(sources, outDir);
  emitDeclarations(folder, outDir);
}

/** Makes only the declarations, which api-report.ts reads. */
export function emitDeclarations(folder: PackageFolder, outDir: string): void {
  const { exports } = manifestOf(folder);
  const sources = Object.values(exports).map((source) => join(repositoryRoot, folder, source));
  compile(sources, { rootDir: join(repositoryRoot, folder, "src"), outDir, declarationsOnly: true });
  if (folder === "packages/testing") {
    const engine = join(repositoryRoot, "packages/engine/src");
    compile([join(engine, "index.ts"), join(engine, "testing/index.ts")], {
      rootDir: engine,
      outDir: join(outDir, "engine"),
      declarationsOnly: true,
    });
    const port = join(repositoryRoot, "packages/runtime/src");
    const words = globSync(join(port, "model/*.ts"));
    compile([join(port, "index.ts"), ...words], { rootDir: port, outDir: join(outDir, "runtime"), declarationsOnly: true });
  }
  keepReachable(
    outDir,
    Object.values(exports).map((source) => join(outDir, `${entryPath(source)}.d.ts`)),
  );
}

function compile(
  files: readonly string[],
  { rootDir, outDir, declarationsOnly }: { readonly rootDir: string; readonly outDir: string; readonly declarationsOnly: boolean },
): void {
  const aside = mkdtempSync(join(tmpdir(), "emit-"));
  const compilerOptions = {
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: declarationsOnly,
    rewriteRelativeImportExtensions: true,
    rootDir,
    outDir,
    typeRoots: [join(repositoryRoot, "node_modules/@types")],
  };
  writeFileSync(
    join(aside, "tsconfig.json"),
    JSON.stringify({ extends: join(repositoryRoot, "tsconfig.base.json"), compilerOptions, files }),
  );
  try {
    execFileSync(join(repositoryRoot, "node_modules/.bin/tsc"), ["-p", aside], { stdio: ["ignore", "pipe", "inherit"], encoding: "utf8" });
  } catch (error) {
    const said = error instanceof Error && "stdout" in error ? String(error.stdout) : "";
    throw new Error(`tsc cannot emit ${files.join(", ")}:\n${said}`, { cause: error });
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

async function bundle(sources: readonly string[], outDir: string): Promise<void> {
  const external = /^(node:|@signalbox\/functions|classic-level$|better-sqlite3$)/;
  await build({
    input: Object.fromEntries(
      sources.map((source) => [entryPath(`./src/${relative(join(repositoryRoot, "packages/testing/src"), source)}`), source]),
    ),
    external,
    platform: "node",
    // The kit does not contain the engine's stores on disk, so modules that only import them are dropped.
    treeshake: {
      moduleSideEffects: (id: string) => !/classic-level|better-sqlite3/.test(id) && !/\/packages\/(engine|runtime)\//.test(id),
    },
    output: { dir: outDir, format: "esm", entryFileNames: "[name].js", comments: { legal: true } },
    logLevel: "silent",
  });
  for (const file of globSync("**/*.js", { cwd: outDir })) {
    for (const [, specifier = ""] of readFileSync(join(outDir, file), "utf8").matchAll(/^import\s[^"']*["']([^"']+)["']/gm)) {
      if (!/^(node:|@signalbox\/functions|\.)/.test(specifier)) throw new Error(`${file} of the bundle imports ${specifier}`);
    }
  }
}

const specifiers = /((?:from|import)\s*\(?\s*)"([^"]+)"/g;

/** Rewrites the imports of the declarations to those of the package, and removes declarations that no entry point leads to. */
function keepReachable(outDir: string, entries: readonly string[]): void {
  const reached = new Set<string>();
  const waiting = [...entries];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    const from = dirname(file);
    const text = readFileSync(file, "utf8").replaceAll(specifiers, (_all, before: string, specifier: string) => {
      const ours = bundledTo(specifier);
      const target = ours === undefined ? specifier : `./${relative(from, join(outDir, ours))}`;
      const shipped = target.replace(/\.ts$/, ".js");
      if (!shipped.startsWith(".")) {
        if (/^@signalbox\/(?!functions)/.test(shipped)) throw new Error(`${file} leads to ${shipped}, which is not shipped`);
        return `${before}"${shipped}"`;
      }
      const declaration = resolve(from, shipped.replace(/\.js$/, ".d.ts"));
      if (!existsSync(declaration)) throw new Error(`${file} leads to ${shipped}, which has no declarations`);
      waiting.push(declaration);
      return `${before}"${shipped}"`;
    });
    writeFileSync(file, text);
  }
  for (const file of globSync("**/*.d.ts", { cwd: outDir })) if (!reached.has(join(outDir, file))) rmSync(join(outDir, file));
}

/** Copies the files that are beside dist/ in the tarball. */
export function copyBeside(folder: PackageFolder): void {
  cpSync(join(repositoryRoot, "LICENSE"), join(repositoryRoot, folder, "LICENSE"));
}
