/**
 * SavepointInspector: the actions on one savepoint (restore, download, delete), everything known of its file, and the command that forks
 * it.
 */
"use client";
import { FileLink } from "../unmask/file-link.tsx";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import { useState, type ReactElement } from "react";
import { MayButton } from "../../identity/may-button.tsx";
import { bytes, grouped } from "../../format/numbers.ts";
import { cutMiddle } from "../../format/texts.ts";
import { duration, exact } from "../../format/times.ts";
import { urlOf } from "../../shell/base-path.ts";
import { Inspector } from "../../shell/inspector.tsx";
import { PageLinkAction } from "../../shell/page-action.tsx";
import { CapabilityButton } from "../../capability/capability-button.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import type { SavepointRow } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/dialog/confirm-dialog.tsx";
import { CopyButton } from "../../ui/text/copy-button.tsx";
import { Details } from "../../ui/text/details.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { toast } from "../../ui/feedback/toaster.tsx";
import { SavepointContents } from "./savepoint-contents.tsx";
import { RestoreFork } from "./restore-fork.tsx";
import { RestoreDialog } from "./restore-dialog.tsx";
import { useSavepointsWords } from "../../words/savepoints/use-savepoints-words.ts";
import type { SavepointsWords } from "../../words/savepoints/en.ts";

export interface SavepointInspectorProps {
  row: SavepointRow;
  onClose: () => void;
  onRestored: (era: number) => void;
}

export function SavepointInspector({ row, onClose, onRestored }: SavepointInspectorProps): ReactElement {
  const words = useSavepointsWords();
  const [asking, setAsking] = useState<"restore" | "delete" | null>(null);
  return (
    <Inspector
      title={
        <>
          {words.one.epoch} <span className="font-mono">{grouped(row.epoch)}</span>
        </>
      }
      note={exact(row.createdMs)}
      onClose={onClose}
    >
      <div className="flex flex-col gap-4 p-4">
        <Standing row={row} />
        <Levers row={row} onAsk={setAsking} />
        <Details
          rows={[
            [words.one.rows.entities, grouped(row.entities)],
            [words.one.rows.messages, words.one.waiting(grouped(row.messages))],
            [words.one.rows.delayed, words.one.delayed(row.delayedMessages)],
            [words.one.rows.egress, words.one.egress(row.egressRecords)],
            [words.one.rows.size, bytes(row.sizeBytes)],
            [words.one.rows.took, duration(row.durationMs)],
            [words.one.rows.by, originOf(row, words)],
            [
              words.one.rows.checksum,
              row.checksum === "" ? (
                "–"
              ) : (
                <span key={words.one.rows.checksum} className="inline-flex items-center gap-1" title={row.checksum}>
                  {cutMiddle(row.checksum, 22)}
                  <CopyButton label={words.one.copyChecksum} text={row.checksum} />
                </span>
              ),
            ],
            [
              words.one.rows.file,
              <span key={words.one.rows.file} className="break-all">
                {row.path} <CopyButton label={words.one.copyPath} text={row.path} />
              </span>,
            ],
          ]}
        />
        <SavepointContents row={row} />
        {row.status === "ready" ? <RestoreFork id={row.id} /> : null}
      </div>
      {asking === "restore" ? <RestoreDialog row={row} onClose={() => setAsking(null)} onRestored={onRestored} /> : null}
      {asking === "delete" ? <DeleteDialog row={row} onClose={() => setAsking(null)} onDeleted={onClose} /> : null}
    </Inspector>
  );
}

function originOf({ origin }: SavepointRow, { longOrigins }: SavepointsWords): string {
  const known: Readonly<Record<string, string>> = longOrigins;
  return known[origin] ?? origin;
}

function Levers({ row, onAsk }: { row: SavepointRow; onAsk: (dialog: "restore" | "delete") => void }): ReactElement {
  const words = useSavepointsWords();
  const name = words.one.epochOf(grouped(row.epoch));
  return (
    <div className="flex flex-wrap gap-2">
      {row.status === "ready" ? (
        <>
          <CapabilityButton
            needs="savepoints"
            operation="savepoints.restore"
            action={words.one.restoreOf(name)}
            tone="primary"
            onClick={() => onAsk("restore")}
          >
            {words.one.restore}
          </CapabilityButton>
          <PageLinkAction label={words.one.compareOf(name)} to={`/savepoints/compare?from=${encodeURIComponent(row.id)}`} />
          <PageLinkAction label={words.one.moveOf(name)} to={`/savepoints/move?from=${encodeURIComponent(row.id)}`} />
          <Button asChild>
            <Link href={`/savepoints/compare?from=${encodeURIComponent(row.id)}`}>{words.compare}</Link>
          </Button>
          <Button asChild>
            <Link href={`/savepoints/move?from=${encodeURIComponent(row.id)}`}>{words.one.move}</Link>
          </Button>
          <FileLink action={words.one.downloadOf(name)} href={urlOf(`/v1/savepoints/${encodeURIComponent(row.id)}/file`)}>
            {words.one.download}
          </FileLink>
        </>
      ) : null}
      {row.status === "taking" ? null : (
        <MayButton operation="savepoints.remove" action={words.one.deleteOf(name)} tone="danger" onClick={() => onAsk("delete")}>
          {words.one.delete}
        </MayButton>
      )}
    </div>
  );
}

function DeleteDialog({ row, onClose, onDeleted }: { row: SavepointRow; onClose: () => void; onDeleted: () => void }): ReactElement {
  const words = useSavepointsWords();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const remove = useMutation(
    trpc.savepoints.remove.mutationOptions({
      onSuccess: async () => {
        toast(words.one.deleted(grouped(row.epoch)));
        onDeleted();
        await queryClient.invalidateQueries(trpc.savepoints.pathFilter());
      },
    }),
  );
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={words.one.deleteTitle(grouped(row.epoch))}
      confirmLabel={words.one.deleteConfirm(bytes(row.sizeBytes))}
      typedName="delete"
      danger
      pending={remove.isPending}
      error={remove.error === null ? null : <ErrorState inline error={remove.error} what={words.one.notDeleted} />}
      onConfirm={() => remove.mutate({ id: row.id })}
    >
      <p>{words.one.deleteAbout}</p>
    </ConfirmDialog>
  );
}

function Standing({ row }: { row: SavepointRow }): ReactElement {
  const words = useSavepointsWords();
  return (
    <>
      {row.status === "taking" ? (
        <div role="status" className="flex flex-col gap-1 text-[13px]">
          <StatusWord tone="message">{words.one.beingTaken(grouped(row.progressRows))}</StatusWord>
          <p className="text-quiet">{words.one.keepFlowing}</p>
        </div>
      ) : null}
      {row.erasedMs === null ? null : <p className="text-[13px]">{words.one.erased(exact(row.erasedMs))}</p>}
      {row.status === "failed" ? (
        <div className="flex flex-col gap-1 text-[13px]">
          <StatusWord tone="danger">{words.one.itFailed}</StatusWord>
          <p className="break-words">{row.error ?? words.one.noCause}</p>
        </div>
      ) : null}
    </>
  );
}
