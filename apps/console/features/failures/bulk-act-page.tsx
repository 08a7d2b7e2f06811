/**
 * BulkActPage: one act on many entities by its address, while it runs and after: what it was to reach, what was counted before it began, its rate and
 * progress, who began it, and what came of each entity. Neighbours: bulk-acts.tsx has a line an act, the audit leads here from its start.
 * Guarantee: nothing of it is in the browser alone; a reload, or another browser, shows the same.
 */
"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import type { ReactElement } from "react";
import { counted, grouped } from "../../format/numbers.ts";
import { duration, exact } from "../../format/times.ts";
import { MayButton } from "../../identity/may-button.tsx";
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
import { actTitle, outcomeFaces, outcomeWords, stateWord } from "./act-words.ts";
import { groupHref } from "./group-href.ts";

const RUNNING_MS = 1_000;

type Outcome = BulkActDetail["outcomes"][number];

const columns: readonly Column<Outcome>[] = [
  {
    key: "outcome",
    header: "Outcome",
    width: "116px",
    cell: ({ outcome }) => <StatusWord tone={outcomeFaces[outcome].tone}>{outcomeFaces[outcome].word}</StatusWord>,
    sort: ({ outcome }) => outcome,
  },
  {
    key: "entity",
    header: "Entity",
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
    header: "Its message",
    explains: "The trace of the message that it was done to",
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
  const trpc = useTRPC();
  const act = useQuery({
    ...trpc.failures.oneAct.queryOptions({ id }),
    refetchInterval: ({ state }) => (state.data?.state === "running" ? RUNNING_MS : false),
  });
  return (
    <>
      <PageHeader
        title={act.data === undefined ? "An act on many" : actTitle(act.data)}
        note={act.data === undefined ? undefined : <State act={act.data} />}
        actions={
          <>
            <PageLinkAction label="All failures" to="/failures" />
            <Link href="/failures" className="text-[13px] text-message hover:underline">
              All failures
            </Link>
            {act.data?.state === "running" ? <CancelButton id={id} /> : null}
          </>
        }
      />
      <PageBody className="flex flex-col">
        <QueryView query={act} what="This act">
          {(data) => <Act act={data} />}
        </QueryView>
      </PageBody>
    </>
  );
}

function State({ act }: { act: BulkActDetail }): ReactElement {
  const tone = act.state === "running" ? "message" : act.state === "cancelled" ? "caution" : act.failedAgain > 0 ? "danger" : "clear";
  return (
    <StatusWord tone={tone}>
      {stateWord(act)}
      {act.failedAgain > 0 ? `, ${grouped(act.failedAgain)} failed again` : ""}
    </StatusWord>
  );
}

function CancelButton({ id }: { id: string }): ReactElement {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const cancel = useMutation(
    trpc.failures.cancelAct.mutationOptions({ onSettled: () => queryClient.invalidateQueries(trpc.failures.pathFilter()) }),
  );
  return (
    <>
      <MayButton operation="failures.cancelAct" action="Cancel this act" pending={cancel.isPending} onClick={() => cancel.mutate({ id })}>
        Cancel
      </MayButton>
      {cancel.error === null ? null : <ErrorState inline error={cancel.error} />}
    </>
  );
}

function Act({ act }: { act: BulkActDetail }): ReactElement {
  const router = useRouter();
  return (
    <>
      <div className="grid shrink-0 gap-x-8 gap-y-4 border-b border-line p-4 wide:grid-cols-2">
        <Progress act={act} />
        <DryRun act={act} />
        <About act={act} />
      </div>
      <DataTable
        label="What came of each"
        className="min-h-48 flex-1"
        rows={act.outcomes}
        columns={columns}
        rowKey={({ address }) => `${address.type}/${address.id}`}
        onOpen={({ address }) => router.push(entityHref(address))}
        foot={<Foot act={act} />}
      />
    </>
  );
}

function Progress({ act }: { act: BulkActDetail }): ReactElement {
  const handled = act.acted + act.refused;
  return (
    <section aria-label="Progress" className="flex min-w-0 flex-col gap-1 wide:col-span-2">
      <p className="flex flex-wrap items-baseline gap-x-3">
        <span className="font-mono text-[20px]">
          {grouped(handled)} of {grouped(act.entities)}
        </span>
        <span role="status" className="text-[13px]">
          {outcomeWords(act)}.
        </span>
      </p>
      <progress className="h-1 w-full" max={Math.max(1, act.entities)} value={handled} aria-label={actTitle(act)} />
      {act.stopped === null ? null : <p className="text-[13px]">It was stopped, because {act.stopped}.</p>}
    </section>
  );
}

function DryRun({ act: { reach, action } }: { act: BulkActDetail }): ReactElement {
  return (
    <section aria-label="Dry run" className="min-w-0 text-[13px]">
      <h2 className="mb-1 text-[12px] text-quiet">Counted before it began</h2>
      {reach === null ? (
        <p>What fits its filter is found on the way.</p>
      ) : (
        <>
          <p>
            {reach.complete ? "" : "at least "}
            {counted(reach.entities, "entity", "entities")} to {action}, {grouped(reach.parked)} of them parked
          </p>
          <p className="text-quiet">
            {reach.messagesBehind === 0
              ? "Nothing waited behind them."
              : `${counted(reach.messagesBehind, "message", "messages")} waited behind them.`}
          </p>
        </>
      )}
    </section>
  );
}

function About({ act }: { act: BulkActDetail }): ReactElement {
  const nowMs = useNow();
  const { fingerprint, title, prefix, filter, by, startedMs, endedMs, ratePerSecond } = act;
  const lasted = duration(Math.max(0, (endedMs ?? Math.max(nowMs, startedMs)) - startedMs));
  return (
    <section aria-label="About it" className="min-w-0">
      <Details
        rows={[
          ["begun by", `${by}, ${exact(startedMs)}`],
          endedMs === null ? ["runs for", lasted] : ["ended", `${exact(endedMs)}, after ${lasted}`],
          ["rate", ratePerSecond === null ? "as fast as it goes" : `${grouped(ratePerSecond)} a second`],
          fingerprint === ""
            ? null
            : [
                "cause",
                <Link key="cause" href={groupHref(fingerprint)} className="text-message hover:underline">
                  {title}
                </Link>,
              ],
          prefix === "" ? null : ["ids begin with", prefix],
          fingerprint === "" ? ["filter", filter === "" ? "none: all of the type" : filter] : null,
        ]}
      />
    </section>
  );
}

function Foot({ act: { outcomes, outcomesLeftOut, state } }: { act: BulkActDetail }): ReactElement | null {
  if (outcomesLeftOut > 0)
    return (
      <p className="border-t border-line px-4 py-2 text-[12px] text-quiet">
        {counted(outcomesLeftOut, "more entity is", "more entities are")} counted above and not listed: the first {grouped(outcomes.length)}{" "}
        of an act are kept.
      </p>
    );
  if (outcomes.length > 0) return null;
  return <p className="px-4 py-3 text-[12px] text-quiet">{state === "running" ? "None was acted on yet." : "None was acted on."}</p>;
}
