/**
 * PersonInspector: one person: their roles, their sessions, and buttons to keep them out or to make a link for a new password.
 */
"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { Inspector } from "../../shell/inspector.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import type { Grant, PersonRow, SessionRow } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { PartTitle } from "../../ui/text/details.tsx";
import { GrantsField } from "./grants-field.tsx";
import { linkOf } from "./invite-dialog.tsx";
import { SecretOnce } from "./secret-once.tsx";
import { SessionList } from "./session-list.tsx";
import { usePeopleWords } from "../../words/people/use-people-words.ts";

export interface PersonInspectorProps {
  readonly person: PersonRow;
  readonly sessions: readonly SessionRow[];
  readonly onClose: () => void;
}

export function PersonInspector({ person, sessions, onClose }: PersonInspectorProps): ReactElement {
  const words = usePeopleWords();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [grants, setGrants] = useState<Grant[]>(person.grants);
  const settled = {
    onSettled: () => Promise.all([trpc.people, trpc.sessions].map((part) => queryClient.invalidateQueries(part.pathFilter()))),
  };
  const change = useMutation(trpc.people.change.mutationOptions(settled));
  const reset = useMutation(trpc.people.resetPassword.mutationOptions(settled));
  const isSame = JSON.stringify(grants) === JSON.stringify(person.grants);
  const isOut = person.disabledMs !== null;
  return (
    <Inspector title={person.name} note={isOut ? words.person.out : words.person.in} onClose={onClose}>
      <div className="flex flex-col gap-5 p-4">
        <GrantsField value={grants} onChange={setGrants} />
        <Button
          tone="primary"
          className="self-start"
          disabled={isSame}
          pending={change.isPending}
          onClick={() => change.mutate({ id: person.id, grants })}
        >
          {words.person.change}
        </Button>
        <section className="flex flex-col gap-2">
          <PartTitle>{words.person.sessions}</PartTitle>
          <SessionList sessions={sessions} />
        </section>
        <section className="flex flex-col items-start gap-2">
          <PartTitle>{words.person.signingIn}</PartTitle>
          {reset.data === undefined ? (
            <Button pending={reset.isPending} onClick={() => reset.mutate({ id: person.id })}>
              {words.person.reset}
            </Button>
          ) : (
            <SecretOnce text={linkOf(reset.data.code)} note={words.invite.give(person.name)} />
          )}
          <Button
            tone={isOut ? "plain" : "danger"}
            pending={change.isPending}
            onClick={() => change.mutate({ id: person.id, disabled: !isOut })}
          >
            {isOut ? words.person.letIn : words.person.keepOut}
          </Button>
        </section>
        {change.error === null ? null : <ErrorState inline error={change.error} />}
        {reset.error === null ? null : <ErrorState inline error={reset.error} />}
      </div>
    </Inspector>
  );
}
