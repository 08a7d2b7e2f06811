/**
 * BackupButton: has the gateway make a backup, and hands its file to the browser to save. Neighbour: savepoints-page.tsx shows it beside what
 * takes savepoints; docs/backup.md says what is in the file and how a gateway begins from one.
 */
"use client";
import { useMutation } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { CapabilityButton } from "../../capability/capability-button.tsx";
import { bytes, grouped } from "../../format/numbers.ts";
import { urlOf } from "../../shell/base-path.ts";
import { useTRPC } from "../../trpc/context.tsx";
import { problemOf } from "../../ui/feedback/problem.ts";
import { toast } from "../../ui/feedback/toaster.tsx";

export function BackupButton(): ReactElement {
  const trpc = useTRPC();
  const take = useMutation(
    trpc.backups.take.mutationOptions({
      onSuccess: ({ id, epoch, sizeBytes, catalog }) => {
        save(urlOf(`/v1/backups/${encodeURIComponent(id)}/file`));
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
  return (
    <CapabilityButton needs="savepoints" operation="backups.take" pending={take.isPending} onClick={() => take.mutate({})}>
      Back up…
    </CapabilityButton>
  );
}

/** The answer says that it is an attachment, so the page stays. */
function save(url: string): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = "";
  link.click();
}
