/**
 * WritePage: functions in TypeScript, written here: checked in isolation while they are typed, run with a message that touches nothing,
 * applied as a module's revision. `?module=` edits the code of one that runs; a text that is not applied stays in this tab.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import { parseAsString, useQueryState } from "nuqs";
import { useRef, useState, type ReactElement } from "react";
import { MayButton } from "../../identity/may-button.tsx";
import { useMay } from "../../identity/use-may.ts";
import { PageBody, PageHeader } from "../../shell/page-header.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import { Button } from "../../ui/button.tsx";
import { CodeEditor, type CodeEditorHandle } from "../../ui/editor/code-editor.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { Skeleton } from "../../ui/feedback/skeleton.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { Field, Input } from "../../ui/form/field.tsx";
import { PartTitle } from "../../ui/text/details.tsx";
import { ModuleActions, type Asking } from "../modules/module-actions.tsx";
import type { RunningModule } from "../modules/module-history.tsx";
import { isModuleName } from "../modules/template.ts";
import { useDraft } from "../modules/use-draft.ts";
import { completeSdk } from "./complete-sdk.ts";
import { codeIn, firstCode, functionModule, functionsOf, withCode } from "./function-yaml.ts";
import { TrialForm, type ServedFunction } from "./trial-form.tsx";
import { Failure, TrialOutcome } from "./trial-outcome.tsx";
import { useLoaded, useRun, type Loading } from "./use-trial.ts";
import { useWriteWords } from "../../words/write/use-write-words.ts";

const notRunning: RunningModule = { yaml: "", revision: 0, revisions: [] };

export function WritePage(): ReactElement {
  const words = useWriteWords();
  const [name] = useQueryState("module", parseAsString);
  const trpc = useTRPC();
  const module = useQuery(trpc.modules.get.queryOptions({ name: name ?? "" }, { enabled: name !== null, retry: false }));
  if (name === null) return <Writer key="new" named={null} running={notRunning} />;
  if (module.data !== undefined && codeIn(module.data.yaml) !== undefined) return <Writer key={name} named={name} running={module.data} />;
  return (
    <>
      <PageHeader title={words.title} actions={<Back />} />
      <PageBody>
        {module.data !== undefined ? (
          <p className="p-4 text-[13px]">
            <Link className="text-message hover:underline" href={`/modules/${name}`}>
              {name}
            </Link>
            {words.holdsNone}
          </p>
        ) : module.error === null ? (
          <Skeleton rows={10} label={words.loading} />
        ) : (
          <ErrorState error={module.error} what={words.module} onRetry={() => void module.refetch()} />
        )}
      </PageBody>
    </>
  );
}

function Writer({ named, running }: { named: string | null; running: RunningModule }): ReactElement {
  const words = useWriteWords();
  const [draft, setDraft] = useDraft(named === null ? "functions.new" : `functions.${named}`);
  const [newName, setNewName] = useState("");
  const [asking, setAsking] = useState<Asking>(null);
  const [, setModule] = useQueryState("module", parseAsString);
  const editor = useRef<CodeEditorHandle>(null);
  const mayNot = useMay("functions.try");
  const applied = codeIn(running.yaml) ?? firstCode;
  const code = draft?.text ?? applied;
  const loading = useLoaded(code, mayNot === null);
  const { running: trial, run } = useRun();
  const functions = loading.settled && loading.result?.kind === "loaded" ? loading.result.functions : [];
  const known = useLastKnown(functions);
  const name = named ?? newName;
  const text = named === null ? functionModule(functionsOf(functions.map(({ type }) => type)), code) : withCode(running.yaml, code);
  const ready = functions.length > 0 && isModuleName(name) && text !== running.yaml;
  return (
    <>
      <Header named={named} running={running} modified={code !== applied} onBack={() => setDraft(null)} />
      <div className="grid min-h-0 flex-1 grid-rows-[minmax(320px,1fr)_auto] max-room:overflow-y-auto room:grid-cols-[minmax(0,1fr)_376px] room:grid-rows-1">
        <div className="flex min-h-0 min-w-0 flex-col p-3">
          <CodeEditor
            ref={editor}
            className="min-h-0 flex-1"
            language="typescript"
            label={words.source}
            value={code}
            onChange={(next) => setDraft(next === applied ? null : { text: next, startedFrom: running.revision })}
            markers={markersOf(loading)}
            complete={completeSdk}
          />
        </div>
        <aside
          aria-label={words.aside}
          className="flex flex-col gap-4 border-line bg-panel p-3 room:min-h-0 max-room:border-t room:overflow-y-auto room:border-l"
        >
          <Check loading={loading} mayNot={mayNot} onJump={(line, column) => editor.current?.goTo(line, column)} />
          <section className="flex flex-col gap-2 border-t border-line pt-3">
            <PartTitle>{words.tryIt}</PartTitle>
            <TrialForm
              functions={known}
              pending={trial.kind === "running"}
              reason={mayNot ?? (functions.length === 0 ? words.notLoading : null)}
              onRun={(tried) => run(code, tried)}
            />
            <TrialOutcome running={trial} />
          </section>
          <PutInForce
            newName={named === null ? newName : undefined}
            ready={ready}
            onName={setNewName}
            onApply={() => setAsking({ kind: "apply" })}
          />
        </aside>
      </div>
      <ModuleActions
        name={name}
        running={running}
        text={text}
        asking={asking}
        onClose={() => setAsking(null)}
        onApplied={() => {
          setDraft(null);
          void setModule(name);
        }}
      />
    </>
  );
}

/** While the text is broken the form keeps what was chosen in it. */
function useLastKnown(functions: readonly ServedFunction[]): readonly ServedFunction[] {
  const [known, setKnown] = useState(functions);
  if (functions.length > 0 && functions !== known) setKnown(functions);
  return known;
}

