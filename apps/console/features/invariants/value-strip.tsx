/**
 * ValueStrip: the value of an invariant over the last hour, with the expected value as a dashed line and the violation as a mark that opens
 * the invocation's trace. Its scale fits what is shown and what is expected, so a change is visible whatever its size. The sentence beside
 * it says the same.
 */
"use client";
import type { ReactElement } from "react";
import { clock } from "../../format/times.ts";
import { traceHref } from "../../shell/navigation.ts";
import type { InvariantRow } from "../../trpc/views.ts";
import { Link } from "../../ui/link.tsx";
import { useNow } from "../../ui/text/use-now.ts";
import { digits } from "./invariant-words.ts";
import { useInvariantsWords } from "../../words/invariants/use-invariants-words.ts";

const SPAN_MS = 3_600_000;
const HEIGHT = 64;
const PAD = 6;
/** The stretch of time of a point, which the gateway decides. */
const STRETCH_MS = 20_000;

export function ValueStrip({ row }: { row: InvariantRow }): ReactElement | null {
  const { strip: words } = useInvariantsWords();
  const nowMs = useNow();
  const { points } = row;
  const first = points[0];
  if (nowMs === 0 || first === undefined) return null;
  const fromMs = Math.min(Math.max(first.atMs, nowMs - SPAN_MS), nowMs - 60_000);
  const expected = row.expected === null ? (row.rule.kind === "entity" ? 0 : null) : Number(row.expected);
  const all = [...points.flatMap(({ low, high }) => [low, high]), ...(expected === null ? [] : [expected])];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const y = (value: number): number => (high === low ? HEIGHT / 2 : PAD + ((high - value) / (high - low)) * (HEIGHT - 2 * PAD));
  const x = (atMs: number): number => Math.max(0, ((atMs - fromMs) / (nowMs - fromMs)) * 100);
  /** A value that did not change lasts until the next point. */
  const ends = points.map((_, index) => points[index + 1]?.atMs ?? nowMs);
  const line = points.map(({ atMs, last }, index) => `${index === 0 ? "M" : "L"}${x(atMs)} ${y(last)}H${x(ends[index] ?? nowMs)}`).join("");
  const mark = row.status.kind === "violated" ? row.status.first : row.earlier;
  /** Within a stretch, the invocation tells when the violation began. */
  const brokenFrom = (atMs: number): number => (mark !== null && mark.atMs > atMs && mark.atMs < atMs + STRETCH_MS ? mark.atMs : atMs);
  return (
    <div className="grid grid-cols-[88px_1fr] gap-x-3 max-sm:grid-cols-[52px_1fr]">
      <div className="flex flex-col justify-between py-0.5 text-right font-mono text-[11px] text-quiet" style={{ height: HEIGHT }}>
        <span className="truncate">{digits(String(high))}</span>
        {high === low ? null : <span className="truncate">{digits(String(low))}</span>}
      </div>
      <div className="relative min-w-0">
        <svg
          viewBox={`0 0 100 ${HEIGHT}`}
          preserveAspectRatio="none"
          width="100%"
          height={HEIGHT}
          role="img"
          aria-label={words.label({ from: clock(fromMs, false), low: digits(String(low)), high: digits(String(high)) })}
          className="block border-b border-line bg-panel"
        >
          {points.map(({ atMs, held }, index) =>
            held ? null : (
              <rect
                key={atMs}
                x={x(brokenFrom(atMs))}
                width={Math.max(0.2, x(ends[index] ?? nowMs) - x(brokenFrom(atMs)))}
                y={0}
                height={HEIGHT}
                fill="var(--danger-soft)"
              />
            ),
          )}
          {expected === null ? null : (
            <path d={`M0 ${y(expected)}H100`} stroke="var(--quiet)" strokeDasharray="3 3" vectorEffect="non-scaling-stroke" fill="none" />
          )}
          {points.map((point, index) => (
            <rect
              key={point.atMs}
              x={x(point.atMs)}
              width={Math.max(0.1, x(Math.min(point.atMs + STRETCH_MS, ends[index] ?? nowMs)) - x(point.atMs))}
              y={y(point.high)}
              height={Math.max(0, y(point.low) - y(point.high))}
              fill="var(--message)"
              opacity={0.25}
            />
          ))}
          <path d={line} stroke="var(--message)" strokeWidth={1.5} vectorEffect="non-scaling-stroke" fill="none" />
        </svg>
        {mark === null || mark.atMs < fromMs ? null : <Mark mark={mark} left={x(mark.atMs)} />}
        <Span fromMs={fromMs} />
      </div>
    </div>
  );
}

function Span({ fromMs }: { fromMs: number }): ReactElement {
  const { strip: words } = useInvariantsWords();
  return (
    <div className="mt-0.5 flex justify-between font-mono text-[11px] text-quiet">
      <span>{clock(fromMs, false)}</span>
      <span>{words.now}</span>
    </div>
  );
}

function Mark({ mark, left }: { mark: NonNullable<InvariantRow["earlier"]>; left: number }): ReactElement {
  const { strip: words } = useInvariantsWords();
  const label = words.mark(clock(mark.atMs), mark.sequence);
  const line = <span className="block h-full w-px bg-danger" />;
  const style = { left: `${left}%`, height: HEIGHT };
  const box = <span aria-hidden className="absolute -top-0.5 left-1/2 block size-2 -translate-x-1/2 bg-danger outline-2 outline-panel" />;
  if (mark.trace === null)
    return (
      <span title={label} className="absolute top-0 flex w-4 -translate-x-1/2 justify-center" style={style}>
        {line}
        {box}
      </span>
    );
  return (
    <Link
      href={traceHref(mark.trace, mark.sequence)}
      title={label}
      aria-label={label}
      className="absolute top-0 flex w-4 -translate-x-1/2 justify-center focus-visible:outline-2 focus-visible:outline-message"
      style={style}
    >
      {line}
      {box}
    </Link>
  );
}
