/**
 * Breakpoints: what is held and for whom, with each held entity's first message and its state: let it through, edit it, drop it, or release
 * all; and which breakpoints ended lately, and why. Neighbours: new-breakpoint.tsx sets one, breakpoint-banner.tsx is on every page.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";
import type { ReactElement } from "react";
import { relative } from "../../format/times.ts";
import { PageBody, PageHeader } from "../../shell/page-header.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import type { BreakpointRow, EndedBreakpoint, EntityDetail } from "../../trpc/views.ts";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { Link } from "../../ui/link.tsx";
import { PartTitle } from "../../ui/text/details.tsx";
import { useNow } from "../../ui/text/use-now.ts";
import { ValueView } from "../../values/value-view.tsx";
import { EntityActions } from "../entities/entity-actions.tsx";
import { entityHref } from "../entities/entity-href.ts";
import { ReleaseButton } from "./breakpoint-banner.tsx";
import { leftOf, placeOf } from "./breakpoint-words.ts";
import { NewBreakpoint } from "./new-breakpoint.tsx";
import { useBreakpointsWords } from "../../words/breakpoints/use-breakpoints-words.ts";
import type { BreakpointsWords } from "../../words/breakpoints/en.ts";
import { useWords } from "../../words/use-words.ts";

/** What is held changes with the traffic, so it is asked again this often. */
const REFRESH_MS = 1_000;

export function BreakpointsPage(): ReactElement {
  const words = useBreakpointsWords();
  const trpc = useTRPC();
  const given = useSearchParams();
  const query = useQuery({ ...trpc.breakpoints.list.queryOptions(), refetchInterval: REFRESH_MS });
  return (
    <>
      <PageHeader title={words.title} note={words.note} />
      <PageBody>
        <NewBreakpoint functions={given.get("functions") ?? ""} id={given.get("id") ?? ""} />
        <QueryView query={query} what={words.title}>
          {({ set, ended }) => (
            <div className="flex flex-col gap-4 px-4 py-3">
              {set.length === 0 ? <p className="text-quiet">{words.none}</p> : null}
              {set.map((row) => (
                <Breakpoint key={row.id} row={row} />
              ))}
              <Ended rows={ended} />
            </div>
          )}
        </QueryView>
      </PageBody>
    </>
  );
}

function Breakpoint({ row }: { row: BreakpointRow }): ReactElement {
  const words = useBreakpointsWords();
  const trpc = useTRPC();
  const nowMs = useNow();
  const held = useQuery({ ...trpc.breakpoints.held.queryOptions({ id: row.id }), refetchInterval: REFRESH_MS });
  return (
    <section aria-label={words.of(placeOf(row))} className="rounded border border-line">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-panel px-3 py-2">
        <h2 className="font-mono text-[13px] break-all">{placeOf(row)}</h2>
        <span className="text-quiet">
          {words.setBy(row.by)}
          {words.held(row.heldMessages)}
          {words.releasedIn}
          <span className="font-mono">{nowMs === 0 ? "" : leftOf(row.untilMs, nowMs)}</span>
        </span>
        <ReleaseButton row={row} />
        <ConditionLine row={row} />
      </header>
      <QueryView query={held} what={words.what}>
        {(entities) =>
          entities.length === 0 ? (
            <p className="px-3 py-2 text-quiet">{words.nothingYet}</p>
          ) : (
            <ul>
              {entities.map((entity) => (
                <Held key={entity.address.id + entity.address.type} entity={entity} />
              ))}
            </ul>
          )
        }
      </QueryView>
    </section>
  );
}

/** Says which messages it holds, and which its condition cannot decide. */
function ConditionLine({ row: { condition, heldUnclear, unclearWhy } }: { row: BreakpointRow }): ReactElement | null {
  const words = useBreakpointsWords();
  if (condition === null) return null;
  return (
    <p className="w-full text-quiet">
      {words.onlyFitting}
      <code className="font-mono text-[12px] break-all">{condition}</code>
      {heldUnclear === 0 ? null : (
        <span className="text-caution">
          {words.unclear(heldUnclear)}
          <span lang="en">{unclearWhy}</span>
        </span>
      )}
    </p>
  );
}

function Held({ entity }: { entity: EntityDetail }): ReactElement {
  const words = useBreakpointsWords();
  const { address, mailbox, mailboxDepth, state } = entity;
  const [head] = mailbox;
  const values = state.filter(({ value }) => value !== null);
  return (
    <li aria-label={words.heldOf(address.id)} className="flex flex-col gap-2 border-t border-line px-3 py-2 first:border-t-0">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <Link href={entityHref(address)} className="font-mono text-[12px] break-all text-message hover:underline">
          {address.type} / {address.id}
        </Link>
        <span className="text-quiet">{words.wait(mailboxDepth)}</span>
        <EntityActions entity={entity} compact />
      </div>
      <div className="grid gap-3 room:grid-cols-2">
        {head === undefined ? null : <ValueView value={head.value} title={words.first(head.sequence)} />}
        {values.map(({ name, value }) => (value === null ? null : <ValueView key={name} value={value} title={words.state(name)} />))}
      </div>
    </li>
  );
}

function Ended({ rows }: { rows: readonly EndedBreakpoint[] }): ReactElement | null {
  const words = useBreakpointsWords();
  const { ages } = useWords();
  const nowMs = useNow();
  if (rows.length === 0) return null;
  return (
    <section aria-label={words.ended}>
      <PartTitle>{words.ended}</PartTitle>
      <ul className="flex flex-col gap-1 text-[13px]">
        {rows.map((row) => (
          <li key={row.id} className="flex flex-wrap gap-x-3">
            <span className="font-mono text-[12px] break-all">
              {placeOf(row)}
              {row.condition === null ? "" : words.where(row.condition)}
            </span>
            <span>{wordsOf(row, words.why)}</span>
            <span className="text-quiet">{nowMs === 0 ? "" : relative(row.endedMs, nowMs, ages)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function wordsOf({ why, endedBy }: EndedBreakpoint, words: BreakpointsWords["why"]): string {
  switch (why) {
    case "released":
      return words.released(endedBy ?? "");
    case "time over":
      return words.timeOver;
    case "full":
      return words.full;
    case "restored":
      return words.restored;
  }
}
