/**
 * ConnectorPanel: an ingress that a module declares: what it is doing and why it does not work, its rate, how far each part is and how far
 * behind, the last records that could not become messages, and what a person may do.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import type { ReactElement } from "react";
import { grouped } from "../../format/numbers.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { ConnectorView } from "../../trpc/views.ts";
import { Ago } from "../../ui/text/ago.tsx";
import { ConnectorActions } from "./connector-actions.tsx";
import { ConnectorNote } from "./connector-note.tsx";
import { useConnectorWords } from "../../words/connector/use-connector-words.ts";
import { useDoorsWords } from "../../words/doors/use-doors-words.ts";

const REFRESH_MS = 2_000;
const PARTS_SHOWN = 30;
const INVALID_SHOWN = 5;

/** Shows nothing when no module declares the ingress (the gateway's own). */
export function ConnectorPanel({ id }: { id: string }): ReactElement | null {
  const trpc = useTRPC();
  const known = useQuery(trpc.doors.connectors.queryOptions(undefined, { refetchInterval: REFRESH_MS }));
  const isDeclared = known.data?.some((one) => one.direction === "ingress" && one.id === id) === true;
  const query = useQuery(
    trpc.doors.connector.queryOptions({ direction: "ingress", id }, { enabled: isDeclared, refetchInterval: REFRESH_MS, retry: false }),
  );
  return query.data === undefined ? null : <Panel connector={query.data} />;
}

function Panel({ connector }: { connector: ConnectorView }): ReactElement {
  const words = useDoorsWords();
  const states = useConnectorWords();
  const { module, word, records, perSecond, parts, canSeek, counts } = connector;
  const lag = parts.reduce((sum, part) => sum + (part.lag ?? 0), 0);
  return (
    <section aria-label={words.panel.label} className="border-b border-line px-4 py-2 text-[13px]">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <ConnectorNote connector={connector} />
        <span className="text-quiet">
          {word}, {words.panel.module}{" "}
          <Link className="text-message hover:underline" href={`/modules/${encodeURIComponent(module)}`}>
            {module}
          </Link>
        </span>
        <span className="font-mono">{words.panel.records(records)}</span>
        <span className="font-mono">{words.panel.perSecond(perSecond)}</span>
        {parts.length === 0 ? null : <span className="font-mono">{words.panel.lag(lag)}</span>}
        {Object.entries(counts).map(([event, count]) => (
          <span key={event} className="font-mono">
            {grouped(count)} {states.counts[event] ?? event}
          </span>
        ))}
        <span className="ml-auto">
          <ConnectorActions connector={connector} canSeek={canSeek} />
        </span>
      </div>
      <Parts parts={parts} />
      <Invalid connector={connector} />
    </section>
  );
}

/** The parts of an ingress, those that lag most first. */
function Parts({ parts }: { parts: ConnectorView["parts"] }): ReactElement | null {
  const words = useDoorsWords();
  if (parts.length === 0) return null;
  const sorted = parts.toSorted((a, b) => (b.lag ?? 0) - (a.lag ?? 0) || a.part.localeCompare(b.part, "en", { numeric: true }));
  return (
    <div className="mt-2 max-h-48 overflow-auto">
      <table className="w-full max-w-xl font-mono text-[12px]">
        <caption className="sr-only">{words.panel.caption}</caption>
        <thead>
          <tr className="text-left text-quiet">
            <th className="font-normal">{words.panel.part}</th>
            <th className="text-right font-normal">{words.panel.position}</th>
            <th className="text-right font-normal">{words.panel.lagHead}</th>
          </tr>
        </thead>
        <tbody>
          {sorted.slice(0, PARTS_SHOWN).map(({ part, position, lag }) => (
            <tr key={part}>
              <td>{part}</td>
              <td className="text-right">{position}</td>
              <td className="text-right">{lag === null ? words.panel.notKnown : grouped(lag)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {parts.length > PARTS_SHOWN ? <p className="text-quiet">{words.panel.moreParts(parts.length - PARTS_SHOWN)}</p> : null}
    </div>
  );
}

function Invalid({ connector: { invalidRecords, invalid } }: { connector: ConnectorView }): ReactElement | null {
  const words = useDoorsWords();
  if (invalidRecords === 0) return null;
  return (
    <div className="mt-2">
      <p>
        {words.panel.invalid(invalidRecords)}{" "}
        <Link className="text-message hover:underline" href="/failures">
          {words.panel.failures}
        </Link>
        {words.panel.theLast}
      </p>
      <ul className="font-mono text-[12px] text-quiet">
        {invalid.slice(0, INVALID_SHOWN).map(({ part, position, what, done, atMs }) => (
          <li key={`${part} ${position} ${atMs}`}>
            {part} {position}: {what} ({done}, <Ago atMs={atMs} />)
          </li>
        ))}
      </ul>
    </div>
  );
}
