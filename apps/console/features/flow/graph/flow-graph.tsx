/** The live graph: types as cards while they can be read side by side, else by namespace. */
"use client";
import { ReactFlowProvider } from "@xyflow/react";
import { BundledGraph } from "./bundled-graph.tsx";
import { BUNDLED_FROM_NODES } from "./bundle.ts";
import type { FlowGraphProps } from "./flow-graph-props.ts";
import { TypesGraph } from "./types-graph.tsx";

export function FlowGraph(props: FlowGraphProps) {
  return (
    <ReactFlowProvider>
      {props.nodes.length >= BUNDLED_FROM_NODES ? <BundledGraph {...props} /> : <TypesGraph {...props} />}
    </ReactFlowProvider>
  );
}
