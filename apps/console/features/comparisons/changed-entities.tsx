/**
 * ChangedEntities: the entities that came, went or changed, by type and id, page by page.
 */
"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useId, type ReactElement } from "react";
import { grouped } from "../../format/numbers.ts";
import { useShortcut } from "../../shell/shortcuts.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import type { ChangedEntityRow } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/feedback/empty-state.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { Segmented } from "../../ui/form/segmented.tsx";
import { DataTable, type Column } from "../../ui/table/data-table.tsx";
import type { SideIds } from "./compared-types.tsx";
import { MiddleCut } from "../../ui/text/middle-cut.tsx";
import { changeChoices, type ComparisonState } from "./use-comparison.ts";
import { useComparisonsWords } from "../../words/comparisons/use-comparisons-words.ts";
import type { ComparisonsWords } from "../../words/comparisons/en.ts";

const PAGE_ROWS = 100;

const marks = { came: ["+", "text-clear"], went: ["−", "text-danger"], changed: ["±", ""] } as const;

function columnsOf(type: string | null, words: ComparisonsWords["changed"]): readonly Column<ChangedEntityRow>[] {
  return [
    {
      key: "change",
      header: "",
      width: "36px",
      mono: true,
      cell: ({ change }) => (
        <span className={marks[change][1]} title={words.is[change]}>
          <span aria-hidden="true">{marks[change][0]}</span>
          <span className="sr-only">{words.is[change]}</span>
        </span>
      ),
    },
    { key: "id", header: words.entity, mono: true, cell: (row) => <MiddleCut text={type === null ? `${row.type}/${row.id}` : row.id} /> },
    {
      key: "values",
      header: words.values,
      explains: words.valuesExplain,
      width: "62px",
      align: "right",
      mono: true,
      cell: (row) => grouped(row.values),
    },
  ];
}

const keyOf = ({ type, id }: { type: string; id: string }): string => `${type} ${id}`;

export function ChangedEntities({ sides, state }: { sides: SideIds; state: ComparisonState }): ReactElement {
  const { changed: words } = useComparisonsWords();
  const { type, prefix, change, entity } = state.comparison;
  const query = useInfiniteQuery(
    useTRPC().comparisons.changed.infiniteQueryOptions(
      { ...sides, type, prefix, change: change === "all" ? null : change, limit: PAGE_ROWS },
      { getNextPageParam: (page) => page.cursor ?? undefined, staleTime: Number.POSITIVE_INFINITY },
    ),
  );
  const { hasNextPage, isFetching, error, fetchNextPage } = query;
  const rows = query.data?.pages.flatMap(({ items }) => items) ?? [];
  // A page without differences does not mean that there are none, so the next one is fetched.
  const looksOn = rows.length === 0 && hasNextPage && error === null;
  useEffect(() => {
    if (looksOn && !isFetching) void fetchNextPage();
  }, [looksOn, isFetching, fetchNextPage]);
  const looked = query.data?.pages.reduce((sum, page) => sum + page.looked.entities, 0) ?? 0;
  return (
    <section
      aria-label={words.label}
      className="flex min-h-0 min-w-0 flex-col border-t border-line min-[1100px]:border-t-0 min-[1100px]:border-r"
    >
      <Filter state={state} />
      <QueryView
        query={query}
        what={words.label}
        empty={{
          when: () => rows.length === 0 && !looksOn,
          view: <NoneDiffers filtered={type !== null || prefix !== "" || change !== "all"} />,
        }}
      >
        {() => (
          <DataTable
            label={words.label}
            className="max-h-[38vh] flex-1 min-[1100px]:max-h-none"
            rows={rows}
            columns={columnsOf(type, words)}
            rowKey={keyOf}
            selected={entity === null ? null : keyOf(entity)}
            onSelect={(row) => state.setEntity({ type: row.type, id: row.id })}
            foot={
              <div className="flex flex-wrap items-center gap-3 border-t border-line px-3 py-2 text-[12px] text-quiet">
                {hasNextPage ? (
                  <Button size="small" pending={query.isFetchingNextPage} onClick={() => void fetchNextPage()}>
                    {words.more}
                  </Button>
                ) : null}
                <span>{words.here(rows.length, looked, !hasNextPage)}</span>
              </div>
            }
          />
        )}
      </QueryView>
    </section>
  );
}

function Filter({ state }: { state: ComparisonState }): ReactElement {
  const { changed: words } = useComparisonsWords();
  const { type, prefix, change } = state.comparison;
  return (
    <div className="flex shrink-0 flex-col gap-2 px-3 py-2">
      <div className="flex flex-wrap items-center gap-2 text-[12px]">
        {type === null ? (
          <span className="text-quiet">{words.ofAllTypes}</span>
        ) : (
          <>
            <span className="min-w-0 font-mono break-all">{type}</span>
            <Button size="small" onClick={() => state.setType(null)}>
              {words.allTypes}
            </Button>
          </>
        )}
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <PrefixField key={prefix} prefix={prefix} onPrefix={state.setPrefix} />
        <Segmented
          small
          label={words.which}
          value={change}
          onChange={state.setChange}
          options={changeChoices.map((value) => ({ value, label: words.choices[value] }))}
        />
      </div>
    </div>
  );
}

/** The filter runs when Enter is pressed or the field is left, because both files are read again for it. */
function PrefixField({ prefix, onPrefix }: { prefix: string; onPrefix: (prefix: string) => void }): ReactElement {
  const { changed: words, group } = useComparisonsWords();
  const id = useId();
  useShortcut({ keys: "/", shown: "/", label: words.prefix, group }, () => document.getElementById(id)?.focus());
  return (
    <input
      id={id}
      type="search"
      aria-label={words.prefix}
      placeholder={words.prefixHint}
      defaultValue={prefix}
      onKeyDown={({ key, currentTarget }) => {
        if (key === "Enter") onPrefix(currentTarget.value);
      }}
      onBlur={({ currentTarget }) => {
        if (currentTarget.value !== prefix) onPrefix(currentTarget.value);
      }}
      className="h-6 min-w-[120px] flex-1 rounded border border-line bg-panel px-2 font-mono text-[12px] focus-visible:outline-2 focus-visible:outline-message"
    />
  );
}

function NoneDiffers({ filtered }: { filtered: boolean }): ReactElement {
  const { changed: words } = useComparisonsWords();
  if (filtered) return <EmptyState title={words.noneOfThese}>{words.noneOfTheseAbout}</EmptyState>;
  return <EmptyState title={words.none}>{words.noneAbout}</EmptyState>;
}
