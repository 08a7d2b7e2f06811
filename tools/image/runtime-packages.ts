/**
 * runtimePackages: what a running gateway and the command line need of node_modules: the dependencies of some workspaces and theirs, read
 * from package-lock.json as npm installed them. Neighbour: image-files.ts takes their files. What builds, tests or belongs to another
 * platform is left out.
 */
import { z } from "zod";

/** npm writes a single name without a list. */
const names = z.union([z.array(z.string()), z.string().transform((name) => [name])]);
const lockShape = z.object({
  packages: z.record(
    z.string(),
    z.object({
      dependencies: z.record(z.string(), z.string()).optional(),
      optionalDependencies: z.record(z.string(), z.string()).optional(),
      os: names.optional(),
      cpu: names.optional(),
      link: z.boolean().optional(),
    }),
  ),
});
type Packages = z.output<typeof lockShape>["packages"];

export interface RuntimeOptions {
  /** The folders of workspaces, such as apps/gateway. */
  readonly workspaces: readonly string[];
  /** Names that are left out, together with what only they need. */
  readonly without: ReadonlySet<string>;
  readonly os: string;
  readonly cpu: string;
}

/**
 * Returns sorted folders below the root, such as node_modules/fastify. Throws when the lock file names a dependency that it does not
 * contain.
 */
export function runtimePackages(lockText: string, { workspaces, without, os, cpu }: RuntimeOptions): string[] {
  const { packages } = lockShape.parse(JSON.parse(lockText));
  const found = new Set<string>();
  const left = [...workspaces];
  for (let from = left.pop(); from !== undefined; from = left.pop()) {
    const { dependencies = {}, optionalDependencies = {} } = packages[from] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      if (without.has(name)) continue;
      const place = placeOf(packages, from, name);
      const entry = place === undefined ? undefined : packages[place];
      if (place === undefined || entry === undefined) {
        if (name in optionalDependencies) continue;
        throw new Error(`package-lock.json: ${from} needs ${name}, and it is not there`);
      }
      // A workspace of ours is not copied from node_modules.
      if (entry.link === true || found.has(place) || !isFor(entry, os, cpu) || /musl/.test(place)) continue;
      found.add(place);
      left.push(place);
    }
  }
  return [...found].sort();
}

/** Searches as Node does: beside the package that needs it, then outwards. */
function placeOf(packages: Packages, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = outer(folder)) {
    const place = folder === "" ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (place in packages) return place;
    if (folder === "") return undefined;
  }
}

function outer(folder: string): string {
  const at = folder.lastIndexOf("/node_modules/");
  return at === -1 ? "" : folder.slice(0, at);
}

function isFor(
  { os: systems, cpu: processors }: { os?: string[] | undefined; cpu?: string[] | undefined },
  os: string,
  cpu: string,
): boolean {
  return (systems?.includes(os) ?? true) && (processors?.includes(cpu) ?? true);
}
