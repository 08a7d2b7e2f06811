/**
 * The full arrangement, in columns from ingress to egress, by ELK in a web worker. Asked for once, when the graph is first
 * known, and whenever a person asks; never because traffic changed.
 */
import ElkApi, { type ELK } from "elkjs/lib/elk-api";
import { NODE_HEIGHT, NODE_WIDTH, type EdgeEnds, type Point } from "./geometry.ts";
import { COLUMN_GAP, onwardEdges, ROW_GAP, type Placeable } from "./placement.ts";

const options = {
  "elk.algorithm": "layered",
  "elk.direction": "RIGHT",
  // One graph: an egress stands last and an ingress first, also before the first message links them.
  "elk.separateConnectedComponents": "false",
  "elk.spacing.nodeNode": String(ROW_GAP),
  "elk.layered.spacing.nodeNodeBetweenLayers": String(COLUMN_GAP),
  "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
};

const layerOf = { ingress: "FIRST", type: "NONE", egress: "LAST" } as const;

export class Arranger {
  #elk: ELK | undefined;

  async arrange(nodes: readonly Placeable[], edges: readonly EdgeEnds[]): Promise<Map<string, Point>> {
    this.#elk ??= new ElkApi({ workerFactory: () => new Worker(new URL("./layout-worker.ts", import.meta.url), { type: "module" }) });
    const known = new Set(nodes.map((node) => node.id));
    const graph = await this.#elk.layout({
      id: "flow",
      layoutOptions: options,
      children: nodes
        .toSorted((left, right) => (left.id < right.id ? -1 : 1))
        .map((node) => ({
          id: node.id,
          width: NODE_WIDTH,
          height: NODE_HEIGHT,
          layoutOptions: { "elk.layered.layering.layerConstraint": layerOf[node.kind] },
        })),
      edges: onwardEdges(nodes, edges)
        .filter((edge) => known.has(edge.from) && known.has(edge.to))
        .map((edge) => ({ id: edge.id, sources: [edge.from], targets: [edge.to] })),
    });
    return new Map((graph.children ?? []).map((child) => [child.id, { x: Math.round(child.x ?? 0), y: Math.round(child.y ?? 0) }]));
  }

  close(): void {
    this.#elk?.terminateWorker();
    this.#elk = undefined;
  }
}
