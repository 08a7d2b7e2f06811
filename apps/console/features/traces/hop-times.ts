/**
 * HopTimes: when each hop of a trace waited, was called and committed, and which hops the whole took as long as it did because of (the critical
 * path). Pure. A part that nobody kept is null, never zero. Neighbours: causal-tree.ts, time-scale.ts.
 */
import type { HopTiming } from "../../trpc/views.ts";
import type { CausalTree, RecordHop, TraceItem } from "./causal-tree.ts";

export interface HopTimes {
  fromMs: number;
  /** The call began; for what is no call, the moment. */
  startedMs: number;
  endedMs: number;
  /** On the disk; null: not known. */
  durableMs: number | null;
  /** Until when it waits for somebody since it ended: now; null: it does not. */
  openMs: number | null;
}

export interface TimesParts {
  timing: HopTiming | undefined;
  /** What still waits goes on until now. */
  nowMs: number;
  /** The entity still waits where the hop left it. */
  waits: boolean;
}

export function timesOf(item: TraceItem, { timing, nowMs, waits }: TimesParts): HopTimes {
  switch (item.kind) {
    case "record": {
      const { startedMs, endedMs } = item.record;
      const openMs = waits && item.record.outcome === "parked" ? nowMs : null;
      return { fromMs: item.sentMs, startedMs, endedMs, durableMs: timing?.durableMs ?? null, openMs };
    }
    case "egress":
      return instant(item.atMs);
    case "waiting":
      return { fromMs: item.message.atMs, startedMs: nowMs, endedMs: nowMs, durableMs: null, openMs: null };
    case "delayed": {
      const fromMs = item.of.endedMs;
      const untilMs = item.fate === "fired" || item.fate === "waits" ? (item.delayed.dueMs ?? fromMs) : fromMs;
      return { fromMs, startedMs: untilMs, endedMs: untilMs, durableMs: null, openMs: null };
    }
  }
}

function instant(atMs: number): HopTimes {
  return { fromMs: atMs, startedMs: atMs, endedMs: atMs, durableMs: null, openMs: null };
}

/** The keys from the hop that ended last up to the first. */
export function criticalPath(tree: CausalTree): ReadonlySet<string> {
  const byKey = new Map(tree.items.map((item) => [item.key, item]));
  const records = tree.items.filter((item) => item.kind === "record");
  const last = records.reduce<TraceItem | undefined>(
    (latest, item) => (latest?.kind === "record" && latest.record.endedMs >= item.record.endedMs ? latest : item),
    undefined,
  );
  const path = new Set<string>();
  for (let item = last; item !== undefined && !path.has(item.key); item = item.parent === null ? undefined : byKey.get(item.parent))
    path.add(item.key);
  return path;
}

/** Of a parked hop its attempts, as far as they are remembered: between them it waited. */
function calledMsOf({ outcome, startedMs, endedMs }: RecordHop["record"], timing: HopTiming | undefined): number {
  const failedMs = (timing?.attempts ?? []).reduce((sum, { durationMs }) => sum + durationMs, 0);
  return outcome === "parked" ? failedMs : failedMs + endedMs - startedMs;
}

export interface TraceSums {
  wholeMs: number;
  /** Along the critical path. */
  calledMs: number;
  /** Null: of none of its hops is known when it was on the disk. */
  committedMs: number | null;
  waitedMs: number;
}

export function sumsOf(
  tree: CausalTree,
  { path, timings }: { path: ReadonlySet<string>; timings: ReadonlyMap<number, HopTiming> },
): TraceSums {
  const wholeMs = tree.endMs - tree.startMs;
  let calledMs = 0;
  let committedMs: number | null = null;
  for (const item of tree.items) {
    if (item.kind !== "record" || !path.has(item.key) || item.record.outcome === "act") continue;
    const timing = timings.get(item.record.sequence);
    calledMs += calledMsOf(item.record, timing);
    const durableMs = timing?.durableMs ?? null;
    if (durableMs !== null) committedMs = (committedMs ?? 0) + Math.max(0, durableMs - item.record.endedMs);
  }
  return { wholeMs, calledMs, committedMs, waitedMs: Math.max(0, wholeMs - calledMs) };
}
