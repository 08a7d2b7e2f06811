/**
 * ModuleEditor: the text, the gateway's issues at their lines and in a list, the impact, the history, and the three acts: apply, roll
 * back, remove. Applying is possible only for a text that the gateway called valid.
 */
"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { useRef, useState, type ReactElement } from "react";
import { counted } from "../../format/numbers.ts";
import { useTRPC } from "../../trpc/context.tsx";
import { Button } from "../../ui/button.tsx";
import { CodeEditor, type CodeEditorHandle } from "../../ui/code-editor.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { problemOf } from "../../ui/problem.ts";
import { StatusWord } from "../../ui/status-word.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { toast } from "../../ui/toaster.tsx";
import { ApplyDialog } from "./apply-dialog.tsx";
import { ChangesList } from "./changes-list.tsx";
import { ModuleHistory, type Revision, type RunningModule } from "./module-history.tsx";
import { ProblemsList } from "./problems-list.tsx";
import { useModulePreview, type PreviewState } from "./use-preview.ts";

const panels = ["check", "history"] as const;

export interface ModuleEditorProps {
  name: string;
  running: RunningModule;
  text: string;
  modified: boolean;
  onText: (text: string) => void;
  onApplied: () => void;
}

type Asking = { kind: "apply" } | { kind: "remove" } | { kind: "roll-back"; revision: Revision } | null;

