/**
 * BootstrapPage: makes state from data that people have: SQL over files and databases, tried first (counts, a sample, errors by row), then
 * made into a savepoint that can be restored. Its progress comes from the gateway while it runs; Stop ends it there too.
 */
"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import { useState, type ReactElement } from "react";
import { MayButton } from "../../identity/may-button.tsx";
import { PageHeader } from "../../shell/page-header.tsx";
import { useClient, useTRPC } from "../../trpc/context.tsx";
import type { BootstrapOutcome } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { CodeEditor } from "../../ui/editor/code-editor.tsx";
import { EmptyState } from "../../ui/feedback/empty-state.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { Field, Input } from "../../ui/form/field.tsx";
import { Select } from "../../ui/form/select.tsx";
import { PartTitle } from "../../ui/text/details.tsx";
import { BootstrapReport } from "./bootstrap-report.tsx";
import { BootstrapSources } from "./bootstrap-sources.tsx";
import { draftProblem, sourceInput, type SourceDraft } from "./source-draft.ts";
import { useBootstrapWords } from "../../words/bootstrap/use-bootstrap-words.ts";

const PROGRESS_MS = 500;
const FIRST = `-- One row for each state value: type, id, name, value.
INSERT INTO state
SELECT 'shop/customer' AS type, customer AS id, 'visits' AS name, visits::INTEGER AS value
FROM customers;
`;

const merges = ["none", "skip", "replace", "fail"] as const;
type Merge = (typeof merges)[number];

type Running =
  | { readonly kind: "none" }
  | { readonly kind: "running"; readonly stop: AbortController }
  | { readonly kind: "done"; readonly outcome: BootstrapOutcome; readonly dryRun: boolean }
  | { readonly kind: "refused"; readonly error: unknown };

interface Plan {
  readonly sql: string;
  readonly sources: readonly SourceDraft[];
  readonly merge: Merge;
  readonly errorsMax: number;
}

function useBootstrap(): { readonly running: Running; run(plan: Plan, dryRun: boolean): Promise<void> } {
  const client = useClient();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [running, setRunning] = useState<Running>({ kind: "none" });
  const run = async ({ sql, sources, merge, errorsMax }: Plan, dryRun: boolean): Promise<void> => {
    const stop = new AbortController();
    setRunning({ kind: "running", stop });
    const input = { sql, sources: sources.map(sourceInput), errorsMax, dryRun, ...(merge === "none" ? {} : { merge }) };
    try {
      const outcome = await client.bootstrap.run.mutate(input, { signal: stop.signal });
      setRunning({ kind: "done", outcome, dryRun });
      if (!dryRun) await queryClient.invalidateQueries(trpc.savepoints.pathFilter());
    } catch (error) {
      setRunning(stop.signal.aborted ? { kind: "none" } : { kind: "refused", error });
    }
  };
  return { running, run };
}

export function BootstrapPage(): ReactElement {
  const words = useBootstrapWords();
  const [plan, setPlan] = useState<Plan>({ sql: FIRST, sources: [], merge: "none", errorsMax: 0 });
  const { running, run } = useBootstrap();
  const problem =
    plan.sql.trim() === ""
      ? words.writeSql
      : plan.sources.map((one) => draftProblem(one, words.sources.problems)).find((one) => one !== null);
  const busy = running.kind === "running";
  const change = (part: Partial<Plan>): void => setPlan({ ...plan, ...part });
  return (
    <>
      <PageHeader
        title={words.title}
        note={words.note}
        actions={
          <>
            {running.kind === "running" ? <Button onClick={() => running.stop.abort()}>{words.stop}</Button> : null}
            <MayButton operation="bootstrap.run" disabled={busy || problem !== undefined} onClick={() => void run(plan, true)}>
              {words.tryIt}
            </MayButton>
            <MayButton
              operation="bootstrap.run"
              tone="primary"
              disabled={busy || problem !== undefined}
              onClick={() => void run(plan, false)}
            >
              {words.make}
            </MayButton>
            <Button asChild>
              <Link href="/savepoints">{words.all}</Link>
            </Button>
          </>
        }
      />
      <div className="flex min-h-0 flex-1 overflow-y-auto max-room:flex-col">
        <div className="flex min-w-0 flex-1 flex-col">
          <CodeEditor
            className="m-3 h-64 w-auto shrink-0"
            language="sql"
            label={words.sql}
            value={plan.sql}
            onChange={(sql) => change({ sql })}
            onSubmit={() => (busy || problem !== undefined ? undefined : void run(plan, true))}
          />
          <Result running={running} problem={problem} />
        </div>
        <aside
          aria-label={words.aside}
          className="flex flex-col gap-4 border-line bg-panel p-3 max-room:border-t room:w-[376px] room:shrink-0 room:border-l"
        >
          <BootstrapSources sources={plan.sources} onChange={(sources) => change({ sources })} />
          <Rules plan={plan} onChange={change} />
        </aside>
      </div>
    </>
  );
}

function Rules({ plan, onChange }: { plan: Plan; onChange: (part: Partial<Plan>) => void }): ReactElement {
  const { rules: words, merges: names } = useBootstrapWords();
  const options = merges.map((value) => ({ value, label: names[value] }));
  return (
    <section className="flex flex-col gap-2 border-t border-line pt-3">
      <PartTitle>{words.title}</PartTitle>
      <Field label={words.savepoint}>
        {({ id }) => <Select id={id} value={plan.merge} options={options} onChange={(merge) => onChange({ merge })} />}
      </Field>
      <Field label={words.wrong} hint={words.wrongHint}>
        {(control) => (
          <Input
            {...control}
            mono
            inputMode="numeric"
            value={String(plan.errorsMax)}
            onChange={(event) => onChange({ errorsMax: Math.min(100_000, Number(event.target.value.replaceAll(/\D/g, "")) || 0) })}
          />
        )}
      </Field>
    </section>
  );
}

function Result({ running, problem }: { running: Running; problem: string | null | undefined }): ReactElement {
  const words = useBootstrapWords();
  switch (running.kind) {
    case "none":
      return <EmptyState title={problem ?? words.nothing}>{words.nothingAbout}</EmptyState>;
    case "running":
      return <Progress />;
    case "refused":
      return <ErrorState className="m-3" error={running.error} what={words.notMade} />;
    case "done":
      return <BootstrapReport outcome={running.outcome} dryRun={running.dryRun} />;
  }
}

function Progress(): ReactElement {
  const words = useBootstrapWords();
  const progress = useQuery(useTRPC().bootstrap.running.queryOptions(undefined, { refetchInterval: PROGRESS_MS }));
  return (
    <p role="status" className="p-3 text-[13px]">
      <StatusWord tone="message">{words.reading(progress.data?.rows ?? 0)}</StatusWord>
    </p>
  );
}
