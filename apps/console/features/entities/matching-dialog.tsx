/**
 * MatchingDialog: an act on all entities that fit the filter: whom it would reach is counted first, to the end, and nothing is done before; then a button with
 * the numbers. What cannot be undone wants the type's name typed. It goes on by itself; its progress stands on the page.
 */
"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { counted, grouped } from "../../format/numbers.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { MatchingAction } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/dialog/confirm-dialog.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { toast } from "../../ui/feedback/toaster.tsx";
import { Segmented } from "../../ui/form/segmented.tsx";
import { useTally, type EntityChoice, type Tally } from "./use-tally.ts";

const actions: readonly { value: MatchingAction; label: string; does: string; final: boolean }[] = [
  {
    value: "retry",
    label: "Retry",
    does: "Those that are parked or back off call their function with fresh attempts; the others are left as they are.",
    final: false,
  },
  { value: "pause", label: "Pause", does: "No function is called for them until they are resumed; messages wait in order.", final: false },
  { value: "resume", label: "Resume", does: "Those that are paused go on.", final: false },
  {
    value: "discard",
    label: "Discard first message",
    does: "The first waiting message of each is gone for good, and its effects never happen.",
    final: true,
  },
  { value: "clear-state", label: "Delete state", does: "All their state values are gone. Their mailboxes stay.", final: true },
];
const rates = ["10", "200", "all"] as const;

export function MatchingDialog({ choice, onClose }: { choice: EntityChoice; onClose: () => void }): ReactElement {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const tally = useTally(choice, null);
  const [action, setAction] = useState<MatchingAction>("retry");
  const [rate, setRate] = useState<(typeof rates)[number]>("200");
  const chosen = actions.find(({ value }) => value === action);
  const act = useMutation(
    trpc.entities.actOnMatching.mutationOptions({
      onSuccess: async () => {
        onClose();
        toast("Begun", { description: "Its progress stands below the list." });
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
      title="Act on all that match"
      confirmLabel={`${chosen?.label ?? ""}: ${counted(tally.sum?.matched ?? 0, "entity", "entities")}`}
      {...(chosen?.final === true ? { typedName: choice.type, danger: true } : {})}
      disabled={!isCounted || tally.sum?.matched === 0}
      pending={act.isPending}
      error={act.error === null ? null : <ErrorState inline error={act.error} />}
      onConfirm={() => act.mutate({ ...choice, action, ratePerSecond: rate === "all" ? null : Number(rate) })}
    >
      <div className="flex flex-col gap-4">
        <p className="font-mono text-[12px] break-all">{choice.filter === "" ? `all of ${choice.type}` : choice.filter}</p>
        <div className="flex flex-wrap gap-1" role="radiogroup" aria-label="What is done">
          {actions.map(({ value, label }) => (
            <Button
              key={value}
              size="small"
              role="radio"
              aria-checked={value === action}
              tone={value === action ? "primary" : "plain"}
              onClick={() => setAction(value)}
            >
              {label}
            </Button>
          ))}
        </div>
        <p className="text-quiet">{chosen?.does}</p>
        <DryRun tally={tally} />
        <div className="flex items-center gap-3">
          <span className="text-quiet">rate</span>
          <Segmented
            label="Entities a second"
            value={rate}
            onChange={setRate}
            options={rates.map((each) => ({ value: each, label: each === "all" ? "as fast as it goes" : `${each}/s` }))}
          />
        </div>
      </div>
    </ConfirmDialog>
  );
}

function DryRun({ tally: { sum, more, counting, goOn, stop, error } }: { tally: Tally }): ReactElement {
  return (
    <section aria-label="Dry run" aria-busy={counting} className="rounded border border-line px-3 py-2">
      <h3 className="text-[12px] text-quiet">Dry run: nothing has been done yet</h3>
      {error === null ? null : <ErrorState inline error={error} />}
      {sum === undefined ? (
        <p>Counting…</p>
      ) : (
        <>
          <p>
            <span className="font-mono text-[20px]">
              {more ? "at least " : ""}
              {grouped(sum.matched)}
            </span>{" "}
            of {grouped(sum.looked.rows)} looked at match, {grouped(sum.waiting)} messages wait in them
          </p>
          <p className="text-quiet">{sum.byStatus.map(({ status, entities }) => `${grouped(entities)} ${status}`).join(", ")}</p>
          <p className="font-mono text-[12px] break-all text-quiet">{sum.sample.map(({ id }) => id).join(", ")}</p>
          {counting ? (
            <Button size="small" onClick={stop}>
              Stop counting
            </Button>
          ) : more ? (
            <Button size="small" onClick={goOn}>
              Count to the end
            </Button>
          ) : null}
        </>
      )}
    </section>
  );
}
