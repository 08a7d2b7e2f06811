/**
 * IngressPage: what came in last, and for which types messages are refused now. The journal does not keep by which ingress a message came,
 * so the list is that of all ingresses and says so.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import { useRouter } from "next/navigation";
import type { ReactElement } from "react";
import { clock, exact } from "../../format/times.ts";
import { nameOf, oneLine } from "../../format/texts.ts";
import { PageBody, PageHeader } from "../../shell/page-header.tsx";
import { sendHref, traceHref } from "../../shell/navigation.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { FunctionTypeRow, TraceRow } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { DataTable, type Column } from "../../ui/table/data-table.tsx";
import { EmptyState } from "../../ui/feedback/empty-state.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { ConnectorPanel } from "./connector-panel.tsx";
import { SchedulePanel } from "./schedule-panel.tsx";
import { reachSentence } from "../past/past-words.ts";
import { useDoorsWords } from "../../words/doors/use-doors-words.ts";
import type { DoorsWords } from "../../words/doors/en.ts";
import { usePastWords } from "../../words/past/use-past-words.ts";

const SHOWN = 100;
const REFRESH_MS = 2_000;

const columnsOf = (words: DoorsWords): readonly Column<TraceRow>[] => [
  {
    key: "at",
    header: words.ingress.at,
    width: "112px",
    mono: true,
    cell: (row) => <time title={exact(row.atMs)}>{clock(row.atMs)}</time>,
  },
  {
    key: "target",
    header: words.ingress.for,
    mono: true,
    cell: (row) => (
      <>
        <span className="text-quiet">{row.target.type}/</span>
        {row.target.id}
      </>
    ),
  },
  { key: "type", header: words.ingress.type, width: "150px", mono: true, wideOnly: true, cell: (row) => nameOf(row.valueType) },
  { key: "value", header: words.ingress.value, mono: true, cell: (row) => <span className="text-quiet">{oneLine(row.preview)}</span> },
];

export function IngressPage({ name }: { name: string }): ReactElement {
  const pastWords = usePastWords();
  const words = useDoorsWords();
  const trpc = useTRPC();
  const router = useRouter();
  const came = useQuery(trpc.traces.list.queryOptions({ limit: SHOWN }, { refetchInterval: REFRESH_MS }));
  const types = useQuery(trpc.functions.types.queryOptions(undefined, { refetchInterval: REFRESH_MS }));
  const held = (types.data ?? []).filter((type) => type.ingressHold !== null);
  return (
    <>
      <PageHeader
        title={
          <span className="flex items-center gap-1">
            <Link href="/flow" className="font-normal text-quiet hover:underline">
              {words.ingress.flow}
            </Link>
            <span className="font-normal text-quiet">/</span>
            <span className="font-mono">{name}</span>
          </span>
        }
        note={words.ingress.note}
        actions={
          <Button asChild size="small">
            <Link href={sendHref()}>{words.ingress.send}</Link>
          </Button>
        }
      />
      <PageBody className="flex flex-col">
        <ConnectorPanel id={name} />
        <SchedulePanel id={name} />
        <Held held={held} known={types.data !== undefined} />
        <h2 className="px-4 py-2 text-[13px]">
          <span className="font-semibold">{words.ingress.last}</span> <span className="text-quiet">{words.ingress.lastAbout}</span>
        </h2>
        <QueryView
          query={came}
          what={words.ingress.what}
          empty={{
            when: (data) => data.items.length === 0,
            view: <EmptyState title={words.ingress.none}>{words.ingress.noneAbout}</EmptyState>,
          }}
        >
          {(data) => (
            <DataTable
              label={words.ingress.table}
              rows={data.items}
              columns={columnsOf(words)}
              rowKey={(row) => String(row.trace)}
              onOpen={(row) => router.push(traceHref(row.trace))}
              className="flex-1"
              foot={
                <p className="border-t border-line px-4 py-2 text-[12px] text-quiet" suppressHydrationWarning>
                  {words.ingress.foot(data.items.length)} {reachSentence(data.reach, pastWords)}
                </p>
              }
            />
          )}
        </QueryView>
      </PageBody>
    </>
  );
}

function Held({ held, known }: { held: readonly FunctionTypeRow[]; known: boolean }): ReactElement {
  const words = useDoorsWords();
  if (held.length === 0)
    return (
      <p className="border-b border-line px-4 py-2 text-[13px] text-quiet">
        {known ? <StatusWord tone="clear">{words.ingress.noneHeld}</StatusWord> : words.ingress.asking}
      </p>
    );
  return (
    <ul className="border-b border-line px-4 py-2 text-[13px]">
      {held.map((type) => (
        <li key={type.type} className="flex flex-wrap items-baseline gap-x-3">
          <StatusWord tone="caution">{words.ingress.held}</StatusWord>
          <Link className="font-mono hover:underline" href={`/functions?type=${encodeURIComponent(type.type)}`}>
            {type.type}
          </Link>
          <span className="text-quiet">{words.ingress.heldBy(type.ingressHold ?? "")}</span>
        </li>
      ))}
    </ul>
  );
}
