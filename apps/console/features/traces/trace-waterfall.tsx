/**
 * The causal tree as a waterfall: on the left the hop and what it changed, on the right when; on a narrow screen one below the other along
 * a line. It is one tab stop; up and down move, Enter opens the hop in the inspector. Neighbours: hop-words.tsx, hop-bar.tsx.
 */
"use client";
import { useId, useMemo, useState, type CSSProperties, type KeyboardEvent } from "react";
import { duration } from "../../format/times.ts";
import type { HopTiming, TraceDetail } from "../../trpc/views.ts";
import { cn } from "../../ui/cn.ts";
import { useNow } from "../../ui/text/use-now.ts";
import { addressOf, sameAddress, type CausalTree, type TraceItem } from "./causal-tree.ts";
import { HopBar } from "./hop-bar.tsx";
import { timesOf, type HopTimes } from "./hop-times.ts";
import { HopDetail, HopTitle } from "./hop-words.tsx";
import { timeScale, type TimeScale } from "./time-scale.ts";
import { useStoryWords } from "../../words/story/use-story-words.ts";

const INDENT_PX = 14;
const DEPTH_SHOWN_MAX = 10;
const COLUMNS = "room:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_72px]";

export interface TraceWaterfallProps {
  detail: TraceDetail;
  tree: CausalTree;
  timings: ReadonlyMap<number, HopTiming>;
  critical: ReadonlySet<string>;
  shorten: boolean;
  opened: string | null;
  onOpen: (item: TraceItem) => void;
}

export function TraceWaterfall(props: TraceWaterfallProps) {
  const { waterfall: words } = useStoryWords();
  const { tree, opened, onOpen } = props;
  const id = useId();
  const [cursor, setCursor] = useState<string | null>(null);
  const rows = useRows(props);
  const scale = useMemo(() => scaleOf(rows, { tree, shorten: props.shorten }), [rows, tree, props.shorten]);
  const active = cursor ?? opened;
  const at = tree.items.findIndex((item) => item.key === active);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget) return;
    const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: tree.items.length - 1 };
    const step = steps[event.key];
    const current = tree.items[at];
    if (step !== undefined) {
      const next = tree.items[Math.max(0, Math.min(tree.items.length - 1, step))];
      if (next === undefined) return;
      event.preventDefault();
      setCursor(next.key);
      document.getElementById(`${id}-${next.key}`)?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && current !== undefined) {
      event.preventDefault();
      onOpen(current);
    }
  };
  return (
    <>
      <Axis scale={scale} />
      <div
        role="tree"
        aria-label={words.label}
        tabIndex={0}
        aria-activedescendant={at >= 0 ? `${id}-${tree.items[at]?.key}` : undefined}
        onKeyDown={onKeyDown}
        className="border-b border-line focus-visible:-outline-offset-2"
      >
        {rows.map((row) => (
          <div
            key={row.item.key}
            id={`${id}-${row.item.key}`}
            role="treeitem"
            aria-level={row.item.depth + 1}
            aria-selected={row.item.key === opened}
            onClick={(event) => {
              if (event.target instanceof Element && event.target.closest("a, button") !== null) return;
              setCursor(row.item.key);
              onOpen(row.item);
            }}
            className={cn(
              "grid cursor-default grid-cols-[52px_minmax(0,1fr)_auto] gap-x-3 overflow-hidden border-t border-line px-4 py-1.5",
              COLUMNS,
              row.item.key === opened ? "bg-selected" : row.item.key === active ? "bg-hover" : "hover:bg-hover",
            )}
          >
            <HopRow row={row} scale={scale} {...props} />
          </div>
        ))}
      </div>
    </>
  );
}

interface Row {
  item: TraceItem;
  times: HopTimes;
  timing: HopTiming | undefined;
  /** True when no later hop is of the same entity, so that what it waits for now belongs here. */
  last: boolean;
}

