/**
 * Failures: causes, not rows. Each line is one thing to fix, with how many entities it stops; selecting it shows the cure and
 * the acts. Empty means that nothing fails; a failed query says so.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { parseAsString, useQueryState } from "nuqs";
import { compact, counted, grouped } from "../../format/numbers.ts";
import { exact, relative } from "../../format/times.ts";
import { useStatusSummary } from "../../live/use-live.ts";
import { useSeconds } from "../../live/use-seconds.ts";
import { PageHeader } from "../../shell/page-header.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import type { FailureGroup } from "../../trpc/views.ts";
import { DataTable, type Column } from "../../ui/table/data-table.tsx";
import { EmptyState } from "../../ui/feedback/empty-state.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { statusTones, waitWords } from "../waiting/wait-words.ts";
import { useAt } from "../../time/use-time.tsx";
import { GroupInspector } from "./group-inspector.tsx";
import { PastFailures } from "./past-failures.tsx";

/** Of a group the reason of its first entity: they wait for the same cause. */
function GroupStatus({ group }: { group: FailureGroup }) {
  const reason = group.sample[0]?.waitReason ?? null;
  const nowMs = useSeconds();
  const [first] = group.sample;
  const { tone, word } =
    reason === null || first === undefined ? statusTones[group.status] : waitWords(reason, { address: first.address, nowMs });
  return <StatusWord tone={tone}>{word}</StatusWord>;
}

function Ago({ atMs }: { atMs: number }) {
  const nowMs = useSeconds();
  return (
    <time title={exact(atMs)} dateTime={new Date(atMs).toISOString()}>
      {relative(atMs, Math.max(nowMs, atMs))}
    </time>
  );
}

const columns: readonly Column<FailureGroup>[] = [
  { key: "status", header: "State", cell: (group) => <GroupStatus group={group} />, sort: (group) => group.status, width: "124px" },
  {
    key: "cause",
    header: "Cause",
    cell: (group) => (
      <span title={group.message}>
        <span className="font-mono font-medium">{group.code}</span> <span className="text-quiet">{group.message}</span>
      </span>
    ),
  },
  {
    key: "type",
    header: "Function type",
    cell: (group) => group.type,
    sort: (group) => group.type,
    mono: true,
    width: "180px",
    wideOnly: true,
  },
  {
    key: "entities",
    header: "Holds up",
    cell: (group) => (group.waitingMessages === null ? grouped(group.entities) : `${compact(group.waitingMessages)} msg`),
    sort: (group) => group.entities,
    align: "right",
    mono: true,
    width: "84px",
  },
  {
    key: "first",
    header: "First",
    cell: (group) => <Ago atMs={group.firstMs} />,
    sort: (group) => group.firstMs,
    align: "right",
    width: "92px",
    wideOnly: true,
  },
  {
    key: "last",
    header: "Last",
    cell: (group) => <Ago atMs={group.lastMs} />,
    sort: (group) => group.lastMs,
    align: "right",
    width: "92px",
    wideOnly: true,
  },
];

export function FailuresPage() {
  const atMs = useAt();
  return atMs === null ? <PresentFailures /> : <PastFailures atMs={atMs} />;
}

function PresentFailures() {
  const query = useQuery(useTRPC().failures.groups.queryOptions());
  const summary = useStatusSummary();
  const [opened, setOpened] = useQueryState("group", parseAsString);
  const groups = query.data ?? [];
  const group = groups.find((each) => each.fingerprint === opened);
  return (
    <>
      <PageHeader
        title="Failures"
        note={
          summary === null
            ? undefined
            : `${counted(summary.parked, "entity", "entities")} parked, ${grouped(summary.backingOff)} backing off, by cause`
        }
      />
      <QueryView
        query={query}
        what="Failures"
        empty={{
          when: (all) => all.length === 0,
          view: (
            <EmptyState title="No entity fails">
              No entity is parked, backs off or waits for an endpoint. When one does, its cause appears here with what to do; its mailbox is
              kept in order meanwhile.
            </EmptyState>
          ),
        }}
      >
        {(all) => (
          <DataTable
            label="Causes of failures"
            rows={all}
            columns={columns}
            rowKey={(row) => row.fingerprint}
            selected={opened}
            onSelect={(row) => void setOpened(row.fingerprint)}
            className="flex-1"
          />
        )}
      </QueryView>
      {group === undefined ? null : (
        <GroupInspector key={group.fingerprint} group={group} groups={groups} onClose={() => void setOpened(null)} />
      )}
    </>
  );
}
