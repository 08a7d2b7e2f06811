/**
 * BackupButton: has the gateway make a backup, and lets the browser save its file. Neighbour: savepoints-page.tsx shows it beside the
 * button that takes savepoints; docs/backup.md says what is in the file and how a gateway begins from one.
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
import { useSavepointsWords } from "../../words/savepoints/use-savepoints-words.ts";

export function BackupButton(): ReactElement {
  const words = useSavepointsWords();
  const trpc = useTRPC();
  const asksWhy = useMe()?.masks === true;
  const [asking, setAsking] = useState(false);
  const take = useMutation(
    trpc.backups.take.mutationOptions({
      onSuccess: ({ epoch, sizeBytes, catalog }) => {
        toast(words.backup.done(grouped(epoch), bytes(sizeBytes)), {
          description: catalog === "inside" ? words.backup.inside : words.backup.outside,
        });
      },
      onError: (error) => toast.error(words.backup.not, { description: problemOf(error).detail }),
    }),
  );
  const backUp = (reason?: string): void =>
    take.mutate({}, { onSuccess: ({ id }) => saveFile(urlOf(`/v1/backups/${encodeURIComponent(id)}/file`), reason) });
  return (
    <>
      <CapabilityButton
        needs="savepoints"
        operation="backups.take"
        action={words.backup.backUp}
        pending={take.isPending}
        onClick={() => (asksWhy ? setAsking(true) : backUp())}
      >
        {words.backup.backUp}
      </CapabilityButton>
      {asking ? (
        <ReasonDialog
          title={words.backup.masked}
          action={words.backup.act}
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
