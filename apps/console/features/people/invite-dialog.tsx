/** InviteDialog: a new person with their roles, then the link by which they choose a password. On a gateway without a login the first admin turns it on. */
"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { originUrlOf } from "../../shell/base-path.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { Grant } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog/dialog.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { Field, Input } from "../../ui/form/field.tsx";
import { GrantsField } from "./grants-field.tsx";
import { SecretOnce } from "./secret-once.tsx";
import { usePeopleWords } from "../../words/people/use-people-words.ts";

export function linkOf(code: string): string {
  return `${originUrlOf("/setup")}#i.${code}`;
}

export function InviteDialog({ first, onClose }: { first: boolean; onClose: () => void }): ReactElement {
  const words = usePeopleWords();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [name, setName] = useState("");
  const [grants, setGrants] = useState<Grant[]>([{ role: first ? "admin" : "viewer", namespace: "*" }]);
  const invite = useMutation(
    trpc.people.invite.mutationOptions({ onSettled: () => queryClient.invalidateQueries(trpc.people.list.queryFilter()) }),
  );
  const made = invite.data;
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={first ? words.invite.turnOn : words.invite.person}
      description={first ? words.invite.turnOnAbout : words.invite.about}
      footer={
        made === undefined ? (
          <Button
            tone="primary"
            disabled={name.trim() === ""}
            pending={invite.isPending}
            onClick={() => invite.mutate({ name: name.trim(), grants })}
          >
            {words.invite.make}
          </Button>
        ) : (
          <Button onClick={onClose}>{words.invite.done}</Button>
        )
      }
    >
      {made === undefined ? (
        <div className="flex flex-col gap-4">
          <Field label={words.invite.name}>
            {(control) => <Input {...control} autoFocus value={name} onChange={({ currentTarget }) => setName(currentTarget.value)} />}
          </Field>
          <GrantsField value={grants} onChange={setGrants} />
          {invite.error === null ? null : <ErrorState inline error={invite.error} />}
        </div>
      ) : (
        <SecretOnce text={linkOf(made.link.code)} note={first ? words.invite.openYourself : words.invite.give(name)} />
      )}
    </Dialog>
  );
}
