/**
 * ConnectorActions: what a person may do with an ingress or egress: stop it, start it, try it now, check the system behind it, move an
 * ingress.
 */
"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { PageAction } from "../../shell/page-action.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import type { ConnectorRow } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { useProblem } from "../../ui/feedback/use-problem.ts";
import { toast } from "../../ui/feedback/toaster.tsx";
import { CheckDialog } from "./check-dialog.tsx";
import { SeekDialog } from "./seek-dialog.tsx";
import { useDoorsWords } from "../../words/doors/use-doors-words.ts";

export function ConnectorActions({ connector, canSeek = false }: { connector: ConnectorRow; canSeek?: boolean }): ReactElement {
  const words = useDoorsWords();
  const problemOf = useProblem();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [seeking, setSeeking] = useState(false);
  const [checking, setChecking] = useState(false);
  const options = {
    onSuccess: () => queryClient.invalidateQueries({ queryKey: trpc.doors.pathKey() }),
    onError: (error: unknown) => {
      const { title, cure } = problemOf(error);
      toast.error(title, { description: cure });
    },
  };
  const retry = useMutation(trpc.doors.retry.mutationOptions(options));
  const stop = useMutation(trpc.doors.stop.mutationOptions(options));
  const start = useMutation(trpc.doors.start.mutationOptions(options));
  const { direction, id, state, canCheck } = connector;
  return (
    <span className="flex flex-wrap items-center gap-2">
      {state === "waiting" || state === "refused" ? (
        <Button size="small" pending={retry.isPending} onClick={() => retry.mutate({ direction, id })}>
          {words.acts.tryNow}
        </Button>
      ) : null}
      {state === "stopped" ? (
        <Button size="small" tone="primary" pending={start.isPending} onClick={() => start.mutate({ direction, id })}>
          {words.acts.start}
        </Button>
      ) : (
        <Button size="small" pending={stop.isPending} onClick={() => stop.mutate({ direction, id })} title={words.acts.stopTitle}>
          {words.acts.stop}
        </Button>
      )}
      {canCheck ? (
        <Button size="small" title={words.acts.checkTitle} onClick={() => setChecking(true)}>
          {words.acts.check}
        </Button>
      ) : null}
      {canSeek ? (
        <Button size="small" onClick={() => setSeeking(true)}>
          {words.acts.move}
        </Button>
      ) : null}
      {canCheck ? <PageAction label={words.acts.checkOne(id)} run={() => setChecking(true)} /> : null}
      {canSeek ? <PageAction label={words.acts.moveOne(id)} run={() => setSeeking(true)} /> : null}
      {state === "stopped" ? (
        <PageAction label={words.acts.startOne(id)} run={() => start.mutate({ direction, id })} />
      ) : (
        <PageAction label={words.acts.stopOne(id)} run={() => stop.mutate({ direction, id })} />
      )}
      {checking ? <CheckDialog direction={direction} id={id} onClose={() => setChecking(false)} /> : null}
      <SeekDialog id={id} open={seeking} onOpenChange={setSeeking} />
    </span>
  );
}
