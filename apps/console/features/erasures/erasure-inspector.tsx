/** ErasureInspector: the receipt of an erasure while it grows: who, why, what went from where, and what it does not reach. */
"use client";
import type { ReactElement } from "react";
import { counted } from "../../format/numbers.ts";
import { exact } from "../../format/times.ts";
import { Inspector } from "../../shell/inspector.tsx";
import type { ErasureRow } from "../../trpc/views.ts";
import { CopyButton } from "../../ui/text/copy-button.tsx";
import { Details, PartTitle } from "../../ui/text/details.tsx";
import { countsSentence, matchedSentence } from "./erasure-words.ts";
import { ErasureState } from "./erasure-state.tsx";

const savepointWords = { untouched: "held nothing of it", rewritten: "written again", failed: "still holds what it held" } as const;

export function ErasureInspector({ row, onClose }: { row: ErasureRow; onClose: () => void }): ReactElement {
  return (
    <Inspector title="Receipt of an erasure" note={exact(row.beganMs)} onClose={onClose}>
      <div className="flex flex-col gap-4 p-4">
        <div role="status">
          <ErasureState row={row} />
        </div>
        {row.error === null ? null : <p className="text-[13px] break-words text-danger">{row.error}</p>}
        <Details
          rows={[
            ["id", row.id],
            ["by", row.by],
            ["why", row.reason],
            ["what", matchedSentence(row)],
            ["begun", exact(row.beganMs)],
            ["ended", row.endedMs === null ? "not yet" : exact(row.endedMs)],
            ["gone", row.counts === null ? "not yet known" : countsSentence(row.counts)],
          ]}
        />
        <section className="flex flex-col gap-1 text-[13px]">
          <PartTitle>Savepoints</PartTitle>
          {row.savepoints.length === 0 ? <p className="text-quiet">None so far</p> : null}
          <ul className="flex flex-col gap-1">
            {row.savepoints.map((savepoint) => (
              <li key={savepoint.id} className={savepoint.state === "failed" ? "text-danger" : ""}>
                <span className="font-mono">{savepoint.id}</span> {savepointWords[savepoint.state]}
                {savepoint.state === "rewritten" ? `: ${counted(savepoint.rows, "row", "rows")} gone` : ""}
                {savepoint.error === null ? "" : `: ${savepoint.error}`}
              </li>
            ))}
          </ul>
        </section>
        {row.backups.length === 0 ? null : (
          <p className="text-[13px]">
            Remove these backups, which may hold the values: <span className="font-mono">{row.backups.map(({ id }) => id).join(", ")}</span>
          </p>
        )}
        <section className="flex flex-col gap-1 text-[13px]">
          <PartTitle>Not reached</PartTitle>
          <ul className="list-disc pl-4 text-quiet">
            {row.notReached.map((words) => (
              <li key={words}>{words}</li>
            ))}
          </ul>
        </section>
        <CopyButton text={JSON.stringify(row, undefined, 2)}>Copy the receipt</CopyButton>
      </div>
    </Inspector>
  );
}
