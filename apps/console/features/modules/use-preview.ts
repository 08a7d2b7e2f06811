/**
 * useModulePreview: what the gateway says of a text (issues and what would change), soon after the last key: the check of a thousand lines
 * takes some 20 to 70 ms (bench/module-marks.ts), and a mark must be there within 300 ms. A newer text aborts the older question, so an
 * answer never belongs to another text, nor to another text in force, because it says what would change in that one.
 */
"use client";
import { useEffect, useState } from "react";
import { useClient } from "../../trpc/context.tsx";
import type { ModulePreview } from "../../trpc/views.ts";
import { useDebounced } from "../../ui/form/use-debounced.ts";

const TYPING_PAUSE_MS = 100;

export interface PreviewState {
  /** The text that `preview` is about, and the one in force with which it is compared. */
  yaml: string | null;
  running: string | null;
  preview: ModulePreview | null;
  error: unknown;
}

const nothing: PreviewState = { yaml: null, running: null, preview: null, error: null };

export function useModulePreview(
  name: string,
  { yaml, running }: { yaml: string | null; running: string },
): PreviewState & { settled: boolean } {
  const client = useClient();
  const [state, setState] = useState<PreviewState>(nothing);
  const waited = useDebounced(yaml, TYPING_PAUSE_MS);
  useEffect(() => {
    if (waited === null) return undefined;
    const aborter = new AbortController();
    client.modules.preview.mutate({ name, yaml: waited }, { signal: aborter.signal }).then(
      (preview) => {
        if (!aborter.signal.aborted) setState({ yaml: waited, running, preview, error: null });
      },
      (error: unknown) => {
        if (!aborter.signal.aborted) setState((before) => ({ ...before, yaml: waited, running, error }));
      },
    );
    return () => aborter.abort();
  }, [client, name, waited, running]);
  return { ...state, settled: state.yaml === yaml && state.running === running };
}
