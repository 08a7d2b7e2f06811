/** BulkActs: acts on causes that run, with progress and a button to cancel, and what came of the last ones. Neighbour: bulk-act-page.tsx is one of them whole. */
"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { MayButton } from "../../identity/may-button.tsx";
import { grouped } from "../../format/numbers.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { BulkActRow } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { Link } from "../../ui/link.tsx";
import { actHref, stateWord } from "./act-words.ts";

const RUNNING_MS = 1_000;
const SHOWN_MAX = 3;

export function BulkActs(): ReactElement | null {
  const trpc = useTRPC();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const query = useQuery({
    ...trpc.failures.acts.queryOptions(),
    refetchInterval: ({ state }) => (state.data?.some((act) => act.state === "running") === true ? RUNNING_MS : false),
  });
  const acts = (query.data ?? []).filter(({ id }) => !hidden.has(id)).slice(0, SHOWN_MAX);
  if (acts.length === 0) return null;
  return (
    <section aria-label="Acts on causes" className="shrink-0 border-t border-line bg-panel px-4 py-2">
      <ul className="flex flex-col gap-1">
        {acts.map((act) => (
          <Act key={act.id} act={act} onHide={() => setHidden((before) => new Set([...before, act.id]))} />
        ))}
      </ul>
    </section>
  );
}

function Act({ act, onHide }: { act: BulkActRow; onHide: () => void }): ReactElement {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const cancel = useMutation(
    trpc.failures.cancelAct.mutationOptions({ onSettled: () => queryClient.invalidateQueries(trpc.failures.acts.queryFilter()) }),
  );
  const handled = act.acted + act.refused;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 text-[13px]">
      <span>
        {stateWord(act)}:{" "}
        <span className="font-medium">
          {act.where}, {act.action} {act.fingerprint === "" ? (act.filter === "" ? "all" : "what fits") : grouped(act.entities)}
        </span>{" "}
        {act.filter === "" ? null : <span className="font-mono text-[12px] break-all text-quiet">{act.filter} </span>}
        <span className="text-quiet">by {act.by}</span>
        {act.stopped === null ? null : <span className="text-quiet">, because {act.stopped}</span>}
      </span>
      <progress
        className="h-1 min-w-24 flex-1"
        max={Math.max(1, act.entities)}
        value={handled}
        aria-label={`${act.action} of ${act.where}`}
      />
      <span className="font-mono text-[12px]">
        {grouped(handled)} of {grouped(act.entities)}
        {act.failedAgain > 0
          ? `, ${grouped(act.failedAgain)} failed again`
          : act.state === "done" && act.action === "retry"
            ? ", none failed again"
            : ""}
        {act.refused > 0 ? `, ${grouped(act.refused)} stood otherwise` : ""}
      </span>
      <Link
        href={actHref(act.id)}
        className="text-[12px] text-message hover:underline"
        aria-label={`Open the act ${act.action} of ${act.where}`}
      >
        Open
      </Link>
      {act.state === "running" ? (
        <MayButton operation="failures.cancelAct" size="small" pending={cancel.isPending} onClick={() => cancel.mutate({ id: act.id })}>
          Cancel
        </MayButton>
      ) : (
        <Button size="small" tone="ghost" onClick={onHide}>
          Close
        </Button>
      )}
    </li>
  );
}
