/**
 * QueryView: one query's five states (loading, error, offline with what was last known, empty, data), so that no page can forget one.
 */
"use client";
import type { ReactElement, ReactNode } from "react";
import { clock } from "../../format/times.ts";
import { ErrorState } from "./error-state.tsx";
import { useProblem } from "./use-problem.ts";
import { Skeleton } from "./skeleton.tsx";
import { StatusWord } from "./status-word.tsx";
import { useShellWords } from "../../words/shell/use-shell-words.ts";

export interface QueryLike<Data> {
  data: Data | undefined;
  error: unknown;
  isPending: boolean;
  dataUpdatedAt: number;
  refetch: () => unknown;
}

export interface QueryViewProps<Data> {
  query: QueryLike<Data>;
  /** What was asked for, such as "Function types". */
  what: string;
  empty?: { when: (data: Data) => boolean; view: ReactNode };
  loading?: ReactNode;
  children: (data: Data) => ReactNode;
}

export function QueryView<Data>({ query, what, empty, loading, children }: QueryViewProps<Data>): ReactElement {
  const words = useShellWords();
  const problemOf = useProblem();
  const { data, error } = query;
  if (data === undefined) {
    if (error !== null && error !== undefined) return <ErrorState error={error} what={what} onRetry={() => void query.refetch()} />;
    return <>{loading ?? <Skeleton label={words.loading(what)} />}</>;
  }
  const stale = error === null || error === undefined ? null : problemOf(error);
  return (
    <>
      {stale === null ? null : (
        <div role="status" className="flex flex-wrap items-center gap-x-3 border-b border-line px-3 py-1 text-[12px]">
          <StatusWord tone="caution">{stale.title}</StatusWord>
          <span className="text-quiet">
            {words.shownAsOf}
            <time dateTime={new Date(query.dataUpdatedAt).toISOString()}>{clock(query.dataUpdatedAt, false)}</time>
          </span>
        </div>
      )}
      {empty?.when(data) === true ? empty.view : children(data)}
    </>
  );
}
