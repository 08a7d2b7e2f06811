/** live.stream: the one subscription of a browser, whatever the number of its tabs. */
import { z } from "zod";
import { address, addressView } from "../shapes/address.ts";
import { filterInput } from "../shapes/filter.ts";
import { flowDelta, tailRow } from "./flow.ts";
import { subscription } from "../operation.ts";
import { statusSummary, timelineBucket } from "./overview.ts";

/** Each filter and entity is matched at every event, so there are only this many. */
const tailsMax = 16;
const entitiesMax = 32;

const liveInput = z.object({
  flow: z.boolean(),
  tails: z.array(filterInput("row")).max(tailsMax),
  entities: z.array(address).max(entitiesMax),
  timelineAfterMs: z.number().nullish(),
  lastEventId: z.string().max(64).nullish(),
});

export const tailFrame = z.strictObject({
  /** The text of the filter (docs/filters.md) that these rows fit. */
  filter: z.string(),
  rows: z.array(tailRow),
  /** Rows that matched and were not sent, because this frame was full. */
  dropped: z.number(),
  /** Rows for which the filter could not be decided. */
  unclear: z.number(),
});
export type TailFrame = z.output<typeof tailFrame>;

/** What one stream has to carry; a browser has one stream for all its tabs. */
export interface LiveNeeds {
  flow: boolean;
  /** The filters, as text. */
  tails: string[];
  entities: { type: string; id: string }[];
}

/** One frame of the live stream of a browser, about every 250 ms (1 s when idle). */
export const liveFrame = z.strictObject({
  /** Rises by one; a gap means that something was lost and everything has to be read again. */
  number: z.number(),
  summary: statusSummary,
  flow: flowDelta.nullable(),
  tails: z.array(tailFrame),
  /** What changed since the last frame, so that queries can be refetched. */
  changed: z.array(z.enum(["bindings", "savepoints", "failures", "breakers"])),
  /** The watched entities whose mailbox or state changed. */
  touched: z.array(addressView),
  /** Per-second buckets that closed since the last frame, for the timeline. */
  timeline: z.array(timelineBucket),
});
export type LiveFrame = z.output<typeof liveFrame>;

export const live = {
  stream: subscription({
    summary: "What moves and what changed, in frames",
    access: "read",
    scope: "namespaces",
    input: liveInput,
    /** A stream that broke off continues after the id of the last frame. */
    output: z.strictObject({ id: z.string(), data: liveFrame }),
    problems: ["TOO_MANY_STREAMS"],
  }),
} as const;
