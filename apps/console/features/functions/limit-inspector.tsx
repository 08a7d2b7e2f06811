/** LimitInspector: one limit: its bounds, its bucket, and the keys that wait with their buckets and queues. */
"use client";
import { Link } from "../../ui/link.tsx";
import type { ReactElement } from "react";
import { Inspector } from "../../shell/inspector.tsx";
import type { LimitRow } from "../../trpc/views.ts";
import { Button } from "../../ui/button.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { Details, PartTitle } from "../../ui/text/details.tsx";
import { useNow } from "../../ui/text/use-now.ts";
import { boundedWords, bucketWords, heldWords, keysWords, perWords, rateWords } from "./limit-words.ts";
import { useWords } from "../../words/use-words.ts";
import { useFunctionsWords } from "../../words/functions/use-functions-words.ts";

export function LimitInspector({ row, onClose }: { row: LimitRow; onClose: () => void }): ReactElement {
  const words = useFunctionsWords();
  const { ages } = useWords();
  const nowMs = useNow();
  return (
    <Inspector
      title={<span className="font-mono">{row.id}</span>}
      note={
        row.held ? <StatusWord tone="caution">{words.limits.holds}</StatusWord> : <StatusWord tone="clear">{words.limits.open}</StatusWord>
      }
      onClose={onClose}
    >
      <div className="flex flex-col gap-4 p-4">
        <Details
          rows={[
            [row.covers.kind === "ingress" ? words.limits.ingressKind : words.limits.functionKind, row.covers.name],
            [words.limits.counted, perWords(row, words.limits)],
            [words.limits.messages, rateWords(row, words.limits)],
            row.tokens === null ? null : [words.limits.bucket, bucketWords(row, row.burst, words.limits)],
            [words.limits.inFlight, boundedWords(row.inFlight, { max: row.inFlightMax, per: row.per, words: words.limits })],
            [
              words.limits.waiting,
              boundedWords(row.waitingMessages, { max: row.waitingMax, per: row.per, words: words.limits }) +
                (row.waitingMax === null ? "" : words.limits.beyond()),
            ],
            [words.limits.now, heldWords(row, { nowMs, words: words.limits, ages })],
            [
              words.rows.module,
              <Link key="module" className="text-message hover:underline" href={`/modules/${encodeURIComponent(row.module)}`}>
                {row.module}
              </Link>,
            ],
          ]}
        />
        {row.per === "all" ? null : <Keys row={row} nowMs={nowMs} />}
        <Button asChild size="small" className="self-start">
          <Link href={`/modules/${encodeURIComponent(row.module)}`}>{words.limits.change}</Link>
        </Button>
      </div>
    </Inspector>
  );
}

function Keys({ row, nowMs }: { row: LimitRow; nowMs: number }): ReactElement {
  const words = useFunctionsWords();
  const { ages } = useWords();
  return (
    <section className="flex flex-col gap-1">
      <PartTitle>{words.limits.keys}</PartTitle>
      <p className="text-[12px] text-quiet">{keysWords(row, words.limits)}.</p>
      <ul className="flex flex-col text-[12px]">
        {row.topKeys.map((key) => (
          <li key={key.key} className="flex min-h-6 flex-wrap items-baseline gap-x-3 border-t border-line">
            <span className="font-mono">{key.key}</span>
            <span className="text-quiet">
              {words.limits.key(key.waitingMessages, key.inFlight)}
              {key.tokens === null ? "" : words.limits.keyBucket(bucketWords(key, row.burst, words.limits))}
            </span>
            {key.held ? <StatusWord tone="caution">{heldWords(key, { nowMs, words: words.limits, ages })}</StatusWord> : null}
          </li>
        ))}
      </ul>
    </section>
  );
}
