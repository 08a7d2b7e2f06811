/**
 * PastFailures: what failed in the ten minutes before the moment: attempts by type from the kept numbers, and entities that were parked
 * from the journal.
 */
"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import type { ReactElement } from "react";
import { grouped } from "../../format/numbers.ts";
import { clock, exact } from "../../format/times.ts";
import { entityHref, traceHref } from "../../shell/navigation.ts";
import { PageBody, PageHeader } from "../../shell/page-header.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import type { TailRow } from "../../trpc/views.ts";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { useFailuresWords } from "../../words/failures/use-failures-words.ts";
import { useWords } from "../../words/use-words.ts";

const beforeMs = 600_000;
const minuteMs = 60_000;

export function PastFailures({ atMs }: { atMs: number }): ReactElement {
  const words = useFailuresWords().past;
  const { name } = useWords().navigation.failures;
  return (
    <>
      <PageHeader title={name} note={words.note(clock(atMs, false))} />
      <PageBody className="flex flex-col gap-6 p-4">
        <FailedAttempts atMs={atMs} />
        <ParkedEntities atMs={atMs} />
      </PageBody>
    </>
  );
}

function FailedAttempts({ atMs }: { atMs: number }): ReactElement {
  const words = useFailuresWords().past;
  const query = useQuery({
    ...useTRPC().rollups.busiest.queryOptions({
      ...{ fromMs: atMs - beforeMs, toMs: atMs, stepMs: minuteMs, limit: 200 },
      ...{ of: "type", values: "failures" },
    }),
    placeholderData: keepPreviousData,
  });
  return (
    <section aria-label={words.attempts}>
      <h2 className="mb-2 font-semibold">{words.attemptsTitle}</h2>
      <QueryView query={query} what={words.attemptsWhat}>
        {({ rows }) => {
          const failing = rows
            .map(({ name, values }) => ({ name, failed: (values.failures ?? []).reduce<number>((all, value) => all + (value ?? 0), 0) }))
            .filter(({ failed }) => failed > 0);
          if (failing.length === 0) return <p className="text-quiet">{words.noneCounted}</p>;
          return (
            <ul className="flex max-w-xl flex-col border-y border-line">
              {failing.map(({ name, failed }) => (
                <li key={name} className="flex justify-between gap-3 border-b border-line py-1.5 font-mono text-[12px] last:border-b-0">
                  <span>{name}</span>
                  <StatusWord tone="danger">{grouped(failed)}</StatusWord>
                </li>
              ))}
            </ul>
          );
        }}
      </QueryView>
    </section>
  );
}

function ParkedEntities({ atMs }: { atMs: number }): ReactElement {
  const words = useFailuresWords().past;
  const query = useQuery({
    ...useTRPC().past.records.queryOptions({ fromMs: atMs - beforeMs, toMs: atMs, only: "failed", limit: 200 }),
    placeholderData: keepPreviousData,
  });
  return (
    <section aria-label={words.parked}>
      <h2 className="mb-2 font-semibold">{words.parked}</h2>
      <QueryView query={query} what={words.parkedWhat}>
        {({ rows, recordsRead, complete, readToMs }) => (
          <>
            {rows.length === 0 ? <p className="text-quiet">{words.noneParked}</p> : null}
            <ul className="flex flex-col">
              {rows.map((row) => (
                <ParkedRow key={row.sequence} row={row} />
              ))}
            </ul>
            <p className="pt-2 text-[12px] text-quiet">
              {words.read(recordsRead)}
              {complete || readToMs === null ? words.readAll : words.readTo(clock(readToMs))} {words.nowOnly}
            </p>
          </>
        )}
      </QueryView>
    </section>
  );
}

function ParkedRow({ row }: { row: TailRow }): ReactElement {
  const words = useFailuresWords().past;
  return (
    <li className="flex flex-wrap gap-x-4 border-b border-line py-1.5 font-mono text-[12px]">
      <time className="text-quiet" title={exact(row.atMs)}>
        {clock(row.atMs)}
      </time>
      <Link href={entityHref(row.address)} className="text-message hover:underline">
        {row.address.type}/{row.address.id}
      </Link>
      <Link href={traceHref(row.trace, row.sequence)} className="hover:underline">
        {words.trace(row.trace)}
      </Link>
      <StatusWord tone="danger">{row.word === "" ? words.isParked : row.word}</StatusWord>
    </li>
  );
}
