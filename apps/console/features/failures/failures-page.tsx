/**
 * Failures with a memory: each row is one cause, by the error's type and top frame: how often in 24 h, since when and in which revision,
 * and whether it is open, ignored or resolved. Selecting one shows what it holds up and the actions; acts on many show their reach first.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import type { KnownOfRows } from "@signalbox/gateway/filter";
import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryState } from "nuqs";
import { useMemo } from "react";
import { compact, grouped } from "../../format/numbers.ts";
import { useStatusSummary } from "../../live/use-live.ts";
import { PageAction, PageLinkAction } from "../../shell/page-action.tsx";
import { PageHeader } from "../../shell/page-header.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import type { FailureCauseRow } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { DataTable, type Column } from "../../ui/table/data-table.tsx";
import { EmptyState } from "../../ui/feedback/empty-state.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { useAt } from "../../time/use-time.tsx";
import { PastFailures } from "./past-failures.tsx";
import { Segmented } from "../../ui/form/segmented.tsx";
import { Ago } from "../../ui/text/ago.tsx";
import { FilterStrip } from "../../filter/filter-bar.tsx";
import { useFilter } from "../../filter/use-filter.ts";
import { Link } from "../../ui/link.tsx";
import { useWords } from "../../words/use-words.ts";
import type { FailuresWords } from "../../words/failures/en.ts";
import { useFailuresWords } from "../../words/failures/use-failures-words.ts";
import { invariantsPath } from "../invariants/invariant-words.ts";
import { ClusterPanel } from "../cluster/cluster-panel.tsx";
import { AlertsDialog } from "./alerts-dialog.tsx";
import { BulkActs } from "./bulk-acts.tsx";
import { CauseInspector } from "./cause-inspector.tsx";
import { CauseState, causePlace, causeStates, sparkTone } from "./cause-words.tsx";
import { Sparkline } from "./sparkline.tsx";

function columnsIn({ columns, ...words }: FailuresWords): readonly Column<FailureCauseRow>[] {
  return [
    { key: "state", header: columns.state, cell: (cause) => <CauseState cause={cause} />, sort: (cause) => cause.state, width: "96px" },
    {
      key: "cause",
      header: columns.cause,
      cell: (cause) => (
        <span className="flex min-w-0 flex-col leading-5" title={cause.message}>
          <span className="truncate font-mono font-medium">{cause.title}</span>
          <span className="truncate font-mono text-[12px] text-quiet">{causePlace(cause)}</span>
        </span>
      ),
    },
    {
      key: "where",
      header: columns.where,
      cell: (cause) => cause.where,
      sort: (cause) => cause.where,
      mono: true,
      width: "140px",
      wideOnly: "medium",
    },
    {
      key: "holds",
      header: columns.holds,
      cell: (cause) => (cause.waitingMessages === null ? grouped(cause.entities) : words.messages(compact(cause.waitingMessages))),
      sort: (cause) => cause.entities,
      align: "right",
      mono: true,
      width: "84px",
    },
    {
      key: "attempts",
      header: columns.attempts,
      cell: (cause) => compact(cause.attempts),
      sort: (cause) => cause.attempts,
      align: "right",
      mono: true,
      width: "84px",
      wideOnly: "medium",
    },
    {
      key: "day",
      header: columns.day,
      cell: (cause) => <Sparkline counts={cause.buckets} className={sparkTone(cause)} />,
      width: "168px",
      wideOnly: "medium",
    },
    {
      key: "first",
      header: columns.first,
      cell: (cause) => (
        <span className="flex min-w-0 flex-col leading-5">
          <span className="truncate">
            {cause.firstIn === null ? "" : `${words.revision(cause.firstIn.module, cause.firstIn.revision)}, `}
            <Ago atMs={cause.firstMs} />
          </span>
          <span className="truncate text-[12px] text-quiet">
            {words.last} <Ago atMs={cause.lastMs} />
          </span>
        </span>
      ),
      sort: (cause) => cause.firstMs,
      width: "190px",
      wideOnly: true,
    },
  ];
}

const noCauses: readonly FailureCauseRow[] = [];
const shownStates = ["all", ...causeStates] as const;

export function FailuresPage() {
  const atMs = useAt();
  return atMs === null ? <PresentFailures /> : <PastFailures atMs={atMs} />;
}

function InvariantsLink() {
  const { invariants } = useFailuresWords();
  return (
    <Button asChild>
      <Link href={invariantsPath}>{invariants}</Link>
    </Button>
  );
}

/** Actions for the palette. Those of one cause belong to its inspector. */
function PageActions({ chosen, onAlerts }: { chosen: boolean; onAlerts: () => void }) {
  const words = useFailuresWords();
  return (
    <>
      <PageLinkAction label={words.seeInvariants} to={invariantsPath} />
      <PageAction label={words.alerts} run={onAlerts} />
      {chosen
        ? null
        : words.ofACause.map((label) => <PageAction key={label} label={label} reason={words.unchosen} run={() => undefined} />)}
    </>
  );
}