function useRows({ tree, timings, detail }: TraceWaterfallProps): Row[] {
  const open = detail.waits.length > 0 || tree.items.some((item) => item.kind === "waiting");
  const tick = useNow();
  const nowMs = open ? Math.max(tick, tree.endMs) : tree.endMs;
  return useMemo(() => {
    const lasts = new Map<string, string>();
    for (const item of tree.items) {
      const address = item.kind === "record" ? item.record.address : item.kind === "waiting" ? item.message.target : undefined;
      if (address !== undefined) lasts.set(`${address.type}/${address.id}`, item.key);
    }
    const last = new Set(lasts.values());
    return tree.items.map((item) => {
      const timing = item.kind === "record" ? timings.get(item.record.sequence) : undefined;
      const isLast = last.has(item.key);
      const waits = isLast && detail.waits.some(({ address }) => sameAddress(address, addressOf(item)));
      return { item, timing, times: timesOf(item, { timing, nowMs, waits }), last: isLast };
    });
  }, [tree, timings, nowMs, detail.waits]);
}

function scaleOf(rows: readonly Row[], { tree, shorten }: { tree: CausalTree; shorten: boolean }): TimeScale {
  const busy = rows.flatMap(({ item, times, timing }) => [
    { fromMs: times.fromMs, toMs: times.fromMs },
    {
      fromMs: item.kind === "record" && item.record.outcome === "parked" ? times.endedMs : times.startedMs,
      toMs: times.durableMs ?? times.endedMs,
    },
    ...(timing?.attempts ?? []).map(({ atMs, durationMs }) => ({ fromMs: atMs - durationMs, toMs: atMs })),
  ]);
  for (const { openMs } of rows.map(({ times }) => times)) if (openMs !== null) busy.push({ fromMs: openMs, toMs: openMs });
  const toMs = Math.max(tree.endMs, ...busy.map((span) => span.toMs));
  return timeScale(busy, { fromMs: tree.startMs, toMs }, { shorten });
}

function HopRow({ row, scale, detail, critical, tree }: { row: Row; scale: TimeScale } & TraceWaterfallProps) {
  const { waterfall: words } = useStoryWords();
  const { item, times, timing, last } = row;
  const indent = Math.min(item.depth, DEPTH_SHOWN_MAX) * INDENT_PX;
  const bar = <HopBar item={item} times={times} timing={timing} scale={scale} critical={critical.has(item.key)} />;
  return (
    <>
      <span className="border-r border-line-strong pr-2 text-right font-mono text-[11px] leading-5 text-quiet room:hidden">
        {item.depth === 0 && times.fromMs === tree.startMs ? "0" : duration(times.fromMs - tree.startMs)}
      </span>
      <span className="flex min-w-0 flex-col gap-0.5 room:pl-(--indent)" style={{ "--indent": `${indent}px` } as CSSProperties}>
        <span className="flex min-h-5 min-w-0 items-center gap-2">
          <HopTitle item={item} trace={detail.trace} />
        </span>
        <HopDetail item={item} detail={detail} last={last} />
        <span className="room:hidden">{bar}</span>
      </span>
      <span className="max-room:hidden">{bar}</span>
      <span className="text-right font-mono text-[12px] leading-5 whitespace-nowrap" title={words.tookExplains}>
        {tookWords(item, times)}
      </span>
    </>
  );
}

function tookWords(item: TraceItem, times: HopTimes): string {
  switch (item.kind) {
    case "egress":
      return "";
    case "delayed":
      return item.fate === "cancels" ? "" : duration(times.endedMs - times.fromMs);
    case "record":
    case "waiting":
      return duration((times.openMs ?? times.durableMs ?? times.endedMs) - times.fromMs);
  }
}

function Axis({ scale }: { scale: TimeScale }) {
  const { waterfall: words } = useStoryWords();
  return (
    <div className={cn("grid gap-x-3 px-4 pt-3 pb-1.5 text-[12px] text-quiet max-room:hidden", COLUMNS)} aria-hidden="true">
      <span>{words.hop}</span>
      <span className="@container relative font-mono text-[11px]">
        {scale.ticks.map((tick) => (
          <span
            key={tick.share}
            className={cn("absolute whitespace-nowrap", !tick.first && "hidden @[26rem]:inline")}
            style={{ left: `${(tick.share * 100).toFixed(2)}%` }}
          >
            {tick.ms === 0 ? "0" : `+${duration(tick.ms)}`}
          </span>
        ))}
      </span>
      <span className="text-right">{words.took}</span>
    </div>
  );
}
