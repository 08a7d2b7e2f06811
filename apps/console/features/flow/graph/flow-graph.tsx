/**
 * The live graph: types as cards while they can be read side by side, else by namespace. Each level is fetched when it is first drawn.
 */
"use client";
import { ReactFlowProvider } from "@xyflow/react";
import { lazy, Suspense } from "react";
import type { FlowGraphProps } from "./flow-graph-props.ts";
import { TypesGraph } from "./types-graph.tsx";

/** A small system never shows it, and the size of a page's scripts is limited (e2e/weight.spec.ts). */
const BundledGraph = lazy(async () => ({ default: (await import("./bundled-graph.tsx")).BundledGraph }));

export function FlowGraph(props: FlowGraphProps) {
  return (
    <ReactFlowProvider key={props.level}>
      {props.level === "namespaces" ? (
        <Suspense>
          <BundledGraph {...props} />
        </Suspense>
      ) : (
        <TypesGraph {...props} />
      )}
    </ReactFlowProvider>
  );
}
