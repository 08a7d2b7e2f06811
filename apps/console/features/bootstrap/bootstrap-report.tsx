/**
 * BootstrapReport: what a bootstrap would hold or holds: counts by state, a sample, and what is wrong, row by row.
 */
"use client";
import { Link } from "../../ui/link.tsx";
import type { ReactElement } from "react";
import { grouped } from "../../format/numbers.ts";
import { duration } from "../../format/times.ts";
import type { BootstrapOutcome } from "../../trpc/views.ts";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { PartTitle } from "../../ui/text/details.tsx";
import { useBootstrapWords } from "../../words/bootstrap/use-bootstrap-words.ts";

export function BootstrapReport({ outcome, dryRun }: { outcome: BootstrapOutcome; dryRun: boolean }): ReactElement {
  const { report: words } = useBootstrapWords();
  const { report, savepoint } = outcome;
  return (
    <div className="flex min-w-0 flex-col gap-4 p-3">
      <p role="status" className="flex flex-wrap items-center gap-x-3 gap-y-1 text-[13px]">
        <Verdict outcome={outcome} dryRun={dryRun} />
        <span className="text-quiet">
          {words.sum(report)}
          {report.skippedEntities > 0 ? words.skipped(report.skippedEntities) : ""}
          {report.replacedEntities > 0 ? words.replaced(report.replacedEntities) : ""}
          {words.in(duration(report.elapsedMs))}
        </span>
        {savepoint === null ? null : (
          <Link className="text-message hover:underline" href={`/savepoints?id=${encodeURIComponent(savepoint.id)}`}>
            {words.see}
          </Link>
        )}
      </p>
      <Errors outcome={outcome} />
      <Table
        title={words.states}
        head={[words.statesHead.state, words.statesHead.type, words.statesHead.values]}
        rows={report.states.map(({ type, name, typename, values }) => [`${type} ${name}`, typename, grouped(values)])}
      />
      <Table
        title={words.sample}
        head={[words.sampleHead.entity, words.sampleHead.state, words.sampleHead.value]}
        rows={report.sample.map(({ type, id, name, value }) => [`${type}/${id}`, name, value])}
      />
    </div>
  );
}

function Verdict({ outcome: { report, savepoint }, dryRun }: { outcome: BootstrapOutcome; dryRun: boolean }): ReactElement {
  const { report: words } = useBootstrapWords();
  if (savepoint !== null) return <StatusWord tone="clear">{words.made}</StatusWord>;
  if (dryRun && report.errorsTotal === 0) return <StatusWord tone="clear">{words.fits}</StatusWord>;
  return (
    <StatusWord tone="danger">
      {words.wrong(report.errorsTotal)}
      {dryRun ? "" : words.butMade}
    </StatusWord>
  );
}

function Errors({ outcome: { report } }: { outcome: BootstrapOutcome }): ReactElement | null {
  const { report: words } = useBootstrapWords();
  if (report.errors.length === 0) return null;
  return (
    <section className="flex min-w-0 flex-col gap-1">
      <PartTitle>{words.errors}</PartTitle>
      <ul className="flex flex-col text-[12px] leading-5">
        {report.errors.map(({ statement, row, key, problem, cure }) => (
          <li key={`${statement}/${row}`} className="border-t border-line py-1 break-words">
            <span className="font-mono text-quiet">{words.place(statement, grouped(row))}</span> <span className="font-mono">{key}</span>{" "}
            <span lang="en" className="text-danger">
              {problem}
            </span>{" "}
            <span lang="en" className="text-quiet">
              {cure}
            </span>
          </li>
        ))}
      </ul>
      {report.errorsTotal > report.errors.length ? (
        <p className="text-[12px] text-quiet">{words.first(grouped(report.errors.length), grouped(report.errorsTotal))}</p>
      ) : null}
    </section>
  );
}

function Table({
  title,
  head,
  rows,
}: {
  title: string;
  head: readonly string[];
  rows: readonly (readonly string[])[];
}): ReactElement | null {
  if (rows.length === 0) return null;
  return (
    <section className="flex min-w-0 flex-col gap-1">
      <PartTitle>{title}</PartTitle>
      <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={title}>
        <table className="w-full text-left text-[12px]">
          <thead>
            <tr>
              {head.map((name) => (
                <th key={name} scope="col" className="border-b border-line py-1 pr-4 font-normal text-quiet">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <tr key={index}>
                {row.map((cell, column) => (
                  <td key={column} className="border-b border-line py-1 pr-4 align-top font-mono break-all">
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
