/**
 * Traces: the newest stories first, one line each. The list is live until someone pauses or asks for older ones; the URL holds the
 * selection and the mode.
 */
"use client";
import type { KnownOfRows } from "@signalbox/gateway/filter";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import { useRouter } from "next/navigation";
import { parseAsInteger, parseAsStringLiteral, useQueryState } from "nuqs";
import { useMemo, useState } from "react";
import { grouped } from "../../format/numbers.ts";
import { clock, exact } from "../../format/times.ts";
import { nameOf, oneLine } from "../../format/texts.ts";
import { useConnection } from "../../live/use-live.ts";
import { PageHeader } from "../../shell/page-header.tsx";
import { traceHref } from "../../shell/navigation.ts";
import { useShortcut } from "../../shell/shortcuts.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import type { LookedView, TraceRow } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { DataTable, type Column } from "../../ui/table/data-table.tsx";
import { MiddleCut } from "../../ui/text/middle-cut.tsx";
import { EmptyState } from "../../ui/feedback/empty-state.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { FilterStrip } from "../../filter/filter-bar.tsx";
import { useFilterWords } from "../../words/filter/use-filter-words.ts";
import { lookedSentence } from "../../filter/looked-words.ts";
import { useFilter } from "../../filter/use-filter.ts";
import { DemoButton } from "../overview/demo-button.tsx";
import { pastSentence, pastWord, reachSentence } from "../past/past-words.ts";
import { TracePreview } from "./trace-preview.tsx";
import { usePastWords } from "../../words/past/use-past-words.ts";
import { useTracesWords } from "../../words/traces/use-traces-words.ts";
import type { TracesWords } from "../../words/traces/en.ts";
import { useWords } from "../../words/use-words.ts";

const PAGE_ROWS = 50;
const REFRESH_MS = 2_000;
const modes = ["live", "paused"] as const;

const columnsOf = (words: TracesWords): readonly Column<TraceRow>[] => [
  {
    key: "at",
    header: words.columns.at,
    cell: (row) => <time title={exact(row.atMs)}>{clock(row.atMs)}</time>,
    mono: true,
    width: "112px",
  },
  { key: "status", header: words.columns.state, cell: (row) => <TraceStatus row={row} />, width: "104px" },
  {
    key: "target",
    header: words.columns.target,
    mono: true,
    cell: (row) => (
      <span className="flex min-w-0">
        <span className="max-w-[60%] shrink-0 truncate text-quiet">{row.target.type}/</span>
        <MiddleCut text={row.target.id} className="min-w-0 font-semibold" />
      </span>
    ),
  },
  { key: "value", header: words.columns.message, cell: (row) => nameOf(row.valueType), mono: true, width: "130px", wideOnly: true },
  {
    key: "preview",
    header: words.columns.value,
    cell: (row) => <span className="text-quiet">{oneLine(row.preview)}</span>,
    mono: true,
    wideOnly: true,
  },
  { key: "hops", header: words.columns.hops, cell: (row) => grouped(row.hops), mono: true, align: "right", width: "90px" },
  {
    key: "trace",
    header: words.columns.trace,
    cell: (row) => (
      <Link href={traceHref(row.trace)} className="text-message hover:underline">
        #{row.trace}
      </Link>
    ),
    mono: true,
    align: "right",
    width: "96px",
    wideOnly: true,
  },
];

const statusTones = { completed: "clear", parked: "danger", running: "message" } as const;

function TraceStatus({ row }: { row: TraceRow }) {
  const words = useTracesWords();
  const pastWords = usePastWords();
  if (row.past !== null && row.past.undone !== null)
    return (
      <StatusWord tone="quiet">
        <span title={pastSentence(row.past, pastWords)}>{pastWord(row.past, pastWords)}</span>
      </StatusWord>
    );
  return <StatusWord tone={statusTones[row.status]}>{words.is[row.status]}</StatusWord>;
}

