/**
 * PastEntity: an entity as of the moment that the whole console shows: its state then, what differs now, and what had happened to it until
 * then.
 */
"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { clock, exact } from "../../format/times.ts";
import { useTRPC } from "../../trpc/context.tsx";
import type { AddressView } from "../../trpc/views.ts";
import { cn } from "../../ui/cn.ts";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { EntityHistory } from "../entities/entity-history.tsx";
import { StateOfThen } from "./entity-as-of.tsx";
import { WaitingThen } from "./waiting-then.tsx";
import { usePastWords } from "../../words/past/use-past-words.ts";

/** It needs a React key for each address, because it keeps what it showed while it asks. */
export function PastEntity({ address, atMs }: { address: AddressView; atMs: number }): ReactElement {
  const words = usePastWords();
  const trpc = useTRPC();
  // While time plays, the old content stays until the next moment arrives.
  const state = useQuery({ ...trpc.entities.asOf.queryOptions({ ...address, atMs }), placeholderData: keepPreviousData });
  const now = useQuery(trpc.entities.get.queryOptions(address));
  const known = state.data?.kind === "known" ? state.data : null;
  /** When the journal takes long, the content of the moment before fades. */
  const ofBefore = cn("transition-opacity", state.isPlaceholderData && "opacity-50 delay-300");
  return (
    <div className="flex min-h-full flex-col gap-5 p-4">
      <section aria-label={words.entity.status}>
        <p className="text-[15px] font-medium text-caution" title={exact(atMs)}>
          {words.asOf(clock(atMs, false))}
        </p>
        {known === null ? null : (
          <p className={cn("text-[13px] text-quiet", ofBefore)}>
            {known.lastRecordMs === null ? words.entity.noRecord : words.entity.lastRecord(clock(known.lastRecordMs))}
          </p>
        )}
      </section>
      <div aria-busy={state.isPlaceholderData} className={cn("grid gap-6 wide:grid-cols-2", ofBefore)}>
        <QueryView query={state} what={words.stateThen}>
          {(data) => (
            <div className="flex min-w-0 flex-col gap-5">
              <StateOfThen state={data} present={now.data?.state ?? []} />
              <WaitingThen state={data} />
            </div>
          )}
        </QueryView>
        {known === null ? null : (
          <section aria-label={words.entity.history} className="min-w-0">
            <h3 className="mb-1.5 text-[12px] font-semibold">{words.entity.hadHappened}</h3>
            <EntityHistory address={address} before={known.sequence + 1} />
          </section>
        )}
      </div>
    </div>
  );
}
