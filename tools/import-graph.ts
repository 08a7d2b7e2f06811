/**
 * ImportGraph: which of our source files imports which, read from the text of the import and export declarations. borders.test.ts walks it.
 * Type-only edges are marked, because a border may allow types. A cycle through types runs, but a reader of one of its files has to read
 * all of them.
 */
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

export interface ImportEdge {
  readonly from: string;
  /** A path relative to the root for our files, else the specifier as written. */
  readonly to: string;
  readonly typeOnly: boolean;
}

const declaration = /^\s*(import|export)\s+(type\s+)?(?:[^"';]*?\sfrom\s+)?["']([^"']+)["']/gm;
const dynamicImport = /\bimport\(\s*["']([^"']+)["']\s*\)/g;

/** Returns the edges of every source file under the folder, without tests. */
export function importEdges(root: string, folder: string): ImportEdge[] {
  const files = globSync(`${folder}/**/*.{ts,tsx}`, {
    cwd: root,
    exclude: (path) => /node_modules|\.next|(^|\/)gen($|\/)|generated/.test(path),
  });
  return files.filter((file) => !/\.(test|spec)\.tsx?$|\.d\.ts$/.test(file)).flatMap((file) => edgesOfFile(root, file));
}

function edgesOfFile(root: string, file: string): ImportEdge[] {
  const text = readFileSync(join(root, file), "utf8");
  const edges: ImportEdge[] = [];
  for (const match of text.matchAll(declaration)) {
    edges.push({ from: file, to: target(root, file, match[3] ?? ""), typeOnly: match[2] !== undefined });
  }
  for (const match of text.matchAll(dynamicImport)) edges.push({ from: file, to: target(root, file, match[1] ?? ""), typeOnly: false });
  return edges;
}

function target(root: string, file: string, specifier: string): string {
  if (!specifier.startsWith(".")) return specifier;
  const path = resolve(root, dirname(file), specifier);
  const found = [path, `${path}.ts`, `${path}.tsx`, join(path, "index.ts"), join(path, "index.tsx")].find((candidate) =>
    existsSync(candidate),
  );
  return relative(root, found ?? path);
}

/** Returns the first cycle as a list of files, or undefined. Type-only imports count only with "types-too". */
export function findCycle(edges: readonly ImportEdge[], types: "types-too" | "values-only" = "values-only"): string[] | undefined {
  const next = new Map<string, string[]>();
  for (const edge of edges) if (types === "types-too" || !edge.typeOnly) next.set(edge.from, [...(next.get(edge.from) ?? []), edge.to]);
  const done = new Set<string>();
  for (const start of next.keys()) {
    const cycle = visit(start, { next, done, path: [] });
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

interface Walk {
  readonly next: ReadonlyMap<string, readonly string[]>;
  readonly done: Set<string>;
  readonly path: string[];
}

function visit(file: string, walk: Walk): string[] | undefined {
  const at = walk.path.indexOf(file);
  if (at >= 0) return [...walk.path.slice(at), file];
  if (walk.done.has(file)) return undefined;
  walk.path.push(file);
  for (const neighbour of walk.next.get(file) ?? []) {
    const cycle = visit(neighbour, walk);
    if (cycle !== undefined) return cycle;
  }
  walk.path.pop();
  walk.done.add(file);
  return undefined;
}
