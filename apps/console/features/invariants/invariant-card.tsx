/** InvariantCard: one invariant: its place, its value, who broke it first, the value over time, and the look back through the journal. */
"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement, type ReactNode } from "react";
import { counted, grouped } from "../../format/numbers.ts";
import { clock, relative } from "../../format/times.ts";
import { MayButton } from "../../identity/may-button.tsx";
import { entityHref, traceHref } from "../../shell/navigation.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { InvariantRow, InvariantViolation } from "../../trpc/views.ts";
import { ConfirmDialog } from "../../ui/dialog/confirm-dialog.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { Link } from "../../ui/link.tsx";
import { useNow } from "../../ui/text/use-now.ts";
import { digits, ruleWords, statusWords, toneOf } from "./invariant-words.ts";
import { ValueStrip } from "./value-strip.tsx";

export function InvariantCard({ row, onEdit }: { row: InvariantRow; onEdit: () => void }): ReactElement {
  const { status, name, rule } = row;
  return (
    <li aria-label={name} className="min-w-0 rounded border border-line">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2 px-3 pt-2.5">
        <div className="min-w-0 flex-1 basis-72">
          <h2 className="flex flex-wrap items-baseline gap-x-3">
            <StatusWord tone={toneOf[status.kind]} className="font-medium">
              {statusWords[status.kind]}
            </StatusWord>
            <span className="text-[14px] font-semibold break-words">{name}</span>
          </h2>
          <p className="mt-1 font-mono text-[12px] break-words text-quiet">{ruleWords(rule)}</p>
        </div>
        <Value row={row} />
      </div>
      <div className="flex flex-col gap-2 px-3 py-2">
        <Standing row={row} />
        <ValueStrip row={row} />
        <PastCheck row={row} />
      </div>
      <Levers row={row} onEdit={onEdit} />
    </li>
  );
}

function Value({ row }: { row: InvariantRow }): ReactElement {
  const isCount = row.rule.kind === "entity";
  return (
    <p className="text-right max-sm:text-left">
      <span className="block font-mono text-[22px] leading-7">{row.value === null ? "–" : digits(row.value)}</span>
      <span className="text-[12px] text-quiet">
        {isCount ? "entities that break it" : row.expected === null ? "now" : `now, must be ${mustBe(row)}${digits(row.expected)}`}
      </span>
    </p>
  );
}

function mustBe({ rule }: InvariantRow): string {
  if (rule.kind === "entity") return "";
  return rule.compare.kind === "at-most" ? "≤ " : rule.compare.kind === "at-least" ? "≥ " : "";
}

function Standing({ row }: { row: InvariantRow }): ReactElement {
  const nowMs = useNow();
  const { status, records, lookedMs, sinceMs, earlier } = row;
  const ago = (atMs: number | null): string => (nowMs === 0 || atMs === null ? "" : relative(atMs, nowMs));
  const looked = `${counted(records, "record was", "records were")} looked at since ${sinceMs === null ? "" : clock(sinceMs, false)}, up to ${ago(lookedMs)}.`;
  switch (status.kind) {
    case "violated":
      return (
        <p>
          {status.first === null ? (
            "It did not hold when it was defined: look back to find who did it."
          ) : (
            <Violation first={status.first} lead="First broken" />
          )}{" "}
          <span className="text-quiet">{looked}</span>
        </p>
      );
    case "not-known":
      return (
        <p>
          <span className="text-caution">Not known: {status.why}.</span> <span className="text-quiet">{status.cure}</span>
        </p>
      );
    case "starting":
      return <p className="text-quiet">The state and what is on the way are being read once.</p>;
    case "holds":
      return (
        <p className="text-quiet">
          {looked} {earlier === null ? "" : <Violation first={earlier} lead="It was broken for a while: first" />}
        </p>
      );
  }
}

