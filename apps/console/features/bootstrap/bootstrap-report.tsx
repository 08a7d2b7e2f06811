/** BootstrapReport: what a bootstrap would hold or holds: counts by state, a sample, and what is wrong, row by row. */
"use client";
import { Link } from "../../ui/link.tsx";
import type { ReactElement } from "react";
import { counted, grouped } from "../../format/numbers.ts";
import { duration } from "../../format/times.ts";
import type { BootstrapOutcome } from "../../trpc/views.ts";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { PartTitle } from "../../ui/text/details.tsx";

export function BootstrapReport({ outcome, dryRun }: { outcome: BootstrapOutcome; dryRun: boolean }): ReactElement {
  const { report, savepoint } = outcome;
  return (
    <div className="flex min-w-0 flex-col gap-4 p-3">
      <p role="status" className="flex flex-wrap items-center gap-x-3 gap-y-1 text-[13px]">
        <Verdict outcome={outcome} dryRun={dryRun} />
        <span className="text-quiet">
          {counted(report.rows, "row", "rows")}, {counted(report.values, "value", "values")} of{" "}
          {counted(report.entities, "entity", "entities")}
          {report.skippedEntities > 0 ? `, ${grouped(report.skippedEntities)} skipped` : ""}
          {report.replacedEntities > 0 ? `, ${grouped(report.replacedEntities)} replaced` : ""} in {duration(report.elapsedMs)}
        </span>
        {savepoint === null ? null : (
          <Link className="text-message hover:underline" href={`/savepoints?id=${encodeURIComponent(savepoint.id)}`}>
            See it, and restore it
          </Link>
        )}
      </p>
      <Errors outcome={outcome} />
      <Table
        title="State values"
        head={["state", "type of the value", "values"]}
        rows={report.states.map(({ type, name, typename, values }) => [`${type} ${name}`, typename, grouped(values)])}
      />
      <Table
        title="A sample"
        head={["entity", "state", "value"]}
        rows={report.sample.map(({ type, id, name, value }) => [`${type}/${id}`, name, value])}
      />
    </div>
  );
}

function Verdict({ outcome: { report, savepoint }, dryRun }: { outcome: BootstrapOutcome; dryRun: boolean }): ReactElement {
  if (savepoint !== null) return <StatusWord tone="clear">A savepoint was made</StatusWord>;
  if (dryRun && report.errorsTotal === 0) return <StatusWord tone="clear">It fits; nothing was made</StatusWord>;
  return (
    <StatusWord tone="danger">
      {counted(report.errorsTotal, "row is", "rows are")} wrong{dryRun ? "" : "; nothing was made"}
    </StatusWord>
  );
}

function Errors({ outcome: { report } }: { outcome: BootstrapOutcome }): ReactElement | null {
  if (report.errors.length === 0) return null;
  return (
    <section className="flex min-w-0 flex-col gap-1">
      <PartTitle>What is wrong</PartTitle>
      <ul className="flex flex-col text-[12px] leading-5">
        {report.errors.map(({ statement, row, key, problem, cure }) => (
          <li key={`${statement}/${row}`} className="border-t border-line py-1 break-words">
            <span className="font-mono text-quiet">
              statement {statement}, row {grouped(row)}
            </span>{" "}
            <span className="font-mono">{key}</span> <span className="text-danger">{problem}</span>{" "}
            <span className="text-quiet">{cure}</span>
          </li>
        ))}
      </ul>
      {report.errorsTotal > report.errors.length ? (
        <p className="text-[12px] text-quiet">
          The first {grouped(report.errors.length)} of {grouped(report.errorsTotal)}.
        </p>
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
