/**
 * BulkActDialog: an act on everything that one cause holds up. It first counts whom it would reach, without sending anything, then shows
 * the rate, then a button with the numbers. Discarding cannot be undone, so the type's name has to be typed.
 */
"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { grouped } from "../../format/numbers.ts";
import { duration } from "../../format/times.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { FailureCauseRow } from "../../trpc/views.ts";
import { ConfirmDialog } from "../../ui/dialog/confirm-dialog.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { toast } from "../../ui/feedback/toaster.tsx";
import { Field, Input } from "../../ui/form/field.tsx";
import { Segmented } from "../../ui/form/segmented.tsx";
import { useFailuresWords } from "../../words/failures/use-failures-words.ts";
import { ActNameField } from "./act-name-field.tsx";
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
  const words = useFailuresWords().bulk;
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [prefix, setPrefix] = useState("");
  const [name, setName] = useState("");
  const [rate, setRate] = useState<RateChoice>("200");
  const chosen = { fingerprint: cause.fingerprint, prefix: useDebounced(prefix, 300) };
  const reach = useQuery(trpc.failures.dryRun.queryOptions(chosen));
  const act = useMutation(
    trpc.failures.act.mutationOptions({
      onSuccess: async (row) => {
        onClose();
        toast(words.begun[action], { description: words.entities(row.entities) });
        await Promise.all([
          queryClient.invalidateQueries(trpc.failures.pathFilter()),
          queryClient.invalidateQueries(trpc.audit.pathFilter()),
        ]);
      },
    }),
  );
  const found = reach.data;
  const entities = found?.entities ?? 0;
  const atLeast = found?.complete === false ? words.atLeast : "";
  const label = action === "retry" ? words.retry(atLeast, entities, found?.messagesBehind ?? 0) : words.discard(atLeast, entities);
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={words.title[action]}
      confirmLabel={label}
      {...(action === "discard" ? { typedName: cause.where, danger: true } : {})}
      disabled={found === undefined || entities === 0 || prefix !== chosen.prefix}
      pending={act.isPending}
      error={act.error === null ? null : <ErrorState inline error={act.error} />}
      onConfirm={() => act.mutate({ ...chosen, action, ratePerSecond: perSecond(rate), name })}
    >
      <div className="flex flex-col gap-4">
        <Field label={words.prefix} hint={words.prefixHint}>
          {(control) => <Input {...control} mono value={prefix} onChange={(event) => setPrefix(event.target.value)} />}
        </Field>
        <DryRun action={action} reach={reach} />
        <p className="text-quiet">{words.means[action]}</p>
        <Rate value={rate} onChange={setRate} entities={entities} />
        <ActNameField name={name} onName={setName} />
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
  const words = useFailuresWords().bulk;
  return (
    <section aria-label={words.dryRun} aria-busy={isFetching} className="rounded border border-line px-3 py-2">
      <h3 className="text-[12px] text-quiet">{words.dryRunNote}</h3>
      {error === null ? null : <ErrorState inline error={error} />}
      {found === undefined ? (
        <p>{words.counting}</p>
      ) : (
        <>
          <p>
            <span className="font-mono text-[20px]">
              {found.complete ? "" : words.atLeast}
              {grouped(found.entities)}
            </span>{" "}
            {words.would[action]}
            {words.parked(found.parked)}
          </p>
          <p className="text-quiet">{found.messagesBehind === 0 ? words.noneBehind : words.behind(found.messagesBehind)}</p>
          <p className="font-mono text-[12px] break-all text-quiet">{found.sample.map(({ id }) => id).join(", ")}</p>
        </>
      )}
    </section>
  );
}

function Rate({ value, onChange, entities }: { value: RateChoice; onChange: (rate: RateChoice) => void; entities: number }): ReactElement {
  const words = useFailuresWords().bulk;
  const rate = perSecond(value);
  return (
    <div className="flex flex-wrap items-center gap-3">
      <span className="text-quiet">{words.rate}</span>
      <Segmented
        label={words.perSecond}
        value={value}
        onChange={onChange}
        options={rates.map((each) => ({ value: each, label: each === "all" ? words.asFast : `${each}/s` }))}
      />
      {rate === null ? null : <span className="text-quiet">{words.about(duration((entities / rate) * 1_000))}</span>}
    </div>
  );
}
