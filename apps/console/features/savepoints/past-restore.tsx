/**
 * PastRestore: the ledger of a restore, after it: the time it kept and undid, what was there and what replaced it, what was undone inside,
 * what of each egress was lost, stayed or came again, who did it, and the savepoint that leads back. Neighbours: restore-dialog.tsx (the
 * same before it), eras-table.tsx.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { bytes, grouped } from "../../format/numbers.ts";
import { clock, exact } from "../../format/times.ts";
import { momentText } from "../../time/time-cursor.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { RestoreLedger } from "../../trpc/views.ts";
import { EmptyState } from "../../ui/feedback/empty-state.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { Skeleton } from "../../ui/feedback/skeleton.tsx";
import { Link } from "../../ui/link.tsx";
import { useSavepointsWords } from "../../words/savepoints/use-savepoints-words.ts";
import { EgressLedger } from "./egress-ledger.tsx";
import { Counts, KeptAndUndone } from "./restore-drawing.tsx";
import { atLeast, differenceWords, sideRows } from "./restore-words.ts";

/** Each request reads another piece of the journal. */
const READ_ON_MS = 1_000;
const askingsMax = 12;

export function PastRestore({ era }: { era: number }): ReactElement {
  const { pastRestore: words } = useSavepointsWords();
  const ledger = useQuery(
    useTRPC().savepoints.ledger.queryOptions(
      { era },
      { refetchInterval: ({ state }) => (state.data?.undone.atLeast === true && state.dataUpdateCount < askingsMax ? READ_ON_MS : false) },
    ),
  );
  return (
    <section aria-label={words.label} className="flex max-w-[1040px] flex-col gap-4 p-4 text-[13px]">
      {ledger.error !== null ? (
        <ErrorState inline error={ledger.error} what={words.notRead} onRetry={() => void ledger.refetch()} />
      ) : ledger.data === undefined ? (
        <Skeleton rows={8} label={words.reading} />
      ) : ledger.data === null ? (
        <EmptyState title={words.unknown(grouped(era))}>{words.unknownAbout}</EmptyState>
      ) : (
        <Ledger ledger={ledger.data} />
      )}
      <p>
        <Link className="text-message hover:underline" href="/savepoints">
          {words.all}
        </Link>
      </p>
    </section>
  );
}

function Ledger({ ledger }: { ledger: RestoreLedger }): ReactElement {
  const { pastRestore: words, restore } = useSavepointsWords();
  const { undone, savepoint, before, egresses, atMs, by } = ledger;
  const epochs = before === null ? null : Math.max(0, before.epoch - savepoint.epoch);
  return (
    <>
      <div>
        <h2 className="text-[15px] font-semibold" suppressHydrationWarning>
          {words.title(clock(savepoint.createdMs, false), grouped(savepoint.epoch))}
        </h2>
        <p className="text-quiet" suppressHydrationWarning>
          {exact(atMs)}, {by === null ? words.bySomebody : words.by(by.name, by.door)}
        </p>
      </div>
      <KeptAndUndone savepoint={savepoint} untilMs={atMs} until={before === null ? words.until : words.untilEpoch(grouped(before.epoch))} />
      <div className="grid gap-x-8 gap-y-4 sm:grid-cols-2">
        <Counts
          title={restore.undone}
          rows={[
            epochs === null ? ["–", words.epochsUnknown] : [grouped(epochs), restore.epochs(epochs)],
            [atLeast(undone.messagesIn, undone), words.messagesIn],
            [atLeast(undone.entities, undone), words.entitiesBack],
            [atLeast(undone.acts, undone), restore.acts],
          ]}
        />
        <Sides ledger={ledger} />
      </div>
      {egresses === null ? <p className="text-quiet">{words.egressesUnknown}</p> : <EgressLedger egresses={egresses} time="past" />}
      <WayBack ledger={ledger} />
    </>
  );
}

function Sides({ ledger }: { ledger: RestoreLedger }): ReactElement {
  const { sides } = useSavepointsWords().pastRestore;
  const told = (count: number | null): string => (count === null ? "–" : grouped(count));
  return (
    <section className="min-w-0">
      <h3 className="mb-1 font-semibold">{sides.title}</h3>
      <table className="w-full text-left text-[12px]">
        <thead className="text-quiet">
          <tr>
            <th className="py-1 pr-3 font-normal">
              <span className="sr-only">{sides.what}</span>
            </th>
            <th className="py-1 pr-3 text-right font-normal">{sides.before}</th>
            <th className="py-1 pr-3 text-right font-normal">{sides.restored}</th>
            <th className="py-1 text-right font-normal">{sides.difference}</th>
          </tr>
        </thead>
        <tbody>
          {sideRows(ledger, sides).map((row) => (
            <tr key={row.what} className="border-t border-line">
              <th className="py-1 pr-3 font-normal text-quiet">{row.what}</th>
              <td className="py-1 pr-3 text-right font-mono tabular-nums">{told(row.before)}</td>
              <td className="py-1 pr-3 text-right font-mono tabular-nums">{told(row.restored)}</td>
              <td className="py-1 text-right font-mono text-quiet">{differenceWords(row, sides)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** The savepoint that was taken first, and the era that ended. */
function WayBack({ ledger: { before, restored, savepoint, era, atMs } }: { ledger: RestoreLedger }): ReactElement {
  const { pastRestore: words } = useSavepointsWords();
  return (
    <div className="flex flex-col gap-1">
      {before === null ? (
        <p>{words.nowhere}</p>
      ) : (
        <p>
          {words.keptIn}
          <SavepointLink id={before.id} />
          {words.undoes(bytes(before.sizeBytes))}
          {restored === null ? null : (
            <Link
              className="text-message underline"
              href={`/savepoints/compare?from=${encodeURIComponent(before.id)}&to=${encodeURIComponent(restored.id)}`}
            >
              {words.compare}
            </Link>
          )}
        </p>
      )}
      <p className="text-quiet">
        {words.wentTo}
        {restored === null ? <Removed id={savepoint.name} note={words.removedSince} /> : <SavepointLink id={savepoint.name} />}
        {words.began(grouped(era))}
        <Link className="text-message underline" href={`/flow?at=${encodeURIComponent(momentText(atMs - 1))}`}>
          {words.lastOf(grouped(era - 1))}
        </Link>
        {words.elsewhere}
      </p>
    </div>
  );
}

function Removed({ id, note }: { id: string; note: string }): ReactElement {
  return (
    <>
      <span className="font-mono">{id}</span>
      {note}
    </>
  );
}

function SavepointLink({ id }: { id: string }): ReactElement {
  return (
    <Link className="font-mono text-message underline" href={`/savepoints?id=${encodeURIComponent(id)}`}>
      {id}
    </Link>
  );
}
