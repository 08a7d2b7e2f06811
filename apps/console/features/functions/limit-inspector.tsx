/** LimitInspector: one limit: its bounds, its bucket, and the keys that wait with their buckets and queues. */
"use client";
import { Link } from "../../ui/link.tsx";
import type { ReactElement } from "react";
import { grouped } from "../../format/numbers.ts";
import { Inspector } from "../../shell/inspector.tsx";
import type { LimitRow } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { Details, PartTitle } from "../../ui/text/details.tsx";
import { useNow } from "../../ui/text/use-now.ts";
import { boundedWords, bucketWords, heldWords, keysWords, perWords, rateWords } from "./limit-words.ts";

export function LimitInspector({ row, onClose }: { row: LimitRow; onClose: () => void }): ReactElement {
  const nowMs = useNow();
  return (
    <Inspector
      title={<span className="font-mono">{row.id}</span>}
      note={row.held ? <StatusWord tone="caution">holds</StatusWord> : <StatusWord tone="clear">open</StatusWord>}
      onClose={onClose}
    >
      <div className="flex flex-col gap-4 p-4">
        <Details
          rows={[
            [row.covers.kind, row.covers.name],
            ["counted by", perWords(row)],
            ["messages", rateWords(row)],
            row.tokens === null ? null : ["bucket", bucketWords(row, row.burst)],
            ["in flight", boundedWords(row.inFlight, row.inFlightMax, row.per)],
            [
              "waiting",
              boundedWords(row.waitingMessages, row.waitingMax, row.per) + (row.waitingMax === null ? "" : "; beyond that senders get 429"),
            ],
            ["now", heldWords(row, nowMs)],
            [
              "module",
              <Link key="module" className="text-message hover:underline" href={`/modules/${encodeURIComponent(row.module)}`}>
                {row.module}
              </Link>,
            ],
          ]}
        />
        {row.per === "all" ? null : <Keys row={row} nowMs={nowMs} />}
        <Button asChild size="small" className="self-start">
          <Link href={`/modules/${encodeURIComponent(row.module)}`}>Change the limit</Link>
        </Button>
      </div>
    </Inspector>
  );
}

function Keys({ row, nowMs }: { row: LimitRow; nowMs: number }): ReactElement {
  return (
    <section className="flex flex-col gap-1">
      <PartTitle>Keys that wait</PartTitle>
      <p className="text-[12px] text-quiet">{keysWords(row)}.</p>
      <ul className="flex flex-col text-[12px]">
        {row.topKeys.map((key) => (
          <li key={key.key} className="flex min-h-6 flex-wrap items-baseline gap-x-3 border-t border-line">
            <span className="font-mono">{key.key}</span>
            <span className="text-quiet">
              {grouped(key.waitingMessages)} waiting, {grouped(key.inFlight)} in flight
              {key.tokens === null ? "" : `, bucket ${bucketWords(key, row.burst)}`}
            </span>
            {key.held ? <StatusWord tone="caution">{heldWords(key, nowMs)}</StatusWord> : null}
          </li>
        ))}
      </ul>
    </section>
  );
}