function PresentFailures() {
  const words = useFailuresWords();
  const { name } = useWords().navigation.failures;
  const columns = useMemo(() => columnsIn(words), [words]);
  const page = useFilter("failure");
  const query = useQuery(useTRPC().failures.causes.queryOptions({ filter: page.sent }));
  const summary = useStatusSummary();
  const [opened, setOpened] = useQueryState("group", parseAsString);
  const [shown, setShown] = useQueryState("state", parseAsStringLiteral(shownStates).withDefault("all"));
  const [alerts, setAlerts] = useQueryState("alerts", parseAsBoolean.withDefault(false));
  const all = query.data ?? noCauses;
  const count = (state: string): number => all.filter((cause) => state === "all" || cause.state === state).length;
  const rows = all.filter((cause) => shown === "all" || cause.state === shown);
  const known = useMemo(() => knownOfCauses(all), [all]);
  const cause = all.find((each) => each.fingerprint === opened);
  return (
    <>
      <PageHeader
        title={name}
        note={summary === null ? undefined : words.note(count("open"), summary.parked, summary.backingOff)}
        actions={
          <>
            <Segmented
              label={words.shown}
              value={shown}
              onChange={(state) => void setShown(state)}
              options={shownStates.map((state) => ({ value: state, label: `${words.states[state]} ${count(state)}` }))}
            />
            <InvariantsLink />
            <PageActions chosen={cause !== undefined} onAlerts={() => void setAlerts(true)} />
            <Button onClick={() => void setAlerts(true)}>{words.alerts}</Button>
          </>
        }
      />
      <FilterStrip
        label={words.filter}
        group={name}
        page={page}
        placeholder={'failure.code == "ENDPOINT_ERROR" && entities > 10'}
        known={known}
      />
      <ClusterPanel failures />
      <QueryView
        query={query}
        what={name}
        empty={{
          when: (found) => found.length === 0,
          view: <NoCauses filter={page.sent} onClear={() => page.set("")} />,
        }}
      >
        {() => (
          <DataTable
            label={words.table}
            rows={rows}
            columns={columns}
            rowKey={(row) => row.fingerprint}
            selected={opened}
            onSelect={(row) => void setOpened(row.fingerprint)}
            rowHeight={48}
            className="flex-1"
          />
        )}
      </QueryView>
      <BulkActs />
      {cause === undefined ? null : <CauseInspector key={cause.fingerprint} cause={cause} onClose={() => void setOpened(null)} />}
      {alerts ? <AlertsDialog onClose={() => void setAlerts(null)} /> : null}
    </>
  );
}

function NoCauses({ filter, onClear }: { filter: string; onClear: () => void }) {
  const { nothing, noneFits } = useFailuresWords();
  return filter === "" ? (
    <EmptyState title={nothing.title}>{nothing.about}</EmptyState>
  ) : (
    <EmptyState title={noneFits.title} action={<Button onClick={onClear}>{noneFits.clear}</Button>}>
      {noneFits.about}
    </EmptyState>
  );
}

/** Values for completion. */
function knownOfCauses(causes: readonly FailureCauseRow[]): KnownOfRows {
  const texts = (of: (cause: FailureCauseRow) => string): string[] => [...new Set(causes.map(of))];
  return {
    values: { where: texts(({ where }) => where), "failure.code": texts(({ code }) => code), "failure.title": texts(({ title }) => title) },
    keys: { failure: ["code", "title", "message"].map((name) => ({ name, detail: "text", type: "text" })) },
  };
}
