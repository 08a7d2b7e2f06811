/**
 * usePastRows: begins the tail with the last rows of the journal that match its filter, so that it is not empty until something happens. It
 * looks at PAST_LOOKED_MAX records at most; a journal that is off has none, and a runtime without one is not asked.
 */
"use client";
import { useEffect } from "react";
import { useMissing } from "../../capability/use-missing.ts";
import { useClient } from "../../trpc/context.tsx";
import type { TailBuffer } from "./tail-buffer.ts";

const PAGE_ROWS = 200;
/** This many matching rows are enough to begin with. */
const PAST_ROWS_WANTED = 200;
const PAST_LOOKED_MAX = 2_000;

/**
 * `text` is the filter, which the gateway applies. `carried` says that the stream brings rows of this filter. Once it does, the past is
 * asked again, because what happened between the first answer and the beginning of the stream, or while it was cut, is in neither.
 */
export function usePastRows(buffer: TailBuffer, text: string, carried: boolean): void {
  const client = useClient();
  const hasJournal = useMissing("journal") === null;
  useEffect(() => {
    if (!hasJournal) return;
    const gone = new AbortController();
    const fill = async (): Promise<void> => {
      let cursor: string | undefined;
      let found = 0;
      for (let looked = 0; looked < PAST_LOOKED_MAX && found < PAST_ROWS_WANTED; ) {
        const asked = { cursor: cursor ?? null, limit: PAGE_ROWS, filter: text };
        const page = await client.flow.past.query(asked, { signal: gone.signal });
        if (gone.signal.aborted) return;
        buffer.older(page.rows);
        found += page.rows.length;
        looked += page.looked.rows;
        if (page.cursor === null) return;
        cursor = page.cursor;
      }
    };
    // When this fails the tail begins empty; another part of the page says that the gateway does not answer.
    fill().catch(() => undefined);
    return () => gone.abort();
  }, [buffer, carried, client, hasJournal, text]);
}
