/**
 * Flow: what moves now. The graph (or its table) is beside the live tail, and the selection is shown below the tail. The URL holds the
 * filter, the mode, the view and the selection.
 */
"use client";
import { lazy, Suspense, useCallback, useMemo, type ComponentProps } from "react";
import type { KnownOfRows } from "@signalbox/gateway/filter";
import { grouped } from "../../format/numbers.ts";
import { clock } from "../../format/times.ts";
import { useConnection } from "../../live/use-live.ts";
import { useShortcut } from "../../shell/shortcuts.tsx";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/feedback/empty-state.tsx";
import { cn } from "../../ui/cn.ts";
import { Segmented } from "../../ui/form/segmented.tsx";
import { Skeleton } from "../../ui/feedback/skeleton.tsx";
import { FilterBar } from "../../filter/filter-bar.tsx";
import { useFilter, type PageFilter } from "../../filter/use-filter.ts";
import { DrawnGraph, type DrawnGraphProps } from "./drawn-graph.tsx";
import { type flowViews, useFilmTrace, useFlowView, useOpened, useOpenNamespace, useTailMode } from "./flow-url.ts";
import type { FlowSnapshot } from "./graph/flow-store.ts";
import { useReducedMotion } from "../../ui/use-reduced-motion.ts";
import { parseSelection, selectionOfDot, selectionOfRow, selectionText, type Selection } from "./selection.ts";
import { PastFlowProvider, usePastShown } from "./past-flow-provider.tsx";
import { TailPanel } from "./tail-panel.tsx";
import { useFlow } from "./use-flow.ts";
import { useFlowWords } from "../../words/flow/use-flow-words.ts";

/** These are opened by a person, or shown only to newcomers, so they are loaded when needed. */
const GuideSteps = lazy(async () => ({ default: (await import("../guide/guide-steps.tsx")).GuideSteps }));
const PastTail = lazy(async () => ({ default: (await import("./past-tail.tsx")).PastTail }));
const FlowInspector = lazy(async () => ({ default: (await import("./flow-inspector.tsx")).FlowInspector }));
const FlowFilm = lazy(async () => ({ default: (await import("./film/flow-film.tsx")).FlowFilm }));
const FlowTables = lazy(async () => ({ default: (await import("./flow-tables.tsx")).FlowTables }));

export function FlowPage() {
  const { sent } = useFilter("row");
  return (
    <PastFlowProvider filter={sent}>
      <FlowBoard />
    </PastFlowProvider>
  );
}

function FlowBoard() {
  const flow = useFlow();
  const tail = useFilter("row");
  const [mode, setMode] = useTailMode();
  const [view, setView] = useFlowView();
  const [opened, setOpened] = useOpened();
  const [openNamespace, setOpenNamespace] = useOpenNamespace();
  const selection = parseSelection(opened);
  const paused = mode === "paused";
  const pause = (on: boolean): void => void setMode(on ? "paused" : "live");
  const open = useCallback((next: Selection): void => void setOpened(selectionText(next), { history: "push" }), [setOpened]);
  const close = (): void => void setOpened(null);
  useFlowKeys({ onPause: () => pause(!paused), onView: () => void setView(view === "graph" ? "table" : "graph") });

  return (
    <div className="relative flex min-h-0 flex-1">
      <Heading />
      <div className={cn("relative flex min-h-0 min-w-0 flex-1 flex-col", view === "tail" && "max-wide:flex-none max-wide:basis-full")}>
        <FlowBar flow={flow} tail={tail} view={view} onView={(next) => void setView(next)} paused={paused} onPause={pause} />
        <div className={cn("relative min-h-0 flex-1", view === "tail" && "max-wide:hidden")}>
          <FlowView
            flow={flow}
            table={view === "table"}
            chosenType={tail.equalOf("type")}
            onChooseType={(type) => {
              tail.setEqual("type", type);
              followType(type, { selection, open, close });
            }}
            onOpen={open}
            openNamespace={openNamespace}
            onOpenNamespace={(namespace) => void setOpenNamespace(namespace)}
            onOpenDot={(dot) => open(selectionOfDot(dot))}
            paused={paused}
          />
        </div>
        {view === "tail" ? null : <DotsLine flow={flow} paused={paused} table={view === "table"} />}
      </div>
      <div
        className={cn(
          "relative flex min-h-0 flex-col border-line wide:w-[376px] wide:flex-none wide:border-l",
          "max-wide:absolute max-wide:inset-x-0 max-wide:bottom-0 max-wide:bg-panel",
          view === "tail" ? "max-wide:top-14 max-sm:top-[92px]" : "max-wide:top-0",
          view !== "tail" && selection === null && "max-wide:hidden",
        )}
      >
        <Suspense>
          <FlowRows
            filter={tail.sent}
            paused={paused}
            onPause={pause}
            onClear={() => tail.set("")}
            opened={selection?.kind === "record" ? selection.sequence : null}
            onOpen={(row) => open(selectionOfRow(row))}
          />
        </Suspense>
        <Suspense>
          {selection === null ? null : (
            <FlowInspector
              key={opened}
              selection={selection}
              onClose={close}
              onOpen={open}
              className="h-[54%] shrink-0 border-t border-line bg-raised max-wide:absolute max-wide:inset-0 max-wide:z-10 max-wide:h-auto"
            />
          )}
        </Suspense>
      </div>
    </div>
  );
}

function Heading() {
  return <h1 className="sr-only">{useFlowWords().title}</h1>;
}

