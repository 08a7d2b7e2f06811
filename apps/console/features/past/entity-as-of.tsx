/**
 * EntityAsOf: one entity as it was after a record, beside what it is now. What is on the page stays as it is; the moment is amber so that
 * nobody takes it for the present.
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

export interface EntityAsOfProps {
  entity: EntityDetail;
  sequence: number;
  onClose: () => void;
}

export function EntityAsOf({ entity, sequence, onClose }: EntityAsOfProps): ReactElement {
  const state = useQuery(useTRPC().entities.asOf.queryOptions({ ...entity.address, sequence }));
  const atMs = state.data?.kind === "known" ? state.data.lastRecordMs : null;
  return (
    <Inspector
      title={<span className="text-caution">{atMs === null ? `As of #${grouped(sequence)}` : `As of ${clock(atMs)}`}</span>}
      note={
        atMs === null ? (
          "Beside the state of now"
        ) : (
          <span title={exact(atMs)} suppressHydrationWarning>
            after record #{grouped(sequence)}, <Ago atMs={atMs} />
          </span>
        )
      }
      actions={<CopyButton label="Copy a link to this moment" text={() => window.location.href} />}
      onClose={onClose}
    >
      <div className="border-b border-caution bg-caution-soft px-4 py-1.5 text-[12px] text-quiet">
        The past. What stands on the page beside it is now.
      </div>
      <QueryView query={state} what="The state as of then">
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

/** The values of a moment beside those of now, and what is not known of them. */
export function StateOfThen({ state, present }: { state: StateAsOfView; present: EntityDetail["state"] }): ReactElement {
  const unknown = unknownSentence(state);
  return (
    <div className="flex flex-col gap-5">
      {unknown === null ? null : <p className="text-[12px] text-caution">{unknown}</p>}
      {state.kind === "known" ? (
        <>
          <Then state={state} present={present} />
          <Section title="State then">
            {state.values.length === 0 ? <p className="text-[12px] text-quiet">It held no values.</p> : null}
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
  const { changes, same } = thenAndNow(state.values, present);
  return (
    <Section title="Then → now">
      {changes.length === 0 ? <p className="text-[12px] text-quiet">Nothing differs.</p> : <StateDiff changes={changes} />}
      {same.length === 0 || changes.length === 0 ? null : <p className="mt-1 text-[12px] text-quiet">The same: {same.join(", ")}.</p>}
    </Section>
  );
}

function PastValue({ value }: { value: ValueAsOfView }): ReactElement {
  const words = evidenceWords(value);
  const shown = value.value ?? value.perhapsExpired;
  return (
    <div className="min-w-0">
      {shown === null ? (
        <p className="font-mono text-[12px]">
          {value.name} <span className="font-sans text-quiet">was empty</span>
        </p>
      ) : (
        <ValueView value={shown} title={value.name} className="bg-transparent" />
      )}
      <p className="mt-1 text-[12px] text-quiet">
        {shown === null ? null : writerWords(value)} {words}
      </p>
    </div>
  );
}

function writerWords({ writer }: ValueAsOfView): string {
  return writer === null ? "Written before the journal's reach." : `Written by record #${grouped(writer)}.`;
}

function Section({ title, children }: { title: string; children: ReactNode }): ReactElement {
  return (
    <section aria-label={title} className="min-w-0">
      <h3 className="mb-1.5 text-[12px] font-semibold">{title}</h3>
      {children}
    </section>
  );
}
