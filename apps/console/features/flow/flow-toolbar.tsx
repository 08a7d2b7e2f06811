/**
 * FlowToolbar: above the graph: search for a type or an entity, the zoom level of the graph (namespaces, types), and where in it one is.
 */
"use client";
import { Segmented } from "../../ui/form/segmented.tsx";
import type { FlowNode } from "../../trpc/views.ts";
import { namespaceOf } from "./graph/namespace-of.ts";
import { LocateBox, type Located } from "./locate-box.tsx";
import { useFlowWords } from "../../words/flow/use-flow-words.ts";

export interface FlowToolbarProps {
  nodes: readonly FlowNode[];
  chosenType: string | null;
  openNamespace: string | null;
  level: "types" | "namespaces";
  /** Undefined when there are too many types to draw each one, or only one namespace. */
  onLevel: ((level: "types" | "namespaces") => void) | undefined;
  onLocate: (found: Located) => void;
  onLeave: (to: "all" | "namespace") => void;
}

export function FlowToolbar({ nodes, chosenType, openNamespace, level, onLevel, onLocate, onLeave }: FlowToolbarProps) {
  const words = useFlowWords();
  const namespace = chosenType === null ? openNamespace : namespaceOf(chosenType);
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-2 px-3 pb-1 max-sm:px-2">
      <LocateBox nodes={nodes} chosenType={chosenType} onLocate={onLocate} className="w-64 max-sm:w-full" />
      {onLevel === undefined ? null : (
        <Segmented
          label={words.zoom}
          value={level}
          onChange={onLevel}
          options={[
            { value: "types", label: words.levelTypes },
            { value: "namespaces", label: words.levelNamespaces },
          ]}
        />
      )}
      {namespace === null ? null : (
        <nav aria-label={words.where} className="flex min-w-0 items-baseline gap-1.5 truncate font-mono text-[12px] text-quiet">
          <Crumb onClick={() => onLeave("all")}>{words.all}</Crumb> ›
          {chosenType === null ? (
            <span className="text-text">{namespace}</span>
          ) : (
            <>
              <Crumb onClick={() => onLeave("namespace")}>{namespace}</Crumb> ›
              <span className="truncate text-text">{chosenType.slice(namespace.length + 1)}</span>
            </>
          )}
        </nav>
      )}
    </div>
  );
}

function Crumb({ onClick, children }: { onClick: () => void; children: string }) {
  return (
    <button type="button" className="rounded hover:underline" onClick={onClick}>
      {children}
    </button>
  );
}