interface Opened {
  selection: Selection | null;
  open: (next: Selection) => void;
  close: () => void;
}

/** Opens a type's card where there is room for it beside the graph. On a phone the graph stays, and the card leads there. */
function followType(type: string | null, { selection, open, close }: Opened): void {
  if (type !== null && window.matchMedia(besideGraph).matches) open({ kind: "type", type });
  if (type === null && selection?.kind === "type") close();
}

function useFlowKeys({ onPause, onView }: { onPause: () => void; onView: () => void }): void {
  const { pauseKey, viewKey, title: group } = useFlowWords();
  useShortcut({ keys: "p", shown: "p", label: pauseKey, group }, onPause);
  useShortcut({ keys: "v", shown: "v", label: viewKey, group }, onView);
}

interface FlowBarProps {
  flow: FlowSnapshot;
  tail: PageFilter;
  view: FlowViewName;
  onView: (view: FlowViewName) => void;
  paused: boolean;
  onPause: (on: boolean) => void;
}

function FlowBar({ flow, tail, view, onView, paused, onPause }: FlowBarProps) {
  const words = useFlowWords();
  const known = useKnownOfRows(flow);
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-2 p-3 max-sm:p-2">
      <FilterBar
        label={words.filter}
        group={words.title}
        page={tail}
        known={known}
        placeholder={'type == "shop/cart" && status == "failed"'}
      />
      <ViewSwitch view={view} onView={onView} />
      <Button tone={paused ? "plain" : "primary"} className="min-w-[76px]" onClick={() => onPause(!paused)} aria-pressed={paused}>
        {paused ? words.goOn : words.pause}
      </Button>
    </div>
  );
}

/** The live rows, or those that were recorded then. */
function FlowRows(tail: ComponentProps<typeof TailPanel>) {
  const past = usePastShown();
  if (past === null) return <TailPanel {...tail} />;
  return (
    <Suspense fallback={<Skeleton rows={10} />}>
      <PastTail past={past} opened={tail.opened} onOpen={tail.onOpen} />
    </Suspense>
  );
}

type FlowViewName = (typeof flowViews)[number];

function ViewSwitch({ view, onView }: { view: FlowViewName; onView: (view: FlowViewName) => void }) {
  const words = useFlowWords();
  return (
    <Segmented
      label={words.showAs}
      value={view}
      onChange={onView}
      options={[
        { value: "graph", label: words.graph },
        { value: "table", label: words.table },
        // Where there is room, the tail is beside the graph and needs no tab.
        { value: "tail", label: words.tail, className: "wide:hidden" },
      ]}
    />
  );
}

type FlowViewProps = DrawnGraphProps & { flow: FlowSnapshot; table: boolean };
/** The same width as the breakpoint `wide` in app/globals.css. */
const besideGraph = "(min-width: 1240px)";

/** Hydrates by itself, because the graph is the largest part of the page. */
function FlowView(props: FlowViewProps) {
  return (
    <Suspense>
      <DrawnFlow {...props} />
    </Suspense>
  );
}

function DrawnFlow({ flow, table, ...graph }: FlowViewProps) {
  const words = useFlowWords();
  const connection = useConnection();
  if (!flow.known) {
    if (connection.kind !== "offline") return <Skeleton label={words.loading} rows={6} />;
    return (
      <EmptyState title={words.noGraph} className="m-auto max-w-xl pt-16">
        {words.noGraphAbout}
      </EmptyState>
    );
  }
  if (flow.nodes.length === 0) return <GuideSteps />;
  if (table) return <FlowTables nodes={flow.nodes} edges={flow.edges} />;
  return <FilmedGraph flow={flow} {...graph} />;
}

/** The graph, with the film of a trace over it when one is open. */
function FilmedGraph({ flow, ...graph }: DrawnGraphProps & { flow: FlowSnapshot }) {
  const [trace, setTrace] = useFilmTrace();
  const drawn = <DrawnGraph flow={flow} {...graph} />;
  if (trace === null) return drawn;
  return (
    <Suspense>
      <FlowFilm trace={trace} edges={flow.edges} onClose={() => void setTrace(null)}>
        {drawn}
      </FlowFilm>
    </Suspense>
  );
}

/** Values for completion. */
function useKnownOfRows({ nodes }: FlowSnapshot): KnownOfRows {
  return useMemo(() => {
    const types = nodes.filter((node) => node.kind === "type").map((node) => node.name);
    return { values: { type: types, namespace: [...new Set(types.map((type) => type.slice(0, type.lastIndexOf("/"))))] } };
  }, [nodes]);
}

/** Says what a dot is, and how many of all that moved are shown. */
function DotsLine({ flow, paused, table }: { flow: FlowSnapshot; paused: boolean; table: boolean }) {
  const words = useFlowWords();
  const past = usePastShown();
  const still = useReducedMotion();
  const live = useConnection().kind === "live";
  if (!flow.known || flow.nodes.length === 0 || table) return null;
  const moved = grouped(Math.round(flow.movedPerSecond));
  const line =
    past !== null
      ? words.dotsThen({ from: clock(past.fromMs, false), to: clock(past.toMs, false), dots: grouped(past.records?.dots.length ?? 0) })
      : !live
        ? words.offline
        : paused
          ? words.paused
          : still
            ? words.still(moved)
            : words.dots(grouped(flow.shownPerSecond), moved);
  return (
    <p className="shrink-0 truncate px-4 pb-1.5 font-mono text-[11px] text-quiet max-room:px-3 max-room:pb-1" title={line}>
      {line}
    </p>
  );
}
