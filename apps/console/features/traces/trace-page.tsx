/**
 * One trace as a story: everything that followed from one message, in order of causes on a time axis, with what each hop changed. Selecting
 * a hop shows it on the flow; the film moves from hop to hop. While the trace continues the page follows it. `?with=` puts another trace
 * beside it.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import { parseAsBoolean, parseAsInteger, useQueryState } from "nuqs";
import { useEffect, useMemo } from "react";
import { nameOf } from "../../format/texts.ts";
import { duration, exact } from "../../format/times.ts";
import { useFrames } from "../../live/use-live.ts";
import { PageBody, PageHeader } from "../../shell/page-header.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import type { HopTiming, TraceDetail } from "../../trpc/views.ts";
import { CopyButton } from "../../ui/text/copy-button.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { traceSeen } from "../guide/guide-progress.ts";
import { PastNote } from "../past/past-note.tsx";
import { reachSentence } from "../past/past-words.ts";
import { causalTree } from "./causal-tree.ts";
import { CompareView } from "./compare-view.tsx";
import { FilmBar } from "./film-bar.tsx";
import { criticalPath, sumsOf, type TraceSums } from "./hop-times.ts";
import { firstMessage } from "./story-draft.ts";
import { TraceActions } from "./trace-actions.tsx";
import { TraceInspector } from "./trace-inspector.tsx";
import { UntoldTrace } from "./trace-story.tsx";
import { TraceWaterfall } from "./trace-waterfall.tsx";
import { useFilm } from "./use-film.ts";
import { usePastWords } from "../../words/past/use-past-words.ts";
import { useStoryWords } from "../../words/story/use-story-words.ts";
import { useWords } from "../../words/use-words.ts";

export function TracePage({ trace }: { trace: number }) {
  const words = useStoryWords();
  const frame = useWords();
  const query = useQuery(useTRPC().traces.get.queryOptions({ trace }));
  const { data } = query;
  const goesOn = data?.complete === false && (data.records.length > 0 || data.story.kind === "waiting");
  useFrames((live) => {
    if (goesOn && live.timeline.length > 0) void query.refetch();
  });
  const changed = data?.records.some(({ state }) => state.length > 0) === true;
  useEffect(() => {
    if (changed) traceSeen();
  }, [changed]);
  const told = data !== undefined && data.records.length > 0 ? data : undefined;
  return (
    <>
      <PageHeader
        title={
          <span className="flex items-center gap-1">
            <Link href="/traces" className="font-normal text-quiet hover:underline">
              {frame.navigation.traces.name}
            </Link>
            <span className="font-normal text-quiet">/</span>
            <span className="font-mono">#{trace}</span>
            <CopyButton text={String(trace)} label={words.copyNumber} />
          </span>
        }
        note={told === undefined ? undefined : <TraceState detail={told} />}
        actions={told === undefined ? undefined : <TraceActions detail={told} />}
      />
      <QueryView query={query} what={words.what(trace)}>
        {(detail) =>
          detail.records.length === 0 ? (
            <PageBody>
              <UntoldTrace trace={trace} story={detail.story} />
            </PageBody>
          ) : (
            <TraceView key={trace} detail={detail} />
          )
        }
      </QueryView>
    </>
  );
}

function TraceState({ detail }: { detail: TraceDetail }) {
  const { is } = useStoryWords();
  const parked = detail.waits.some(({ status }) => status === "parked");
  const wasParked = detail.records.some((record) => record.outcome === "parked");
  if (detail.story.kind === "told" && detail.story.past !== null && detail.story.past.undone !== null)
    return <StatusWord tone="quiet">{is.takenBack}</StatusWord>;
  if (!detail.complete) return <StatusWord tone={parked ? "danger" : "message"}>{parked ? is.waitsParked : is.goesOn}</StatusWord>;
  return wasParked ? <StatusWord tone="caution">{is.wasParked}</StatusWord> : <StatusWord tone="clear">{is.complete}</StatusWord>;
}

function TraceView({ detail }: { detail: TraceDetail }) {
  const words = useStoryWords();
  const pastWords = usePastWords();
  const [shorten, setShorten] = useQueryState("shorten", parseAsBoolean.withDefault(true));
  const tree = useMemo(() => causalTree(detail.trace, detail.records), [detail]);
  const timings = useMemo(() => new Map(detail.timings.map((timing) => [timing.record, timing])), [detail]);
  const critical = useMemo(() => criticalPath(tree), [tree]);
  const film = useFilm(tree);
  const [beside, setBeside] = useQueryState("with", parseAsInteger);
  const { story } = detail;
  const { opened } = film;
  return (
    <>
      <PageBody>
        {story.kind === "told" && story.past !== null ? <PastNote past={story.past} className="border-b border-line px-4 py-2" /> : null}
        {story.kind === "told" && story.beginsBeforeReach ? (
          <p className="border-b border-line px-4 py-2 text-[12px] text-quiet">
            {words.firstGone}
            {reachSentence(story.reach, pastWords)}
          </p>
        ) : null}
        <Facts detail={detail} sums={sumsOf(tree, { path: critical, timings })} startMs={tree.startMs} />
        {beside === null ? null : <CompareView tree={tree} other={beside} onClose={() => void setBeside(null)} />}
        <TraceWaterfall
          detail={detail}
          tree={tree}
          timings={timings}
          critical={critical}
          shorten={shorten}
          opened={opened?.key ?? null}
          onOpen={(item) => film.open(item.key)}
        />
        <Legend shorten={shorten} onShorten={(next) => void setShorten(next)} timings={detail.timings} />
      </PageBody>
      <FilmBar trace={detail.trace} film={film} place="trace" />
      {opened === null ? null : (
        <TraceInspector
          detail={detail}
          tree={tree}
          film={film}
          item={opened}
          timing={opened.kind === "record" ? timings.get(opened.record.sequence) : undefined}
        />
      )}
    </>
  );
}

function Facts({ detail, sums, startMs }: { detail: TraceDetail; sums: TraceSums; startMs: number }) {
  const { facts: words } = useStoryWords();
  const first = firstMessage(detail);
  const facts: readonly [string, string][] = [
    [detail.complete ? words.took : words.soFar, duration(sums.wholeMs)],
    [words.called, duration(sums.calledMs)],
    [words.committed, sums.committedMs === null ? words.notKnown : duration(sums.committedMs)],
    [words.waited, duration(sums.waitedMs)],
  ];
  return (
    <p className="flex flex-wrap items-baseline gap-x-4 gap-y-1 border-b border-line px-4 py-2.5 text-[12px] text-quiet">
      {first === undefined ? null : (
        <span>
          {nameOf(first.value.typename)} {words.of} <span className="font-medium text-text">{first.target.id}</span>
        </span>
      )}
      {facts.map(([name, value]) => (
        <span key={name}>
          {name} <span className="font-mono font-semibold text-text">{value}</span>
        </span>
      ))}
      <span>{words.invocations(detail.records.length)}</span>
      <time dateTime={new Date(startMs).toISOString()} className="ml-auto font-mono max-room:hidden">
        {exact(startMs)}
      </time>
    </p>
  );
}

interface LegendProps {
  shorten: boolean;
  onShorten: (next: boolean) => void;
  timings: readonly HopTiming[];
}

function Legend({ shorten, onShorten, timings }: LegendProps) {
  const { legend: words } = useStoryWords();
  const unknown = timings.filter(({ durableMs }) => durableMs === null).length;
  return (
    <div className="flex flex-wrap items-center gap-x-5 gap-y-1 px-4 py-3 text-[12px] text-quiet">
      <Swatch className="border border-quiet">{words.wait}</Swatch>
      <Swatch className="bg-message">{words.call}</Swatch>
      <Swatch className="bg-text">{words.commit}</Swatch>
      <Swatch className="w-1.5 bg-danger">{words.failed}</Swatch>
      <Swatch className="h-[2px] bg-text">{words.critical}</Swatch>
      <button type="button" className="text-message hover:underline" onClick={() => onShorten(!shorten)}>
        {shorten ? words.trueScale : words.shorten}
      </button>
      {unknown === 0 ? null : <span>{words.unknown(unknown)}</span>}
    </div>
  );
}

function Swatch({ className, children }: { className: string; children: string }) {
  return (
    <span className="flex items-center gap-1.5">
      <span aria-hidden="true" className={`h-2.5 w-5 ${className}`} />
      {children}
    </span>
  );
}
