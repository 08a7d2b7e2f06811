/** SessionList: browsers that are signed in, each with the way to end it. */
"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useTRPC } from "../../trpc/context.tsx";
import type { SessionRow } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { Ago } from "../../ui/text/ago.tsx";
import { agentText } from "./people-words.ts";
import { usePeopleWords } from "../../words/people/use-people-words.ts";

export function SessionList({ sessions }: { sessions: readonly SessionRow[] }): ReactElement {
  const words = usePeopleWords();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const end = useMutation(
    trpc.sessions.end.mutationOptions({
      onSettled: () => Promise.all([trpc.people, trpc.sessions].map((part) => queryClient.invalidateQueries(part.pathFilter()))),
    }),
  );
  if (sessions.length === 0) return <p className="text-[12px] text-quiet">{words.sessions.none}</p>;
  return (
    <>
      <ul className="flex flex-col text-[12px]">
        {sessions.map(({ id, agent, address, usedMs, own }) => (
          <li key={id} className="flex items-center gap-3 border-b border-line py-1">
            <span className="min-w-0 flex-1 truncate" title={agent}>
              {agentText(agent, words.unknownAgent)}
              {own ? words.sessions.own : ""}
            </span>
            <span className="font-mono text-quiet">{address}</span>
            <Ago atMs={usedMs} className="text-quiet" />
            <Button size="small" tone="link" pending={end.isPending && end.variables.id === id} onClick={() => end.mutate({ id })}>
              {words.sessions.end}
            </Button>
          </li>
        ))}
      </ul>
      {end.error === null ? null : <ErrorState inline error={end.error} />}
    </>
  );
}
