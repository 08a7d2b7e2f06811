/**
 * StagedEdits: the staged values of an entity, looked at together and written as one edit with one reason: all or none. A value that
 * changed meanwhile is shown in three versions, and nothing is written before one of them was chosen. Neighbours: use-staged.ts,
 * entity-state.tsx, three-way-view.tsx.
 */
"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { CapabilityButton } from "../../capability/capability-button.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import type { EntityDetail, StateValueRow } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/dialog/confirm-dialog.tsx";
import { DiffView } from "../../ui/editor/diff-view.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { toast } from "../../ui/feedback/toaster.tsx";
import { isReason, ReasonField } from "./reason-field.tsx";
import { ThreeWayView } from "./three-way-view.tsx";
import { textOfBase, textOfMine, type Staged, type StagedEdit } from "./use-staged.ts";
import { useStagedWords } from "../../words/staged/use-staged-words.ts";

export interface StagedEditsProps {
  entity: EntityDetail;
  staged: Staged;
}

export function StagedEdits({ entity, staged }: StagedEditsProps): ReactElement | null {
  const words = useStagedWords();
  const [open, setOpen] = useState(false);
  const { size } = staged.edits;
  if (size === 0) return null;
  return (
    <section
      aria-label={words.label}
      className="mt-3 flex flex-wrap items-center gap-x-3 gap-y-2 rounded border border-line bg-caution-soft px-3 py-2 text-[13px]"
    >
      <StatusWord tone="caution" className="font-medium">
        {words.staged(size)}
      </StatusWord>
      <span className="min-w-0 flex-1 basis-48">{words.notYet}</span>
      <Button size="small" onClick={staged.dropAll}>
        {size === 1 ? words.dropIt() : words.dropAll()}
      </Button>
      <CapabilityButton
        needs="entity-actions"
        operation="entities.editState"
        of={entity.address.type}
        size="small"
        tone="primary"
        onClick={() => setOpen(true)}
      >
        {words.review}
      </CapabilityButton>
      {open ? <ReviewDialog entity={entity} staged={staged} onClose={() => setOpen(false)} /> : null}
    </section>
  );
}

function ReviewDialog({ entity, staged, onClose }: StagedEditsProps & { onClose: () => void }): ReactElement {
  const words = useStagedWords();
  const [reason, setReason] = useState("");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const edits = [...staged.edits];

  const rowOf = (name: string): StateValueRow | undefined => entity.state.find((row) => row.name === name);
  const moved = edits.some(([name, { baseVersion }]) => rowOf(name)?.version !== baseVersion);
  const write = useMutation(
    trpc.entities.editState.mutationOptions({
      onSuccess: ({ overtaken }) => {
        toast(words.written(edits.length), {
          description: overtaken ? words.overtaken : `${entity.address.type} / ${entity.address.id}`,
        });
        staged.dropAll();
        onClose();
      },
      // A value changed meanwhile: the current one is shown beside what the person wrote.
      onSettled: () => queryClient.invalidateQueries(trpc.entities.pathFilter()),
    }),
  );
  const values = edits.map(([name, { value, baseVersion }]) => ({ name, value, ifVersion: baseVersion }));
  return (
    <ConfirmDialog
      wide
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={words.title(edits.length)}
      confirmLabel={words.write(edits.length)}
      pending={write.isPending}
      disabled={moved || !isReason(reason)}
      error={write.error === null ? null : <ErrorState inline error={write.error} />}
      onConfirm={() => write.mutate({ ...entity.address, values, reason: reason.trim() })}
    >
      <p className="text-quiet">{words.about}</p>
      {edits.map(([name, edit]) => (
        <StagedValue key={name} name={name} edit={edit} row={rowOf(name)} staged={staged} />
      ))}
      <ReasonField reason={reason} onChange={setReason} />
    </ConfirmDialog>
  );
}

interface StagedValueProps {
  name: string;
  edit: StagedEdit;
  row: StateValueRow | undefined;
  staged: Staged;
}

function StagedValue({ name, edit, row, staged }: StagedValueProps): ReactElement {
  const words = useStagedWords();
  const mine = textOfMine(edit);
  const isJson = edit.base?.as === "json" && (edit.value === null || "text" in edit.value);
  return (
    <section aria-label={name} className="flex flex-col gap-1">
      <h3 className="flex items-baseline gap-2 font-mono text-[12px] font-medium">
        {name}
        {edit.value === null ? <span className="font-sans font-normal text-quiet">{words.cleared}</span> : null}
        <Button size="small" tone="ghost" className="ml-auto" aria-label={words.dropOne(name)} onClick={() => staged.drop(name)}>
          {words.drop}
        </Button>
      </h3>
      {row !== undefined && row.version !== edit.baseVersion ? (
        <ThreeWayView
          what="value"
          texts={{ base: textOfBase(edit), theirs: textOfBase({ ...edit, base: row.value }), mine }}
          onTakeTheirs={() => staged.drop(name)}
          onKeepMine={() => staged.put(name, { ...edit, base: row.value, baseVersion: row.version })}
        />
      ) : (
        <DiffView className="max-h-64" label={name} language={isJson ? "json" : "text"} before={textOfBase(edit)} after={mine} />
      )}
    </section>
  );
}
