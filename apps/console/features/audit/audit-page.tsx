/**
 * Audit: who changed what, when, by which door, what was there before and after, and the outcome; newest first. The gateway applies the
 * filter, so that it also finds what is on no page yet; the export holds the same rows, all of them.
 */
"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { parseAsInteger, parseAsString, parseAsStringLiteral, useQueryState } from "nuqs";
import type { ReactElement } from "react";
import type { AuditWords } from "../../words/audit/en.ts";
import { useWords } from "../../words/use-words.ts";
import { PageAction } from "../../shell/page-action.tsx";
import { PageBody, PageHeader } from "../../shell/page-header.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import type { AuditRow } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/feedback/empty-state.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { Segmented } from "../../ui/form/segmented.tsx";
import { useDebounced } from "../../ui/form/use-debounced.ts";
import { DataTable, type Column } from "../../ui/table/data-table.tsx";
import { Ago } from "../../ui/text/ago.tsx";
import { saveFile } from "../unmask/file-link.tsx";
import { AuditInspector } from "./audit-inspector.tsx";
import { changeText, exportUrl, outcomes, outcomeOf, type OutcomeChoice } from "./audit-words.ts";
import { AuditOutcomeWord } from "./audit-outcome.tsx";
import { useAuditWords } from "../../words/audit/use-audit-words.ts";

const PAGE_ROWS = 100;
const TYPING_MS = 250;

const columnsOf = (words: AuditWords): readonly Column<AuditRow>[] => [
  { key: "at", header: words.columns.at, width: "104px", mono: true, cell: (row) => <Ago atMs={row.atMs} /> },
  {
    key: "who",
    header: words.columns.who,
    width: "130px",
    wideOnly: "medium",
    cell: (row) => <span className="font-medium">{row.name}</span>,
  },
  {
    key: "door",
    header: words.columns.door,
    width: "84px",
    wideOnly: "medium",
    cell: (row) => <span className="text-quiet">{row.door}</span>,
  },
  { key: "what", header: words.columns.what, width: "160px", mono: true, cell: (row) => row.operation },
  { key: "on", header: words.columns.on, mono: true, cell: (row) => row.subject },
  { key: "change", header: words.columns.change, mono: true, wideOnly: true, cell: (row) => changeText(row, words.nothing) },
  { key: "outcome", header: words.columns.outcome, width: "190px", cell: (row) => <AuditOutcomeWord row={row} /> },
];

export function AuditPage(): ReactElement {
  const words = useAuditWords();
  const { name } = useWords().navigation.audit;
  const [text, setText] = useQueryState("q", parseAsString.withDefault(""));
  const [choice, setChoice] = useQueryState("outcome", parseAsStringLiteral(outcomes).withDefault("all"));
  const [chosen, setChosen] = useQueryState("entry", parseAsInteger);
  const filter = { text: useDebounced(text, TYPING_MS), outcome: outcomeOf(choice) };
  const query = useInfiniteQuery(
    useTRPC().audit.list.infiniteQueryOptions({ limit: PAGE_ROWS, ...filter }, { getNextPageParam: (page) => page.cursor ?? undefined }),
  );
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  const row = rows.find(({ sequence }) => sequence === chosen);
  return (
    <>
      <PageHeader
        title={name}
        note={words.note}
        actions={
          <>
            <PageAction label={words.exportAction} run={() => saveFile(exportUrl(filter))} />
            <Button asChild>
              <a href={exportUrl(filter)} download>
                {words.export}
              </a>
            </Button>
          </>
        }
      />
      <AuditFilter text={text} onText={(next) => void setText(next)} choice={choice} onChoice={(next) => void setChoice(next)} />
      <PageBody className="flex flex-col">
        <QueryView
          query={query}
          what={name}
          empty={{ when: () => rows.length === 0, view: <NoEntries filtered={text !== "" || choice !== "all"} /> }}
        >
          {() => (
            <DataTable
              label={words.table}
              className="flex-1"
              rows={rows}
              columns={columnsOf(words)}
              rowKey={({ sequence }) => String(sequence)}
              selected={chosen === null ? null : String(chosen)}
              onSelect={({ sequence }) => void setChosen(sequence)}
              foot={<Older shown={rows.length} query={query} />}
            />
          )}
        </QueryView>
      </PageBody>
      {row === undefined ? null : <AuditInspector key={row.sequence} row={row} onClose={() => void setChosen(null)} />}
    </>
  );
}

interface AuditFilterProps {
  text: string;
  onText: (text: string) => void;
  choice: OutcomeChoice;
  onChoice: (choice: OutcomeChoice) => void;
}

function AuditFilter({ text, onText, choice, onChoice }: AuditFilterProps): ReactElement {
  const words = useAuditWords();
  return (
    <div className="flex flex-wrap items-center gap-2 border-b border-line px-4 py-2">
      <input
        type="search"
        aria-label={words.filter}
        placeholder={words.placeholder}
        value={text}
        onChange={({ currentTarget }) => onText(currentTarget.value)}
        className="h-8 min-w-0 flex-1 rounded border border-line bg-panel px-3 font-mono text-[12px] focus-visible:outline-2 focus-visible:outline-message"
      />
      <Segmented
        label={words.columns.outcome}
        value={choice}
        onChange={onChoice}
        options={outcomes.map((value) => ({ value, label: words.outcomes[value] }))}
      />
    </div>
  );
}

function NoEntries({ filtered }: { filtered: boolean }): ReactElement {
  const words = useAuditWords();
  if (filtered) return <EmptyState title={words.none.matches}>{words.none.matchesAbout}</EmptyState>;
  return <EmptyState title={words.none.yet}>{words.none.yetAbout}</EmptyState>;
}

interface OlderProps {
  shown: number;
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
}

function Older({ shown, query }: OlderProps): ReactElement {
  const words = useAuditWords();
  return (
    <div className="flex items-center gap-3 border-t border-line px-4 py-2 text-[12px] text-quiet">
      {query.hasNextPage ? (
        <Button size="small" pending={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {words.older}
        </Button>
      ) : (
        <span>{words.oldest}</span>
      )}
      <span>{words.shown(shown)}</span>
    </div>
  );
}
