/**
 * PasswordDialog: changes one's own password; the other sessions end, and it says how many did. Neighbour: who-am-i.tsx opens it.
 */
"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { useTRPC } from "../trpc/context.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog/dialog.tsx";
import { ErrorState } from "../ui/feedback/error-state.tsx";
import { Field, Input } from "../ui/form/field.tsx";
import { passwordCharactersMin, passwordProblem, type ChosenPassword } from "./password-problem.ts";
import { useNoticesWords } from "../words/notices/use-notices-words.ts";

const fields = [
  { key: "current", word: "current", autoComplete: "current-password" },
  { key: "password", word: "new", autoComplete: "new-password" },
  { key: "again", word: "again", autoComplete: "new-password" },
] as const;

export function PasswordDialog({ onClose }: { onClose: () => void }): ReactElement {
  const words = useNoticesWords();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [chosen, setChosen] = useState<ChosenPassword>({ current: "", password: "", again: "" });
  const change = useMutation(
    trpc.people.changePassword.mutationOptions({ onSuccess: () => queryClient.invalidateQueries(trpc.sessions.pathFilter()) }),
  );
  const problem = passwordProblem(chosen, words.password.problems);
  const begun = Object.values(chosen).every((text) => text !== "");
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={words.password.title}
      description={words.password.about(passwordCharactersMin)}
      footer={
        change.data === undefined ? (
          <Button
            tone="primary"
            disabled={problem !== ""}
            pending={change.isPending}
            onClick={() => change.mutate({ current: chosen.current, password: chosen.password })}
          >
            {words.password.change}
          </Button>
        ) : (
          <Button onClick={onClose}>{words.password.done}</Button>
        )
      }
    >
      {change.data === undefined ? (
        <div className="flex flex-col gap-4">
          {fields.map(({ key, word, autoComplete }) => (
            <Field key={key} label={words.password[word]} {...(key === "again" && begun && problem !== "" ? { error: problem } : {})}>
              {(control) => (
                <Input
                  {...control}
                  type="password"
                  autoComplete={autoComplete}
                  autoFocus={key === "current"}
                  value={chosen[key]}
                  onChange={({ currentTarget }) => setChosen({ ...chosen, [key]: currentTarget.value })}
                />
              )}
            </Field>
          ))}
          {change.error === null ? null : <ErrorState inline error={change.error} />}
        </div>
      ) : (
        <p role="status">
          {words.password.isNew} {words.password.ended(change.data.endedSessions)}
        </p>
      )}
    </Dialog>
  );
}
