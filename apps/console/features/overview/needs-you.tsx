/**
 * What needs a person, the worst first, each with what to do; or a line that nothing does.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import type { ReactNode } from "react";
import { useMay } from "../../identity/use-may.ts";
import { healthTitle, troubleOf } from "../../shell/health-words.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { FailureGroup, InvariantRow, StatusSummary } from "../../trpc/views.ts";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { useNow } from "../../ui/text/use-now.ts";
import { useWords } from "../../words/use-words.ts";
import { useWaitingWords } from "../../words/waiting/use-waiting-words.ts";
import { waitWords } from "../waiting/wait-words.ts";
import { invariantsPath } from "../invariants/invariant-words.ts";
import { groupHref } from "../failures/group-href.ts";
import { nameOf, pauseHref } from "../pauses/pause-words.ts";
import { IllConnectors, useIllConnectors } from "./ill-connectors.tsx";
import { useOverviewWords } from "../../words/overview/use-overview-words.ts";
import { useFailureWords } from "../../words/failure/use-failure-words.ts";
import { useProblemWords } from "../../words/problems/use-problem-words.ts";
import { useNoticesWords } from "../../words/notices/use-notices-words.ts";
import { usePausesWords } from "../../words/pauses/use-pauses-words.ts";

const GROUPS_SHOWN_MAX = 5;
const INVARIANTS_MS = 5_000;
/** The log and /metrics report from 50 ms on; this reports what people notice. */
const HELD_MS_MAX = 250;

export function NeedsYou({ summary }: { summary: StatusSummary | null }) {
  const words = useOverviewWords();
  const groups = useQuery(useTRPC().failures.groups.queryOptions());
  const found = groups.data ?? [];
  const notices = useNoticesWords();
  const problems = useProblemWords();
  const broken = useBroken();
  const connectors = useIllConnectors();
  const trouble = troubleOf(summary?.health);
  return (
    <section aria-label={words.needs.title}>
      <h2 className="mb-2 font-semibold">{words.needs.title}</h2>
      {groups.data === undefined && groups.error !== null ? (
        <ErrorState inline error={groups.error} what={words.needs.failures} onRetry={() => void groups.refetch()} />
      ) : null}
      <ul className="flex flex-col gap-px">
        {trouble === null ? null : (
          <li className="py-1.5">
            <StatusWord tone="danger" className="font-medium">
              {healthTitle(trouble, notices.health)}
            </StatusWord>
            <p className="pl-3.5 text-quiet">{problems.cure(trouble.code, trouble.cure)}</p>
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
          <Item href="/entities" tone="caution" what={words.needs.entitiesPaused(summary.paused)}>
            {words.needs.entitiesPausedAbout}
          </Item>
        ) : null}
        <Paused pauses={summary?.pauses ?? []} />
        {summary !== null && summary.troubledEndpoints > 0 && !found.some((group) => group.waitingMessages !== null) ? (
          <Item href="/functions?view=endpoints" tone="danger" what={words.needs.endpoints(summary.troubledEndpoints)}>
            {words.needs.endpointsAbout}
          </Item>
        ) : null}
        {summary !== null && summary.heldMs > HELD_MS_MAX ? <Held ms={summary.heldMs} /> : null}
      </ul>
      {found.length > GROUPS_SHOWN_MAX ? (
        <Link href="/failures" className="mt-1 inline-block text-[12px] text-message hover:underline">
          {words.needs.moreCauses(found.length - GROUPS_SHOWN_MAX)}
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
          <StatusWord tone="clear">{words.needs.nothing}</StatusWord> {words.needs.nothingAbout}
        </p>
      ) : null}
    </section>
  );
}

function Paused({ pauses }: { pauses: StatusSummary["pauses"] }) {
  const { needs: words } = useOverviewWords();
  const pauseWords = usePausesWords();
  // Paused entities are counted separately, and the banner names those with an end.
  return pauses
    .filter(({ kind }) => kind !== "entity")
    .map((row) => (
      <Item key={row.id} href={pauseHref(row)} tone="caution" what={words.isPaused(nameOf(row, pauseWords))}>
        {words.pausedBy(row.by)}
      </Item>
    ));
}

function Held({ ms }: { ms: number }) {
  const words = useOverviewWords();
  return (
    <li className="py-1.5">
      <StatusWord tone="caution" className="font-medium">
        {words.needs.held(Math.round(ms))}
      </StatusWord>
      <p className="pl-3.5 text-quiet">{words.needs.heldAbout}</p>
    </li>
  );
}

function useBroken(): readonly InvariantRow[] {
  const enabled = useMay("invariants.list") === null;
  const invariants = useQuery({ ...useTRPC().invariants.list.queryOptions(), refetchInterval: INVARIANTS_MS, enabled });
  return (invariants.data ?? []).filter(({ status }) => status.kind === "violated");
}

function BrokenItem({ row: { name, status } }: { row: InvariantRow }) {
  const words = useOverviewWords();
  return (
    <Item href={invariantsPath} tone="danger" what={words.needs.violated(name)}>
      {status.kind !== "violated" || status.first === null
        ? words.needs.violatedBefore
        : words.needs.violatedBy(
            `#${status.first.sequence}, ${status.first.type} / ${status.first.id}`,
            String(status.first.before),
            String(status.first.after),
          )}
    </Item>
  );
}

function GroupItem({ group }: { group: FailureGroup }) {
  const words = useOverviewWords();
  const waiting = useWaitingWords();
  const { ages } = useWords();
  const nowMs = useNow();
  const [first] = group.sample;
  const reason = first?.waitReason ?? null;
  const waits =
    first === undefined || reason === null ? null : waitWords(reason, { address: first.address, nowMs, words: waiting, ages }).sentence;
  const parked = group.status === "parked";
  const cause = useFailureWords().means(group.code, group.message);
  const what =
    group.waitingMessages !== null
      ? words.needs.heldUp(group.type, group.waitingMessages)
      : words.needs.group(
          group.entities,
          group.type,
          words.needs.is[parked ? "parked" : group.status === "backing-off" ? "backingOff" : "waiting"],
        );
  return (
    <Item href={groupHref(group.fingerprint)} tone={parked ? "danger" : "caution"} what={what}>
      {parked && waits !== null && !waits.includes(cause) ? `${cause} · ` : ""}
      {waits ?? cause}
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
