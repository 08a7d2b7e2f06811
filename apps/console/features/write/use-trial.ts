/**
 * useTrial: what the gateway says of a source: loaded in isolation some time after the last key, and run with a message when asked. A newer
 * text aborts the older question, so an answer never belongs to another text.
 */
"use client";
import { useEffect, useState } from "react";
import { useClient } from "../../trpc/context.tsx";
import type { TrialResult } from "../../trpc/views.ts";
import { useDebounced } from "../../ui/form/use-debounced.ts";

/** The pause is long, because each check is a process of its own. */
const TYPING_PAUSE_MS = 800;

export interface Loading {
  /** The text that `result` is about. */
  readonly code: string | null;
  readonly result: TrialResult | null;
  readonly error: unknown;
}

/** `enabled` is false for people who may not have code run. */
export function useLoaded(code: string, enabled: boolean): Loading & { readonly settled: boolean } {
  const client = useClient();
  const [state, setState] = useState<Loading>({ code: null, result: null, error: null });
  const waited = useDebounced(code, TYPING_PAUSE_MS);
  useEffect(() => {
    if (!enabled) return undefined;
    const aborter = new AbortController();
    client.functions.try.mutate({ code: waited }, { signal: aborter.signal }).then(
      (result) => {
        if (!aborter.signal.aborted) setState({ code: waited, result, error: null });
      },
      (error: unknown) => {
        if (!aborter.signal.aborted) setState({ code: waited, result: null, error });
      },
    );
    return () => aborter.abort();
  }, [client, waited, enabled]);
  return { ...state, settled: state.code === code };
}

export interface Trial {
  readonly type: string;
  readonly id: string;
  readonly valueType: string;
  /** The value as JSON for its type. */
  readonly text: string;
  readonly states: readonly { readonly name: string; readonly text: string }[];
}

export type Running =
  | { readonly kind: "none" | "running" }
  | { readonly kind: "ran"; readonly result: TrialResult }
  | { readonly kind: "error"; readonly error: unknown };

export function useRun(): { readonly running: Running; run(code: string, trial: Trial): void } {
  const client = useClient();
  const [running, setRunning] = useState<Running>({ kind: "none" });
  return {
    running,
    run(code, { type, id, valueType, text, states }) {
      setRunning({ kind: "running" });
      const value = { typename: valueType, text };
      client.functions.try.mutate({ code, run: { type, id, value, states: [...states] } }).then(
        (result) => setRunning({ kind: "ran", result }),
        (error: unknown) => setRunning({ kind: "error", error }),
      );
    },
  };
}
