/**
 * prepack and postpack of the packages that others install, called by `npm pack` in their folder. Before packing, dist/ is made and
 * package.json becomes that of the tarball (exports in dist/, the test kit without the engine and its port, which are bundled into it);
 * afterwards package.json is the workspace's again. Neighbours: emit-package.ts makes dist/.
 */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { copyBeside, emitPackage, entryPath, packageFolders } from "./emit-package.ts";
import { generatedCode } from "./build-steps.ts";
import { repositoryRoot, runStaleSteps } from "./stale-step.ts";

const aside = ".package.json.workspace";

async function prepack(): Promise<void> {
  const folder = packageFolders.find((candidate) => candidate === relative(repositoryRoot, process.cwd()));
  if (folder === undefined) throw new Error(`prepack runs in ${packageFolders.join(" or ")}, not in ${process.cwd()}`);
  // Undoes what an interrupted run left behind.
  postpack();
  await runStaleSteps(generatedCode);
  await emitPackage(folder, join(repositoryRoot, folder, "dist"));
  copyBeside(folder);
  const text = readFileSync("package.json", "utf8");
  writeFileSync(aside, text);
  // The file is renamed into place, so a reader meanwhile finds one or the other, and both name files that exist.
  writeFileSync(`${aside}.packed`, `${JSON.stringify(packed(JSON.parse(text) as Record<string, unknown>), undefined, 2)}\n`);
  renameSync(`${aside}.packed`, "package.json");
}

function packed({ devDependencies: _dev, scripts: _scripts, ...manifest }: Record<string, unknown>): Record<string, unknown> {
  const sources = Object.entries(manifest["exports"] as Readonly<Record<string, string>>);
  const exports = Object.fromEntries(
    sources.map(([name, source]) => [name, { types: `./dist/${entryPath(source)}.d.ts`, default: `./dist/${entryPath(source)}.js` }]),
  );
  const {
    "@signalbox/engine": engine,
    "@signalbox/runtime": _port,
    ...dependencies
  } = (manifest["dependencies"] ?? {}) as Readonly<Record<string, string>>;
  if (engine === undefined) return { ...manifest, exports };
  const { dependencies: _all, ...rest } = manifest;
  return { ...rest, exports, peerDependencies: dependencies };
}

function postpack(): void {
  if (existsSync(aside)) renameSync(aside, "package.json");
  rmSync("LICENSE", { force: true });
}

if (process.argv[2] === "after") postpack();
else await prepack();
