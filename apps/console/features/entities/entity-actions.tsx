/**
 * EntityActions: what a person may do with an entity now. What is impossible in its status is absent, not disabled. Discarding and editing
 * show the message first; pausing and retrying can be undone, so they act at once and say so.
 */
"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState, type ReactElement } from "react";
import { CapabilityButton } from "../../capability/capability-button.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import type { EntityDetail } from "../../trpc/views.ts";
import { ConfirmDialog } from "../../ui/dialog/confirm-dialog.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { toast } from "../../ui/feedback/toaster.tsx";
import { ValueView } from "../../values/value-view.tsx";
import { useEntityActsWords } from "../../words/entity-acts/use-entity-acts-words.ts";
import { PauseForButton } from "../pauses/pause-for-button.tsx";

/** With its editor the dialog is larger than the rest of a page, so it is loaded when somebody edits. */
const EditValueDialog = lazy(async () => ({ default: (await import("./edit-value-dialog.tsx")).EditValueDialog }));

type Action = "retry" | "pause" | "resume";

export interface EntityActionsProps {
  entity: EntityDetail;
  compact?: boolean;
  /** Whether an edited first message is tried at once. */
  retryAfterEdit?: boolean;
}

export function EntityActions({ entity, compact = false, retryAfterEdit = false }: EntityActionsProps): ReactElement {
  const words = useEntityActsWords();
  // What it asks about is the message that was first when it opened, also when another one is by now.
  const [dialog, setDialog] = useState<{ kind: "discard" | "edit"; head: Head } | null>(null);
  const { address, status } = entity;
  const { act, edit } = useEntityActions(address, { retryAfterEdit: retryAfterEdit && status === "parked", onDone: () => setDialog(null) });
  const head = entity.mailbox[0];
  const run = (action: Action): void => act.mutate({ ...address, action });
  const ask = (kind: "discard" | "edit"): void => setDialog(head === undefined ? null : { kind, head });
  const close = (): void => setDialog(null);
  return (
    <>
      <Levers
        entity={entity}
        size={compact ? "small" : "regular"}
        pending={act.isPending}
        editWord={retryAfterEdit ? words.editAndRetry : words.edit}
        onRun={run}
        onAsk={ask}
      />
      {act.error !== null && dialog === null ? <ErrorState inline error={act.error} /> : null}
      {dialog?.kind !== "discard" ? null : (
        <DiscardDialog
          {...{ head: dialog.head, pending: act.isPending, error: act.error }}
          behind={entity.mailboxDepth - 1}
          open
          onOpenChange={close}
          onConfirm={() => act.mutate({ ...address, action: "discard", ...seen(dialog.head) })}
        />
      )}
      {dialog?.kind !== "edit" ? null : (
        <Suspense>
          <EditValueDialog
            open
            onOpenChange={close}
            title={words.editTitle(dialog.head.sequence)}
            what="message"
            current={dialog.head.value}
            confirmLabel={retryAfterEdit ? words.replaceAndRetry : words.replace}
            pending={edit.isPending}
            error={edit.error}
            onSave={(value) => edit.mutate({ ...address, value, ...seen(dialog.head) })}
          />
        </Suspense>
      )}
    </>
  );
}

interface LeversProps {
  entity: EntityDetail;
  size: "small" | "regular";
  pending: boolean;
  editWord: string;
  onRun: (action: Action) => void;
  onAsk: (dialog: "discard" | "edit") => void;
}

