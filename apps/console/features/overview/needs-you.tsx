/** What needs a person, the worst first, each with what to do; or that nothing does. */
"use client";
import { useQuery } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import type { ReactNode } from "react";
import { counted } from "../../format/numbers.ts";
import { useMay } from "../../identity/use-may.ts";
import { healthTitle, troubleOf } from "../../shell/health-words.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { FailureGroup, InvariantRow, StatusSummary } from "../../trpc/views.ts";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { useNow } from "../../ui/text/use-now.ts";
import { waitWords } from "../waiting/wait-words.ts";
import { invariantsPath } from "../invariants/invariant-words.ts";
import { groupHref } from "../failures/group-href.ts";
import { nameOf, pauseHref } from "../pauses/pause-words.ts";
import { IllConnectors, useIllConnectors } from "./ill-connectors.tsx";

const GROUPS_SHOWN_MAX = 5;
const INVARIANTS_MS = 5_000;
/** The log and /metrics tell of 50 ms; a person is told of what people notice. */
const HELD_MS_MAX = 250;

export function NeedsYou({ summary }: { summary: StatusSummary | null }) {
  const groups = useQuery(useTRPC().failures.groups.queryOptions());
  const found = groups.data ?? [];
  const broken = useBroken();
  const connectors = useIllConnectors();
  const trouble = troubleOf(summary?.health);
  return (
    <section aria-label="What needs you">
      <h2 className="mb-2 font-semibold">What needs you</h2>
      {groups.data === undefined && groups.error !== null ? (
        <ErrorState inline error={groups.error} what="Failures" onRetry={() => void groups.refetch()} />
      ) : null}
      <ul className="flex flex-col gap-px">
        {trouble === null ? null : (
          <li className="py-1.5">
            <StatusWord tone="danger" className="font-medium">
              {healthTitle(trouble)}
            </StatusWord>
            <p className="pl-3.5 text-quiet">{trouble.cure}</p>
          </li>
        )}
        {broken.map((row) => (
          <BrokenItem key={row.id} row={row} />
        ))}
        {found.slice(0, GROUPS_SHOWN_MAX).map((group) => (
          <GroupItem key={group.fingerprint} group={group} />
        ))}
        <IllConnectors rows={connectors} />
        {summary !== null && summary.paused > 0 ? (
          <Item href="/entities" tone="caution" what={counted(summary.paused, "entity is paused", "entities are paused")}>
            Messages wait in their mailboxes until someone resumes them.
          </Item>
        ) : null}
        <Paused pauses={summary?.pauses ?? []} />
        {summary !== null && summary.troubledEndpoints > 0 && !found.some((group) => group.waitingMessages !== null) ? (
          <Item
            href="/functions?view=endpoints"
            tone="danger"
            what={counted(summary.troubledEndpoints, "endpoint does not answer", "endpoints do not answer")}
          >
            Their entities wait without losing attempts. The endpoint says who opened its breaker and when it is tried next.
          </Item>
        ) : null}
        {summary !== null && summary.heldMs > HELD_MS_MAX ? <Held ms={summary.heldMs} /> : null}
      </ul>
      {found.length > GROUPS_SHOWN_MAX ? (
        <Link href="/failures" className="mt-1 inline-block text-[12px] text-message hover:underline">
          and {found.length - GROUPS_SHOWN_MAX} more causes
        </Link>
      ) : null}
      {trouble === null &&
      groups.data !== undefined &&
      found.length === 0 &&
      broken.length === 0 &&
      connectors.length === 0 &&
      summary !== null &&
      summary.paused + summary.pauses.length + summary.troubledEndpoints + summary.parked === 0 ? (
        <p className="text-quiet">
          <StatusWord tone="clear">Nothing.</StatusWord> No entity is parked or paused, every endpoint answers, every connector works.
        </p>
      ) : null}
    </section>
  );
}

function Paused({ pauses }: { pauses: StatusSummary["pauses"] }) {
  // Entities are counted beside it, and the banner names those with an end.
  return pauses
    .filter(({ kind }) => kind !== "entity")
    .map((row) => (
      <Item key={row.id} href={pauseHref(row)} tone="caution" what={`${nameOf(row)} is paused`}>
        {row.by} paused it. Messages wait in order until it resumes.
      </Item>
    ));
}

function Held({ ms }: { ms: number }) {
  return (
    <li className="py-1.5">
      <StatusWord tone="caution" className="font-medium">
        The gateway's thread was held for {Math.round(ms)} ms
      </StatusWord>
      <p className="pl-3.5 text-quiet">Everything waited as long, within the last minute. Its log says what began before.</p>
    </li>
  );
}

function useBroken(): readonly InvariantRow[] {
  const enabled = useMay("invariants.list") === null;
  const invariants = useQuery({ ...useTRPC().invariants.list.queryOptions(), refetchInterval: INVARIANTS_MS, enabled });
  return (invariants.data ?? []).filter(({ status }) => status.kind === "violated");
}

function BrokenItem({ row: { name, status } }: { row: InvariantRow }) {
  return (
    <Item href={invariantsPath} tone="danger" what={`The invariant “${name}” is violated`}>
      {status.kind !== "violated" || status.first === null
        ? "It did not hold when it was defined: look back to find who did it."
        : `First by #${status.first.sequence} of ${status.first.type} / ${status.first.id}: ${status.first.before} → ${status.first.after}.`}
    </Item>
  );
}

function GroupItem({ group }: { group: FailureGroup }) {
  const nowMs = useNow();
  const [first] = group.sample;
  const reason = first?.waitReason ?? null;
  const waits = first === undefined || reason === null ? null : waitWords(reason, { address: first.address, nowMs }).sentence;
  const parked = group.status === "parked";
  const what =
    group.waitingMessages !== null
      ? `${group.type} is held up, ${counted(group.waitingMessages, "message waits", "messages wait")}`
      : `${counted(group.entities, "entity", "entities")} of ${group.type} ${parked ? "parked" : group.status === "backing-off" ? "backing off" : "waiting"}`;
  return (
    <Item href={groupHref(group.fingerprint)} tone={parked ? "danger" : "caution"} what={what}>
      {parked && waits !== null && !waits.includes(group.message) ? `${group.message} · ` : ""}
      {waits ?? group.message}
    </Item>
  );
}

function Item({ href, tone, what, children }: { href: string; tone: "danger" | "caution"; what: string; children: ReactNode }) {
  return (
    <li>
      <Link href={href} className="-mx-2 block rounded px-2 py-1.5 hover:bg-hover">
        <StatusWord tone={tone} className="items-baseline font-medium whitespace-normal">
          {what}
        </StatusWord>
        <span className="line-clamp-2 pl-3.5 text-quiet">{children}</span>
      </Link>
    </li>
  );
}
