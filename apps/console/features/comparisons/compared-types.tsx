/** ComparedTypes: by type, what came, changed and went, and what waits on both sides. It counts on by itself until the end, or until it is stopped. */
"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useState, type ReactElement } from "react";
import { bytes, counted, grouped } from "../../format/numbers.ts";
import { useTRPC } from "../../trpc/context.tsx";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/feedback/empty-state.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { DataTable, type Column } from "../../ui/table/data-table.tsx";
import { differs, lookedSum, pairDiffers, sumTypes, type LookedSum, type SidePair, type TypeSum } from "./type-sums.ts";
import type { ComparisonState } from "./use-comparison.ts";

export interface SideIds {
  readonly from: string;
  readonly to: string;
}

function Count({ count, sign, tone }: { count: number; sign: string; tone: string }): ReactElement {
  return count === 0 ? <span className="text-quiet">0</span> : <span className={tone}>{`${sign}${grouped(count)}`}</span>;
}

function Pair({ from, to }: SidePair): ReactElement {
  const words = (count: number | null): string => (count === null ? "?" : grouped(count));
  if (from === to) return <span className="text-quiet">{words(from)}</span>;
  return (
    <span
      className={pairDiffers({ from, to }) ? "" : "text-quiet"}
      title={from === null || to === null ? "? : this side does not tell" : undefined}
    >
      {words(from)} → {words(to)}
    </span>
  );
}

const columns: readonly Column<TypeSum>[] = [
  { key: "type", header: "Type", mono: true, cell: (row) => row.type, sort: (row) => row.type },
  {
    key: "came",
    header: "Came",
    width: "64px",
    align: "right",
    mono: true,
    cell: ({ came }) => <Count count={came} sign="+" tone="text-clear" />,
    sort: (row) => row.came,
  },
  {
    key: "changed",
    header: "Changed",
    width: "76px",
    align: "right",
    mono: true,
    cell: ({ changed }) => <Count count={changed} sign="" tone="" />,
    sort: (row) => row.changed,
  },
  {
    key: "went",
    header: "Went",
    width: "64px",
    align: "right",
    mono: true,
    cell: ({ went }) => <Count count={went} sign="−" tone="text-danger" />,
    sort: (row) => row.went,
  },
  {
    key: "waiting",
    header: "Waiting",
    explains: "Messages that wait: on the one side, on the other",
    width: "92px",
    align: "right",
    mono: true,
    wideOnly: "medium",
    cell: (row) => <Pair {...row.waiting} />,
  },
  {
    key: "delayed",
    header: "Delayed",
    explains: "Delayed messages: on the one side, on the other; of now nobody knows them",
    width: "92px",
    align: "right",
    mono: true,
    wideOnly: "medium",
    cell: (row) => <Pair {...row.delayed} />,
  },
];

export function ComparedTypes({ sides, state }: { sides: SideIds; state: ComparisonState }): ReactElement {
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
    <section aria-label="By type" className="flex min-h-0 min-w-0 flex-col min-[1100px]:border-r min-[1100px]:border-line">
      <QueryView query={query} what="What differs by type">
        {() => (
          <>
            <Summary sums={sums} />
            {isEqual ? (
              <EmptyState title="Nothing differs">
                {sums.length === 0 ? "No entity with state is on either side." : "Every entity holds the same on both sides."}
              </EmptyState>
            ) : (
              <DataTable
                label="Types"
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
              <ErrorState inline className="m-3" error={error} what="It was not counted on" />
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

/** All types together. */
function Summary({ sums }: { sums: readonly TypeSum[] }): ReactElement {
  const total = (kind: "came" | "changed" | "went" | "same"): number => sums.reduce((sum, row) => sum + row[kind], 0);
  return (
    <p className="flex shrink-0 flex-wrap gap-x-3 px-3 py-2 font-mono text-[12px]" role="status">
      <span>
        <Count count={total("came")} sign="+" tone="text-clear" /> came
      </span>
      <span>{grouped(total("changed"))} changed</span>
      <span>
        <Count count={total("went")} sign="−" tone="text-danger" /> went
      </span>
      <span className="text-quiet">{grouped(total("same"))} the same</span>
    </p>
  );
}

function Same({ sums, count }: { sums: readonly TypeSum[]; count: number }): ReactElement | null {
  if (count === 0) return null;
  const names = sums.filter((sum) => !differs(sum)).map(({ type }) => type);
  return (
    <p className="border-t border-line px-3 py-2 text-[12px] text-quiet" title={names.slice(0, 40).join(", ")}>
      and {counted(count, "type that does", "types that do")} not differ
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
  const { entities, bytes: read, stoppedAfter } = looked;
  return (
    <div className="mt-auto flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-t border-line px-3 py-2 text-[12px] text-quiet">
      <span className="min-w-0 break-words">
        {stoppedAfter === null ? "Looked at all: " : `Counted up to ${stoppedAfter.type}/${stoppedAfter.id}: `}
        {counted(entities, "entity with state", "entities with state")}, {bytes(read)}, beside the traffic.
        {atLeast ? " Of messages, the first million of a file was counted." : ""}
      </span>
      {stoppedAfter === null ? null : (
        <Button size="small" onClick={goesOn ? onStop : onGoOn}>
          {goesOn ? "Stop" : "Count on"}
        </Button>
      )}
    </div>
  );
}
