/**
 * The selected trace in the inspector: its steps in short; opening leads to the whole trace.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import { duration } from "../../format/times.ts";
import { useFrames } from "../../live/use-live.ts";
import { Inspector } from "../../shell/inspector.tsx";
import { traceHref } from "../../shell/navigation.ts";
import { useTRPC } from "../../trpc/context.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { AddressLink, OutcomeWord, SentList, sendsInWords } from "../invocation/record-view.tsx";
import { ValueView } from "../../values/value-view.tsx";
import { StateDiff } from "../../values/state-diff.tsx";
import { PastNote } from "../past/past-note.tsx";
import { causalTree } from "./causal-tree.ts";
import { TraceWaits, UntoldTrace } from "./trace-story.tsx";
import { useRecordWords } from "../../words/record/use-record-words.ts";
import { useStoryWords } from "../../words/story/use-story-words.ts";

const STEPS_SHOWN_MAX = 40;

export function TracePreview({ trace, onClose }: { trace: number; onClose: () => void }) {
  const words = useStoryWords();
  const record = useRecordWords();
  const query = useQuery(useTRPC().traces.get.queryOptions({ trace }));
  useFrames((frame) => {
    if (query.data?.complete === false && frame.timeline.length > 0) void query.refetch();
  });
  return (
    <Inspector
      title={<span className="font-mono">#{trace}</span>}
      note={words.preview.note}
      actions={
        <Link href={traceHref(trace)} className="shrink-0 rounded px-1 py-0.5 text-[12px] text-message hover:underline">
          {words.preview.open}
        </Link>
      }
      onClose={onClose}
    >
      <QueryView query={query} what={words.what(trace)}>
        {(detail) => {
          if (detail.records.length === 0) return <UntoldTrace trace={trace} story={detail.story} />;
          const records = causalTree(detail.trace, detail.records).items.flatMap((item) => (item.kind === "record" ? [item] : []));
          const first = records[0]?.record.messages[0];
          return (
            <>
              {detail.story.kind === "told" && detail.story.past !== null ? (
                <PastNote past={detail.story.past} className="border-b border-line px-4 py-2" />
              ) : null}
              <TraceWaits detail={detail} />
              {first === undefined ? null : (
                <div className="border-b border-line px-4 py-3">
                  <ValueView value={first.value} title={words.preview.messageIn} />
                </div>
              )}
              <ol>
                {records.slice(0, STEPS_SHOWN_MAX).map(({ record: step, depth, key }) => (
                  <li key={key} className="border-b border-line px-4 py-2" style={{ paddingLeft: 16 + Math.min(depth, 6) * 12 }}>
                    <div className="flex items-baseline justify-between gap-2">
                      <AddressLink address={step.address} />
                      <span className="font-mono text-[12px] whitespace-nowrap text-quiet">{duration(step.endedMs - step.startedMs)}</span>
                    </div>
                    <div className="flex flex-wrap gap-x-3 text-[12px] text-quiet">
                      <OutcomeWord record={step} />
                      {sendsInWords(step, record)}
                    </div>
                    {step.state.length === 0 ? null : <StateDiff changes={step.state} className="mt-1" />}
                    {step.egress.length === 0 ? null : (
                      <div className="mt-1">
                        <SentList record={{ ...step, sent: [], delayed: [] }} />
                      </div>
                    )}
                  </li>
                ))}
              </ol>
              {records.length > STEPS_SHOWN_MAX ? (
                <p className="px-4 py-2 text-quiet">{words.preview.more(records.length - STEPS_SHOWN_MAX)}</p>
              ) : null}
            </>
          );
        }}
      </QueryView>
    </Inspector>
  );
}
