/**
 * SQL: a query over live data and savepoints: the editor with the tables' names, what it will read before it runs, the rows and what they
 * cost. The gateway limits a query; Stop ends it there too. Queries are kept in this browser.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useRef, useState, type ReactElement } from "react";
import { originUrlOf } from "../../shell/base-path.ts";
import { commandLine } from "../../shell/cli-command.ts";
import { PageAction } from "../../shell/page-action.tsx";
import { PageHeader } from "../../shell/page-header.tsx";
import { useClient, useTRPC } from "../../trpc/context.tsx";
import type { SqlAnswer, SqlTableView } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { CodeEditor, type CodeEditorHandle } from "../../ui/editor/code-editor.tsx";
import { EmptyState } from "../../ui/feedback/empty-state.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { Input } from "../../ui/form/field.tsx";
import { copyAndSay } from "../../ui/text/copy-and-say.ts";
import { useQueryShelf } from "./query-shelf.ts";
import { SqlPlan, SqlResult } from "./sql-result.tsx";
import { SqlSide } from "./sql-side.tsx";
import { useSqlWords } from "../../words/sql/use-sql-words.ts";

const FIRST =
  "SELECT type, status, count(*) AS entities, sum(mailbox_depth) AS waiting\nFROM entities\nGROUP BY ALL\nORDER BY entities DESC";

const noTables: readonly SqlTableView[] = [];

type Outcome =
  | { readonly kind: "none" }
  | { readonly kind: "running"; readonly stop: AbortController }
  | { readonly kind: "answered"; readonly answer: SqlAnswer }
  | { readonly kind: "refused"; readonly error: unknown };

interface Asking {
  readonly outcome: Outcome;
  ask(sql: string, explain: boolean): Promise<void>;
}

function useAsking(): Asking {
  const client = useClient();
  const [outcome, setOutcome] = useState<Outcome>({ kind: "none" });
  const ask = async (sql: string, explain: boolean): Promise<void> => {
    const stop = new AbortController();
    setOutcome({ kind: "running", stop });
    try {
      const answer = await client.sql.query.mutate({ sql, explain }, { signal: stop.signal });
      setOutcome({ kind: "answered", answer });
    } catch (error) {
      setOutcome(stop.signal.aborted ? { kind: "none" } : { kind: "refused", error });
    }
  };
  return { outcome, ask };
}

export function SqlPage(): ReactElement {
  const words = useSqlWords();
  const trpc = useTRPC();
  const tables = useQuery(trpc.sql.tables.queryOptions(undefined, { staleTime: Number.POSITIVE_INFINITY })).data ?? noTables;
  const schema = useMemo(() => schemaOf(tables), [tables]);
  const { shelf, ran, save, forget } = useQueryShelf();
  const { outcome, ask } = useAsking();
  const [sql, setSql] = useState(FIRST);
  const [name, setName] = useState("");
  const editor = useRef<CodeEditorHandle>(null);
  const isRunning = outcome.kind === "running";
  const run = (): void => {
    if (isRunning || sql.trim() === "") return;
    ran(sql);
    void ask(sql, false);
  };
  return (
    <>
      <PageHeader
        title="SQL"
        note={words.note}
        actions={
          <>
            <PageAction label={words.runAction} reason={isRunning ? words.runs : null} run={run} />
            <PageAction label={words.copyCli} run={() => void copyAndSay(commandLine(["sql", sql], originUrlOf("")), words.cliCopied)} />
            <PageAction label={words.explainAction} reason={isRunning ? words.runs : null} run={() => void ask(sql, true)} />
            <SaveAs name={name} onName={setName} onSave={() => save(name.trim(), sql)} />
            <Button disabled={isRunning} onClick={() => void ask(sql, true)}>
              {words.explain}
            </Button>
            {outcome.kind === "running" ? (
              <Button onClick={() => outcome.stop.abort()}>{words.stop}</Button>
            ) : (
              <Button tone="primary" onClick={run}>
                {words.run}
              </Button>
            )}
          </>
        }
      />
      {/* On a phone everything scrolls together: there is no room side by side, and one below the other the tables would take the editor's room. */}
      <div className="flex min-h-0 flex-1 max-room:flex-col max-room:overflow-auto">
        <div className="flex min-h-0 min-w-0 flex-1 flex-col max-room:flex-none">
          <div className="m-3 shrink-0">
            <CodeEditor
              ref={editor}
              className="h-52"
              language="sql"
              label="SQL"
              value={sql}
              onChange={setSql}
              onSubmit={run}
              tables={schema}
            />
          </div>
          <OutcomeView outcome={outcome} />
        </div>
        <SqlSide tables={tables} shelf={shelf} onPut={(text) => editor.current?.insert(text)} onOpen={setSql} onForget={forget} />
      </div>
    </>
  );
}

function SaveAs({ name, onName, onSave }: { name: string; onName: (name: string) => void; onSave: () => void }): ReactElement {
  const words = useSqlWords();
  return (
    <form
      className="flex gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== "") onSave();
      }}
    >
      <Input
        aria-label={words.nameLabel}
        placeholder={words.name}
        className="w-36"
        value={name}
        maxLength={80}
        onChange={(event) => onName(event.target.value)}
      />
      <Button type="submit" disabled={name.trim() === ""}>
        {words.save}
      </Button>
    </form>
  );
}

function OutcomeView({ outcome }: { outcome: Outcome }): ReactElement {
  const words = useSqlWords();
  switch (outcome.kind) {
    case "none":
      return <EmptyState title={words.none}>{words.noneAbout}</EmptyState>;
    case "running":
      return (
        <p role="status" className="px-4 py-3 text-[13px]">
          <StatusWord tone="message">{words.asking}</StatusWord>
        </p>
      );
    case "refused":
      return <ErrorState inline className="m-3" error={outcome.error} what={words.noAnswer} />;
    case "answered":
      return outcome.answer.plan === null ? <SqlResult answer={outcome.answer} /> : <SqlPlan answer={outcome.answer} />;
  }
}

function schemaOf(tables: readonly SqlTableView[]): Record<string, string[]> {
  return Object.fromEntries(tables.map(({ name, columns }) => [name, columns.map((column) => column.name)]));
}