/** Each button is in the palette too, by its id, because a page may show several entities. */
function Levers({ entity, size, pending, editWord, onRun, onAsk }: LeversProps): ReactElement {
  const words = useEntityActsWords();
  const { address, status } = entity;
  const acting = { needs: "entities", operation: "entities.act", of: address.type } as const;
  const holding = { ...acting, needs: "entity-actions" } as const;
  const editing = { ...holding, operation: "entities.editHead" } as const;
  const hasHead = entity.mailbox.length > 0;
  const stopped = status === "parked" || status === "paused" || status === "backing-off" || status === "held";
  return (
    <div className="flex flex-wrap gap-2">
      {status === "parked" || status === "backing-off" ? (
        <CapabilityButton
          {...holding}
          action={words.of.retry(address.id)}
          size={size}
          tone="primary"
          pending={pending}
          onClick={() => onRun("retry")}
        >
          {words.retry}
        </CapabilityButton>
      ) : null}
      {status === "held" ? <StepButton address={address} size={size} /> : null}
      {status === "paused" ? (
        <CapabilityButton
          {...holding}
          action={words.of.resume(address.id)}
          size={size}
          tone="primary"
          pending={pending}
          onClick={() => onRun("resume")}
        >
          {words.resume}
        </CapabilityButton>
      ) : status === "parked" ? null : (
        <CapabilityButton {...holding} action={words.of.pause(address.id)} size={size} pending={pending} onClick={() => onRun("pause")}>
          {words.pause}
        </CapabilityButton>
      )}
      {size === "small" || status === "parked" ? null : <PauseForButton address={address} isPaused={status === "paused"} />}
      {stopped && hasHead ? (
        <>
          <CapabilityButton {...editing} action={words.of.edit(address.id)} size={size} onClick={() => onAsk("edit")}>
            {editWord}
          </CapabilityButton>
          <CapabilityButton {...holding} action={words.of.discard(address.id)} size={size} tone="danger" onClick={() => onAsk("discard")}>
            {words.discard}
          </CapabilityButton>
        </>
      ) : null}
    </div>
  );
}

/** Lets the first message past the breakpoint that holds it. */
function StepButton({ address, size }: { address: EntityDetail["address"]; size: "small" | "regular" }): ReactElement {
  const words = useEntityActsWords();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const step = useMutation(
    trpc.breakpoints.step.mutationOptions({
      onSuccess: () => toast(words.letThrough, { description: `${address.type} / ${address.id}` }),
      onError: (error) => toast(words.notLetThrough, { description: error.message }),
      onSettled: async () => {
        await queryClient.invalidateQueries(trpc.breakpoints.pathFilter());
        await queryClient.invalidateQueries(trpc.entities.pathFilter());
      },
    }),
  );
  return (
    <CapabilityButton
      needs="breakpoints"
      operation="breakpoints.step"
      action={`Let one message through to ${address.id}`}
      of={address.type}
      size={size}
      tone="primary"
      pending={step.isPending}
      onClick={() => step.mutate(address)}
    >
      {words.letOneThrough}
    </CapabilityButton>
  );
}

function useEntityActions(address: EntityDetail["address"], { retryAfterEdit, onDone }: { retryAfterEdit: boolean; onDone: () => void }) {
  const words = useEntityActsWords();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const act = useMutation(
    trpc.entities.act.mutationOptions({
      onSuccess: async (_result, input) => {
        onDone();
        toast(words.done[input.action], { description: `${address.type} / ${address.id}` });
        await queryClient.invalidateQueries(trpc.entities.pathFilter());
        await queryClient.invalidateQueries(trpc.breakpoints.pathFilter());
      },
    }),
  );
  const edit = useMutation(
    trpc.entities.editHead.mutationOptions({
      onSuccess: async () => {
        if (retryAfterEdit) return act.mutate({ ...address, action: "retry" });
        onDone();
        toast(words.edited, { description: words.editedAbout });
        await queryClient.invalidateQueries(trpc.entities.pathFilter());
      },
    }),
  );
  return { act, edit };
}

type Head = EntityDetail["mailbox"][number];

/** The act is refused when the first message is another one by now, or has another value. */
function seen({ sequence, version }: Head): { ifMessage: number; ifVersion: string } {
  return { ifMessage: sequence, ifVersion: version };
}

interface DiscardDialogProps {
  head: Head;
  /** The number of messages that wait behind it. */
  behind: number;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  pending: boolean;
  error: unknown;
  onConfirm: () => void;
}

function DiscardDialog({ head, behind, open, onOpenChange, pending, error, onConfirm }: DiscardDialogProps): ReactElement {
  const words = useEntityActsWords().discarding;
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={words.title}
      confirmLabel={words.confirm}
      danger
      pending={pending}
      error={error === null ? null : <ErrorState inline error={error} />}
      onConfirm={onConfirm}
    >
      <p>
        {words.about} {behind > 0 ? words.behind(behind) : words.noneBehind}
      </p>
      <ValueView value={head.value} title={`#${head.sequence}`} />
    </ConfirmDialog>
  );
}
