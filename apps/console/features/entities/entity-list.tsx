/**
 * EntityList: the entities of a type that fit the filter, with their state in columns, by id, page by page. Sorting orders the loaded rows,
 * and the footer says how many those are. Neighbours: tally-bar.tsx counts, matching-dialog.tsx acts on all of them.
 */
"use client";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useMemo, useState, type ReactElement } from "react";
import { FilterStrip } from "../../filter/filter-bar.tsx";
import { useFilterWords } from "../../words/filter/use-filter-words.ts";
import { lookedSentence } from "../../filter/looked-words.ts";
import { useFilter } from "../../filter/use-filter.ts";
import { MayButton } from "../../identity/may-button.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import type { EntityColumn, EntityDataRow } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { useDebounced } from "../../ui/form/use-debounced.ts";
import { DataTable, type Column } from "../../ui/table/data-table.tsx";
import { useEntitiesWords } from "../../words/entities/use-entities-words.ts";
import { useWords } from "../../words/use-words.ts";
import { BulkActs } from "../failures/bulk-acts.tsx";
import { entityColumns } from "./entity-columns.tsx";
import { entityHref } from "./entity-href.ts";
import { ExportMenu } from "./export-menu.tsx";
import { knownOfEntities } from "./known-of-entities.ts";
import { MatchingDialog } from "./matching-dialog.tsx";
import { NoEntities } from "./no-entities.tsx";
import { TallyBar } from "./tally-bar.tsx";
import { useTally } from "./use-tally.ts";

const PAGE_ROWS = 100;
const TYPING_PAUSE_MS = 100;
/** The live stream has no hint for mailbox depths, so the list is asked again this often. */
const REFRESH_MS = 5_000;
const placeholder = 'state.visits > 50 && id.startsWith("a")';

interface Props {
  type: string;
  prefix: string;
  selected: string | null;
  onSelect: (id: string) => void;
}

export function EntityList({ type, prefix, selected, onSelect }: Props): ReactElement {
  const words = useEntitiesWords();
  const { name } = useWords().navigation.entities;
  const page = useFilter("entity");
  const settled = useDebounced(prefix, TYPING_PAUSE_MS);
  const choice = { type, prefix: settled, filter: page.sent };
  const [column, setColumn] = useState<string | null>(null);
  const [acting, setActing] = useState(false);
  const tally = useTally(choice, column);
  const list = useInfiniteQuery(
    useTRPC().entities.rows.infiniteQueryOptions(
      { ...choice, limit: PAGE_ROWS },
      {
        getNextPageParam: (last) => last.cursor,
        placeholderData: keepPreviousData,
        refetchInterval: (query) => ((query.state.data?.pages.length ?? 0) > 3 || page.sent !== "" ? false : REFRESH_MS),
      },
    ),
  );
  const rows = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data]);
  const columns = useMemo(() => columnsOfPages(list.data?.pages ?? []), [list.data]);
  const known = useMemo(() => knownOfEntities(rows, columns), [rows, columns]);
  return (
    <>
      <FilterStrip label={words.filter} group={name} page={page} known={known} placeholder={placeholder} />
      <TallyBar tally={tally} filtered={page.sent !== ""} column={column} onAdd={page.add}>
        <ExportMenu choice={choice} />
        <MayButton operation="entities.actOnMatching" of={type} action={words.actOnAll} onClick={() => setActing(true)}>
          {words.actOnAll}
        </MayButton>
      </TallyBar>
      <QueryView
        query={list}
        what={words.ofType(type)}
        empty={{
          when: (data) => data.pages.every(({ items }) => items.length === 0) && !list.hasNextPage,
          view: <NoEntities type={type} prefix={settled} filter={page.sent} onClear={() => page.set("")} />,
        }}
      >
        {(data) => (
          <EntityTable
            {...{ type, rows, columns, selected, onSelect }}
            onSorted={(key) => setColumn(key !== null && columns.some(({ path }) => path === key) ? key : null)}
            foot={<Foot rows={rows.length} pages={data.pages} filtered={page.sent !== ""} sorted={column} list={list} />}
          />
        )}
      </QueryView>
      <BulkActs />
      {acting ? <MatchingDialog choice={choice} onClose={() => setActing(false)} /> : null}
    </>
  );
}

function columnsOfPages(pages: readonly { readonly columns: readonly EntityColumn[] }[]): EntityColumn[] {
  return [...new Map(pages.flatMap(({ columns }) => columns).map((column) => [column.path, column])).values()];
}

interface TableProps extends Omit<Props, "prefix"> {
  rows: readonly EntityDataRow[];
  columns: readonly EntityColumn[];
  onSorted: (key: string | null) => void;
  foot: ReactElement;
}

function EntityTable({ type, rows, columns, selected, onSelect, onSorted, foot }: TableProps): ReactElement {
  const words = useEntitiesWords();
  const router = useRouter();
  const shown: readonly Column<EntityDataRow>[] = useMemo(() => entityColumns(columns, words), [columns, words]);
  return (
    <DataTable
      label={words.ofType(type)}
      className="flex-1"
      rows={rows}
      columns={shown}
      rowKey={(row) => row.address.id}
      selected={selected}
      onSelect={(row) => onSelect(row.address.id)}
      onOpen={(row) => router.push(entityHref(row.address))}
      onSorted={onSorted}
      foot={foot}
    />
  );
}

interface FootProps {
  rows: number;
  pages: Parameters<typeof lookedSentence>[0];
  filtered: boolean;
  sorted: string | null;
  list: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown> };
}

function Foot({ rows, pages, filtered, sorted, list }: FootProps): ReactElement {
  const words = useEntitiesWords();
  const filterWords = useFilterWords();
  const more = list.hasNextPage;
  return (
    <div className="flex flex-wrap items-center gap-3 border-t border-line px-4 py-2 text-[12px] text-quiet">
      <span>
        {words.foot(rows, more)}
        {sorted === null ? "" : more ? words.sortedOver(rows) : words.sortedAll}
        {filtered ? ` ${lookedSentence(pages, filterWords)}` : ""}
      </span>
      {more ? (
        <Button size="small" pending={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {filtered ? words.further : words.showMore(PAGE_ROWS)}
        </Button>
      ) : null}
    </div>
  );
}
