/**
 * WritePage: functions in TypeScript, written here: checked in isolation while they are typed, run with a message that touches nothing, applied as
 * a module's revision. `?module=` edits the code of one that runs; a text that is not applied stays in this tab.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import { parseAsString, useQueryState } from "nuqs";
import { useRef, useState, type ReactElement } from "react";
import { MayButton } from "../../identity/may-button.tsx";
import { useMay } from "../../identity/use-may.ts";
import { grouped } from "../../format/numbers.ts";
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
import { moduleNameProblem } from "../modules/template.ts";
import { useDraft } from "../modules/use-draft.ts";
import { completeSdk } from "./complete-sdk.ts";
import { codeIn, firstCode, functionModule, functionsOf, withCode } from "./function-yaml.ts";
import { TrialForm, type ServedFunction } from "./trial-form.tsx";
import { Failure, TrialOutcome } from "./trial-outcome.tsx";
import { useLoaded, useRun, type Loading } from "./use-trial.ts";

const notRunning: RunningModule = { yaml: "", revision: 0, revisions: [] };

export function WritePage(): ReactElement {
  const [name] = useQueryState("module", parseAsString);
  const trpc = useTRPC();
  const module = useQuery(trpc.modules.get.queryOptions({ name: name ?? "" }, { enabled: name !== null, retry: false }));
  if (name === null) return <Writer key="new" named={null} running={notRunning} />;
  if (module.data !== undefined && codeIn(module.data.yaml) !== undefined) return <Writer key={name} named={name} running={module.data} />;
  return (
    <>
      <PageHeader title="Write functions" actions={<Back />} />
      <PageBody>
        {module.data !== undefined ? (
          <p className="p-4 text-[13px]">
            <Link className="text-message hover:underline" href={`/modules/${name}`}>
              {name}
            </Link>{" "}
            holds no functions whose code stands in it.
          </p>
        ) : module.error === null ? (
          <Skeleton rows={10} label="Loading the module" />
        ) : (
          <ErrorState error={module.error} what="Module" onRetry={() => void module.refetch()} />
        )}
      </PageBody>
    </>
  );
}

function Writer({ named, running }: { named: string | null; running: RunningModule }): ReactElement {
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
  const result = loading.settled ? loading.result : null;
  const functions = result?.kind === "loaded" ? result.functions : [];
  const known = useLastKnown(functions);
  const name = named ?? newName;
  const text = named === null ? functionModule(functionsOf(functions.map(({ type }) => type)), code) : withCode(running.yaml, code);
  const ready = functions.length > 0 && name !== "" && moduleNameProblem(name) === null && text !== running.yaml;
  return (
    <>
      <Header named={named} running={running} modified={code !== applied} onBack={() => setDraft(null)} />
      <div className="grid min-h-0 flex-1 grid-rows-[minmax(320px,1fr)_auto] max-room:overflow-y-auto room:grid-cols-[minmax(0,1fr)_400px] room:grid-rows-1">
        <div className="flex min-h-0 min-w-0 flex-col p-3">
          <CodeEditor
            ref={editor}
            className="min-h-0 flex-1"
            language="typescript"
            label="Source of the functions"
            value={code}
            onChange={(next) => setDraft(next === applied ? null : { text: next, startedFrom: running.revision })}
            markers={markersOf(loading)}
            complete={completeSdk}
          />
        </div>
        <aside
          aria-label="Check, try and apply"
          className="flex flex-col gap-4 border-line bg-panel p-3 room:min-h-0 max-room:border-t room:overflow-y-auto room:border-l"
        >
          <Check loading={loading} mayNot={mayNot} onJump={(line, column) => editor.current?.goTo(line, column)} />
          <section className="flex flex-col gap-2 border-t border-line pt-3">
            <PartTitle>Try it</PartTitle>
            <TrialForm
              functions={known}
              pending={trial.kind === "running"}
              reason={mayNot ?? brokenReason(functions)}
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

/** While the text is broken the form keeps what somebody chose in it. */
function useLastKnown(functions: readonly ServedFunction[]): readonly ServedFunction[] {
  const [known, setKnown] = useState(functions);
  if (functions.length > 0 && functions !== known) setKnown(functions);
  return known;
}

function brokenReason(functions: readonly ServedFunction[]): string | null {
  return functions.length === 0 ? "The source does not load yet." : null;
}

interface PutInForceProps {
  /** Undefined: it has one. */
  newName: string | undefined;
  ready: boolean;
  onName: (name: string) => void;
  onApply: () => void;
}

function PutInForce({ newName, ready, onName, onApply }: PutInForceProps): ReactElement {
  return (
    <section className="flex flex-col gap-2 border-t border-line pt-3">
      <PartTitle>Put it in force</PartTitle>
      {newName === undefined ? null : (
        <Field label="Name of the module" error={moduleNameProblem(newName)}>
          {(control) => <Input {...control} mono placeholder="visits" value={newName} onChange={(event) => onName(event.target.value)} />}
        </Field>
      )}
      <div className="flex">
        <MayButton operation="modules.put" tone="primary" disabled={!ready} onClick={onApply}>
          Review and apply…
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
  return (
    <PageHeader
      title={named === null ? "Write functions" : <span className="font-mono">{named}</span>}
      note={
        <span className="flex flex-wrap gap-x-3">
          {named === null ? <span>TypeScript, run in isolation</span> : <span>revision {grouped(running.revision)} runs</span>}
          {modified && named !== null ? <StatusWord tone="message">modified</StatusWord> : null}
        </span>
      }
      actions={
        <>
          {modified ? <Button onClick={onBack}>{named === null ? "Start again" : "Back to what runs"}</Button> : null}
          {named === null ? null : (
            <Button asChild>
              <Link href={`/modules/${named}?panel=history`}>History and roll back</Link>
            </Button>
          )}
          <Back />
        </>
      }
    />
  );
}

function Back(): ReactElement {
  return (
    <Button asChild>
      <Link href="/functions">Back to functions</Link>
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
  const { result, error, settled } = loading;
  return (
    <section className="flex flex-col gap-2" aria-busy={!settled}>
      <PartTitle>Check</PartTitle>
      {mayNot !== null ? (
        <p className="text-[13px] text-quiet">{mayNot}</p>
      ) : error !== null ? (
        <ErrorState inline error={error} what="It could not be checked" />
      ) : !settled || result === null ? (
        <p className="text-[13px] text-quiet">Being loaded in isolation…</p>
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
  if (line === null) return null;
  return (
    <Button tone="link" size="small" className="self-start" onClick={() => onJump(line, column ?? 1)}>
      Line {line}
    </Button>
  );
}

function Served({ functions }: { functions: readonly ServedFunction[] }): ReactElement {
  return (
    <>
      <StatusWord tone="clear">It loads</StatusWord>
      <ul className="flex flex-col gap-1 text-[12px]">
        {functions.map(({ type, takes, states }) => (
          <li key={type}>
            <span className="font-mono text-text">{type}</span>{" "}
            <span className="text-quiet">
              takes {takes.join(", ") || "nothing"};{" "}
              {states.length === 0 ? "no state" : `keeps ${states.map(({ name }) => name).join(", ")}`}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
