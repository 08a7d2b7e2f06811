/**
 * DrawnGraph: the graph at the zoom level that fits or was chosen (namespaces, types, and the hottest entities of the chosen type), with a
 * search in it. Neighbours: graph/ draws, flow-toolbar.tsx has the controls, flow-page.tsx the rest of the page.
 */
"use client";
import { lazy, useCallback } from "react";
import type { FlowDot, HotEntity } from "../../trpc/views.ts";
import { FlowToolbar } from "./flow-toolbar.tsx";
import { useFlowLevel } from "./flow-url.ts";
import { BUNDLED_FROM_NODES, namespaceOf } from "./graph/namespace-of.ts";
import type { FlowSnapshot } from "./graph/flow-store.ts";
import type { Located } from "./locate-box.tsx";
import type { Selection } from "./selection.ts";

/**
 * The module is fetched at once and evaluated in a task of its own. The frame of the page does not wait for it, and the graph is known only
 * after the first message of the stream anyway.
 */
const graphModule = import("./graph/flow-graph.tsx");
const FlowGraph = lazy(async () => ({ default: (await graphModule).FlowGraph }));

export interface DrawnGraphProps {
  chosenType: string | null;
  onChooseType: (type: string | null) => void;
  openNamespace: string | null;
  onOpenNamespace: (namespace: string | null) => void;
  onOpenDot: (dot: FlowDot) => void;
  onOpen: (next: Selection) => void;
  paused: boolean;
}

export function DrawnGraph({ flow: { nodes, edges }, onOpen, ...graph }: DrawnGraphProps & { flow: FlowSnapshot }) {
  const { chosenType, onChooseType, openNamespace, onOpenNamespace } = graph;
  const [asked, setLevel] = useFlowLevel();
  const many = nodes.length >= BUNDLED_FROM_NODES;
  const namespaces = new Set(nodes.filter(({ kind }) => kind === "type").map(({ name }) => namespaceOf(name))).size;
  const mayChange = !many && namespaces > 1;
  const level = many ? "namespaces" : mayChange ? (asked ?? "types") : "types";
  const onOpenEntity = useCallback(({ address }: HotEntity) => onOpen({ kind: "entity", address }), [onOpen]);
  const onOpenType = useCallback((type: string) => onOpen({ kind: "type", type }), [onOpen]);
  const chooseInPlace = (type: string | null): void => {
    if (type !== null && level === "namespaces") onOpenNamespace(namespaceOf(type));
    if (type !== chosenType) onChooseType(type);
  };
  const locate = (found: Located): void => {
    switch (found.kind) {
      case "namespace":
        if (mayChange) void setLevel("namespaces");
        return onOpenNamespace(found.name);
      case "type":
        return chooseInPlace(found.name);
      case "entity":
        chooseInPlace(found.address.type);
        return onOpen({ kind: "entity", address: found.address });
    }
  };
  return (
    <div className="flex size-full flex-col">
      <FlowToolbar
        nodes={nodes}
        chosenType={chosenType}
        openNamespace={level === "namespaces" ? openNamespace : null}
        level={level}
        onLevel={mayChange ? (next) => void setLevel(next) : undefined}
        onLocate={locate}
        onLeave={(to) => {
          if (chosenType !== null) onChooseType(null);
          if (to === "all") onOpenNamespace(null);
        }}
      />
      <div className="min-h-0 flex-1">
        <FlowGraph
          nodes={nodes}
          edges={edges}
          known
          {...graph}
          level={level}
          onOpenEntity={onOpenEntity}
          onOpenType={onOpenType}
          onZoomOut={mayChange ? () => void setLevel("namespaces") : null}
          onZoomIn={mayChange ? () => void setLevel("types") : null}
        />
      </div>
    </div>
  );
}