interface PutInForceProps {
  /** Undefined when the module exists already. */
  newName: string | undefined;
  ready: boolean;
  onName: (name: string) => void;
  onApply: () => void;
}

function PutInForce({ newName, ready, onName, onApply }: PutInForceProps): ReactElement {
  const words = useWriteWords();
  return (
    <section className="flex flex-col gap-2 border-t border-line pt-3">
      <PartTitle>{words.inForce}</PartTitle>
      {newName === undefined ? null : (
        <Field label={words.moduleName} error={newName === "" || isModuleName(newName) ? null : words.nameInvalid}>
          {(control) => <Input {...control} mono placeholder="visits" value={newName} onChange={(event) => onName(event.target.value)} />}
        </Field>
      )}
      <div className="flex">
        <MayButton operation="modules.put" tone="primary" disabled={!ready} onClick={onApply}>
          {words.apply}
        </MayButton>
      </div>
    </section>
  );
}

interface HeaderProps {
  named: string | null;
  running: RunningModule;
  modified: boolean;
  onBack: () => void;
}

function Header({ named, running, modified, onBack }: HeaderProps): ReactElement {
  const words = useWriteWords();
  return (
    <PageHeader
      title={named === null ? words.title : <span className="font-mono">{named}</span>}
      note={
        <span className="flex flex-wrap gap-x-3">
          <span>{named === null ? words.isolated : words.runs(running.revision)}</span>
          {modified && named !== null ? <StatusWord tone="message">{words.modified}</StatusWord> : null}
        </span>
      }
      actions={
        <>
          {modified ? <Button onClick={onBack}>{named === null ? words.startAgain : words.back}</Button> : null}
          {named === null ? null : (
            <Button asChild>
              <Link href={`/modules/${named}?panel=history`}>{words.history}</Link>
            </Button>
          )}
          <Back />
        </>
      }
    />
  );
}

function Back(): ReactElement {
  const words = useWriteWords();
  return (
    <Button asChild>
      <Link href="/functions">{words.functions}</Link>
    </Button>
  );
}

function markersOf({ result, settled }: Loading & { settled: boolean }) {
  if (!settled || result?.kind !== "refused" || result.line === null) return [];
  return [{ severity: "error" as const, message: `${result.code}: ${result.message}`, line: result.line, column: result.column ?? 1 }];
}

interface CheckProps {
  loading: Loading & { settled: boolean };
  mayNot: string | null;
  onJump: (line: number, column: number) => void;
}

function Check({ loading, mayNot, onJump }: CheckProps): ReactElement {
  const { check: words } = useWriteWords();
  const { result, error, settled } = loading;
  return (
    <section className="flex flex-col gap-2" aria-busy={!settled}>
      <PartTitle>{words.title}</PartTitle>
      {mayNot !== null ? (
        <p className="text-[13px] text-quiet">{mayNot}</p>
      ) : error !== null ? (
        <ErrorState inline error={error} what={words.not} />
      ) : !settled || result === null ? (
        <p className="text-[13px] text-quiet">{words.loading}</p>
      ) : result.kind === "loaded" ? (
        <Served functions={result.functions} />
      ) : result.kind === "refused" ? (
        <>
          <Failure code={result.code} message={result.message} cure={result.cure} />
          <Jump line={result.line} column={result.column} onJump={onJump} />
        </>
      ) : null}
    </section>
  );
}

function Jump({ line, column, onJump }: { line: number | null; column: number | null; onJump: CheckProps["onJump"] }): ReactElement | null {
  const { check: words } = useWriteWords();
  if (line === null) return null;
  return (
    <Button tone="link" size="small" className="self-start" onClick={() => onJump(line, column ?? 1)}>
      {words.line(line)}
    </Button>
  );
}

function Served({ functions }: { functions: readonly ServedFunction[] }): ReactElement {
  const { check: words } = useWriteWords();
  return (
    <>
      <StatusWord tone="clear">{words.loads}</StatusWord>
      <ul className="flex flex-col gap-1 text-[12px]">
        {functions.map(({ type, takes, states }) => (
          <li key={type}>
            <span className="font-mono text-text">{type}</span>{" "}
            <span className="text-quiet">
              {words.takes(takes.join(", "))}
              {states.length === 0 ? words.noState : words.keeps(states.map(({ name }) => name).join(", "))}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
