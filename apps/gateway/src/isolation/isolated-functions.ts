/**
 * How the process of isolated functions is started: its program, its rights and its task. Neighbours: isolate-main.ts is the program;
 * processes/process-supervisor.ts keeps one running for each endpoint; check-isolated.ts starts one that only checks.
 */
import { realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ImportPlaces, IsolateTask } from "./isolate-task.ts";

/** What a module declares of isolated functions. */
export interface IsolatedSpec {
  readonly source:
    | { readonly kind: "code"; readonly code: string }
    | {
        readonly kind: "file";
        readonly path: string;
        /** As it was when its module was applied; undefined until it was checked. */
        readonly code?: string;
      };
  readonly exportName: string | undefined;
  readonly memoryMiBMax: number;
  readonly callTimeoutMs: number;
  /** The number of processes, which are called in turn. */
  readonly instances: number;
}

export type TaskOf = Pick<IsolatedSpec, "exportName" | "memoryMiBMax" | "callTimeoutMs">;

export function isolateTask({ exportName, memoryMiBMax, callTimeoutMs }: TaskOf, code: string): Omit<IsolateTask, "purpose"> {
  return { code, exportName, memoryMiBMax, callTimeoutMs, imports: importPlaces() };
}

/** Returns the program with its rights: to read these files, and to load the one addon. */
export function isolateCommand(): readonly [program: string, ...parameters: string[]] {
  const folders = [dirname(fileURLToPath(import.meta.url)), ...importPlaces().roots, ...addonFolders()];
  const files = ["guarded-listener.ts", "node-http.ts"].map((name) => fileURLToPath(new URL(`../listener/${name}`, import.meta.url)));
  // The addon's loader looks for this file to find out which C library there is.
  const readable = [...folders.map((folder) => join(folder, "*")), ...files, "/etc/alpine-release"];
  return [
    process.execPath,
    "--permission",
    "--allow-addons",
    ...readable.map((place) => `--allow-fs-read=${place}`),
    "--disable-warning=PERM0001",
    "--disable-warning=ExperimentalWarning",
    fileURLToPath(new URL("isolate-main.ts", import.meta.url)),
  ];
}

let places: ImportPlaces | undefined;

/** Finds the SDK, and zod where it is installed. */
function importPlaces(): ImportPlaces {
  if (places !== undefined) return places;
  const host = pathOf("@signalbox/functions/embedded");
  const names: Record<string, string> = { "@signalbox/functions": pathOf("@signalbox/functions"), "@signalbox/functions/embedded": host };
  const roots = [dirname(dirname(host))];
  try {
    const zod = pathOf("zod");
    names["zod"] = zod;
    roots.push(dirname(zod));
  } catch {
    // Without zod, a source that imports it is told that it is missing.
  }
  places = { names, roots };
  return places;
}

function addonFolders(): string[] {
  return ["isolated-vm", "node-gyp-build"].map((name) => {
    const path = pathOf(name);
    const end = join("node_modules", name);
    return path.slice(0, path.lastIndexOf(end) + end.length);
  });
}

function pathOf(name: string): string {
  return realpathSync(fileURLToPath(import.meta.resolve(name)));
}
