/**
 * MoveRun: one move from its dry run to the check after it. The dry run shows the plan, a person ticks what is accepted, and the move shows
 * its progress and can be cancelled. Nothing moves while something blocks the move.
 */
"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import { useState, type ReactElement } from "react";
import { MayButton } from "../../identity/may-button.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import type { MoveOutcome } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { CopyButton } from "../../ui/text/copy-button.tsx";
import { MovePlanTable } from "./move-plan-table.tsx";
import { movedWords, runningWords, standInTheWay } from "./move-words.ts";
import { useMoveWords } from "../../words/move/use-move-words.ts";

const PROGRESS_MS = 300;

export interface MoveOptions {
  readonly dryRun: boolean;
  readonly accept: string[];
}

export interface MoveRunProps {
  readonly operation: "moves.toFlink" | "moves.toEmbedded";
  readonly move: (options: MoveOptions, signal: AbortSignal) => Promise<MoveOutcome>;
}

export function MoveRun({ operation, move }: MoveRunProps): ReactElement {
  const { run: words } = useMoveWords();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [accepted, setAccepted] = useState<readonly string[]>([]);
  const run = useMutation({
    mutationFn: (options: MoveOptions) => move(options, new AbortController().signal),
    onSettled: () =>
      Promise.all([queryClient.invalidateQueries(trpc.savepoints.pathFilter()), queryClient.invalidateQueries(trpc.moves.pathFilter())]),
  });
  // The plan stays visible while the move runs, and after one that failed.
  const [plan, setPlan] = useState<MoveOutcome | null>(null);
  const start = (dryRun: boolean): void => run.mutate({ dryRun, accept: [...accepted] }, { onSuccess: (outcome) => setPlan(outcome) });
  const blocked = plan === null ? [] : standInTheWay(plan.items, accepted);
  const moved = run.data === undefined || run.data.moved === null ? null : run.data;
  const isMoving = run.isPending && !run.variables.dryRun;
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-2">
        <MayButton
          operation={operation}
          tone={plan === null ? "primary" : undefined}
          pending={run.isPending && !isMoving}
          onClick={() => start(true)}
        >
          {words.show}
        </MayButton>
        {plan === null || moved !== null ? null : (
          <MayButton operation={operation} tone="primary" disabled={blocked.length > 0} pending={isMoving} onClick={() => start(false)}>
            {words.move}
          </MayButton>
        )}
        {blocked.length === 0 ? null : <StatusWord tone="danger">{words.inTheWay(blocked.length)}</StatusWord>}
      </div>
      {isMoving ? <Progress /> : null}
      {run.error === null ? null : <ErrorState error={run.error} what={words.nothing} />}
      {moved === null ? null : <Moved outcome={moved} />}
      {plan === null ? null : (
        <MovePlanTable
          items={plan.items}
          accepted={accepted}
          onAccept={(what, isAccepted) => setAccepted(isAccepted ? [...accepted, what] : accepted.filter((one) => one !== what))}
        />
      )}
    </div>
  );
}

function Progress(): ReactElement {
  const { run: words } = useMoveWords();
  const trpc = useTRPC();
  const running = useQuery(trpc.moves.running.queryOptions(undefined, { refetchInterval: PROGRESS_MS }));
  const cancel = useMutation(trpc.moves.cancel.mutationOptions());
  return (
    <div role="status" className="flex flex-wrap items-center gap-3 text-[13px]">
      <StatusWord tone="message" className="whitespace-normal">
        {running.data === undefined || running.data === null ? words.starting : runningWords(running.data, words)}
      </StatusWord>
      <Button pending={cancel.isPending} onClick={() => cancel.mutate({})}>
        {words.cancel}
      </Button>
    </div>
  );
}

/** What is there now, and the next step. */
function Moved({ outcome }: { outcome: MoveOutcome }): ReactElement {
  const { run: words } = useMoveWords();
  const { savepoint, folder, epochsSince } = outcome;
  return (
    <div role="status" className="flex flex-col gap-1 rounded border border-line bg-raised p-3 text-[13px]">
      <StatusWord tone="clear" className="whitespace-normal">
        {movedWords(outcome, words)}
      </StatusWord>
      {epochsSince === null || epochsSince === 0 ? null : (
        <StatusWord tone="caution" className="whitespace-normal">
          {words.since(epochsSince)}
        </StatusWord>
      )}
      {folder === null ? null : (
        <p className="text-quiet">
          {words.startJob}
          <span className="font-mono break-all text-text">flink-savepoints/{folder}</span>{" "}
          <CopyButton label={words.copyFolder} text={`flink-savepoints/${folder}`} />
        </p>
      )}
      {savepoint === null ? null : (
        <p className="text-quiet">
          {words.registered}
          <Link href={`/savepoints?id=${encodeURIComponent(savepoint.id)}`} className="text-message hover:underline">
            {words.restore}
          </Link>
          {words.goOn}
        </p>
      )}
    </div>
  );
}
