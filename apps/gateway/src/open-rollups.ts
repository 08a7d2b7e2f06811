/**
 * OpenRollups: opens the rollups over the engine, the watch of the thread and the data directory, and reads the timeline's last ten minutes
 * from them, so that a restart does not empty it.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Engine, FunctionTypeView } from "@signalbox/runtime";
import type { GatewaySettings, Opened } from "./compose.ts";
import type { LiveFlow } from "./flow/live-flow.ts";
import type { ThreadWatch } from "./health/thread-watch.ts";
import { rollupBytesMaxDefault } from "./rollup-setting.ts";
import { Rollups } from "./rollups/rollups.ts";
import type { Gauges } from "./rollups/second-rollup.ts";
import { timelineSeconds } from "./shared/rolling-seconds.ts";
import { rollupPlace } from "./shared/rollup-values.ts";

const rollupFileName = "rollups.db";
/** The file in which an earlier release kept ten minutes. */
const formerFileName = "tape.json";

interface Parts {
  readonly engine: Engine;
  readonly watch: ThreadWatch;
  readonly warn: (message: string) => void;
  readonly closers: Opened["closers"];
}

export function openRollups(
  { dataDir, rollupBytesMax = rollupBytesMaxDefault }: GatewaySettings,
  { engine, watch, warn, closers }: Parts,
): Rollups {
  rmSync(join(dataDir, formerFileName), { force: true });
  const rollups: Rollups = new Rollups({
    path: join(dataDir, rollupFileName),
    bytesMax: rollupBytesMax,
    dataDir,
    nowMs: Date.now,
    gauges: () => gaugesOf(engine, { lateMs: watch.latestLateMs(), diskBytes: rollups.diskBytes }),
    endpointOf: endpoints(engine),
    warn,
  });
  closers.push(() => rollups.close());
  return rollups;
}

function gaugesOf(engine: Engine, { lateMs, diskBytes }: { lateMs: number; diskBytes: number }): Gauges {
  const status = engine.status();
  return {
    all: {
      waiting: status.waitingMessages - status.parkedMessages,
      parkedEntities: status.parkedEntities,
      inFlight: status.inFlight,
      lateMs: Math.round(lateMs * 10) / 10,
      memoryBytes: residentBytes(),
      diskBytes,
      epoch: status.epoch,
    },
    types: new Map(engine.functionTypes().map((type) => [type.type, typeGauges(type)])),
  };
}

/** Returns 0 when the system does not tell (no /proc), because a chart without this line is no reason to stop. */
function residentBytes(): number {
  try {
    return process.memoryUsage.rss();
  } catch {
    return 0;
  }
}

function typeGauges({ waitingMessages, parkedMessages, parkedEntities, inFlight }: FunctionTypeView): Gauges["all"] {
  return { waiting: waitingMessages - parkedMessages, parkedEntities, inFlight };
}

const endpointsFreshMs = 1_000;

/** Every digest asks which endpoint serves a type. For a known type the answer of a second ago is good enough. */
function endpoints(engine: Pick<Engine, "functionTypes">): (type: string) => string | undefined {
  let known = new Map<string, string | undefined>();
  let readMs = Number.NEGATIVE_INFINITY;
  return (type) => {
    const nowMs = performance.now();
    // A type that is seen for the first time is looked up at once.
    if (nowMs - readMs >= endpointsFreshMs || !known.has(type)) {
      known = new Map(engine.functionTypes().map((view) => [view.type, view.endpoint]));
      if (!known.has(type)) known.set(type, undefined);
      readMs = nowMs;
    }
    return known.get(type);
  };
}

/** Returns what limits the journal of the embedded engine; other runtimes have their own. */
export function retentionOf({ limits, openRuntime }: GatewaySettings): { level: string; bytesMax: number; ageMs: number } | null {
  if (openRuntime !== undefined) return null;
  return { level: limits.journalLevel, bytesMax: limits.journalBytesMax, ageMs: limits.journalAgeMs };
}

/** Fills the timeline. When the rollups cannot be read it stays empty. */
export async function recallTimeline(flow: LiveFlow, rollups: Rollups): Promise<void> {
  const toMs = Math.floor(Date.now() / 1_000) * 1_000;
  const range = { fromMs: toMs - timelineSeconds * 1_000, toMs, stepMs: 1_000 };
  try {
    const [[series], marks] = await Promise.all([
      rollups.ask<"range">({ kind: "range", range, keys: [""] }),
      rollups.ask<"marks">({ kind: "marks", range }),
    ]);
    const messages = series?.values[rollupPlace("messages")] ?? [];
    const failures = series?.values[rollupPlace("failures")] ?? [];
    const buckets = messages.flatMap((count, place) => {
      const atMs = range.fromMs + place * 1_000;
      if (count === null) return [];
      const there = marks.filter((mark) => Math.floor(mark.atMs / 1_000) * 1_000 === atMs);
      return [{ atMs, messages: count, failures: failures[place] ?? 0, marks: there.map(({ kind, text }) => ({ kind, text })) }];
    });
    flow.recallTimeline(buckets);
  } catch {
    return;
  }
}