export function ModuleEditor({ name, running, text, modified, onText, onApplied }: ModuleEditorProps): ReactElement {
  const trpc = useTRPC();
  const editor = useRef<CodeEditorHandle>(null);
  const [panel, setPanel] = useQueryState("panel", parseAsStringLiteral(panels).withDefault("check"));
  const [asking, setAsking] = useState<Asking>(null);
  const schema = useQuery({ ...trpc.modules.schema.queryOptions(), staleTime: Number.POSITIVE_INFINITY });
  const check = useModulePreview(name, text);
  const issues = check.preview?.issues ?? [];
  const ready = modified && check.settled && check.error === null && check.preview?.valid === true;
  return (
    <div className="grid min-h-0 flex-1 grid-rows-[minmax(260px,1fr)_auto] room:grid-cols-[minmax(0,1fr)_372px] room:grid-rows-1">
      <div className="flex min-h-0 min-w-0 flex-col p-3">
        <CodeEditor
          ref={editor}
          className="min-h-0 flex-1"
          language="yaml"
          label={`YAML of module ${name}`}
          value={text}
          onChange={onText}
          markers={issues}
          schema={schema.data}
          onSubmit={() => ready && setAsking({ kind: "apply" })}
        />
      </div>
      <aside
        aria-label="Check and history"
        className="flex min-h-0 flex-col gap-3 overflow-y-auto border-line bg-panel p-3 max-room:border-t room:border-l"
      >
        <div className="flex flex-wrap items-center gap-2">
          <Button tone="primary" disabled={!ready} onClick={() => setAsking({ kind: "apply" })}>
            Review and apply…
          </Button>
          {running.revision === 0 ? null : (
            <Button tone="ghost" className="ml-auto" onClick={() => setAsking({ kind: "remove" })}>
              Remove module…
            </Button>
          )}
        </div>
        <Tabs
          label="About this module"
          value={panel}
          onChange={(next) => void setPanel(next)}
          tabs={[
            {
              value: "check",
              label: "Check",
              count: issues.length,
              content: <Check check={check} modified={modified} onJump={(line, column) => editor.current?.goTo(line, column)} />,
            },
            {
              value: "history",
              label: "History",
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
      <Acts name={name} running={running} text={text} asking={asking} onClose={() => setAsking(null)} onApplied={onApplied} />
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
  onJump: (line: number, column: number) => void;
}): ReactElement {
  const { preview, error, settled } = check;
  if (error !== null) return <ErrorState className="px-0" error={error} what="The text could not be checked" />;
  if (preview === null) return <p className="py-3 text-[12px] text-quiet">Being checked…</p>;
  const errors = preview.issues.filter((issue) => issue.severity === "error").length;
  return (
    <div className="flex flex-col gap-4 pt-3" aria-busy={!settled}>
      <div role="status" className="text-[13px]">
        {preview.valid ? (
          <StatusWord tone={preview.issues.length === 0 ? "clear" : "caution"}>
            {preview.issues.length === 0 ? "Valid" : `Valid, with ${counted(preview.issues.length, "warning", "warnings")}`}
          </StatusWord>
        ) : (
          <StatusWord tone="danger">{counted(Math.max(1, errors), "error", "errors")}: it cannot be applied</StatusWord>
        )}
      </div>
      {preview.issues.length === 0 ? null : <ProblemsList issues={preview.issues} onJump={(issue) => onJump(issue.line, issue.column)} />}
      {preview.valid ? (
        <section className="flex flex-col gap-1">
          <h2 className="text-[12px] text-quiet">Applying this would</h2>
          <ChangesList
            changes={preview.changes}
            none={modified ? "keep a new revision; nothing that runs changes." : "change nothing: this is what runs."}
          />
        </section>
      ) : null}
    </div>
  );
}

interface ActsProps {
  name: string;
  running: RunningModule;
  text: string;
  asking: Asking;
  onClose: () => void;
  onApplied: () => void;
}

function Acts({ name, running, text, asking, onClose, onApplied }: ActsProps): ReactElement | null {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  async function settle(): Promise<void> {
    await queryClient.invalidateQueries(trpc.modules.pathFilter());
    onApplied();
    onClose();
    void queryClient.invalidateQueries();
  }
  const apply = useMutation(
    trpc.modules.put.mutationOptions({
      onSuccess: async (result) => {
        toast(`Revision ${result.revision} of ${name} runs`);
        await settle();
      },
    }),
  );
  const rollBack = useMutation(
    trpc.modules.rollback.mutationOptions({
      onSuccess: async (result, input) => {
        toast(`Rolled back to revision ${input.revision}`, { description: `It runs as revision ${result.revision}` });
        await settle();
      },
    }),
  );
  const putBack = useMutation(
    trpc.modules.put.mutationOptions({
      onSuccess: (result) => {
        toast(`Module ${name} runs again, as revision ${result.revision}`);
        void queryClient.invalidateQueries();
      },
      onError: (error) => toast.error(`${name} could not be put back`, { description: problemOf(error).detail }),
    }),
  );
  const remove = useMutation(
    trpc.modules.remove.mutationOptions({
      onSuccess: () => {
        onApplied();
        toast(`Module ${name} removed`, { action: { label: "Put it back", onClick: () => putBack.mutate({ name, yaml: running.yaml }) } });
        router.push("/modules");
        void queryClient.invalidateQueries();
      },
    }),
  );
  switch (asking?.kind) {
    case undefined:
      return null;
    case "apply":
      return (
        <ApplyDialog
          name={name}
          title={`Apply ${name}`}
          verb="Apply"
          before={running.yaml}
          after={text}
          pending={apply.isPending}
          error={apply.error}
          onConfirm={() => apply.mutate({ name, yaml: text })}
          onClose={onClose}
        />
      );
    case "roll-back":
      return (
        <ApplyDialog
          name={name}
          title={`Roll ${name} back to revision ${asking.revision.revision}`}
          verb={`Roll back to revision ${asking.revision.revision}`}
          before={running.yaml}
          after={asking.revision.yaml}
          pending={rollBack.isPending}
          error={rollBack.error}
          onConfirm={() => rollBack.mutate({ name, revision: asking.revision.revision })}
          onClose={onClose}
        />
      );
    case "remove":
      return (
        <ConfirmDialog
          open
          onOpenChange={onClose}
          title={`Remove module ${name}`}
          confirmLabel={`Remove ${name} and its declarations`}
          danger
          pending={remove.isPending}
          error={remove.error === null ? null : <ErrorState inline error={remove.error} />}
          onConfirm={() => remove.mutate({ name })}
        >
          <p>
            All it declares stops at once. Messages to its function types are kept and wait until an endpoint serves them again; its egress
            records wait too. Its revisions are kept: applying a module of this name goes on with its history.
          </p>
        </ConfirmDialog>
      );
  }
}
