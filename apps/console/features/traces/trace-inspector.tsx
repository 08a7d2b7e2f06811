/**
 * TraceInspector: one hop: its frame on the flow, why it waits, the attempts that failed, what was merged, and its record.
 */
"use client";
import { Link } from "../../ui/link.tsx";
import type { ReactElement } from "react";
import { clock, duration, exact } from "../../format/times.ts";
import { Inspector } from "../../shell/inspector.tsx";
import { entityHref, tailHref, traceHref } from "../../shell/navigation.ts";
import type { HopTiming, JournalEntryView, TraceDetail } from "../../trpc/views.ts";
import { ValueView } from "../../values/value-view.tsx";
import { RecordView } from "../invocation/record-view.tsx";
import { addressOf, type CausalTree, type TraceItem } from "./causal-tree.ts";
import { FilmGraph } from "./film-graph.tsx";
import { mergedWords } from "./hop-words.tsx";
import type { Film } from "./use-film.ts";
import { useStoryWords } from "../../words/story/use-story-words.ts";
import type { StoryWords } from "../../words/story/en.ts";

export interface TraceInspectorProps {
  detail: TraceDetail;
  tree: CausalTree;
  film: Film;
  item: TraceItem;
  timing: HopTiming | undefined;
}

export function TraceInspector({ detail, tree, film, item, timing }: TraceInspectorProps): ReactElement {
  const { inspector: words } = useStoryWords();
  const entity = addressOf(item);
  return (
    <Inspector
      title={
        <span className="font-mono text-[12px]">
          <span className="font-normal text-quiet">{entity.type}/</span>
          {entity.id}
        </span>
      }
      note={words.hop(film.at + 1, film.frames.length, whatIs(item, words))}
      actions={
        <Link href={entityHref(entity)} className="shrink-0 rounded px-1 py-0.5 text-[12px] text-message hover:underline">
          {words.openEntity}
        </Link>
      }
      onClose={() => film.open(null)}
    >
      <section className="border-b border-line px-4 py-3">
        <h3 className="mb-2 flex items-baseline justify-between text-[12px] text-quiet">
          {words.onFlow(film.at + 1)}
          <Link href={tailHref({ type: entity.type })} className="text-message hover:underline">
            {words.openFlow}
          </Link>
        </h3>
        <FilmGraph tree={tree} film={film} />
      </section>
      {timing === undefined || timing.attempts.length === 0 ? null : <Attempts timing={timing} item={item} />}
      {item.kind === "record" ? (
        <>
          <Merged record={item.record} trace={detail.trace} />
          <RecordView record={item.record} />
        </>
      ) : (
        <LeafView item={item} />
      )}
    </Inspector>
  );
}

function whatIs(item: TraceItem, words: StoryWords["inspector"]): string {
  switch (item.kind) {
    case "record":
      return words.record(item.record.sequence);
    case "egress":
      return words.egress(item.egress);
    case "waiting":
      return words.inMailbox;
    case "delayed":
      return words.delayed;
  }
}

function Attempts({ timing, item }: { timing: HopTiming; item: TraceItem }): ReactElement {
  const { inspector: words } = useStoryWords();
  const counted = item.kind === "record" ? item.record.attempts - (item.record.outcome === "completed" ? 1 : 0) : timing.attempts.length;
  const lost = counted - timing.attempts.length;
  return (
    <section className="border-b border-line px-4 py-3">
      <h3 className="mb-1 text-[12px] text-quiet">{words.attempts}</h3>
      <ol className="flex flex-col">
        {timing.attempts.map((failed) => (
          <li
            key={`${failed.attempt} ${failed.atMs}`}
            className="grid grid-cols-[20px_auto_minmax(0,1fr)_auto] gap-x-3 text-[12px] leading-6"
          >
            <span className="font-mono text-quiet">{failed.attempt}</span>
            <time className="font-mono" title={exact(failed.atMs)}>
              {clock(failed.atMs)}
            </time>
            <span className="truncate font-mono text-danger" title={failed.message}>
              {failed.code}
            </span>
            <span className="font-mono">{duration(failed.durationMs)}</span>
          </li>
        ))}
      </ol>
      {lost > 0 ? <p className="text-[12px] text-quiet">{words.lost(lost)}</p> : null}
    </section>
  );
}

function Merged({ record, trace }: { record: JournalEntryView; trace: number }): ReactElement | null {
  const { inspector: words, waterfall } = useStoryWords();
  const merged = mergedWords(record, { trace, words: waterfall });
  if (merged === null) return null;
  const others = record.messages.filter((message) => message.trace !== trace);
  return (
    <section className="border-b border-line px-4 py-3 text-[12px]">
      <p>{merged}.</p>
      {record.guessed ? <p className="text-quiet">{words.guessedAbout}</p> : null}
      <ul className="flex flex-wrap gap-x-3">
        {others.map((message) => (
          <li key={message.sequence}>
            <Link href={traceHref(message.trace)} className="font-mono text-message hover:underline">
              {words.trace(message.trace)}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function LeafView({ item }: { item: Exclude<TraceItem, { kind: "record" }> }): ReactElement {
  const { inspector: words } = useStoryWords();
  const value = item.kind === "egress" ? item.value : item.kind === "waiting" ? item.message.value : item.delayed.value;
  return (
    <div className="flex flex-col gap-3 px-4 py-3">
      {item.kind === "delayed" && item.delayed.dueMs !== null ? <p className="text-quiet">{words.due(exact(item.delayed.dueMs))}</p> : null}
      {item.kind === "waiting" ? <p className="text-quiet">{words.sent(exact(item.message.atMs))}</p> : null}
      {value === null ? <p className="text-quiet">{words.noValue}</p> : <ValueView value={value} />}
    </div>
  );
}
