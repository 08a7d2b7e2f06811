/**
 * EgressPage: what waits in one egress, oldest first, each record with its value, its trace and its sender; and how it is fetched. Looking
 * removes nothing.
 */
"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import { parseAsInteger, useQueryState } from "nuqs";
import type { ReactElement } from "react";
import { grouped } from "../../format/numbers.ts";
import { useCurl } from "../../identity/use-curl.ts";
import { originUrlOf } from "../../shell/base-path.ts";
import { Inspector } from "../../shell/inspector.tsx";
import { PageBody, PageHeader } from "../../shell/page-header.tsx";
import { entityHref, traceHref } from "../../shell/navigation.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { ConnectorRow, EgressRecordView } from "../../trpc/views.ts";
import { Ago } from "../../ui/text/ago.tsx";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/text/copy-button.tsx";
import { DataTable, type Column } from "../../ui/table/data-table.tsx";
import { EmptyState } from "../../ui/feedback/empty-state.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { ValueLine, ValueView } from "../../values/value-view.tsx";
import { ConnectorActions } from "./connector-actions.tsx";
import { ConnectorNote } from "./connector-note.tsx";
import { useDoorsWords } from "../../words/doors/use-doors-words.ts";
import type { DoorsWords } from "../../words/doors/en.ts";

const PAGE_ROWS = 50;
const REFRESH_MS = 2_000;

const columnsOf = (words: DoorsWords): readonly Column<EgressRecordView>[] => [
  { key: "sequence", header: words.egress.record, width: "110px", mono: true, cell: (row) => `#${grouped(row.sequence)}` },
  { key: "value", header: words.ingress.value, cell: (row) => <ValueLine value={row.value} /> },
  { key: "from", header: words.egress.from, width: "240px", mono: true, wideOnly: true, cell: (row) => `${row.from.type}/${row.from.id}` },
  { key: "at", header: words.egress.at, width: "104px", align: "right", mono: true, cell: (row) => <Ago atMs={row.atMs} /> },
];

function curlOf(egress: string): string {
  return `curl -s '${originUrlOf(`/v1/egresses/${egress.split("/").map(encodeURIComponent).join("/")}`)}?limit=10'`;
}

export function EgressPage({ egress }: { egress: string }): ReactElement {
  const words = useDoorsWords();
  const asCurl = useCurl();
  const [opened, setOpened] = useQueryState("record", parseAsInteger);
  const query = useInfiniteQuery(
    useTRPC().doors.egress.infiniteQueryOptions(
      { egress, limit: PAGE_ROWS },
      { getNextPageParam: (page) => page.cursor ?? undefined, refetchInterval: REFRESH_MS, maxPages: 20 },
    ),
  );
  const rows = query.data?.pages.flatMap((page) => page.records) ?? [];
  const facts = query.data?.pages.at(0);
  const record = rows.find((row) => row.sequence === opened);
  return (
    <>
      <PageHeader
        title={<EgressTitle egress={egress} />}
        note={facts === undefined ? undefined : <EgressNote facts={facts} />}
        actions={
          <>
            <CopyButton text={() => asCurl(curlOf(egress))}>{words.egress.curl}</CopyButton>
            {facts === undefined || facts.connector === null ? null : <ConnectorActions connector={facts.connector} />}
          </>
        }
      />
      <PageBody className="flex flex-col">
        <QueryView
          query={query}
          what={words.egress.what(egress)}
          empty={{
            when: () => rows.length === 0,
            view: <EmptyState title={words.egress.none}>{words.egress.noneAbout}</EmptyState>,
          }}
        >
          {() => (
            <DataTable
              label={words.egress.table(egress)}
              rows={rows}
              columns={columnsOf(words)}
              rowKey={(row) => String(row.sequence)}
              selected={opened === null ? null : String(opened)}
              onSelect={(row) => void setOpened(row.sequence)}
              className="flex-1"
              foot={
                <div className="flex items-center gap-3 border-t border-line px-4 py-2 text-[12px] text-quiet">
                  {query.hasNextPage ? (
                    <Button size="small" pending={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                      {words.egress.more(PAGE_ROWS)}
                    </Button>
                  ) : (
                    words.egress.all
                  )}
                  <span>{words.egress.shown(rows.length)}</span>
                </div>
              }
            />
          )}
        </QueryView>
      </PageBody>
      {record === undefined ? null : <RecordInspector record={record} egress={egress} onClose={() => void setOpened(null)} />}
    </>
  );
}

function EgressTitle({ egress }: { egress: string }): ReactElement {
  const words = useDoorsWords();
  return (
    <span className="flex min-w-0 items-center gap-1">
      <Link href="/flow" className="font-normal text-quiet hover:underline">
        {words.ingress.flow}
      </Link>
      <span className="font-normal text-quiet">/</span>
      <span className="truncate font-mono">{egress}</span>
    </span>
  );
}

interface EgressFacts {
  connector: ConnectorRow | null;
  kind: string;
  waitingRecords: number;
  module: string | null;
}

function EgressNote({ facts }: { facts: EgressFacts }): ReactElement {
  const words = useDoorsWords();
  return (
    <span className="flex flex-wrap items-center gap-x-4">
      <StatusWord tone={facts.kind === "undeclared" ? "caution" : "egress"}>
        {facts.kind === "undeclared" ? words.egress.undeclared : words.egress.kind(facts.kind)}
      </StatusWord>
      {facts.connector === null ? null : <ConnectorNote connector={facts.connector} />}
      <span>{words.egress.waits(facts.waitingRecords)}</span>
      {facts.module === null ? null : (
        <Link className="text-message hover:underline" href={`/modules/${encodeURIComponent(facts.module)}`}>
          {words.egress.module(facts.module)}
        </Link>
      )}
    </span>
  );
}

interface RecordInspectorProps {
  record: EgressRecordView;
  egress: string;
  onClose: () => void;
}

function RecordInspector({ record, egress, onClose }: RecordInspectorProps): ReactElement {
  const words = useDoorsWords();
  return (
    <Inspector
      title={<span className="font-mono">#{grouped(record.sequence)}</span>}
      note={egress}
      actions={
        <Link href={traceHref(record.trace)} className="shrink-0 rounded px-1 py-0.5 text-[12px] text-message hover:underline">
          {words.egress.openTrace}
        </Link>
      }
      onClose={onClose}
    >
      <div className="flex flex-col gap-3 p-4 text-[13px]">
        <p className="text-quiet">
          {words.egress.sentBy}{" "}
          <Link className="font-mono break-all text-message hover:underline" href={entityHref(record.from)}>
            {record.from.type}/{record.from.id}
          </Link>
          , <Ago atMs={record.atMs} />.
        </p>
        <ValueView value={record.value} title={words.egress.theRecord} />
      </div>
    </Inspector>
  );
}
