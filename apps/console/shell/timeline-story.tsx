/** What the timeline says of itself: whether it is live, what a bar is, what stands under the pointer, and how far back everything reaches. */
"use client";
import { bytes, compact, counted, rate } from "../format/numbers.ts";
import { clock, duration, relative } from "../format/times.ts";
import type { Connection } from "../live/live-store.ts";
import { useConnection } from "../live/use-live.ts";
import { useSeconds } from "../live/use-seconds.ts";
import { useCursor } from "../time/use-time.tsx";
import { useReach } from "../time/use-window.ts";
import { StatusWord } from "../ui/feedback/status-word.tsx";
import type { TimelineColumn } from "./timeline-columns.ts";

const connectionWords: Record<Connection["kind"], string> = {
  live: "Live",
  connecting: "Waiting for the gateway",
  offline: "Standing still",
  resting: "Resting: nobody looked at this tab",
};

export function TimelineStory({ columns, stepMs }: { columns: readonly TimelineColumn[]; stepMs: number }) {
  const connection = useConnection().kind;
  const cursor = useCursor().kind;
  const nowMs = useSeconds();
  const mark = columns.findLast((column) => column.marks.length > 0)?.marks.at(-1);
  const failing = columns.findLast((column) => column.failures > 0);
  return (
    <>
      {cursor === "live" || connection !== "live" ? (
        <span className={connection === "live" ? "font-medium" : "text-quiet"}>{connectionWords[connection]}</span>
      ) : (
        <span className="font-medium text-caution">{cursor === "playing" ? "The past plays" : "The past"}</span>
      )}
      <span className="text-quiet max-sm:hidden">messages a second, bar {duration(stepMs)}, log scale · line p99</span>
      {failing === undefined || nowMs === 0 ? null : (
        <StatusWord tone="danger">last failure {relative(failing.startMs, Math.max(nowMs, failing.startMs))}</StatusWord>
      )}
      {mark === undefined ? null : (
        <span className="truncate text-quiet max-sm:hidden">
          <span className="font-mono">{clock(mark.atMs, false)}</span> {markWord(mark.kind)} {mark.text}
        </span>
      )}
    </>
  );
}

export function markWord(kind: "savepoint" | "restore" | "module" | "restart"): string {
  const words = { savepoint: "○ savepoint", restore: "◆ restore of", module: "▼ module", restart: "▮" } as const;
  return words[kind];
}

export function ColumnStory({ column, stepMs }: { column: TimelineColumn; stepMs: number }) {
  const nowMs = useSeconds();
  if (!column.known)
    return <span className="text-quiet">Nothing is known of {clock(column.startMs, false)}: the gateway did not run.</span>;
  return (
    <>
      <span className="font-mono">{clock(column.startMs, false)}</span>
      <span className="font-mono font-medium">{rate(column.messages / (stepMs / 1_000))}</span>
      <span className="text-quiet">
        {counted(column.messages, "message", "messages")} in {duration(stepMs)}
      </span>
      {column.p99Ms === null ? null : <span className="text-quiet">p99 {duration(column.p99Ms)}</span>}
      {column.failures === 0 ? null : <StatusWord tone="danger">{counted(column.failures, "failure", "failures")}</StatusWord>}
      {column.marks.map((mark) => (
        <span key={`${mark.kind}-${mark.atMs}-${mark.text}`}>
          {markWord(mark.kind)} {mark.text}
        </span>
      ))}
      <span className="text-quiet max-sm:hidden">{relative(column.startMs, Math.max(nowMs, column.startMs))}</span>
    </>
  );
}

/** "Back to 22:31, 4.1M messages"; what bounds it stands in the title. */
export function ReachStory() {
  const reach = useReach();
  const nowMs = useSeconds();
  if (reach === undefined || nowMs === 0) return <p className="h-4 text-[11px] text-quiet" />;
  const { journal, retention, rollupsMs, rollupBytes, rollupBytesMax } = reach;
  const bounds =
    retention === null
      ? "What bounds the journal is the runtime's own"
      : `Journal: level ${retention.level}, at most ${bytes(retention.bytesMax)} and ${duration(retention.ageMs)} (SIGNALBOX_JOURNAL_BYTES_MAX, SIGNALBOX_JOURNAL_AGE_MS). Charts: ${bytes(rollupBytes)} of ${bytes(rollupBytesMax)} (SIGNALBOX_ROLLUP_BYTES_MAX), 24 h`;
  return (
    <p className="truncate text-[11px] text-quiet" title={bounds} data-testid="reach">
      {journal === null
        ? "Journal: empty"
        : `Journal back to ${dayClock(journal.atMs, nowMs)}, ${compact(reach.numbered)} messages and records`}
      {rollupsMs === null ? "" : ` · charts to ${dayClock(rollupsMs, nowMs)}`}
    </p>
  );
}

function dayClock(atMs: number, nowMs: number): string {
  const sameDay = new Date(atMs).toDateString() === new Date(nowMs).toDateString();
  const time = clock(atMs, false).slice(0, 5);
  return sameDay ? time : `${new Date(atMs).toISOString().slice(0, 10)} ${time}`;
}
