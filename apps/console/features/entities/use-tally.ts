/**
 * useTally: counts what fits a filter, step by step: the first step by itself, the rest when a person asks; each step adds to what is
 * shown, and it can be stopped. Neighbours: tally-bar.tsx shows it, tally-sum.ts adds.
 */
"use client";
import { useCallback, useEffect, useRef, useState } from "react";
import { alone } from "../../trpc/client.ts";
import { useClient } from "../../trpc/context.tsx";
import { sumOf, type TallySum } from "./tally-sum.ts";

export interface EntityChoice {
  readonly type: string;
  readonly prefix: string;
  readonly filter: string;
}

export interface Tally {
  readonly sum: TallySum | undefined;
  readonly counting: boolean;
  /** Whether there is more to count. */
  readonly more: boolean;
  readonly tookMs: number;
  readonly error: unknown;
  readonly goOn: () => void;
  readonly stop: () => void;
}

interface State {
  readonly sum: TallySum | undefined;
  readonly cursor: string | null;
  readonly counting: boolean;
  readonly tookMs: number;
  readonly error: unknown;
}

const begun: State = { sum: undefined, cursor: null, counting: true, tookMs: 0, error: null };

export function useTally({ type, prefix, filter }: EntityChoice, column: string | null): Tally {
  const client = useClient();
  const [state, setState] = useState<State>(begun);
  const running = useRef<AbortController>(new AbortController());

  const count = useCallback(
    async (from: string | null, { toTheEnd, gone }: { toTheEnd: boolean; gone: AbortSignal }): Promise<void> => {
      let cursor = from;
      try {
        do {
          const beganMs = performance.now();
          const step = await client.entities.tally.query({ type, prefix, filter, cursor, column }, { signal: gone, context: alone });
          if (gone.aborted) return;
          const tookMs = performance.now() - beganMs;
          cursor = step.cursor;
          const counting = toTheEnd && cursor !== null;
          const next = cursor;
          setState((before) => ({ sum: sumOf(before.sum, step), cursor: next, counting, tookMs: before.tookMs + tookMs, error: null }));
        } while (toTheEnd && cursor !== null);
      } catch (error) {
        if (!gone.aborted) setState((before) => ({ ...before, counting: false, error }));
      }
    },
    [client, type, prefix, filter, column],
  );

  useEffect(() => {
    const gone = new AbortController();
    running.current = gone;
    setState(begun);
    void count(null, { toTheEnd: false, gone: gone.signal });
    return () => running.current.abort();
  }, [count]);

  const goOn = (): void => {
    setState((before) => ({ ...before, counting: true }));
    void count(state.cursor, { toTheEnd: true, gone: running.current.signal });
  };
  const stop = (): void => {
    running.current.abort();
    running.current = new AbortController();
    setState((before) => ({ ...before, counting: false }));
  };
  const { sum, counting, tookMs, error, cursor } = state;
  return { sum, counting, more: cursor !== null, tookMs, error, goOn, stop };
}
