/**
 * AuditInspector: one entry in full: who, when, by which door, on what, with what input, before and after, and its outcome.
 */
"use client";
import type { ReactElement } from "react";
import { grouped } from "../../format/numbers.ts";
import { exact } from "../../format/times.ts";
import { Inspector } from "../../shell/inspector.tsx";
import { PageLinkAction } from "../../shell/page-action.tsx";
import type { AuditRow } from "../../trpc/views.ts";
import { Link } from "../../ui/link.tsx";
import { Details } from "../../ui/text/details.tsx";
import { actBegunBy, actHref } from "../failures/act-words.ts";
import { AuditOutcomeWord } from "./audit-outcome.tsx";
import { useAuditWords } from "../../words/audit/use-audit-words.ts";

export function AuditInspector({ row, onClose }: { row: AuditRow; onClose: () => void }): ReactElement {
  const words = useAuditWords();
  const act = actBegunBy(row.after);
  return (
    <Inspector title={<span className="font-mono">{row.operation}</span>} note={exact(row.atMs)} onClose={onClose}>
      <div className="flex flex-col gap-4 p-4">
        <AuditOutcomeWord row={row} />
        {act === undefined ? null : (
          <>
            <PageLinkAction label={words.openActAction} to={actHref(act)} />
            <Link href={actHref(act)} className="self-start text-[13px] text-message hover:underline">
              {words.openAct}
            </Link>
          </>
        )}
        <Details
          rows={[
            [words.rows.who, `${row.name}, ${words.kinds[row.kind]}`],
            [words.rows.door, row.door],
            [words.rows.on, row.subject === "" ? "–" : row.subject],
            [words.rows.before, row.before ?? "–"],
            [words.rows.after, row.after ?? "–"],
            [words.rows.entry, grouped(row.sequence)],
          ]}
        />
        {row.input === "" ? null : (
          <section aria-label={words.input} className="min-w-0">
            <h3 className="mb-1 text-[12px] text-quiet">{words.inputNote}</h3>
            <pre className="overflow-auto rounded border border-line bg-raised p-2 font-mono text-[12px] wrap-anywhere whitespace-pre-wrap">
              {row.input}
            </pre>
          </section>
        )}
      </div>
    </Inspector>
  );
}
