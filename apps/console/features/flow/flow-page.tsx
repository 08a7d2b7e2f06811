/**
 * Flow: what moves now. The graph (or its table) beside the live tail; what is selected below the tail. The URL holds the
 * filter, the mode, the view and the selection.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useEffect, useState, useSyncExternalStore } from "react";
import { grouped } from "../../format/numbers.ts";
import { useConnection, useFrames, useLiveFlow } from "../../live/use-live.ts";
import { useShortcut } from "../../shell/shortcuts.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { DemoButton } from "../overview/demo-button.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { noFilter } from "./filter-text.ts";
import { FlowInspector } from "./flow-inspector.tsx";
import { FlowTables } from "./flow-tables.tsx";
import { useFilterFields, useFlowView, useOpened, useTailMode } from "./flow-url.ts";
import { FlowGraph } from "./graph/flow-graph.tsx";
import { FlowStore, type FlowSnapshot } from "./graph/flow-store.ts";
import { useReducedMotion } from "./graph/use-reduced-motion.ts";
import { parseSelection, selectionOfDot, selectionOfRow, selectionText, type Selection } from "./selection.ts";
import { TailPanel } from "./tail-panel.tsx";

export function FlowPage() {
  const { flow, query } = useFlow();
  const [fields, setFields] = useFilterFields();
  const [mode, setMode] = useTailMode();
  const [view, setView] = useFlowView();
  const [opened, setOpened] = useOpened();
  const selection = parseSelection(opened);
  const paused = mode === "paused";
  const pause = (on: boolean): void => void setMode(on ? "paused" : "live");
  const open = (next: Selection): void => void setOpened(selectionText(next), { history: "push" });
  const close = (): void => void setOpened(null);
  useShortcut({ keys: "p", shown: "p", label: "Pause or go on", group: "Flow" }, () => pause(!paused));
  useShortcut({ keys: "v", shown: "v", label: "Graph or table", group: "Flow" }, () => void setView(view === "graph" ? "table" : "graph"));

  return (
    <div className="flex min-h-0 flex-1 max-room:flex-col">
      <div className="relative flex min-h-0 min-w-0 flex-1 flex-col max-room:flex-none max-room:basis-[46%]">
        <h1 className="sr-only">Flow</h1>
        <div className="flex shrink-0 flex-wrap items-center gap-2 p-3">
          <FilterBar
            fields={fields}
            onChange={setFields}
            types={flow.nodes.filter((node) => node.kind === "type").map((node) => node.name)}
          />
          <Segmented
            label="Show the flow as"
            value={view}
            onChange={(next) => void setView(next)}
            options={[
              { value: "graph", label: "Graph" },
              { value: "table", label: "Table" },
            ]}
          />
          <Button tone={paused ? "plain" : "primary"} className="w-[76px]" onClick={() => pause(!paused)} aria-pressed={paused}>
            {paused ? "Go on" : "Pause"}
          </Button>
        </div>
        <div className="relative min-h-0 flex-1">
          {flow.known || query.data !== undefined ? (
            flow.nodes.length === 0 && flow.known ? (
              <NothingFlows />
            ) : view === "table" ? (
              <FlowTables nodes={flow.nodes} edges={flow.edges} />
            ) : (
              <FlowGraph
                nodes={flow.nodes}
                edges={flow.edges}
                known={flow.known}
                chosenType={fields.type}
                onChooseType={(type) => setFields({ type })}
                onOpenDot={(dot) => open(selectionOfDot(dot))}
                paused={paused}
              />
            )
          ) : query.error === null ? (
            <Skeleton label="Loading the graph" rows={6} />
          ) : (
            <ErrorState error={query.error} what="The graph" onRetry={() => void query.refetch()} />
          )}
        </div>
        <DotsLine flow={flow} paused={paused} table={view === "table"} />
      </div>
      <div className="relative flex min-h-0 w-full flex-1 flex-col border-line max-room:border-t room:w-[380px] room:flex-none room:border-l">
        <TailPanel
          fields={fields}
          paused={paused}
          onPause={pause}
          onClear={() => setFields(noFilter)}
          opened={selection?.kind === "record" ? selection.sequence : null}
          onOpen={(row) => open(selectionOfRow(row))}
        />
        {selection === null ? null : (
          <FlowInspector
            key={opened}
            selection={selection}
            onClose={close}
            className="h-[54%] shrink-0 border-t border-line bg-raised max-room:absolute max-room:inset-0 max-room:z-10 max-room:h-auto"
          />
        )}
      </div>
    </div>
  );
}

function useFlow() {
  useLiveFlow();
  const [store] = useState(() => new FlowStore());
  const query = useQuery(useTRPC().flow.graph.queryOptions());
  const { data } = query;
  useEffect(() => {
    if (data !== undefined && !store.snapshot().known) store.receive(data, 0);
  }, [data, store]);
  useFrames((frame) => {
    if (frame.flow !== null) store.receive(frame.flow, performance.now());
  });
  return { flow: useSyncExternalStore(store.watch, store.snapshot, store.serverSnapshot), query };
}

/** What a dot is, and how many of all that moved are shown. */
function DotsLine({ flow, paused, table }: { flow: FlowSnapshot; paused: boolean; table: boolean }) {
  const still = useReducedMotion();
  const live = useConnection().kind === "live";
  if (!flow.known || flow.nodes.length === 0 || table) return null;
  const moved = grouped(Math.round(flow.movedPerSecond));
  const words = !live
    ? "standing still: the gateway does not answer"
    : paused
      ? "paused: dots stand by, numbers go on"
      : still
        ? `${moved}/s move · motion is reduced, so numbers only`
        : `one dot is one message · ${grouped(flow.shownPerSecond)} shown of ${moved}/s · click a dot to open it, a line to hold it`;
  return (
    <p className="pointer-events-none absolute bottom-2 left-4 z-10 font-mono text-[11px] text-quiet max-room:static max-room:px-3 max-room:pb-1">
      {words}
    </p>
  );
}

function NothingFlows() {
  return (
    <EmptyState
      title="Nothing flows yet"
      className="m-auto max-w-xl pt-16"
      action={
        <>
          <DemoButton />
          <Button asChild>
            <Link href="/functions">Register an endpoint</Link>
          </Button>
        </>
      }
    >
      Here you will see every ingress, function type and egress, and each message as a dot that moves between them. Start the demo, or
      register the endpoint that serves your functions.
    </EmptyState>
  );
}
