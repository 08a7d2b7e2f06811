/**
 * PastFlowProvider: while a moment of the past is shown, the graph below it shows what the journal recorded around it. The page below stays
 * as it is when somebody goes to the past or comes back: what was typed there, and where the graph was moved to. Neighbour: past-replay.tsx
 * reads the journal, and is fetched when somebody goes to the past.
 */
"use client";
import { createContext, lazy, Suspense, use, useMemo, useState, type ReactNode } from "react";
import { FlowSourceContext, type FlowSource } from "../../live/flow-source.ts";
import { useAt } from "../../time/use-time.tsx";
import type { PastRecordsView } from "../../trpc/views.ts";

const PastReplay = lazy(async () => ({ default: (await import("./past-replay.tsx")).PastReplay }));

/** How much is read on each side of the moment. */
const aroundMs = 10_000;
/** The source until the replay is there, so that nothing of the present looks like the past. */
const silent: FlowSource = { onFlow: () => () => undefined };

export interface Replayed {
  readonly flow: FlowSource;
  readonly records: PastRecordsView | undefined;
  readonly error: unknown;
}

export interface PastShown extends Omit<Replayed, "flow"> {
  readonly fromMs: number;
  readonly toMs: number;
}

const PastShownContext = createContext<PastShown | null>(null);

/** Returns null while the present is shown. */
export function usePastShown(): PastShown | null {
  return use(PastShownContext);
}

/** `filter` is that of the rows of the past. */
export function PastFlowProvider({ filter, children }: { filter: string; children: ReactNode }) {
  const atMs = useAt();
  const [replayed, setReplayed] = useState<Replayed | null>(null);
  const shown = useMemo((): PastShown | null => {
    if (atMs === null) return null;
    return { fromMs: atMs - aroundMs, toMs: atMs + aroundMs, records: replayed?.records, error: replayed?.error ?? null };
  }, [atMs, replayed]);
  return (
    <FlowSourceContext value={shown === null ? null : (replayed?.flow ?? silent)}>
      <PastShownContext value={shown}>{children}</PastShownContext>
      {shown === null ? null : (
        <Suspense>
          <PastReplay fromMs={shown.fromMs} toMs={shown.toMs} filter={filter} onReplayed={setReplayed} />
        </Suspense>
      )}
    </FlowSourceContext>
  );
}
