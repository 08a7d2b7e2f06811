/** The live graph: types as cards while they can be read side by side, else by namespace. */
"use client";
import { ReactFlowProvider } from "@xyflow/react";
import { BundledGraph } from "./bundled-graph.tsx";
import type { FlowGraphProps } from "./flow-graph-props.ts";
import { TypesGraph } from "./types-graph.tsx";

export function FlowGraph(props: FlowGraphProps) {
  return (
    <ReactFlowProvider key={props.level}>
      {props.level === "namespaces" ? <BundledGraph {...props} /> : <TypesGraph {...props} />}
    </ReactFlowProvider>
  );
}
