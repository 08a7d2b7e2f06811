/**
 * BreakpointBanner: shown on every page while a breakpoint holds messages: what it covers, who set it, how many are held, how long it
 * lasts, and a button that releases it.
 */
"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { MayButton } from "../../identity/may-button.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import type { BreakpointRow } from "../../trpc/views.ts";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { Link } from "../../ui/link.tsx";
import { useNow } from "../../ui/text/use-now.ts";
import { breakpointsPath, leftOf, placeOf } from "./breakpoint-words.ts";
import { useBreakpointsWords } from "../../words/breakpoints/use-breakpoints-words.ts";

export function BreakpointBanner({ breakpoints }: { breakpoints: readonly BreakpointRow[] }): ReactElement {
  const words = useBreakpointsWords();
  return (
    <section aria-label={words.title} className="border-b border-line bg-caution-soft px-4 py-1">
      <ul className="flex max-h-24 flex-col gap-1 overflow-y-auto">
        {breakpoints.map((row) => (
          <Banner key={row.id} row={row} />
        ))}
      </ul>
    </section>
  );
}

function Banner({ row }: { row: BreakpointRow }): ReactElement {
  const words = useBreakpointsWords();
  const nowMs = useNow();
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 text-[13px]">
      <StatusWord tone="caution" className="font-medium">
        {words.banner.title}
      </StatusWord>
      <Link href={breakpointsPath} className="font-mono text-[12px] break-all text-message hover:underline">
        {placeOf(row)}
      </Link>
      <span>{words.banner.holds(row.heldMessages, row.heldEntities)}</span>
      <span className="text-quiet">
        {words.setBy(row.by)}
        {words.releasedIn}
        <span className="font-mono">{nowMs === 0 ? "" : leftOf(row.untilMs, nowMs)}</span>
      </span>
      <ReleaseButton row={row} />
    </li>
  );
}

export function ReleaseButton({ row }: { row: BreakpointRow }): ReactElement {
  const { banner: words } = useBreakpointsWords();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const release = useMutation(
    trpc.breakpoints.release.mutationOptions({ onSettled: () => queryClient.invalidateQueries(trpc.breakpoints.pathFilter()) }),
  );
  return (
    <>
      <MayButton
        operation="breakpoints.release"
        of={row.functions}
        size="small"
        pending={release.isPending}
        aria-label={words.releaseOf(placeOf(row))}
        onClick={() => release.mutate({ id: row.id })}
      >
        {words.release}
      </MayButton>
      {release.error === null ? null : <ErrorState inline error={release.error} />}
    </>
  );
}
