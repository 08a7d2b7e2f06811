/**
 * One trace: all that followed from one ingress message, as a tree of causes on a time axis. Selecting a row shows its record;
 * while the trace goes on the page follows it.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { parseAsString, useQueryState } from "nuqs";
import { useMemo } from "react";
import { counted } from "../../format/numbers.ts";
import { duration, exact } from "../../format/times.ts";
import { useFrames } from "../../live/use-live.ts";
import { Inspector } from "../../shell/inspector.tsx";
import { PageBody, PageHeader } from "../../shell/page-header.tsx";
import { entityHref } from "../../shell/navigation.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { TraceDetail } from "../../trpc/views.ts";
import { CopyButton } from "../../ui/text/copy-button.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { ValueView } from "../../values/value-view.tsx";
import { RecordView } from "../invocation/record-view.tsx";
import { PastNote } from "../past/past-note.tsx";
import { reachSentence } from "../past/past-words.ts";
import { causalTree, type TraceItem } from "./causal-tree.ts";
import { TraceWaits, UntoldTrace } from "./trace-story.tsx";
import { TraceWaterfall } from "./trace-waterfall.tsx";

export function TracePage({ trace }: { trace: number }) {
  const query = useQuery(useTRPC().traces.get.queryOptions({ trace }));
  const { data } = query;
  const goesOn = data?.complete === false && (data.records.length > 0 || data.story.kind === "waiting");
  useFrames((frame) => {
    if (goesOn && frame.timeline.length > 0) void query.refetch();
  });
  return (
    <>
      <PageHeader
        title={
          <span className="flex items-center gap-1">
            <Link href="/traces" className="font-normal text-quiet hover:underline">
              Traces
            </Link>
            <span className="font-normal text-quiet">/</span>
            <span className="font-mono">#{trace}</span>
            <CopyButton text={String(trace)} label="Copy the trace's number" />
          </span>
        }
        note={query.data === undefined || query.data.records.length === 0 ? undefined : <TraceFacts detail={query.data} />}
      />
      <PageBody>
        <QueryView query={query} what={`Trace ${trace}`}>
          {(detail) =>
            detail.records.length === 0 ? <UntoldTrace trace={trace} story={detail.story} /> : <TraceView key={trace} detail={detail} />
          }
        </QueryView>
      </PageBody>
    </>
  );
}

function TraceFacts({ detail }: { detail: TraceDetail }) {
  const parked = detail.records.some((record) => record.outcome === "parked");
  const first = detail.records[0];
  if (first === undefined) return null;
  const startMs = Math.min(...detail.records.map((record) => record.messages[0]?.atMs ?? record.startedMs));
  const endMs = Math.max(...detail.records.map((record) => record.endedMs));
  return (
    <span className="flex flex-wrap items-center gap-x-4">
      {detail.story.kind === "told" && detail.story.past !== null && detail.story.past.undone !== null ? (
        <StatusWord tone="quiet">taken back</StatusWord>
      ) : detail.complete ? (
        parked ? (
          <StatusWord tone="danger">something was parked</StatusWord>
        ) : (
          <StatusWord tone="clear">complete</StatusWord>
        )
      ) : (
        <StatusWord tone={parked ? "danger" : "message"}>{parked ? "waits, parked" : "goes on"}</StatusWord>
      )}
      <span>{counted(detail.records.length, "invocation", "invocations")}</span>
      <span className="font-mono">{duration(endMs - startMs)}</span>
      <time dateTime={new Date(startMs).toISOString()} className="font-mono">
        {exact(startMs)}
      </time>
    </span>
  );
}

function TraceView({ detail }: { detail: TraceDetail }) {
  const [openedText, setOpened] = useQueryState("at", parseAsString);
  const tree = useMemo(() => causalTree(detail.trace, detail.records), [detail]);
  // Links from elsewhere name a record by its number alone.
  const key = openedText !== null && /^\d+$/.test(openedText) ? `r${openedText}` : openedText;
  const opened = tree.items.find((item) => item.key === key) ?? null;
  const { story } = detail;
  return (
    <>
      {story.kind === "told" && story.past !== null ? <PastNote past={story.past} className="border-b border-line px-4 py-2" /> : null}
      {story.kind === "told" && story.beginsBeforeReach ? (
        <p className="border-b border-line px-4 py-2 text-[12px] text-quiet">Its first hops are gone. {reachSentence(story.reach)}</p>
      ) : null}
      <div
        className="grid grid-cols-[minmax(0,1fr)_76px] gap-3 px-4 pt-3 pb-1.5 text-[12px] text-quiet room:grid-cols-[minmax(0,5fr)_minmax(160px,4fr)_76px]"
        aria-hidden="true"
      >
        <span>Entity and what it did</span>
        <span className="flex justify-between font-mono max-room:hidden">
          <span>0</span>
          <span>{duration((tree.endMs - tree.startMs) / 2)}</span>
          <span>{duration(tree.endMs - tree.startMs)}</span>
        </span>
        <span className="text-right">ran</span>
      </div>
      <TraceWaterfall tree={tree} opened={opened?.key ?? null} onOpen={(item) => void setOpened(item.key, { history: "push" })} />
      <TraceWaits detail={detail} />
      {opened === null ? null : <TraceInspector item={opened} onClose={() => void setOpened(null)} />}
    </>
  );
}

function TraceInspector({ item, onClose }: { item: TraceItem; onClose: () => void }) {
  const record = item.kind === "record" ? item.record : item.of;
  const entity = item.kind === "waiting" ? item.message.target : record.address;
  return (
    <Inspector
      title={
        <span className="font-mono text-[12px]">
          <span className="font-normal text-quiet">{entity.type}/</span>
          {entity.id}
        </span>
      }
      note={
        item.kind === "record"
          ? `record #${record.sequence}`
          : item.kind === "egress"
            ? `egress ${item.egress}`
            : item.kind === "waiting"
              ? "waits in its mailbox"
              : "a delayed message"
      }
      actions={
        <Link href={entityHref(entity)} className="shrink-0 rounded px-1 py-0.5 text-[12px] text-message hover:underline">
          Open entity
        </Link>
      }
      onClose={onClose}
    >
      {item.kind === "record" ? <RecordView record={record} /> : <LeafView item={item} />}
    </Inspector>
  );
}

function LeafView({ item }: { item: Exclude<TraceItem, { kind: "record" }> }) {
  const value = item.kind === "egress" ? item.value : item.kind === "waiting" ? item.message.value : item.delayed.value;
  return (
    <div className="flex flex-col gap-3 px-4 py-3">
      {item.kind === "delayed" && item.delayed.dueMs !== null ? <p className="text-quiet">Due {exact(item.delayed.dueMs)}</p> : null}
      {item.kind === "waiting" ? <p className="text-quiet">Sent {exact(item.message.atMs)}; no invocation has consumed it yet.</p> : null}
      {value === null ? <p className="text-quiet">It carries no value.</p> : <ValueView value={value} />}
    </div>
  );
}
