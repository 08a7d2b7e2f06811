/**
 * HopBar: one hop on the trace's axis. An outline is waiting, blue is the call, text colour is the commit, red a failed attempt, a diamond
 * a record that left; a line beneath is the critical path, a dotted line a wait that the axis shortens, with its true length over it.
 */
import type { ReactElement } from "react";
import { duration, exact } from "../../format/times.ts";
import type { HopTiming } from "../../trpc/views.ts";
import { cn } from "../../ui/cn.ts";
import type { TraceItem } from "./causal-tree.ts";
import type { HopTimes } from "./hop-times.ts";
import type { TimeScale } from "./time-scale.ts";
import { useStoryWords } from "../../words/story/use-story-words.ts";
import type { StoryWords } from "../../words/story/en.ts";

export interface HopBarProps {
  item: TraceItem;
  times: HopTimes;
  timing: HopTiming | undefined;
  scale: TimeScale;
  critical: boolean;
}

export function HopBar({ item, times, timing, scale, critical }: HopBarProps): ReactElement {
  const { bar: words } = useStoryWords();
  const from = scale.share(times.fromMs);
  const end = scale.share(times.durableMs ?? times.endedMs);
  return (
    <span className="relative block h-5 min-w-0" title={wordsOf(item, { times, timing, words })}>
      {scale.cuts.map((cut) => (
        <span key={cut.fromMs} aria-hidden="true">
          <CutLine at={cut.from} />
          <CutLine at={cut.to} />
        </span>
      ))}
      <Wait item={item} times={times} scale={scale} />
      {times.openMs === null ? null : (
        <Dotted fromMs={times.endedMs} toMs={times.openMs} scale={scale} className="border-danger text-danger" />
      )}
      {item.kind === "record" && item.record.outcome === "parked" ? (
        <Dotted fromMs={times.startedMs} toMs={times.endedMs} scale={scale} className="border-quiet" />
      ) : null}
      {item.kind === "record" ? <Call item={item} times={times} scale={scale} /> : null}
      {timing?.attempts.map((failed) => (
        <Block
          key={failed.attempt}
          from={scale.share(failed.atMs - failed.durationMs)}
          to={scale.share(failed.atMs)}
          className="bg-danger"
        />
      ))}
      {item.kind === "egress" ? <Mark at={from} className="rotate-45 bg-egress" /> : null}
      {item.kind === "delayed" ? <Mark at={scale.share(times.endedMs)} className="rounded-full border border-quiet" /> : null}
      {critical ? (
        <span
          className="absolute top-[17px] h-[2px] bg-text"
          style={{ left: percent(Math.min(from, 0.99)), width: `max(3px, ${percent(end - from)})` }}
        />
      ) : null}
    </span>
  );
}

/** The text for people who do not see the bar, and for the tooltip. */
function wordsOf(
  item: TraceItem,
  { times, timing, words }: { times: HopTimes; timing: HopTiming | undefined; words: StoryWords["bar"] },
): string {
  const waited = words.waited(duration(times.startedMs - times.fromMs));
  switch (item.kind) {
    case "record": {
      const commit = times.durableMs === null ? words.commitUnknown : words.committed(duration(times.durableMs - times.endedMs));
      const failed = (timing?.attempts ?? []).map(({ attempt, code, durationMs }) => words.failed(attempt, duration(durationMs), code));
      return [words.sent(exact(times.fromMs)), waited, words.called(duration(times.endedMs - times.startedMs)), commit, ...failed].join(
        "\n",
      );
    }
    case "egress":
      return words.left(exact(times.fromMs));
    case "waiting":
      return `${words.sent(exact(times.fromMs))}\n${words.soFar(waited)}`;
    case "delayed":
      return `${words.askedFor(exact(times.fromMs))}\n${words.due(exact(times.endedMs))}`;
  }
}

function Wait({ item, times, scale }: Pick<HopBarProps, "item" | "times" | "scale">): ReactElement | null {
  if (item.kind === "egress") return null;
  const from = scale.share(times.fromMs);
  const to = scale.share(times.startedMs);
  if (to <= from) return null;
  const shortened = crossed(scale, { fromMs: times.fromMs, toMs: times.startedMs }).length > 0;
  if (item.kind === "record" && !shortened) return <Block from={from} to={to} thin className="border border-quiet" />;
  return (
    <Dotted
      fromMs={times.fromMs}
      toMs={times.startedMs}
      scale={scale}
      className={item.kind === "waiting" ? "border-caution" : "border-quiet"}
    />
  );
}

/** A stretch in which nothing happened; when the axis shortens it, its true length is written over it. */
function Dotted({ fromMs, toMs, scale, className }: { fromMs: number; toMs: number; scale: TimeScale; className: string }): ReactElement {
  const [from, to] = [scale.share(fromMs), scale.share(toMs)];
  const [longest] = crossed(scale, { fromMs, toMs }).toSorted((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs));
  return (
    <>
      <span
        className={cn("absolute top-[9px] border-t-2 border-dotted", className)}
        style={{ left: percent(from), width: percent(to - from) }}
      />
      {longest === undefined ? null : (
        <span
          className={cn("absolute -top-1.5 -translate-x-1/2 px-0.5 font-mono text-[11px] leading-4 whitespace-nowrap", className)}
          style={{ left: percent(Math.min(0.92, Math.max(0.08, (longest.from + longest.to) / 2))) }}
        >
          {duration(toMs - fromMs)}
        </span>
      )}
    </>
  );
}

function crossed({ cuts }: TimeScale, { fromMs, toMs }: { fromMs: number; toMs: number }): TimeScale["cuts"] {
  return cuts.filter((cut) => cut.fromMs >= fromMs - 1 && cut.toMs <= toMs + 1);
}

function Call({ item, times, scale }: { item: Extract<TraceItem, { kind: "record" }>; times: HopTimes; scale: TimeScale }): ReactElement {
  const { outcome } = item.record;
  const started = scale.share(times.startedMs);
  const ended = scale.share(times.endedMs);
  const durable = times.durableMs === null ? null : scale.share(times.durableMs);
  // A parked hop shows its attempts; when these are forgotten, it shows when it ended.
  if (outcome === "parked") return <Block from={Math.max(started, ended - 0.004)} to={ended} className="bg-danger" />;
  return (
    <>
      <Block from={started} to={ended} className={outcome === "act" ? "bg-faint" : "bg-message"} />
      {durable === null ? null : <Block from={ended} to={durable} className="bg-text" />}
    </>
  );
}

function Block({ from, to, thin = false, className }: { from: number; to: number; thin?: boolean; className: string }): ReactElement {
  return (
    <span
      className={cn("absolute top-1 h-3 rounded-[1px]", thin ? "min-w-0" : "min-w-[3px]", className)}
      style={{ left: `min(${percent(from)}, calc(100% - 3px))`, width: percent(Math.max(0, to - from)) }}
    />
  );
}

function Mark({ at, className }: { at: number; className: string }): ReactElement {
  return (
    <span
      className={cn("absolute top-[6px] size-2 -translate-x-1/2", className)}
      style={{ left: `min(${percent(at)}, calc(100% - 5px))` }}
    />
  );
}

function CutLine({ at }: { at: number }): ReactElement {
  return <span className="absolute -inset-y-2 w-px border-l border-dashed border-line-strong" style={{ left: percent(at) }} />;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)}%`;
}
