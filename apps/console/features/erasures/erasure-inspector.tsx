/**
 * ErasureInspector: the receipt of an erasure while it grows: who, why, what was removed from where, and what it does not reach.
 */
"use client";
import type { ReactElement } from "react";

import { exact } from "../../format/times.ts";
import { Inspector } from "../../shell/inspector.tsx";
import type { ErasureRow } from "../../trpc/views.ts";
import { CopyButton } from "../../ui/text/copy-button.tsx";
import { Details, PartTitle } from "../../ui/text/details.tsx";
import { countsSentence, matchedSentence } from "./erasure-words.ts";
import { ErasureState } from "./erasure-state.tsx";
import { useErasuresWords } from "../../words/erasures/use-erasures-words.ts";

export function ErasureInspector({ row, onClose }: { row: ErasureRow; onClose: () => void }): ReactElement {
  const words = useErasuresWords();
  return (
    <Inspector title={words.receipt} note={exact(row.beganMs)} onClose={onClose}>
      <div className="flex flex-col gap-4 p-4">
        <div role="status">
          <ErasureState row={row} />
        </div>
        {row.error === null ? null : <p className="text-[13px] break-words text-danger">{row.error}</p>}
        <Details
          rows={[
            [words.rows.id, row.id],
            [words.rows.by, row.by],
            [words.rows.why, row.reason],
            [words.rows.what, matchedSentence(row, words)],
            [words.rows.begun, exact(row.beganMs)],
            [words.rows.ended, row.endedMs === null ? words.notYet : exact(row.endedMs)],
            [words.rows.gone, row.counts === null ? words.notYetKnown : countsSentence(row.counts, words)],
          ]}
        />
        <section className="flex flex-col gap-1 text-[13px]">
          <PartTitle>{words.savepoints}</PartTitle>
          {row.savepoints.length === 0 ? <p className="text-quiet">{words.noneSoFar}</p> : null}
          <ul className="flex flex-col gap-1">
            {row.savepoints.map((savepoint) => (
              <li key={savepoint.id} className={savepoint.state === "failed" ? "text-danger" : ""}>
                <span className="font-mono">{savepoint.id}</span> {words.savepoint[savepoint.state]}
                {savepoint.state === "rewritten" ? words.gone(savepoint.rows) : ""}
                {savepoint.error === null ? "" : `: ${savepoint.error}`}
              </li>
            ))}
          </ul>
        </section>
        {row.backups.length === 0 ? null : (
          <p className="text-[13px]">
            {words.backups} <span className="font-mono">{row.backups.map(({ id }) => id).join(", ")}</span>
          </p>
        )}
        <section className="flex flex-col gap-1 text-[13px]">
          <PartTitle>{words.notReached}</PartTitle>
          <ul className="list-disc pl-4 text-quiet">
            {row.notReached.map((said) => (
              <li key={said} lang="en">
                {said}
              </li>
            ))}
          </ul>
        </section>
        <CopyButton text={JSON.stringify(row, undefined, 2)}>{words.copy}</CopyButton>
      </div>
    </Inspector>
  );
}