function Violation({ first, lead }: { first: InvariantViolation; lead: string }): ReactElement {
  const { type, id, sequence, trace, atMs, what, before, after } = first;
  const step =
    trace === null ? (
      <>#{sequence}</>
    ) : (
      <Line href={traceHref(trace, sequence)}>
        #{sequence} of trace {trace}
      </Line>
    );
  return (
    <span className="text-text">
      {lead} at <span className="font-mono text-[12px]">{clock(atMs)}</span> {what === "completed" ? "by" : `when a person did “${what}”,`}{" "}
      {step}, an invocation of{" "}
      <Line href={entityHref({ type, id })}>
        {type} / {id}
      </Line>
      : <span className="font-mono text-[12px] text-quiet line-through">{digits(before)}</span> →{" "}
      <span className="font-mono text-[12px] text-danger">{digits(after)}</span>.
    </span>
  );
}

function Line({ href, children }: { href: string; children: ReactNode }): ReactElement {
  return (
    <Link href={href} className="font-mono text-[12px] break-all text-message hover:underline">
      {children}
    </Link>
  );
}

function PastCheck({ row }: { row: InvariantRow }): ReactElement | null {
  const { past } = row;
  if (past === null) return null;
  const from = past.fromMs === null ? "" : ` from ${clock(past.fromMs, false)} on`;
  const reach = `${grouped(past.records)} records${from}${past.afterRestore ? ", since the last restore" : ", as far as the journal reaches"}`;
  return (
    <p role="status" className="border-t border-line pt-2">
      {past.state === "running" ? (
        <span className="text-quiet">Looking back: {reach}, so far.</span>
      ) : past.state === "cancelled" ? (
        <span className="text-quiet">The look back was ended after {grouped(past.records)} records.</span>
      ) : past.state === "failed" ? (
        <span className="text-caution">The look back did not come to an end: {past.why}</span>
      ) : past.found === null ? (
        <span className="text-quiet">Looked back: it held all along, in {reach}.</span>
      ) : (
        <>
          <Violation first={past.found} lead="Looked back: first broken" /> <span className="text-quiet">Read: {reach}.</span>
        </>
      )}
    </p>
  );
}

function Levers({ row, onEdit }: { row: InvariantRow; onEdit: () => void }): ReactElement {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const refresh = { onSettled: () => queryClient.invalidateQueries(trpc.invariants.pathFilter()) };
  const remove = useMutation(trpc.invariants.remove.mutationOptions(refresh));
  const checkBack = useMutation(trpc.invariants.checkBack.mutationOptions(refresh));
  const cancel = useMutation(trpc.invariants.cancelCheck.mutationOptions(refresh));
  const [asked, setAsked] = useState(false);
  const error = remove.error ?? checkBack.error ?? cancel.error;
  const { id } = row;
  return (
    <div className="flex flex-wrap items-center gap-2 border-t border-line px-3 py-2">
      {row.past?.state === "running" ? (
        <MayButton operation="invariants.cancelCheck" size="small" onClick={() => cancel.mutate({ id })}>
          End the look back
        </MayButton>
      ) : (
        <MayButton
          operation="invariants.checkBack"
          size="small"
          disabled={row.value === null}
          pending={checkBack.isPending}
          onClick={() => checkBack.mutate({ id })}
        >
          Look back through the journal
        </MayButton>
      )}
      <MayButton operation="invariants.put" size="small" onClick={onEdit}>
        Change…
      </MayButton>
      <MayButton operation="invariants.remove" size="small" tone="danger" onClick={() => setAsked(true)}>
        Remove…
      </MayButton>
      <span className="ml-auto text-[12px] text-quiet">by {row.by}</span>
      {error === null ? null : <ErrorState inline className="w-full" error={error} />}
      <ConfirmDialog
        open={asked}
        onOpenChange={setAsked}
        title={`Remove “${row.name}”?`}
        confirmLabel="Remove the invariant"
        danger
        pending={remove.isPending}
        onConfirm={() => remove.mutate({ id })}
      >
        It is no longer followed, and what is known of its value is forgotten. Your data stay as they are.
      </ConfirmDialog>
    </div>
  );
}
