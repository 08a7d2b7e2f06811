/** SavepointInspector: all that is known of one savepoint's file, and the actions on it: download, restore, delete. */
"use client";
import { FileLink } from "../unmask/file-link.tsx";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import { useState, type ReactElement } from "react";
import { MayButton } from "../../identity/may-button.tsx";
import { bytes, counted, grouped } from "../../format/numbers.ts";
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
import { RestoreDialog } from "./restore-dialog.tsx";

const ORIGINS: Record<string, string> = {
  person: "a person",
  api: "the API",
  "before-restore": "the gateway, before a restore",
  upload: "a file from elsewhere",
  bootstrap: "a bootstrap",
  move: "a move from Flink",
};

export function SavepointInspector({ row, onClose }: { row: SavepointRow; onClose: () => void }): ReactElement {
  const [asking, setAsking] = useState<"restore" | "delete" | null>(null);
  return (
    <Inspector
      title={
        <>
          Epoch <span className="font-mono">{grouped(row.epoch)}</span>
        </>
      }
      note={exact(row.createdMs)}
      onClose={onClose}
    >
      <div className="flex flex-col gap-4 p-4">
        <Standing row={row} />
        <Details
          rows={[
            ["entities", grouped(row.entities)],
            ["messages", `${grouped(row.messages)} waiting`],
            ["delayed", counted(row.delayedMessages, "message", "messages")],
            ["egress", `${counted(row.egressRecords, "record", "records")} not delivered`],
            ["size", bytes(row.sizeBytes)],
            ["took", duration(row.durationMs)],
            ["by", ORIGINS[row.origin] ?? row.origin],
            [
              "checksum",
              row.checksum === "" ? (
                "–"
              ) : (
                <span key="checksum" className="inline-flex items-center gap-1" title={row.checksum}>
                  {cutMiddle(row.checksum, 22)}
                  <CopyButton label="Copy checksum" text={row.checksum} />
                </span>
              ),
            ],
            [
              "file",
              <span key="file" className="break-all">
                {row.path} <CopyButton label="Copy path" text={row.path} />
              </span>,
            ],
          ]}
        />
        <SavepointContents row={row} />
        <Levers row={row} onAsk={setAsking} />
      </div>
      {asking === "restore" ? <RestoreDialog row={row} onClose={() => setAsking(null)} /> : null}
      {asking === "delete" ? <DeleteDialog row={row} onClose={() => setAsking(null)} onDeleted={onClose} /> : null}
    </Inspector>
  );
}

function Levers({ row, onAsk }: { row: SavepointRow; onAsk: (dialog: "restore" | "delete") => void }): ReactElement {
  const name = `epoch ${grouped(row.epoch)}`;
  return (
    <div className="flex flex-wrap gap-2">
      {row.status === "ready" ? (
        <>
          <CapabilityButton
            needs="savepoints"
            operation="savepoints.restore"
            action={`Restore ${name}…`}
            tone="primary"
            onClick={() => onAsk("restore")}
          >
            Restore…
          </CapabilityButton>
          <PageLinkAction label={`Compare ${name} with now`} to={`/savepoints/compare?from=${encodeURIComponent(row.id)}`} />
          <PageLinkAction label={`Move ${name} to Flink`} to={`/savepoints/move?from=${encodeURIComponent(row.id)}`} />
          <Button asChild>
            <Link href={`/savepoints/compare?from=${encodeURIComponent(row.id)}`}>Compare…</Link>
          </Button>
          <Button asChild>
            <Link href={`/savepoints/move?from=${encodeURIComponent(row.id)}`}>Move to Flink…</Link>
          </Button>
          <FileLink action={`Download ${name}`} href={urlOf(`/v1/savepoints/${encodeURIComponent(row.id)}/file`)}>
            Download
          </FileLink>
        </>
      ) : null}
      {row.status === "taking" ? null : (
        <MayButton operation="savepoints.remove" action={`Delete ${name}…`} tone="danger" onClick={() => onAsk("delete")}>
          Delete…
        </MayButton>
      )}
    </div>
  );
}

function DeleteDialog({ row, onClose, onDeleted }: { row: SavepointRow; onClose: () => void; onDeleted: () => void }): ReactElement {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const remove = useMutation(
    trpc.savepoints.remove.mutationOptions({
      onSuccess: async () => {
        toast(`Savepoint of epoch ${grouped(row.epoch)} deleted`);
        onDeleted();
        await queryClient.invalidateQueries(trpc.savepoints.pathFilter());
      },
    }),
  );
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Delete the savepoint of epoch ${grouped(row.epoch)}`}
      confirmLabel={`Delete ${bytes(row.sizeBytes)}`}
      typedName="delete"
      danger
      pending={remove.isPending}
      error={remove.error === null ? null : <ErrorState inline error={remove.error} what="Not deleted" />}
      onConfirm={() => remove.mutate({ id: row.id })}
    >
      <p>
        The file is removed for good: no one can go back to this point any more. What runs is not touched. Download it first to keep it
        elsewhere.
      </p>
    </ConfirmDialog>
  );
}

function Standing({ row }: { row: SavepointRow }): ReactElement {
  return (
    <>
      {row.status === "taking" ? (
        <div role="status" className="flex flex-col gap-1 text-[13px]">
          <StatusWord tone="message">Being taken: {grouped(row.progressRows)} rows written</StatusWord>
          <p className="text-quiet">Messages keep flowing. It can be restored once it is synced to disk.</p>
        </div>
      ) : null}
      {row.erasedMs === null ? null : <p className="text-[13px]">Values were erased from its file on {exact(row.erasedMs)}.</p>}
      {row.status === "failed" ? (
        <div className="flex flex-col gap-1 text-[13px]">
          <StatusWord tone="danger">It failed and cannot be restored</StatusWord>
          <p className="break-words">{row.error ?? "The cause was not recorded; the gateway's log has it."}</p>
        </div>
      ) : null}
    </>
  );
}
