/**
 * BulkActs: acts on causes that run, with progress and a button to cancel, and the outcome of the last ones. Neighbour: bulk-act-page.tsx
 * shows one of them in full.
 */
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
import { Input } from "../../ui/form/field.tsx";
import { useBulkActWords } from "../../words/bulk-act/use-bulk-act-words.ts";
import { actHref, actsNamed } from "./act-words.ts";

const RUNNING_MS = 1_000;
const SHOWN_MAX = 3;

export function BulkActs(): ReactElement | null {
  const words = useFailuresWords().acts;
  const { naming } = useBulkActWords();
  const trpc = useTRPC();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [text, setText] = useState("");
  const query = useQuery({
    ...trpc.failures.acts.queryOptions({}),
    refetchInterval: ({ state }) => (state.data?.some((act) => act.state === "running") === true ? RUNNING_MS : false),
  });
  const all = query.data ?? [];
  // A search also finds acts that were hidden.
  const found = text.trim() === "" ? all.filter(({ id }) => !hidden.has(id)) : actsNamed(all, text.trim());
  const acts = found.slice(0, SHOWN_MAX);
  if (acts.length === 0 && text === "") return null;
  return (
    <section aria-label={words.title} className="shrink-0 border-t border-line bg-panel px-4 py-2">
      {all.length > SHOWN_MAX ? (
        <div className="mb-1 flex items-center gap-3">
          <Input
            aria-label={naming.find}
            placeholder={naming.find}
            className="max-w-72"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <span role="status" className="text-[12px] text-quiet">
            {naming.shown(acts.length, all.length)}
          </span>
        </div>
      ) : null}
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
        {act.name === "" ? null : <span className="mr-2 font-medium">{act.name}</span>}
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
