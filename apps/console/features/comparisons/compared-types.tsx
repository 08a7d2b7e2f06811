/**
 * ComparedTypes: what came, changed and went by type, and what waits on both sides. It continues to count by itself until the end, or until
 * it is stopped.
 */
"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState, type ReactElement } from "react";
import { bytes, grouped } from "../../format/numbers.ts";
import { useTRPC } from "../../trpc/context.tsx";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/feedback/empty-state.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { DataTable, type Column } from "../../ui/table/data-table.tsx";
import { differs, lookedSum, pairDiffers, sumTypes, type LookedSum, type SidePair, type TypeSum } from "./type-sums.ts";
import type { ComparisonState } from "./use-comparison.ts";
import { useComparisonsWords } from "../../words/comparisons/use-comparisons-words.ts";
import type { ComparisonsWords } from "../../words/comparisons/en.ts";

export interface SideIds {
  readonly from: string;
  readonly to: string;
}

function Count({ count, sign, tone }: { count: number; sign: string; tone: string }): ReactElement {
  return count === 0 ? <span className="text-quiet">0</span> : <span className={tone}>{`${sign}${grouped(count)}`}</span>;
}

function Pair({ from, to }: SidePair): ReactElement {
  const { notTold } = useComparisonsWords().types;
  const told = (count: number | null): string => (count === null ? "?" : grouped(count));
  if (from === to) return <span className="text-quiet">{told(from)}</span>;
  return (
    <span className={pairDiffers({ from, to }) ? "" : "text-quiet"} title={from === null || to === null ? notTold : undefined}>
      {told(from)} → {told(to)}
    </span>
  );
}

const columnsOf = ({ columns }: ComparisonsWords["types"]): readonly Column<TypeSum>[] => [
  { key: "type", header: columns.type, mono: true, cell: (row) => row.type, sort: (row) => row.type },
  {
    key: "came",
    header: columns.came,
    width: "64px",
    align: "right",
    mono: true,
    cell: ({ came }) => <Count count={came} sign="+" tone="text-clear" />,
    sort: (row) => row.came,
  },
  {
    key: "changed",
    header: columns.changed,
    width: "76px",
    align: "right",
    mono: true,
    cell: ({ changed }) => <Count count={changed} sign="" tone="" />,
    sort: (row) => row.changed,
  },
  {
    key: "went",
    header: columns.went,
    width: "64px",
    align: "right",
    mono: true,
    cell: ({ went }) => <Count count={went} sign="−" tone="text-danger" />,
    sort: (row) => row.went,
  },
  {
    key: "waiting",
    header: columns.waiting,
    explains: columns.waitingExplains,
    width: "92px",
    align: "right",
    mono: true,
    wideOnly: "medium",
    cell: (row) => <Pair {...row.waiting} />,
  },
  {
    key: "delayed",
    header: columns.delayed,
    explains: columns.delayedExplains,
    width: "92px",
    align: "right",
    mono: true,
    wideOnly: "medium",
    cell: (row) => <Pair {...row.delayed} />,
  },
];

export function ComparedTypes({ sides, state }: { sides: SideIds; state: ComparisonState }): ReactElement {
  const { types: words } = useComparisonsWords();
  const columns = useMemo(() => columnsOf(words), [words]);
  const { type, prefix } = state.comparison;
  const [isStopped, setStopped] = useState(false);
  const query = useInfiniteQuery(
    useTRPC().comparisons.types.infiniteQueryOptions(
      { ...sides, prefix },
      { getNextPageParam: (page) => page.cursor ?? undefined, staleTime: Number.POSITIVE_INFINITY },
    ),
  );
  const { hasNextPage, isFetching, error, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetching && !isStopped && error === null) void fetchNextPage();
  }, [hasNextPage, isFetching, isStopped, error, fetchNextPage]);
  const pages = query.data?.pages ?? [];
  const sums = sumTypes(pages);
  const differing = sums.filter(differs);
  const around = pages[0]?.around ?? null;
  const isEqual = differing.length === 0 && !hasNextPage;
  return (
    <section aria-label={words.label} className="flex min-h-0 min-w-0 flex-col min-[1100px]:border-r min-[1100px]:border-line">
      <QueryView query={query} what={words.what}>
        {() => (
          <>
            <Summary sums={sums} />
            {isEqual ? (
              <EmptyState title={words.nothing}>{sums.length === 0 ? words.noState : words.allSame}</EmptyState>
            ) : (
              <DataTable
                label={words.table}
                className="max-h-[38vh] flex-1 min-[1100px]:max-h-none"
                rows={differing}
                columns={columns}
                rowKey={(row) => row.type}
                selected={type}
                onSelect={(row) => state.setType(row.type)}
                foot={<Same sums={sums} count={sums.length - differing.length} />}
              />
            )}
            {error !== null && query.data !== undefined ? (
              <ErrorState inline className="m-3" error={error} what={words.notCountedOn} />
            ) : null}
            <Looked
              looked={lookedSum(pages)}
              atLeast={around !== null && (around.from.atLeast || around.to.atLeast)}
              goesOn={hasNextPage && !isStopped}
              onStop={() => setStopped(true)}
              onGoOn={() => setStopped(false)}
            />
          </>
        )}
      </QueryView>
    </section>
  );
}

/** The sums over all types. */
function Summary({ sums }: { sums: readonly TypeSum[] }): ReactElement {
  const { types: words } = useComparisonsWords();
  const total = (kind: "came" | "changed" | "went" | "same"): number => sums.reduce((sum, row) => sum + row[kind], 0);
  return (
    <p className="flex shrink-0 flex-wrap gap-x-3 px-3 py-2 font-mono text-[12px]" role="status">
      <span>
        <Count count={total("came")} sign="+" tone="text-clear" /> {words.came}
      </span>
      <span>{words.changed(grouped(total("changed")))}</span>
      <span>
        <Count count={total("went")} sign="−" tone="text-danger" /> {words.went}
      </span>
      <span className="text-quiet">{words.same(grouped(total("same")))}</span>
    </p>
  );
}

function Same({ sums, count }: { sums: readonly TypeSum[]; count: number }): ReactElement | null {
  const { types: words } = useComparisonsWords();
  if (count === 0) return null;
  const names = sums.filter((sum) => !differs(sum)).map(({ type }) => type);
  return (
    <p className="border-t border-line px-3 py-2 text-[12px] text-quiet" title={names.slice(0, 40).join(", ")}>
      {words.others(count)}
    </p>
  );
}

interface LookedProps {
  looked: LookedSum;
  atLeast: boolean;
  goesOn: boolean;
  onStop: () => void;
  onGoOn: () => void;
}

function Looked({ looked, atLeast, goesOn, onStop, onGoOn }: LookedProps): ReactElement {
  const { types: words } = useComparisonsWords();
  const { entities, bytes: read, stoppedAfter } = looked;
  return (
    <div className="mt-auto flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-t border-line px-3 py-2 text-[12px] text-quiet">
      <span className="min-w-0 break-words">
        {stoppedAfter === null ? words.lookedAll : words.upTo(`${stoppedAfter.type}/${stoppedAfter.id}`)}
        {words.looked(entities, bytes(read))}
        {atLeast ? words.million : ""}
      </span>
      {stoppedAfter === null ? null : (
        <Button size="small" onClick={goesOn ? onStop : onGoOn}>
          {goesOn ? words.stop : words.goOn}
        </Button>
      )}
    </div>
  );
}
