/**
 * Floors: the floors of the gateway (ARCHITECTURE.md), and which imports between its folders go down and which go up, types counted. `node
 * tools/floors.ts` prints them; borders.test.ts requires that none goes up.
 */
import { importEdges, type ImportEdge } from "./import-graph.ts";
import { repositoryRoot } from "./stale-step.ts";

export const gatewaySources = "apps/gateway/src/";

/** From the top floor to the ground floor; folders of one floor may know each other. Files in no folder connect everything. */
export const floors: readonly (readonly string[])[] = [
  ["."],
  ["surfaces"],
  ["services"],
  [
    "connectors",
    "flow",
    "modules",
    "masking",
    "sight",
    "values",
    "conditions",
    "views",
    "compute",
    "metrics",
    "rollups",
    "invariants",
    "telemetry",
    "health",
    "processes",
    "isolation",
    "scaling",
    "duckdb",
    "bootstrap",
    "backup",
    "sql",
    "differences",
    "secrets",
  ],
  ["catalog", "identity", "listener", "shape"],
  ["contract", "shared"],
];

export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly edges: readonly ImportEdge[];
}

/** Returns the folder below src/ that holds the file; "." for a file beside the folders. */
export function folderOf(file: string): string {
  const [first = "", ...rest] = file.slice(gatewaySources.length).split("/");
  return rest.length === 0 ? "." : first;
}

/** Returns every pair of folders with an import from one to the other. */
export function arrowsOf(edges: readonly ImportEdge[]): Arrow[] {
  const arrows = new Map<string, { from: string; to: string; edges: ImportEdge[] }>();
  for (const edge of edges) {
    if (!edge.from.startsWith(gatewaySources) || !edge.to.startsWith(gatewaySources)) continue;
    const [from, to] = [folderOf(edge.from), folderOf(edge.to)];
    if (from === to) continue;
    const arrow = arrows.get(`${from} ${to}`) ?? { from, to, edges: [] };
    arrows.set(`${from} ${to}`, arrow);
    arrow.edges.push(edge);
  }
  return [...arrows.values()];
}

export function floorOf(folder: string): number {
  return floors.findIndex((names) => names.includes(folder));
}

export function runsUp({ from, to }: Pick<Arrow, "from" | "to">): boolean {
  return floorOf(to) < floorOf(from);
}

if (import.meta.main) {
  const arrows = arrowsOf(importEdges(repositoryRoot, "apps/gateway/src"));
  const up = arrows.filter(runsUp);
  for (const { from, to, edges } of up) {
    console.log(`${from} -> ${to} (${edges.length} imports)`);
    for (const edge of edges) console.log(`    ${edge.from.slice(gatewaySources.length)} -> ${edge.to.slice(gatewaySources.length)}`);
  }
  const files = new Set(up.flatMap(({ edges }) => edges.map((edge) => edge.from)));
  console.log(
    `${arrows.length} arrows between folders, ${up.length} run up: ${up.reduce((sum, { edges }) => sum + edges.length, 0)} imports in ${files.size} files`,
  );
}
