/**
 * useOpenCell: what a cell of a heat map opens: the Flow at the first message of that type or edge in that piece of time, filtered to it.
 * The journal says which message that is; when it does not (it is off, or more records come before it than one read takes), the beginning
 * of the piece is shown.
 */
"use client";
import { useRouter } from "next/navigation";
import { momentText } from "../../time/time-cursor.ts";
import { useClient } from "../../trpc/context.tsx";
import { equalFilter } from "@signalbox/gateway/shared";
import { edgeFilter, endsOf } from "./edge-name.ts";

/** How many records of the type are searched for one of the edge. */
const recordsMax = 200;
/** How much the Flow shows on each side of a moment. */
const aroundMs = 10_000;
/** What happened in this time may not be in the journal yet. */
const settledMs = 2_000;

export interface OpenedCell {
  readonly of: "type" | "edge";
  readonly name: string;
  readonly fromMs: number;
  readonly stepMs: number;
}

export function useOpenCell(): (cell: OpenedCell) => Promise<void> {
  const router = useRouter();
  const client = useClient();
  return async ({ of, name, fromMs, stepMs }) => {
    const filter = of === "edge" ? edgeFilter(name) : equalFilter({ type: name });
    const type = of === "edge" ? (endsOf(name)?.to ?? "") : name;
    const asked = { fromMs, toMs: fromMs + stepMs - 1, type, filter, order: "oldest" as const, limit: of === "edge" ? recordsMax : 1 };
    const first = await client.past.records.query(asked).then(
      ({ rows }) => rows[0]?.atMs,
      () => undefined,
    );
    const atMs = first ?? Math.min(Date.now() - settledMs, fromMs + Math.min(stepMs / 2, aroundMs));
    const shown = filter === "" ? {} : { filter };
    router.push(`/flow?${new URLSearchParams({ ...shown, at: momentText(atMs) }).toString()}`);
  };
}
