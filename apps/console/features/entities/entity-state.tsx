/**
 * EntityState: every registered value, decoded, with its type, expiration and when it was written. Editing is staged as a diff; a value of
 * any type can also be cleared; several are staged and written as one (staged-edits.tsx).
 */
"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement, type ReactNode } from "react";
import { CapabilityButton } from "../../capability/capability-button.tsx";
import { useClient, useTRPC } from "../../trpc/context.tsx";
import type { EntityDetail, StateValueRow, ValueView as Value } from "../../trpc/views.ts";
import { Ago } from "../../ui/text/ago.tsx";
import { ConfirmDialog } from "../../ui/dialog/confirm-dialog.tsx";
import { EmptyState } from "../../ui/feedback/empty-state.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { toast } from "../../ui/feedback/toaster.tsx";
import { useFlash } from "../../ui/use-flash.ts";
import { builtInOf } from "../../values/value-input.ts";
import { ValueView } from "../../values/value-view.tsx";
import { because, UnmaskButton } from "../unmask/unmask-button.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { useEntityWords } from "../../words/entity/use-entity-words.ts";
import { useStagedWords } from "../../words/staged/use-staged-words.ts";
import { EditValueDialog, StageButton } from "./edit-value-dialog.tsx";
import { isReason, ReasonField } from "./reason-field.tsx";
import { StagedEdits } from "./staged-edits.tsx";
import type { Staged, StagedEdit } from "./use-staged.ts";

/** Returns what an empty value is edited from: the zero of its type. */
function blankOf(typename: string): Value {
  const builtIn = builtInOf(typename);
  const text = builtIn === "string" ? '""' : builtIn === "bool" ? "false" : builtIn === null ? "" : "0";
  return { typename, sizeBytes: 0, as: builtIn === null ? "text" : "json", text, base64: "", decoder: typename };
}

export function EntityState({ entity, staged }: { entity: EntityDetail; staged: Staged }): ReactElement {
  const words = useEntityWords().state;
  if (entity.state.length === 0) {
    return <EmptyState title={words.none}>{words.noneAbout}</EmptyState>;
  }
  return (
    <>
      <StagedEdits entity={entity} staged={staged} />
      <div className="grid gap-3 pt-3 [grid-template-columns:repeat(auto-fill,minmax(min(100%,420px),1fr))]">
        {entity.state.map((row) => (
          <StateValue key={row.name} entity={entity} row={row} staged={staged} />
        ))}
      </div>
    </>
  );
}

const stateEditing = { needs: "entity-actions", operation: "entities.editState", size: "small", tone: "ghost" } as const;

function StateValue({ entity, row, staged }: { entity: EntityDetail; row: StateValueRow; staged: Staged }): ReactElement {
  const words = useEntityWords().state;
  const [dialog, setDialog] = useState<"edit" | "clear" | null>(null);
  const flash = useFlash<HTMLDivElement>(row.value?.base64 ?? "");
  const edit = useStateEdit(entity, { row, onDone: () => setDialog(null) });
  const stage = (one: StagedEdit): void => {
    staged.put(row.name, one);
    setDialog(null);
  };
  const editing = { ...stateEditing, of: entity.address.type };
  const actions = (
    <>
      <ShowMasked entity={entity} row={row} />
      <CapabilityButton {...editing} action={words.palette.edit(row.name)} onClick={() => setDialog("edit")}>
        {words.edit}
      </CapabilityButton>
      {row.value === null ? null : (
        <CapabilityButton {...editing} action={words.palette.clear(row.name)} onClick={() => setDialog("clear")}>
          {words.clear}
        </CapabilityButton>
      )}
    </>
  );
  return (
    <div className="min-w-0">
      <div ref={flash} className="rounded">
        {row.value === null ? (
          <EmptyValue row={row} actions={actions} />
        ) : (
          <ValueView value={row.value} title={row.name} actions={actions} className="bg-transparent" />
        )}
      </div>
      <StateTimes row={row} isStaged={staged.edits.has(row.name)} />
      <EditValueDialog
        open={dialog === "edit"}
        onOpenChange={(open) => setDialog(open ? "edit" : null)}
        title={words.editTitle(row.name)}
        what="value"
        current={row.value ?? blankOf(row.typename)}
        version={row.version}
        confirmLabel={words.write(row.name)}
        pending={edit.isPending}
        error={edit.error}
        onSave={(value, terms) => edit.mutate({ ...entity.address, name: row.name, value, ...terms })}
        onStage={(value, { base, version }) => stage({ value, base: row.value === null ? null : base, baseVersion: version })}
      />
      <ClearDialog
        row={row}
        open={dialog === "clear"}
        onOpenChange={(open) => setDialog(open ? "clear" : null)}
        pending={edit.isPending}
        error={edit.error}
        onStage={() => stage({ value: null, base: row.value, baseVersion: row.version })}
        onClear={(reason) => edit.mutate({ ...entity.address, name: row.name, value: null, reason, ifVersion: row.version })}
      />
    </div>
  );
}