export function TracesPage() {
  const words = useTracesWords();
  const { name } = useWords().navigation.traces;
  const router = useRouter();
  const [mode, setMode] = useQueryState("mode", parseAsStringLiteral(modes).withDefault("live"));
  const [selected, setSelected] = useQueryState("trace", parseAsInteger);
  /** The list of demos was opened over the empty page: it stays until it is closed, whatever has come meanwhile. */
  const [choosing, setChoosing] = useState(false);
  const live = mode === "live";
  const connected = useConnection().kind === "live";
  const page = useFilter("trace");
  const query = useInfiniteQuery(
    useTRPC().traces.list.infiniteQueryOptions(
      { limit: PAGE_ROWS, filter: page.sent },
      { getNextPageParam: (page) => page.cursor ?? undefined, refetchInterval: live && connected ? REFRESH_MS : false, maxPages: 20 },
    ),
  );
  const toggle = (): void => void setMode(live ? "paused" : "live");
  useShortcut({ keys: "p", shown: "p", label: words.pauseKey, group: name }, toggle);
  const rows = distinct(query.data?.pages.flatMap((each) => each.items) ?? []);
  const known = useMemo(() => knownOfTraces(rows), [rows]);
  const older = (): void => {
    void setMode("paused");
    void query.fetchNextPage();
  };
  return (
    <>
      <PageHeader
        title={name}
        note={live ? words.live : words.paused}
        actions={
          <Button tone={live ? "primary" : "plain"} className="min-w-[76px]" aria-pressed={!live} onClick={toggle}>
            {live ? words.pause : words.goOn}
          </Button>
        }
      />
      <FilterStrip
        label={words.filter}
        group={name}
        page={page}
        known={known}
        placeholder={'type == "shop/cart" && status == "parked" && hops > 3'}
      />
      <QueryView
        query={query}
        what={name}
        empty={{
          when: () => rows.length === 0 || choosing,
          view: <Nothing page={page} query={query} onOlder={older} onChoosing={setChoosing} />,
        }}
      >
        {() => (
          <DataTable
            label={words.table}
            rows={rows}
            columns={columnsOf(words)}
            rowKey={(row) => String(row.trace)}
            selected={selected === null ? null : String(selected)}
            onSelect={(row) => void setSelected(row.trace)}
            onOpen={(row) => router.push(traceHref(row.trace))}
            className="flex-1"
            foot={<Older shown={rows.length} query={query} onOlder={older} />}
          />
        )}
      </QueryView>
      {selected === null ? null : <TracePreview key={selected} trace={selected} onClose={() => void setSelected(null)} />}
    </>
  );
}

/** Values for completion. */
function knownOfTraces(rows: readonly TraceRow[]): KnownOfRows {
  const texts = (of: (row: TraceRow) => string): string[] => [...new Set(rows.map(of))];
  return {
    values: { type: texts(({ target }) => target.type), id: texts(({ target }) => target.id), valueType: texts((row) => row.valueType) },
  };
}

function distinct(rows: readonly TraceRow[]): TraceRow[] {
  return [...new Map(rows.map((row) => [row.trace, row])).values()].toSorted((left, right) => right.trace - left.trace);
}

interface NothingProps extends Omit<OlderProps, "shown"> {
  page: ReturnType<typeof useFilter>;
  onChoosing: (choosing: boolean) => void;
}

function Nothing({ page, onChoosing, ...older }: NothingProps) {
  return page.sent === "" ? <NoTraces onChoosing={onChoosing} /> : <NoneFits {...older} onClear={() => page.set("")} />;
}

function NoTraces({ onChoosing }: { onChoosing: (choosing: boolean) => void }) {
  const words = useTracesWords();
  return (
    <EmptyState
      title={words.none}
      action={
        <>
          <Button asChild tone="primary">
            <Link href="/send">{words.send}</Link>
          </Button>
          <DemoButton tone="plain" onOpenChange={onChoosing} />
        </>
      }
    >
      {words.noneAbout}
    </EmptyState>
  );
}

function NoneFits({ query, onOlder, onClear }: Omit<OlderProps, "shown"> & { onClear: () => void }) {
  const words = useTracesWords();
  const pastWords = usePastWords();
  const filterWords = useFilterWords();
  return (
    <EmptyState
      title={words.noneFits}
      action={
        <>
          {query.hasNextPage ? (
            <Button tone="primary" pending={query.isFetchingNextPage} onClick={onOlder}>
              {words.further}
            </Button>
          ) : null}
          <Button onClick={onClear}>{words.clear}</Button>
        </>
      }
    >
      {lookedSentence(query.data?.pages ?? [], filterWords)}{" "}
      {query.hasNextPage ? words.notLooked : reachSentence(query.data?.pages.at(-1)?.reach ?? null, pastWords)}
    </EmptyState>
  );
}

interface OlderProps {
  shown: number;
  query: {
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    data: { pages: readonly { reach: Parameters<typeof reachSentence>[0]; looked: LookedView }[] } | undefined;
  };
  onOlder: () => void;
}

/** Shown after the last row: older ones, or how far back the journal reaches. */
function Older({ shown, query, onOlder }: OlderProps) {
  const words = useTracesWords();
  const pastWords = usePastWords();
  const filterWords = useFilterWords();
  return (
    <div className="flex items-center gap-3 border-t border-line px-4 py-2 text-[12px] text-quiet">
      {query.hasNextPage ? (
        <Button size="small" pending={query.isFetchingNextPage} onClick={onOlder}>
          {words.older}
        </Button>
      ) : (
        <span suppressHydrationWarning>{reachSentence(query.data?.pages.at(-1)?.reach ?? null, pastWords)}</span>
      )}
      <span>
        {words.shown(shown)} {lookedSentence(query.data?.pages ?? [], filterWords)}
      </span>
    </div>
  );
}
