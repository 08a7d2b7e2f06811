/**
 * usePastRows: begins the tail with the last rows of the journal that match its filter, so that it is not empty until something happens. Looks
 * at most at PAST_LOOKED_MAX records; a journal that is off has none.
 */
"use client";
import { useEffect } from "react";
import { matchesRow, parseFilter } from "@signalbox/gateway/shared";
import { useClient } from "../../trpc/context.tsx";
import type { TailBuffer } from "./tail-buffer.ts";

const PAGE_ROWS = 200;
/** So many matching rows are enough to begin with. */
const PAST_ROWS_WANTED = 200;
const PAST_LOOKED_MAX = 2_000;

/** `text`: of the filter; rows are matched by the same module as those that come live. */
export function usePastRows(buffer: TailBuffer, text: string): void {
  const client = useClient();
  useEffect(() => {
    const gone = new AbortController();
    const parsed = parseFilter(text);
    const fill = async (): Promise<void> => {
      let cursor: string | undefined;
      let found = 0;
      for (let looked = 0; looked < PAST_LOOKED_MAX && found < PAST_ROWS_WANTED; looked += PAGE_ROWS) {
        const page = await client.flow.past.query({ cursor: cursor ?? null, limit: PAGE_ROWS }, { signal: gone.signal });
        if (gone.signal.aborted) return;
        const rows = page.rows.filter((row) => parsed.kind === "ok" && matchesRow(parsed.filter, row));
        buffer.older(rows);
        found += rows.length;
        if (page.cursor === null) return;
        cursor = page.cursor;
      }
    };
    // Without it the tail begins empty, as before; what the gateway does not answer is said elsewhere on the page.
    fill().catch(() => undefined);
    return () => gone.abort();
  }, [buffer, client, text]);
}
