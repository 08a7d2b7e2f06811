/**
 * EntityAsOf: one entity as it was after a record, beside what it is now. The page itself stays; the moment is amber so that nobody takes
 * it for the present.
 */
"use client";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement, ReactNode } from "react";
import { grouped } from "../../format/numbers.ts";
import { clock, exact } from "../../format/times.ts";
import { Inspector } from "../../shell/inspector.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import type { EntityDetail, StateAsOfView, ValueAsOfView } from "../../trpc/views.ts";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { Ago } from "../../ui/text/ago.tsx";
import { CopyButton } from "../../ui/text/copy-button.tsx";
import { StateDiff } from "../../values/state-diff.tsx";
import { ValueView } from "../../values/value-view.tsx";
import { WaitingThen } from "./waiting-then.tsx";
import { evidenceWords, thenAndNow, unknownSentence } from "./as-of-words.ts";
import { usePastWords } from "../../words/past/use-past-words.ts";
import type { PastWords } from "../../words/past/en.ts";

export interface EntityAsOfProps {
  entity: EntityDetail;
  sequence: number;
  onClose: () => void;
}

export function EntityAsOf({ entity, sequence, onClose }: EntityAsOfProps): ReactElement {
  const words = usePastWords();
  const state = useQuery(useTRPC().entities.asOf.queryOptions({ ...entity.address, sequence }));
  const atMs = state.data?.kind === "known" ? state.data.lastRecordMs : null;
  return (
    <Inspector
      title={<span className="text-caution">{words.asOf(atMs === null ? `#${grouped(sequence)}` : clock(atMs))}</span>}
      note={
        atMs === null ? (
          words.besideNow
        ) : (
          <span title={exact(atMs)} suppressHydrationWarning>
            {words.afterRecord(grouped(sequence))} <Ago atMs={atMs} />
          </span>
        )
      }
      actions={<CopyButton label={words.copyLink} text={() => window.location.href} />}
      onClose={onClose}
    >
      <div className="border-b border-caution bg-caution-soft px-4 py-1.5 text-[12px] text-quiet">{words.thePast}</div>
      <QueryView query={state} what={words.stateThen}>
        {(data) => (
          <div className="p-4">
            <StateOfThen state={data} present={entity.state} />
            <WaitingThen state={data} className="mt-5" />
          </div>
        )}
      </QueryView>
    </Inspector>
  );
}

/** The values of a moment beside the present ones, and what is not known of them. */
export function StateOfThen({ state, present }: { state: StateAsOfView; present: EntityDetail["state"] }): ReactElement {
  const words = usePastWords();
  const unknown = unknownSentence(state, words);
  return (
    <div className="flex flex-col gap-5">
      {unknown === null ? null : <p className="text-[12px] text-caution">{unknown}</p>}
      {state.kind === "known" ? (
        <>
          <Then state={state} present={present} />
          <Section title={words.state}>
            {state.values.length === 0 ? <p className="text-[12px] text-quiet">{words.heldNone}</p> : null}
            <div className="flex flex-col gap-3">
              {state.values.map((value) => (
                <PastValue key={value.name} value={value} />
              ))}
            </div>
          </Section>
        </>
      ) : null}
    </div>
  );
}

function Then({ state, present }: { state: Extract<StateAsOfView, { kind: "known" }>; present: EntityDetail["state"] }): ReactElement {
  const words = usePastWords();
  const { changes, same } = thenAndNow(state.values, present);
  return (
    <Section title={words.thenNow}>
      {changes.length === 0 ? <p className="text-[12px] text-quiet">{words.same}</p> : <StateDiff changes={changes} />}
      {same.length === 0 || changes.length === 0 ? null : <p className="mt-1 text-[12px] text-quiet">{words.theSame(same.join(", "))}</p>}
    </Section>
  );
}

function PastValue({ value }: { value: ValueAsOfView }): ReactElement {
  const words = usePastWords();
  const shown = value.value ?? value.perhapsExpired;
  return (
    <div className="min-w-0">
      {shown === null ? (
        <p className="font-mono text-[12px]">
          {value.name} <span className="font-sans text-quiet">{words.wasEmpty}</span>
        </p>
      ) : (
        <ValueView value={shown} title={value.name} className="bg-transparent" />
      )}
      <p className="mt-1 text-[12px] text-quiet">
        {shown === null ? null : writerWords(value, words)} {evidenceWords(value, words)}
      </p>
    </div>
  );
}

function writerWords({ writer }: ValueAsOfView, words: PastWords): string {
  return writer === null ? words.beforeReach : words.writtenBy(grouped(writer));
}

function Section({ title, children }: { title: string; children: ReactNode }): ReactElement {
  return (
    <section aria-label={title} className="min-w-0">
      <h3 className="mb-1.5 text-[12px] font-semibold">{title}</h3>
      {children}
    </section>
  );
}
