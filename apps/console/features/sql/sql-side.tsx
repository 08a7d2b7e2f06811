/**
 * SqlSide: beside the editor: tables with their columns (a click inserts the name), saved queries and the last ones of this browser.
 */
"use client";
import type { ReactElement, ReactNode } from "react";
import { useMissing, type CapabilityName } from "../../capability/use-missing.ts";
import type { SqlTableView } from "../../trpc/views.ts";
import { IconButton } from "../../ui/button.tsx";
import { X } from "lucide-react";
import { Ago } from "../../ui/text/ago.tsx";
import type { Shelf } from "./query-shelf.ts";
import { useSqlWords } from "../../words/sql/use-sql-words.ts";

export interface SqlSideProps {
  tables: readonly SqlTableView[];
  shelf: Shelf;
  onPut: (text: string) => void;
  onOpen: (sql: string) => void;
  onForget: (name: string) => void;
}

export function SqlSide({ tables, shelf, onPut, onOpen, onForget }: SqlSideProps): ReactElement {
  const words = useSqlWords();
  return (
    <aside
      aria-label={words.side}
      className="border-line bg-panel max-room:border-t room:min-h-0 room:w-[320px] room:shrink-0 room:overflow-auto room:border-l wide:w-[376px]"
    >
      <Part title={words.tables} note={words.tablesNote}>
        {tables.map((table) => (
          <TableEntry key={table.name} table={table} onPut={onPut} />
        ))}
      </Part>
      <Part title={words.saved} note={words.savedNote}>
        {shelf.saved.length === 0 ? <li className="text-[12px] text-quiet">{words.noneSaved}</li> : null}
        {shelf.saved.map(({ name, sql }) => (
          <li key={name} className="flex items-center gap-1">
            <button
              type="button"
              className="min-w-0 flex-1 truncate py-1 text-left text-[12px] hover:underline"
              title={sql}
              onClick={() => onOpen(sql)}
            >
              {name}
            </button>
            <IconButton label={words.forget(name)} size="small" onClick={() => onForget(name)}>
              <X aria-hidden="true" className="size-3" />
            </IconButton>
          </li>
        ))}
      </Part>
      <Part title={words.history} note={words.historyNote}>
        {shelf.history.map(({ sql, atMs }) => (
          <li key={sql} className="flex items-baseline gap-2">
            <button
              type="button"
              className="min-w-0 flex-1 truncate py-0.5 text-left font-mono text-[11px] hover:underline"
              title={sql}
              onClick={() => onOpen(sql)}
            >
              {sql.replaceAll(/\s+/g, " ")}
            </button>
            <span className="text-[11px] text-quiet">
              <Ago atMs={atMs} />
            </span>
          </li>
        ))}
      </Part>
    </aside>
  );
}

interface TableEntryProps {
  table: SqlTableView;
  onPut: (text: string) => void;
}

/** A table that this runtime has not says why, and is not put in. */
function TableEntry({ table, onPut }: TableEntryProps): ReactElement {
  return table.needs === null ? (
    <TableThere table={table} onPut={onPut} />
  ) : (
    <TableThatNeeds table={table} needs={table.needs} onPut={onPut} />
  );
}

function TableThatNeeds({ needs, ...entry }: TableEntryProps & { needs: CapabilityName }): ReactElement {
  const missing = useMissing(needs);
  if (missing === null) return <TableThere {...entry} />;
  const reason = `${missing.sentence} ${missing.cure}`;
  return (
    <li className="py-1">
      <button type="button" aria-disabled aria-description={reason} title={reason} className="font-mono text-[12px] text-quiet">
        {entry.table.name}
      </button>
      <p lang="en" className="pl-3 text-[11px] text-quiet">
        {missing.sentence}
      </p>
    </li>
  );
}

function TableThere({ table, onPut }: TableEntryProps): ReactElement {
  const words = useSqlWords();
  return (
    <li>
      <div className="flex items-baseline gap-2 py-1">
        <button type="button" className="font-mono text-[12px] hover:underline" onClick={() => onPut(callOf(table))}>
          {table.name}
        </button>
        <span className="truncate text-[12px] text-quiet" title={words.about(table)}>
          {words.about(table)}
        </span>
      </div>
      <details>
        <summary className="cursor-pointer pl-3 text-[11px] text-quiet hover:text-text">
          {words.columns(table.columns.length)}
          <span className="sr-only">{words.ofTable(table.name)}</span>
        </summary>
        <ul className="mb-2 pl-3">
          {table.columns.map(({ name, type }) => (
            <li key={name} className="flex justify-between gap-2 text-[12px]">
              <button type="button" className="font-mono hover:underline" onClick={() => onPut(name)}>
                {name}
              </button>
              <span className="font-mono text-[11px] text-quiet">{type}</span>
            </li>
          ))}
        </ul>
      </details>
    </li>
  );
}

/** Returns the table as a query writes it; a savepoint's tables take its id. */
function callOf({ name, parameters }: SqlTableView): string {
  return parameters[0] === "id" ? `${name}('')` : name;
}

function Part({ title, note, children }: { title: string; note: string; children: ReactNode }): ReactElement {
  return (
    <section className="border-b border-line px-4 py-3">
      <h2 className="mb-1 flex items-baseline justify-between text-[13px] font-semibold">
        {title} <span className="text-[12px] font-normal text-quiet">{note}</span>
      </h2>
      <ul>{children}</ul>
    </section>
  );
}
