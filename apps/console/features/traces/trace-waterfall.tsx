/**
 * The causal tree as a waterfall: who at the left, when at the right. A thin line is waiting, a bar is running. One tab stop;
 * arrows move, Enter opens the row in the inspector.
 */
"use client";
import { useId, useState, type KeyboardEvent } from "react";
import { nameOf } from "../../format/texts.ts";
import { duration, exact } from "../../format/times.ts";
import { cn } from "../../ui/cn.ts";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { lineOf } from "../../values/value-view.tsx";
import type { CausalTree, TraceItem } from "./causal-tree.ts";

const INDENT_PX = 18;
const DEPTH_SHOWN_MAX = 10;

export interface TraceWaterfallProps {
  tree: CausalTree;
  opened: string | null;
  onOpen: (item: TraceItem) => void;
}

export function TraceWaterfall({ tree, opened, onOpen }: TraceWaterfallProps) {
  const id = useId();
  const [cursor, setCursor] = useState<string | null>(null);
  const active = cursor ?? opened;
  const at = tree.items.findIndex((item) => item.key === active);
  const onKeyDown = (event: KeyboardEvent): void => {
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
    <div
      role="tree"
      aria-label="What followed, in order of causes"
      tabIndex={0}
      aria-activedescendant={at >= 0 ? `${id}-${tree.items[at]?.key}` : undefined}
      onKeyDown={onKeyDown}
      className="border-b border-line focus-visible:-outline-offset-2"
    >
      {tree.items.map((item) => (
        <div
          key={item.key}
          id={`${id}-${item.key}`}
          role="treeitem"
          aria-level={item.depth + 1}
          aria-selected={item.key === opened}
          onClick={() => {
            setCursor(item.key);
            onOpen(item);
          }}
          className={cn(
            "grid h-8 cursor-default grid-cols-[minmax(0,1fr)_76px] items-center gap-3 border-t border-line px-4 room:grid-cols-[minmax(0,5fr)_minmax(160px,4fr)_76px]",
            item.key === opened ? "bg-selected" : item.key === active ? "bg-hover" : "hover:bg-hover",
          )}
        >
          <Who item={item} />
          <When item={item} tree={tree} />
          <HowLong item={item} />
        </div>
      ))}
    </div>
  );
}

function Who({ item }: { item: TraceItem }) {
  const indent = { paddingLeft: Math.min(item.depth, DEPTH_SHOWN_MAX) * INDENT_PX };
  return (
    <span className="flex min-w-0 items-center gap-2" style={indent}>
      {item.depth === 0 ? null : <span className="-ml-1 h-px w-2.5 shrink-0 bg-line-strong" aria-hidden="true" />}
      <WhoWords item={item} />
    </span>
  );
}

function WhoWords({ item }: { item: TraceItem }) {
  switch (item.kind) {
    case "record": {
      const first = item.record.messages[0];
      const changed = item.record.state.map((change) => change.name).join(", ");
      return (
        <>
          <RecordShape outcome={item.record.outcome} />
          <span className="min-w-0 truncate font-mono text-[12px]">
            <span className="text-quiet">{item.record.address.type}/</span>
            <span className="font-semibold">{item.record.address.id}</span>
          </span>
          <span className="shrink-[3] truncate text-[12px] text-quiet">
            {item.record.outcome === "act" ? (item.record.act ?? "act") : first === undefined ? "" : nameOf(first.value.typename)}
            {changed === "" ? "" : ` · writes ${changed}`}
            {item.record.attempts > 1 ? ` · ${item.record.attempts} attempts` : ""}
          </span>
        </>
      );
    }
    case "egress":
      return (
        <>
          <StatusWord tone="egress" className="text-[12px]">
            egress
          </StatusWord>
          <span className="truncate font-mono text-[12px]">{item.egress}</span>
          <span className="shrink-[3] truncate font-mono text-[12px] text-quiet">{lineOf(item.value)}</span>
        </>
      );
    case "waiting":
      return (
        <>
          <StatusWord tone="message" className="text-[12px]">
            waits
          </StatusWord>
          <span className="truncate font-mono text-[12px]">
            <span className="text-quiet">{item.message.target.type}/</span>
            {item.message.target.id}
          </span>
        </>
      );
    case "delayed":
      return (
        <>
          <StatusWord tone="quiet" className="text-[12px]">
            {item.delayed.kind === "cancel" ? "cancels" : "later"}
          </StatusWord>
          <span className="truncate font-mono text-[12px]">
            {item.delayed.target === null ? item.delayed.token : `${item.delayed.target.type}/${item.delayed.target.id}`}
          </span>
          {item.delayed.dueMs === null ? null : (
            <span className="text-[12px] whitespace-nowrap text-quiet">due {exact(item.delayed.dueMs)}</span>
          )}
        </>
      );
  }
}

function RecordShape({ outcome }: { outcome: "completed" | "parked" | "act" }) {
  const word = outcome === "act" ? "act" : outcome;
  return (
    <StatusWord tone={outcome === "completed" ? "clear" : outcome === "parked" ? "danger" : "message"} className="text-[12px]">
      <span className={outcome === "parked" ? "" : "sr-only"}>{word}</span>
    </StatusWord>
  );
}

function When({ item, tree }: { item: TraceItem; tree: CausalTree }) {
  const spanMs = Math.max(1, tree.endMs - tree.startMs);
  const share = (ms: number): number => Math.min(100, Math.max(0, ((ms - tree.startMs) / spanMs) * 100));
  if (item.kind !== "record") {
    if (item.kind !== "egress") return <span className="max-room:hidden" />;
    return (
      <span className="relative h-full max-room:hidden" aria-hidden="true">
        <span
          className="absolute top-1/2 size-2 -translate-x-1/2 -translate-y-1/2 rotate-45 bg-egress"
          style={{ left: `${share(item.atMs)}%` }}
        />
      </span>
    );
  }
  const { record, sentMs } = item;
  const left = share(record.startedMs);
  return (
    <span
      className="relative h-full max-room:hidden"
      title={`sent ${exact(sentMs)}\nwaited ${duration(Math.max(0, record.startedMs - sentMs))}\nran ${duration(record.endedMs - record.startedMs)}`}
    >
      <span
        className="absolute top-1/2 h-px bg-line-strong"
        style={{ left: `${share(sentMs)}%`, width: `${Math.max(0, left - share(sentMs))}%` }}
      />
      <span
        className={cn(
          "absolute top-1/2 h-2.5 min-w-[3px] -translate-y-1/2 rounded-[2px]",
          record.outcome === "parked" ? "bg-danger" : record.outcome === "act" ? "bg-faint" : "bg-message",
        )}
        style={{ left: `min(${left}%, calc(100% - 3px))`, width: `${Math.max(0, share(record.endedMs) - left)}%` }}
      />
    </span>
  );
}

function HowLong({ item }: { item: TraceItem }) {
  return (
    <span className="text-right font-mono text-[12px] text-quiet">
      {item.kind === "record" ? duration(item.record.endedMs - item.record.startedMs) : ""}
    </span>
  );
}
