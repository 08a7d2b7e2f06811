/**
 * BulkActPage: one act on many entities by its address, while it runs and after: whom it was to reach, what was counted before it began,
 * its rate and progress, who began it, and what came of each entity. Neighbours: bulk-acts.tsx has a line for each act, the audit leads
 * here from its start.
 * Guarantee: nothing of it is kept in the browser alone; a reload, or another browser, shows the same.
 */
"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import type { ReactElement } from "react";
import type { BulkActWords } from "../../words/bulk-act/en.ts";
import { duration, exact } from "../../format/times.ts";
import { MayButton } from "../../identity/may-button.tsx";
import { Button } from "../../ui/button.tsx";
import { traceHref } from "../../shell/navigation.ts";
import { PageLinkAction } from "../../shell/page-action.tsx";
import { PageBody, PageHeader } from "../../shell/page-header.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import type { BulkActDetail } from "../../trpc/views.ts";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { Link } from "../../ui/link.tsx";
import { DataTable, type Column } from "../../ui/table/data-table.tsx";
import { Details } from "../../ui/text/details.tsx";
import { useNow } from "../../ui/text/use-now.ts";
import { entityHref } from "../entities/entity-href.ts";
import { actTitle, outcomeTones, outcomeWords, stateWord } from "./act-words.ts";
import { groupHref } from "./group-href.ts";
import { useBulkActWords } from "../../words/bulk-act/use-bulk-act-words.ts";

const RUNNING_MS = 1_000;

type Outcome = BulkActDetail["outcomes"][number];

const columnsOf = (words: BulkActWords): readonly Column<Outcome>[] => [
  {
    key: "outcome",
    header: words.columns.outcome,
    width: "116px",
    cell: ({ outcome }) => <StatusWord tone={outcomeTones[outcome]}>{words.faces[outcome]}</StatusWord>,
    sort: ({ outcome }) => outcome,
  },
  {
    key: "entity",
    header: words.columns.entity,
    mono: true,
    cell: ({ address }) => (
      <Link href={entityHref(address)} className="text-message hover:underline">
        {address.type}/{address.id}
      </Link>
    ),
    sort: ({ address }) => address.id,
  },
  {
    key: "trace",
    header: words.columns.message,
    explains: words.columns.explains,
    width: "110px",
    mono: true,
    cell: ({ trace }) =>
      trace === null ? (
        "–"
      ) : (
        <Link href={traceHref(trace)} className="text-message hover:underline">
          #{trace}
        </Link>
      ),
  },
];

export function BulkActPage({ id }: { id: string }): ReactElement {
  const words = useBulkActWords();
  const trpc = useTRPC();
  const act = useQuery({
    ...trpc.failures.oneAct.queryOptions({ id }),
    refetchInterval: ({ state }) => (state.data?.state === "running" ? RUNNING_MS : false),
  });
  return (
    <>
      <PageHeader
        title={act.data === undefined ? words.one : actTitle(act.data, words)}
        note={act.data === undefined ? undefined : <State act={act.data} />}
        actions={
          <>
            <PageLinkAction label={words.all} to="/failures" />
            <Button asChild>
              <Link href="/failures">{words.all}</Link>
            </Button>
            {act.data?.state === "running" ? <CancelButton id={id} /> : null}
          </>
        }
      />
      <PageBody className="flex flex-col">
        <QueryView query={act} what={words.this}>
          {(data) => <Act act={data} />}
        </QueryView>
      </PageBody>
    </>
  );
}

function State({ act }: { act: BulkActDetail }): ReactElement {
  const words = useBulkActWords();
  const tone = act.state === "running" ? "message" : act.state === "cancelled" ? "caution" : act.failedAgain > 0 ? "danger" : "clear";
  return (
    <StatusWord tone={tone}>
      {stateWord(act, words)}
      {act.failedAgain > 0 ? words.failedAgain(act.failedAgain) : ""}
    </StatusWord>
  );
}

