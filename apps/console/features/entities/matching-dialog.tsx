/**
 * MatchingDialog: an act on all entities that fit the filter. It first counts all of them, without changing anything; then a button shows
 * the numbers. What cannot be undone asks for the type's name. The act runs by itself, and its progress is on the page.
 */
"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { grouped } from "../../format/numbers.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { MatchingAction } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/dialog/confirm-dialog.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { toast } from "../../ui/feedback/toaster.tsx";
import { Segmented } from "../../ui/form/segmented.tsx";
import { useEntitiesWords } from "../../words/entities/use-entities-words.ts";
import { ActNameField } from "../failures/act-name-field.tsx";
import { useTally, type EntityChoice, type Tally } from "./use-tally.ts";

const actions = ["retry", "pause", "resume", "discard", "clear-state"] as const satisfies readonly MatchingAction[];
/** Acts that cannot be undone. */
const final: ReadonlySet<MatchingAction> = new Set<MatchingAction>(["discard", "clear-state"]);
const rates = ["10", "200", "all"] as const;

export function MatchingDialog({ choice, onClose }: { choice: EntityChoice; onClose: () => void }): ReactElement {
  const words = useEntitiesWords().matching;
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const tally = useTally(choice, null);
  const [action, setAction] = useState<MatchingAction>("retry");
  const [rate, setRate] = useState<(typeof rates)[number]>("200");
  const [name, setName] = useState("");
  const act = useMutation(
    trpc.entities.actOnMatching.mutationOptions({
      onSuccess: async () => {
        onClose();
        toast(words.begun, { description: words.begunAbout });
        await Promise.all([
          queryClient.invalidateQueries(trpc.failures.pathFilter()),
          queryClient.invalidateQueries(trpc.audit.pathFilter()),
        ]);
      },
    }),
  );
  const isCounted = tally.sum !== undefined && !tally.more && !tally.counting;
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={words.title}
      confirmLabel={words.confirm(words.actions[action], tally.sum?.matched ?? 0)}
      {...(final.has(action) ? { typedName: choice.type, danger: true } : {})}
      disabled={!isCounted || tally.sum?.matched === 0}
      pending={act.isPending}
      error={act.error === null ? null : <ErrorState inline error={act.error} />}
      onConfirm={() => act.mutate({ ...choice, action, ratePerSecond: rate === "all" ? null : Number(rate), name })}
    >
      <div className="flex flex-col gap-4">
        <p className="font-mono text-[12px] break-all">{choice.filter === "" ? words.allOf(choice.type) : choice.filter}</p>
        <div className="flex flex-wrap gap-1" role="radiogroup" aria-label={words.what}>
          {actions.map((value) => (
            <Button
              key={value}
              size="small"
              role="radio"
              aria-checked={value === action}
              tone={value === action ? "primary" : "plain"}
              onClick={() => setAction(value)}
            >
              {words.actions[value]}
            </Button>
          ))}
        </div>
        <p className="text-quiet">{words.does[action]}</p>
        <DryRun tally={tally} />
        <div className="flex items-center gap-3">
          <span className="text-quiet">{words.rate}</span>
          <Segmented
            label={words.perSecond}
            value={rate}
            onChange={setRate}
            options={rates.map((each) => ({ value: each, label: each === "all" ? words.asFast : `${each}/s` }))}
          />
        </div>
        <ActNameField name={name} onName={setName} />
      </div>
    </ConfirmDialog>
  );
}

function DryRun({ tally: { sum, more, counting, goOn, stop, error } }: { tally: Tally }): ReactElement {
  const words = useEntitiesWords().matching;
  return (
    <section aria-label={words.dryRun} aria-busy={counting} className="rounded border border-line px-3 py-2">
      <h3 className="text-[12px] text-quiet">{words.dryRunNote}</h3>
      {error === null ? null : <ErrorState inline error={error} />}
      {sum === undefined ? (
        <p>{words.counting}</p>
      ) : (
        <>
          <p>
            <span className="font-mono text-[20px]">
              {more ? words.atLeast : ""}
              {grouped(sum.matched)}
            </span>{" "}
            {words.found(sum.looked.rows, sum.waiting)}
          </p>
          <p className="text-quiet">{sum.byStatus.map(({ status, entities }) => `${grouped(entities)} ${words.is[status]}`).join(", ")}</p>
          <p className="font-mono text-[12px] break-all text-quiet">{sum.sample.map(({ id }) => id).join(", ")}</p>
          {counting ? (
            <Button size="small" onClick={stop}>
              {words.stop}
            </Button>
          ) : more ? (
            <Button size="small" onClick={goOn}>
              {words.toTheEnd}
            </Button>
          ) : null}
        </>
      )}
    </section>
  );
}
