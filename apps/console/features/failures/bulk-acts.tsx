/** BulkActs: acts on causes that run, with progress and a button to cancel, and what came of the last ones. Neighbour: bulk-act-page.tsx is one of them whole. */
"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { MayButton } from "../../identity/may-button.tsx";
import { grouped } from "../../format/numbers.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { BulkActRow } from "../../trpc/views.ts";
import type { FailuresWords } from "../../words/failures/en.ts";
import { useFailuresWords } from "../../words/failures/use-failures-words.ts";
import { Button } from "../../ui/button.tsx";
import { Link } from "../../ui/link.tsx";
import { actHref } from "./act-words.ts";

const RUNNING_MS = 1_000;
const SHOWN_MAX = 3;

export function BulkActs(): ReactElement | null {
  const words = useFailuresWords().acts;
  const trpc = useTRPC();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const query = useQuery({
    ...trpc.failures.acts.queryOptions(),
    refetchInterval: ({ state }) => (state.data?.some((act) => act.state === "running") === true ? RUNNING_MS : false),
  });
  const acts = (query.data ?? []).filter(({ id }) => !hidden.has(id)).slice(0, SHOWN_MAX);
  if (acts.length === 0) return null;
  return (
    <section aria-label={words.title} className="shrink-0 border-t border-line bg-panel px-4 py-2">
      <ul className="flex flex-col gap-1">
        {acts.map((act) => (
          <Act key={act.id} act={act} onHide={() => setHidden((before) => new Set([...before, act.id]))} />
        ))}
      </ul>
    </section>
  );
}

function wordOf({ state, stopped }: BulkActRow, { is }: FailuresWords["acts"]): string {
  if (state === "running" || state === "done") return is[state];
  return stopped === null ? is.cancelled : is.stopped;
}

function Act({ act, onHide }: { act: BulkActRow; onHide: () => void }): ReactElement {
  const words = useFailuresWords().acts;
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const cancel = useMutation(
    trpc.failures.cancelAct.mutationOptions({ onSettled: () => queryClient.invalidateQueries(trpc.failures.acts.queryFilter()) }),
  );
  const handled = act.acted + act.refused;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 text-[13px]">
      <span>
        {wordOf(act, words)}:{" "}
        <span className="font-medium">
          {act.where}, {words.what[act.action]}{" "}
          {act.fingerprint === "" ? (act.filter === "" ? words.all : words.whatFits) : grouped(act.entities)}
        </span>{" "}
        {act.filter === "" ? null : <span className="font-mono text-[12px] break-all text-quiet">{act.filter} </span>}
        <span className="text-quiet">{words.by(act.by)}</span>
        {act.stopped === null ? null : <span className="text-quiet">{words.because(act.stopped)}</span>}
      </span>
      <progress
        className="h-1 min-w-24 flex-1"
        max={Math.max(1, act.entities)}
        value={handled}
        aria-label={words.progress(words.what[act.action], act.where)}
      />
      <span className="font-mono text-[12px]">
        {words.handled(handled, act.entities)}
        {act.failedAgain > 0 ? words.failedAgain(act.failedAgain) : act.state === "done" && act.action === "retry" ? words.noneFailed : ""}
        {act.refused > 0 ? words.refused(act.refused) : ""}
      </span>
      <Link
        href={actHref(act.id)}
        className="text-[12px] text-message hover:underline"
        aria-label={words.openAct(words.what[act.action], act.where)}
      >
        {words.open}
      </Link>
      {act.state === "running" ? (
        <MayButton operation="failures.cancelAct" size="small" pending={cancel.isPending} onClick={() => cancel.mutate({ id: act.id })}>
          {words.cancel}
        </MayButton>
      ) : (
        <Button size="small" tone="ghost" onClick={onHide}>
          {words.close}
        </Button>
      )}
    </li>
  );
}