function CancelButton({ id }: { id: string }): ReactElement {
  const words = useBulkActWords();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const cancel = useMutation(
    trpc.failures.cancelAct.mutationOptions({ onSettled: () => queryClient.invalidateQueries(trpc.failures.pathFilter()) }),
  );
  return (
    <>
      <MayButton operation="failures.cancelAct" action={words.cancelThis} pending={cancel.isPending} onClick={() => cancel.mutate({ id })}>
        {words.cancel}
      </MayButton>
      {cancel.error === null ? null : <ErrorState inline error={cancel.error} />}
    </>
  );
}

function Act({ act }: { act: BulkActDetail }): ReactElement {
  const words = useBulkActWords();
  const router = useRouter();
  return (
    <>
      <div className="grid shrink-0 gap-x-8 gap-y-4 border-b border-line p-4 wide:grid-cols-2">
        <Progress act={act} />
        <DryRun act={act} />
        <About act={act} />
      </div>
      <DataTable
        label={words.outcomes}
        className="min-h-48 flex-1"
        rows={act.outcomes}
        columns={columnsOf(words)}
        rowKey={({ address }) => `${address.type}/${address.id}`}
        onOpen={({ address }) => router.push(entityHref(address))}
        foot={<Foot act={act} />}
      />
    </>
  );
}

function Progress({ act }: { act: BulkActDetail }): ReactElement {
  const words = useBulkActWords();
  const handled = act.acted + act.refused;
  return (
    <section aria-label={words.progress} className="flex min-w-0 flex-col gap-1 wide:col-span-2">
      <p className="flex flex-wrap items-baseline gap-x-3">
        <span className="font-mono text-[20px]">{words.of(handled, act.entities)}</span>
        <span role="status" className="text-[13px]">
          {outcomeWords(act, words)}.
        </span>
      </p>
      <progress className="h-1 w-full" max={Math.max(1, act.entities)} value={handled} aria-label={actTitle(act, words)} />
      {act.stopped === null ? null : <p className="text-[13px]">{words.stopped(act.stopped)}</p>}
    </section>
  );
}

function DryRun({ act: { reach, action } }: { act: BulkActDetail }): ReactElement {
  const words = useBulkActWords();
  return (
    <section aria-label={words.dryRun} className="min-w-0 text-[13px]">
      <h2 className="mb-1 text-[12px] text-quiet">{words.counted}</h2>
      {reach === null ? (
        <p>{words.onTheWay}</p>
      ) : (
        <>
          <p>
            {reach.complete ? "" : words.atLeast}
            {words.reach[action](reach.entities, reach.parked)}
          </p>
          <p className="text-quiet">{reach.messagesBehind === 0 ? words.noneBehind : words.behind(reach.messagesBehind)}</p>
        </>
      )}
    </section>
  );
}

function About({ act }: { act: BulkActDetail }): ReactElement {
  const words = useBulkActWords();
  const nowMs = useNow();
  const { fingerprint, title, prefix, filter, by, startedMs, endedMs, ratePerSecond } = act;
  const lasted = duration(Math.max(0, (endedMs ?? Math.max(nowMs, startedMs)) - startedMs));
  return (
    <section aria-label={words.about} className="min-w-0">
      <Details
        rows={[
          [words.rows.begun, `${by}, ${exact(startedMs)}`],
          endedMs === null ? [words.rows.runs, lasted] : [words.rows.ended, words.after(exact(endedMs), lasted)],
          [words.rows.rate, ratePerSecond === null ? words.asFast : words.perSecond(ratePerSecond)],
          fingerprint === ""
            ? null
            : [
                words.rows.cause,
                <Link key={words.rows.cause} href={groupHref(fingerprint)} className="text-message hover:underline">
                  {title}
                </Link>,
              ],
          prefix === "" ? null : [words.rows.prefix, prefix],
          fingerprint === "" ? [words.rows.filter, filter === "" ? words.noFilter : filter] : null,
        ]}
      />
    </section>
  );
}

function Foot({ act: { outcomes, outcomesLeftOut, state } }: { act: BulkActDetail }): ReactElement | null {
  const words = useBulkActWords();
  if (outcomesLeftOut > 0)
    return <p className="border-t border-line px-4 py-2 text-[12px] text-quiet">{words.leftOut(outcomesLeftOut, outcomes.length)}</p>;
  if (outcomes.length > 0) return null;
  return <p className="px-4 py-3 text-[12px] text-quiet">{state === "running" ? words.noneYet : words.none}</p>;
}