function useStateEdit(entity: EntityDetail, { row, onDone }: { row: StateValueRow; onDone: () => void }) {
  const words = useEntityWords().state;
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  return useMutation(
    trpc.entities.editState.mutationOptions({
      onSuccess: async (result, input) => {
        onDone();
        toast(input.value === null ? words.cleared(row.name) : words.written(row.name), {
          description: result.overtaken ? words.overtaken : `${entity.address.type} / ${entity.address.id}`,
        });
        await queryClient.invalidateQueries(trpc.entities.pathFilter());
      },
      // The value changed meanwhile: the current one is shown beside what the person wrote.
      onError: () => queryClient.invalidateQueries(trpc.entities.pathFilter()),
    }),
  );
}

interface ClearDialogProps {
  row: StateValueRow;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  pending: boolean;
  error: unknown;
  onClear: (reason: string) => void;
  onStage: () => void;
}

function ClearDialog({ row, open, onOpenChange, pending, error, onClear, onStage }: ClearDialogProps): ReactElement {
  const words = useEntityWords().state;
  const [reason, setReason] = useState("");
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={words.clearIt(row.name)}
      confirmLabel={words.clearIt(row.name)}
      danger
      pending={pending}
      disabled={!isReason(reason)}
      error={error === null ? null : <ErrorState inline error={error} />}
      onConfirm={() => onClear(reason.trim())}
    >
      <p>{words.clearAbout}</p>
      {row.value === null ? null : <ValueView value={row.value} />}
      <ReasonField reason={reason} onChange={setReason} />
      <div>
        <StageButton onClick={onStage} />
      </div>
    </ConfirmDialog>
  );
}

function ShowMasked({ entity, row }: { entity: EntityDetail; row: StateValueRow }): ReactElement | null {
  const client = useClient();
  if (row.value === null) return null;
  const read = async (reason: string): Promise<Value | null> => {
    const bare = await client.entities.get.query(entity.address, because(reason));
    return bare?.state.find(({ name }) => name === row.name)?.value ?? null;
  };
  return <UnmaskButton value={row.value} title={row.name} of={entity.address.type} read={read} />;
}

function StateTimes({ row, isStaged }: { row: StateValueRow; isStaged: boolean }): ReactElement {
  const words = useEntityWords().state;
  const { isStaged: stagedWord } = useStagedWords();
  return (
    <p className="mt-1 px-1 text-[12px] text-quiet">
      {isStaged ? <StatusWord tone="caution">{stagedWord}</StatusWord> : null}{" "}
      {row.writtenMs === null ? (
        words.notWritten
      ) : (
        <>
          {words.writtenAt} <Ago atMs={row.writtenMs} />
        </>
      )}{" "}
      · {row.expiration === "" || row.expiration === "never" ? words.neverExpires : words.expires(row.expiration)}
      {row.expiresMs === null ? null : (
        <>
          {" "}
          · {words.thatIs} <Ago atMs={row.expiresMs} />
        </>
      )}
    </p>
  );
}

function EmptyValue({ row, actions }: { row: StateValueRow; actions: ReactNode }): ReactElement {
  const words = useEntityWords().state;
  return (
    <section className="rounded border border-line">
      <header className="flex min-h-8 items-center gap-3 border-b border-line px-2.5">
        <span className="font-mono text-[12px] font-medium">{row.name}</span>
        <span className="truncate font-mono text-[12px] text-quiet">{row.typename}</span>
        <span className="ml-auto">{actions}</span>
      </header>
      <p className="px-2.5 py-2 text-[12px] text-quiet">{words.empty}</p>
    </section>
  );
}
