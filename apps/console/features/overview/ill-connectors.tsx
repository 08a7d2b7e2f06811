/**
 * IllConnectors: the ingresses and egresses that do not work, the worst first, each with its state, its cause and its cure.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useMay } from "../../identity/use-may.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { ConnectorRow } from "../../trpc/views.ts";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { Link } from "../../ui/link.tsx";
import { useConnectorWords } from "../../words/connector/use-connector-words.ts";
import { Worded } from "../doors/connector-note.tsx";
import { illFirst, isIll, stateWord, toneOf } from "../doors/connector-words.ts";
import { doorHref } from "../doors/door-href.ts";
import { useOverviewWords } from "../../words/overview/use-overview-words.ts";

const SHOWN_MAX = 8;
const REFRESH_MS = 5_000;

export function useIllConnectors(): readonly ConnectorRow[] {
  const enabled = useMay("doors.connectors") === null;
  const { data = [] } = useQuery({ ...useTRPC().doors.connectors.queryOptions(), refetchInterval: REFRESH_MS, enabled });
  return illFirst(data.filter(isIll));
}

/** The items of a list. */
export function IllConnectors({ rows }: { rows: readonly ConnectorRow[] }): ReactElement {
  const words = useOverviewWords();
  const states = useConnectorWords();
  return (
    <>
      {rows.slice(0, SHOWN_MAX).map((row) => (
        <li key={`${row.direction} ${row.id}`}>
          <Link
            href={doorHref(`${row.direction}:${row.id}`) ?? "/connectors"}
            className="-mx-2 block rounded px-2 py-1.5 wrap-anywhere hover:bg-hover"
          >
            <StatusWord tone={toneOf(row)} className="items-baseline font-medium whitespace-normal">
              {words[row.direction]} {row.id}: {stateWord(row, states)}
            </StatusWord>
            <span className="block pl-3.5 text-quiet">
              <Worded text={row.what} /> <Worded text={row.cure} />
            </span>
          </Link>
        </li>
      ))}
      {rows.length > SHOWN_MAX ? (
        <li className="pt-1">
          <Link href="/connectors" className="text-[12px] text-message hover:underline">
            {words.moreConnectors(rows.length - SHOWN_MAX)}
          </Link>
        </li>
      ) : null}
    </>
  );
}
