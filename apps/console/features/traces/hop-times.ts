/**
 * HopTimes: when each hop of a trace waited, was called and committed, and which hops made the whole take as long as it did (the critical
 * path). Pure. A time that nobody kept is null, never zero. Neighbours: causal-tree.ts, time-scale.ts.
 */
import type { HopTiming } from "../../trpc/views.ts";
import type { CausalTree, RecordHop, TraceItem } from "./causal-tree.ts";

export interface HopTimes {
  fromMs: number;
  /** When the call began; for what is no call, its moment. */
  startedMs: number;
  endedMs: number;
  /** When it was on the disk; null when that is not known. */
  durableMs: number | null;
  /** The present, when it has waited for a person since it ended; null when it does not wait. */
  openMs: number | null;
}

export interface TimesParts {
  timing: HopTiming | undefined;
  /** The present, up to which what still waits is drawn. */
  nowMs: number;
  /** Whether the entity still waits where the hop left it. */
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

/** Returns the keys from the hop that ended last up to the first. */
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

/** Counts, for a parked hop, its attempts as far as they are remembered, because it waited between them. */
function calledMsOf({ outcome, startedMs, endedMs }: RecordHop["record"], timing: HopTiming | undefined): number {
  const failedMs = (timing?.attempts ?? []).reduce((sum, { durationMs }) => sum + durationMs, 0);
  return outcome === "parked" ? failedMs : failedMs + endedMs - startedMs;
}

export interface TraceSums {
  wholeMs: number;
  /** The sum along the critical path. */
  calledMs: number;
  /** Null when it is not known of any of its hops when it was on the disk. */
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
