/**
 * ModuleEditor: the text and its form, the gateway's issues at their lines and fields and in a list, the impact, the history, and the three
 * actions: apply, roll back, remove. Only a text that the gateway called valid can be applied.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { useRef, useState, type ReactElement } from "react";
import { MayButton } from "../../identity/may-button.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import type { ModuleIssue } from "../../trpc/views.ts";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { ChangesList } from "./changes-list.tsx";
import { ModuleActions, type Asking } from "./module-actions.tsx";
import { ModuleHistory, type RunningModule } from "./module-history.tsx";
import { ModuleWorkbench, type ModuleWorkbenchHandle } from "./module-workbench.tsx";
import { ProblemsList } from "./problems-list.tsx";
import { useModulePreview, type PreviewState } from "./use-preview.ts";
import { useModulesWords } from "../../words/modules/use-modules-words.ts";

const panels = ["check", "history"] as const;

export interface ModuleEditorProps {
  name: string;
  running: RunningModule;
  text: string;
  modified: boolean;
  onText: (text: string) => void;
  onApplied: () => void;
}

export function ModuleEditor({ name, running, text, modified, onText, onApplied }: ModuleEditorProps): ReactElement {
  const { editor: words } = useModulesWords();
  const trpc = useTRPC();
  const workbench = useRef<ModuleWorkbenchHandle>(null);
  const [panel, setPanel] = useQueryState("panel", parseAsStringLiteral(panels).withDefault("check"));
  const [asking, setAsking] = useState<Asking>(null);
  const schema = useQuery({ ...trpc.modules.schema.queryOptions(), staleTime: Number.POSITIVE_INFINITY });
  const check = useModulePreview(name, { yaml: text, running: running.yaml });
  const issues = check.preview?.issues ?? [];
  const ready = modified && check.settled && check.error === null && check.preview?.valid === true;
  return (
    <div className="grid min-h-0 flex-1 grid-rows-[minmax(260px,1fr)_auto] room:grid-cols-[minmax(0,1fr)_376px] room:grid-rows-1">
      <ModuleWorkbench
        ref={workbench}
        name={name}
        text={text}
        schema={schema.data}
        issues={issues}
        onText={onText}
        onSubmit={() => ready && setAsking({ kind: "apply" })}
      />
      <aside
        aria-label={words.aside}
        className="flex min-h-0 flex-col gap-3 overflow-y-auto border-line bg-panel p-3 max-room:border-t room:border-l"
      >
        <Levers ready={ready} removable={running.revision !== 0} onAsk={setAsking} />
        <Tabs
          label={words.tabs}
          value={panel}
          onChange={(next) => void setPanel(next)}
          tabs={[
            {
              value: "check",
              label: words.check,
              count: issues.length,
              content: <Check check={check} modified={modified} onJump={(issue) => workbench.current?.goTo(issue)} />,
            },
            {
              value: "history",
              label: words.history,
              count: running.revisions.length,
              content: (
                <ModuleHistory
                  revisions={running.revisions}
                  running={running.revision}
                  onLoad={(revision) => onText(revision.yaml)}
                  onRollBack={(revision) => setAsking({ kind: "roll-back", revision })}
                />
              ),
            },
          ]}
        />
      </aside>
      <ModuleActions name={name} running={running} text={text} asking={asking} onClose={() => setAsking(null)} onApplied={onApplied} />
    </div>
  );
}

interface LeversProps {
  ready: boolean;
  removable: boolean;
  onAsk: (asking: Asking) => void;
}

function Levers({ ready, removable, onAsk }: LeversProps): ReactElement {
  const { editor: words } = useModulesWords();
  return (
    <div className="flex flex-wrap items-center gap-2">
      <MayButton operation="modules.put" action={words.apply} tone="primary" disabled={!ready} onClick={() => onAsk({ kind: "apply" })}>
        {words.apply}
      </MayButton>
      {removable ? (
        <MayButton
          operation="modules.remove"
          action={words.removeThis}
          tone="ghost"
          className="ml-auto"
          onClick={() => onAsk({ kind: "remove" })}
        >
          {words.remove}
        </MayButton>
      ) : null}
    </div>
  );
}

function Check({
  check,
  modified,
  onJump,
}: {
  check: PreviewState & { settled: boolean };
  modified: boolean;
  onJump: (issue: ModuleIssue) => void;
}): ReactElement {
  const { editor: words } = useModulesWords();
  const { preview, error, settled } = check;
  if (error !== null) return <ErrorState className="px-0" error={error} what={words.notChecked} />;
  if (preview === null) return <p className="py-3 text-[12px] text-quiet">{words.checking}</p>;
  const errors = preview.issues.filter((issue) => issue.severity === "error").length;
  return (
    <div className="flex flex-col gap-4 pt-3" aria-busy={!settled}>
      <div role="status" className="text-[13px]">
        {preview.valid ? (
          <StatusWord tone={preview.issues.length === 0 ? "clear" : "caution"}>
            {preview.issues.length === 0 ? words.valid : words.validBut(preview.issues.length)}
          </StatusWord>
        ) : (
          <StatusWord tone="danger">{words.errors(Math.max(1, errors))}</StatusWord>
        )}
      </div>
      {preview.issues.length === 0 ? null : <ProblemsList issues={preview.issues} onJump={onJump} />}
      {preview.valid ? (
        <section className="flex flex-col gap-1">
          <h2 className="text-[12px] text-quiet">{words.would}</h2>
          <ChangesList changes={preview.changes} none={modified ? words.keepRevision : words.changeNothing} />
        </section>
      ) : null}
    </div>
  );
}
