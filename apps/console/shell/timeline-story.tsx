/**
 * The timeline's own text: whether it is live, what a bar is, what is under the pointer, and how far back everything reaches.
 */
"use client";
import { bytes, compact, rate } from "../format/numbers.ts";
import { clock, duration, relative } from "../format/times.ts";

import { useConnection } from "../live/use-live.ts";
import { useSeconds } from "../live/use-seconds.ts";
import { useCursor } from "../time/use-time.tsx";
import { useReach } from "../time/use-window.ts";
import { StatusWord } from "../ui/feedback/status-word.tsx";
import { useShellWords } from "../words/shell/use-shell-words.ts";
import { useWords } from "../words/use-words.ts";
import type { TimelineColumn } from "./timeline-columns.ts";

export function TimelineStory({ columns, stepMs }: { columns: readonly TimelineColumn[]; stepMs: number }) {
  const { timeline: words } = useShellWords();
  const { ages } = useWords();
  const connection = useConnection().kind;
  const cursor = useCursor().kind;
  const nowMs = useSeconds();
  const mark = columns.findLast((column) => column.marks.length > 0)?.marks.at(-1);
  const failing = columns.findLast((column) => column.failures > 0);
  return (
    <>
      {cursor === "live" || connection !== "live" ? (
        <span className={connection === "live" ? "font-medium" : "text-quiet"}>{words.connection[connection]}</span>
      ) : (
        <span className="font-medium text-caution">{cursor === "playing" ? words.plays : words.past}</span>
      )}
      <span className="text-quiet max-sm:hidden">{words.bars(duration(stepMs))}</span>
      {failing === undefined || nowMs === 0 ? null : (
        <StatusWord tone="danger">{words.lastFailure(relative(failing.startMs, Math.max(nowMs, failing.startMs), ages))}</StatusWord>
      )}
      {mark === undefined ? null : (
        <span className="truncate text-quiet max-sm:hidden">
          <span className="font-mono">{clock(mark.atMs, false)}</span> {words.marks[mark.kind]} {mark.text}
        </span>
      )}
    </>
  );
}

export function ColumnStory({ column, stepMs }: { column: TimelineColumn; stepMs: number }) {
  const { timeline: words } = useShellWords();
  const { ages } = useWords();
  const nowMs = useSeconds();
  if (!column.known) return <span className="text-quiet">{words.unknown(clock(column.startMs, false))}</span>;
  return (
    <>
      <span className="font-mono">{clock(column.startMs, false)}</span>
      <span className="font-mono font-medium">{rate(column.messages / (stepMs / 1_000))}</span>
      <span className="text-quiet">{words.messagesIn(column.messages, duration(stepMs))}</span>
      {column.p99Ms === null ? null : <span className="text-quiet">p99 {duration(column.p99Ms)}</span>}
      {column.failures === 0 ? null : <StatusWord tone="danger">{words.failures(column.failures)}</StatusWord>}
      {column.marks.map((mark) => (
        <span key={`${mark.kind}-${mark.atMs}-${mark.text}`}>
          {words.marks[mark.kind]} {mark.text}
        </span>
      ))}
      <span className="text-quiet max-sm:hidden">{relative(column.startMs, Math.max(nowMs, column.startMs), ages)}</span>
    </>
  );
}

/** Says "Back to 22:31, 4.1M messages"; the title says what limits it. */
export function ReachStory() {
  const { timeline: words } = useShellWords();
  const reach = useReach();
  const nowMs = useSeconds();
  if (reach === undefined || nowMs === 0) return <p className="h-4 text-[11px] text-quiet" />;
  const { journal, retention, rollupsMs, rollupBytes, rollupBytesMax } = reach;
  const bounds =
    retention === null
      ? words.runtimeBounds
      : words.bounds(
          { level: retention.level, bytesMax: bytes(retention.bytesMax), age: duration(retention.ageMs) },
          bytes(rollupBytes),
          bytes(rollupBytesMax),
        );
  return (
    // From the second day on the two times have dates too, and are one below the other.
    <p className="text-[11px] leading-[14px] text-quiet" title={bounds} data-testid="reach">
      <span className="inline-block">
        {journal === null ? words.noJournal : words.reach(dayClock(journal.atMs, nowMs), compact(reach.numbered))}
        {rollupsMs === null ? "" : " ·"}
      </span>{" "}
      {rollupsMs === null ? "" : <span className="inline-block">{words.chartsTo(dayClock(rollupsMs, nowMs))}</span>}
    </p>
  );
}

function dayClock(atMs: number, nowMs: number): string {
  const sameDay = new Date(atMs).toDateString() === new Date(nowMs).toDateString();
  const time = clock(atMs, false).slice(0, 5);
  return sameDay ? time : `${new Date(atMs).toISOString().slice(0, 10)} ${time}`;
}
