/**
 * InvariantCard: one invariant: its state, its value, what broke it first, the value over time, and the check of the journal.
 */
"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement, type ReactNode } from "react";
import { CapabilityButton } from "../../capability/capability-button.tsx";
import { grouped } from "../../format/numbers.ts";
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
import { digits, ruleWords, toneOf } from "./invariant-words.ts";
import { ValueStrip } from "./value-strip.tsx";
import { useInvariantsWords } from "../../words/invariants/use-invariants-words.ts";
import { useWords } from "../../words/use-words.ts";

export function InvariantCard({ row, onEdit }: { row: InvariantRow; onEdit: () => void }): ReactElement {
  const words = useInvariantsWords();
  const { status, name, rule } = row;
  return (
    <li aria-label={name} className="min-w-0 rounded border border-line">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2 px-3 pt-2.5">
        <div className="min-w-0 flex-1 basis-72">
          <h2 className="flex flex-wrap items-baseline gap-x-3">
            <StatusWord tone={toneOf[status.kind]} className="font-medium">
              {words.is[status.kind]}
            </StatusWord>
            <span className="text-[14px] font-semibold break-words">{name}</span>
          </h2>
          <p className="mt-1 font-mono text-[12px] break-words text-quiet">{ruleWords(rule, words.rule)}</p>
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
  const { card: words } = useInvariantsWords();
  const isCount = row.rule.kind === "entity";
  return (
    <p className="text-right max-sm:text-left">
      <span className="block font-mono text-[22px] leading-7">{row.value === null ? "–" : digits(row.value)}</span>
      <span className="text-[12px] text-quiet">
        {isCount ? words.breakers : row.expected === null ? words.now : words.mustBe(`${mustBe(row)}${digits(row.expected)}`)}
      </span>
    </p>
  );
}

function mustBe({ rule }: InvariantRow): string {
  if (rule.kind === "entity") return "";
  return rule.compare.kind === "at-most" ? "≤ " : rule.compare.kind === "at-least" ? "≥ " : "";
}

function Standing({ row }: { row: InvariantRow }): ReactElement {
  const { card: words } = useInvariantsWords();
  const { ages } = useWords();
  const nowMs = useNow();
  const { status, records, lookedMs, sinceMs, earlier } = row;
  const ago = (atMs: number | null): string => (nowMs === 0 || atMs === null ? "" : relative(atMs, nowMs, ages));
  const looked = words.looked({ records, since: sinceMs === null ? "" : clock(sinceMs, false), ago: ago(lookedMs) });
  switch (status.kind) {
    case "violated":
      return (
        <p>
          {status.first === null ? words.neverHeld : <Violation first={status.first} lead={words.firstBroken} />}{" "}
          <span className="text-quiet">{looked}</span>
        </p>
      );
    case "not-known":
      return (
        <p>
          <span className="text-caution">{words.notKnown(status.why)}</span>{" "}
          <span lang="en" className="text-quiet">
            {status.cure}
          </span>
        </p>
      );
    case "starting":
      return <p className="text-quiet">{words.starting}</p>;
    case "holds":
      return (
        <p className="text-quiet">
          {looked} {earlier === null ? "" : <Violation first={earlier} lead={words.brokenForAWhile} />}
        </p>
      );
  }
}

function Violation({ first, lead }: { first: InvariantViolation; lead: string }): ReactElement {
  const { card: words } = useInvariantsWords();
  const { type, id, sequence, trace, atMs, what, before, after } = first;
  const step = trace === null ? <>#{sequence}</> : <Line href={traceHref(trace, sequence)}>{words.ofTrace(sequence, trace)}</Line>;
  return (
    <span className="text-text">
      {lead}
      {words.at}
      <span className="font-mono text-[12px]">{clock(atMs)}</span>
      {what === "completed" ? words.by : words.byPerson(what)}
      {step}
      {words.invocationOf}
      <Line href={entityHref({ type, id })}>
        {type} / {id}
      </Line>
      : <span className="font-mono text-[12px] text-quiet line-through">{words.conditions[before] ?? digits(before)}</span> →{" "}
      <span className="font-mono text-[12px] text-danger">{words.conditions[after] ?? digits(after)}</span>.
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
  const { past: words } = useInvariantsWords().card;
  const { past } = row;
  if (past === null) return null;
  const records = grouped(past.records);
  const from = past.fromMs === null ? "" : clock(past.fromMs, false);
  const reach = words.reach({ records, from, afterRestore: past.afterRestore });
  return (
    <p role="status" className="border-t border-line pt-2">
      {past.state === "running" ? (
        <span className="text-quiet">{words.running(reach)}</span>
      ) : past.state === "cancelled" ? (
        <span className="text-quiet">{words.cancelled(records)}</span>
      ) : past.state === "failed" ? (
        <span className="text-caution">
          {words.failed}
          <span lang="en">{past.why}</span>
        </span>
      ) : past.found === null ? (
        <span className="text-quiet">{words.held(reach)}</span>
      ) : (
        <>
          <Violation first={past.found} lead={words.broken} /> <span className="text-quiet">{words.read(reach)}</span>
        </>
      )}
    </p>
  );
}

function Levers({ row, onEdit }: { row: InvariantRow; onEdit: () => void }): ReactElement {
  const { card: words } = useInvariantsWords();
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
          {words.end}
        </MayButton>
      ) : (
        <CapabilityButton
          needs="journal"
          operation="invariants.checkBack"
          size="small"
          disabled={row.value === null}
          pending={checkBack.isPending}
          onClick={() => checkBack.mutate({ id })}
        >
          {words.lookBack}
        </CapabilityButton>
      )}
      <CapabilityButton needs="journal" operation="invariants.put" size="small" onClick={onEdit}>
        {words.change}
      </CapabilityButton>
      <MayButton operation="invariants.remove" size="small" tone="danger" onClick={() => setAsked(true)}>
        {words.remove}
      </MayButton>
      <span className="ml-auto text-[12px] text-quiet">{words.author(row.by)}</span>
      {error === null ? null : <ErrorState inline className="w-full" error={error} />}
      <ConfirmDialog
        open={asked}
        onOpenChange={setAsked}
        title={words.removeTitle(row.name)}
        confirmLabel={words.removeIt}
        danger
        pending={remove.isPending}
        onConfirm={() => remove.mutate({ id })}
      >
        {words.removeAbout}
      </ConfirmDialog>
    </div>
  );
}
