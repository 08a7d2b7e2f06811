/**
 * BackupButton: has the gateway make a backup, and hands its file to the browser to save. Neighbour: savepoints-page.tsx shows it beside what
 * takes savepoints; docs/backup.md says what is in the file and how a gateway begins from one.
 */
"use client";
import { useMutation } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { CapabilityButton } from "../../capability/capability-button.tsx";
import { bytes, grouped } from "../../format/numbers.ts";
import { urlOf } from "../../shell/base-path.ts";
import { useTRPC } from "../../trpc/context.tsx";
import { problemOf } from "../../ui/feedback/problem.ts";
import { ReasonDialog } from "../unmask/reason-dialog.tsx";
import { saveFile } from "../unmask/file-link.tsx";
import { useMe } from "../../identity/use-me.ts";
import { toast } from "../../ui/feedback/toaster.tsx";

export function BackupButton(): ReactElement {
  const trpc = useTRPC();
  const asksWhy = useMe()?.masks === true;
  const [asking, setAsking] = useState(false);
  const take = useMutation(
    trpc.backups.take.mutationOptions({
      onSuccess: ({ epoch, sizeBytes, catalog }) => {
        toast(`Backup of epoch ${grouped(epoch)}, ${bytes(sizeBytes)}`, {
          description:
            catalog === "inside"
              ? "State, messages, modules and people. Your browser saves the file."
              : "State and messages. Modules and people are in PostgreSQL: back that up too.",
        });
      },
      onError: (error) => toast.error("No backup was made", { description: problemOf(error).detail }),
    }),
  );
  const backUp = (reason?: string): void =>
    take.mutate({}, { onSuccess: ({ id }) => saveFile(urlOf(`/v1/backups/${encodeURIComponent(id)}/file`), reason) });
  return (
    <>
      <CapabilityButton
        needs="savepoints"
        operation="backups.take"
        action="Back up…"
        pending={take.isPending}
        onClick={() => (asksWhy ? setAsking(true) : backUp())}
      >
        Back up…
      </CapabilityButton>
      {asking ? (
        <ReasonDialog
          title="Back up, with what is masked elsewhere"
          action="Back up"
          onReason={(text) => {
            setAsking(false);
            backUp(text);
          }}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </>
  );
}
