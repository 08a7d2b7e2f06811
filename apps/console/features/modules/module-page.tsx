/**
 * ModulePage: one module's text with completion from the schema and the gateway's verdict at its lines, what applying would change, and its
 * history. A module that does not exist yet starts from a template.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import { useEffect, type ReactElement } from "react";
import { PageBody, PageHeader } from "../../shell/page-header.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { problemOf } from "../../ui/feedback/problem.ts";
import { Skeleton } from "../../ui/feedback/skeleton.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { codeIn } from "../write/function-yaml.ts";
import { ModuleEditor } from "./module-editor.tsx";
import type { RunningModule } from "./module-history.tsx";
import { moduleTemplate } from "./template.ts";
import { useDraft } from "./use-draft.ts";
import { useModulesWords } from "../../words/modules/use-modules-words.ts";

const notRunning: RunningModule = { yaml: "", revision: 0, revisions: [] };

export function ModulePage({ name }: { name: string }): ReactElement {
  const { page: words } = useModulesWords();
  const trpc = useTRPC();
  const module = useQuery(trpc.modules.get.queryOptions({ name }, { retry: false }));
  const isNew = module.error !== null && problemOf(module.error).code === "UNKNOWN_MODULE";
  const back = (
    <Button asChild>
      <Link href="/modules">{words.all}</Link>
    </Button>
  );
  if (module.data === undefined && !isNew) {
    return (
      <>
        <PageHeader title={<span className="font-mono">{name}</span>} actions={back} />
        <PageBody>
          {module.error === null ? (
            <Skeleton rows={12} label={words.loading} />
          ) : (
            <ErrorState error={module.error} what={words.what} onRetry={() => void module.refetch()} />
          )}
        </PageBody>
      </>
    );
  }
  return <Loaded key={name} name={name} running={isNew ? notRunning : (module.data ?? notRunning)} />;
}

function Loaded({ name, running }: { name: string; running: RunningModule }): ReactElement {
  const { page: words } = useModulesWords();
  const isNew = running.revision === 0;
  const [draft, setDraft] = useDraft(name);
  const text = draft?.text ?? (isNew ? moduleTemplate() : running.yaml);
  const startedFrom = draft?.startedFrom ?? running.revision;
  const modified = isNew || text !== running.yaml;

  useEffect(() => {
    if (!modified || isNew) return undefined;
    function warn(event: BeforeUnloadEvent): void {
      event.preventDefault();
    }
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [modified, isNew]);

  function edit(next: string): void {
    setDraft(next === running.yaml ? null : { text: next, startedFrom });
  }

  return (
    <>
      <PageHeader
        title={<span className="font-mono">{name}</span>}
        note={
          <span className="flex flex-wrap gap-x-3">
            {isNew ? <StatusWord tone="quiet">{words.notApplied}</StatusWord> : <span>{words.runs(running.revision)}</span>}
            {modified && !isNew ? <StatusWord tone="message">{words.modified}</StatusWord> : null}
            {modified && !isNew && running.revision !== startedFrom ? (
              <StatusWord tone="caution">{words.overtaken(running.revision)}</StatusWord>
            ) : null}
          </span>
        }
        actions={
          <>
            {modified && !isNew ? <Button onClick={() => setDraft(null)}>{words.back}</Button> : null}
            {isNew || codeIn(running.yaml) === undefined ? null : (
              <Button asChild>
                <Link href={`/functions/write?module=${name}`}>{words.functions}</Link>
              </Button>
            )}
            <Button asChild>
              <Link href="/modules">{words.all}</Link>
            </Button>
          </>
        }
      />
      <ModuleEditor name={name} running={running} text={text} modified={modified} onText={edit} onApplied={() => setDraft(null)} />
    </>
  );
}
