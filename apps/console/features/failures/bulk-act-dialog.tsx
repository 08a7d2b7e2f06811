/**
 * BulkActDialog: an act on all that one cause holds up: whom it would reach is counted first and nothing is sent, then the rate, then a button with
 * the numbers. Discarding cannot be undone, so the type's name is typed.
 */
"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { counted, grouped } from "../../format/numbers.ts";
import { duration } from "../../format/times.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { FailureCauseRow } from "../../trpc/views.ts";
import { ConfirmDialog } from "../../ui/dialog/confirm-dialog.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { toast } from "../../ui/feedback/toaster.tsx";
import { Field, Input } from "../../ui/form/field.tsx";
import { Segmented } from "../../ui/form/segmented.tsx";
import { useDebounced } from "../../ui/form/use-debounced.ts";

const rates = ["10", "200", "all"] as const;
type RateChoice = (typeof rates)[number];

function perSecond(rate: RateChoice): number | null {
  return rate === "all" ? null : Number(rate);
}

export function BulkActDialog({
  cause,
  action,
  onClose,
}: {
  cause: FailureCauseRow;
  action: "retry" | "discard";
  onClose: () => void;
}): ReactElement {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [prefix, setPrefix] = useState("");
  const [rate, setRate] = useState<RateChoice>("200");
  const chosen = { fingerprint: cause.fingerprint, prefix: useDebounced(prefix, 300) };
  const reach = useQuery(trpc.failures.dryRun.queryOptions(chosen));
  const act = useMutation(
    trpc.failures.act.mutationOptions({
      onSuccess: async (row) => {
        onClose();
        toast(action === "retry" ? "Retrying" : "Discarding", { description: counted(row.entities, "entity", "entities") });
        await Promise.all([
          queryClient.invalidateQueries(trpc.failures.pathFilter()),
          queryClient.invalidateQueries(trpc.audit.pathFilter()),
        ]);
      },
    }),
  );
  const found = reach.data;
  const entities = found?.entities ?? 0;
  const atLeast = found?.complete === false ? "at least " : "";
  const label =
    action === "retry"
      ? `Retry ${atLeast}${grouped(entities)}${found === undefined || found.messagesBehind === 0 ? "" : ` and let ${grouped(found.messagesBehind)} go on`}`
      : `Discard ${atLeast}${counted(entities, "message", "messages")} for good`;
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={action === "retry" ? "Retry what matches" : "Discard the first message of what matches"}
      confirmLabel={label}
      {...(action === "discard" ? { typedName: cause.where, danger: true } : {})}
      disabled={found === undefined || entities === 0 || prefix !== chosen.prefix}
      pending={act.isPending}
      error={act.error === null ? null : <ErrorState inline error={act.error} />}
      onConfirm={() => act.mutate({ ...chosen, action, ratePerSecond: perSecond(rate) })}
    >
      <div className="flex flex-col gap-4">
        <Field label="Only ids that begin with" hint="Empty: all that this cause holds up.">
          {(control) => <Input {...control} mono value={prefix} onChange={(event) => setPrefix(event.target.value)} />}
        </Field>
        <DryRun action={action} reach={reach} />
        <p className="text-quiet">
          {action === "retry"
            ? "Each calls its function with fresh attempts. Those that fail again are parked again; nothing is lost."
            : "The first waiting message of each is gone for good, and its effects never happen. The messages behind it stay in order and go on."}
        </p>
        <Rate value={rate} onChange={setRate} entities={entities} />
      </div>
    </ConfirmDialog>
  );
}

interface Reach {
  data: { entities: number; parked: number; messagesBehind: number; complete: boolean; sample: readonly { id: string }[] } | undefined;
  error: unknown;
  isFetching: boolean;
}

function DryRun({ action, reach: { data: found, error, isFetching } }: { action: "retry" | "discard"; reach: Reach }): ReactElement {
  return (
    <section aria-label="Dry run" aria-busy={isFetching} className="rounded border border-line px-3 py-2">
      <h3 className="text-[12px] text-quiet">Dry run: nothing has been sent yet</h3>
      {error === null ? null : <ErrorState inline error={error} />}
      {found === undefined ? (
        <p>Counting…</p>
      ) : (
        <>
          <p>
            <span className="font-mono text-[20px]">
              {found.complete ? "" : "at least "}
              {grouped(found.entities)}
            </span>{" "}
            {action === "retry" ? "would be retried" : "would lose their first message"}, {grouped(found.parked)} of them parked
          </p>
          <p className="text-quiet">
            {found.messagesBehind === 0
              ? "Nothing waits behind them."
              : `Behind them ${counted(found.messagesBehind, "message waits and goes on", "messages wait and go on")}.`}
          </p>
          <p className="font-mono text-[12px] break-all text-quiet">{found.sample.map(({ id }) => id).join(", ")}</p>
        </>
      )}
    </section>
  );
}

function Rate({ value, onChange, entities }: { value: RateChoice; onChange: (rate: RateChoice) => void; entities: number }): ReactElement {
  const rate = perSecond(value);
  return (
    <div className="flex flex-wrap items-center gap-3">
      <span className="text-quiet">rate</span>
      <Segmented
        label="Entities a second"
        value={value}
        onChange={onChange}
        options={rates.map((each) => ({ value: each, label: each === "all" ? "as fast as it goes" : `${each}/s` }))}
      />
      {rate === null ? null : <span className="text-quiet">about {duration((entities / rate) * 1_000)}</span>}
    </div>
  );
}
