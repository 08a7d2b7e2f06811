/**
 * SecretDialog: sets a new secret or an existing one. The text is not shown again.
 */
"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { useTRPC } from "../../trpc/context.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog/dialog.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { Field, Input } from "../../ui/form/field.tsx";
import { usePeopleWords } from "../../words/people/use-people-words.ts";

/** `name` is empty for a new secret. */
export function SecretDialog({ name: given, onClose }: { name: string; onClose: () => void }): ReactElement {
  const words = usePeopleWords();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [name, setName] = useState(given);
  const [value, setValue] = useState("");
  const put = useMutation(
    trpc.secrets.put.mutationOptions({
      onSuccess: onClose,
      onSettled: () => queryClient.invalidateQueries(trpc.secrets.list.queryFilter()),
    }),
  );
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={given === "" ? words.secret.set : words.secret.setAnew(given)}
      description={words.secret.about(name === "" ? "NAME" : name)}
      footer={
        <Button
          tone="primary"
          disabled={name.trim() === "" || value === ""}
          pending={put.isPending}
          onClick={() => put.mutate({ name: name.trim(), value })}
        >
          {words.secret.setIt}
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        {given === "" ? (
          <Field label={words.invite.name} hint={words.secret.nameHint}>
            {(control) => <Input {...control} mono autoFocus value={name} onChange={({ currentTarget }) => setName(currentTarget.value)} />}
          </Field>
        ) : null}
        <Field label={words.secret.text} hint={words.secret.textHint}>
          {(control) => (
            <Input
              {...control}
              mono
              type="password"
              autoComplete="off"
              value={value}
              onChange={({ currentTarget }) => setValue(currentTarget.value)}
            />
          )}
        </Field>
        {put.error === null ? null : <ErrorState inline error={put.error} />}
      </div>
    </Dialog>
  );
}
