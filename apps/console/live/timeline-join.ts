/**
 * joinTimeline: joins two runs of the timeline's buckets, limited to the timeline's length; the later run wins where both have a second.
 */
import { timelineSeconds } from "@signalbox/gateway/shared";
import type { TimelineBucket } from "../trpc/views.ts";

export function joinTimeline(past: readonly TimelineBucket[], later: readonly TimelineBucket[]): readonly TimelineBucket[] {
  if (later.length === 0) return past;
  const bySecond = new Map<number, TimelineBucket>();
  for (const bucket of past) bySecond.set(bucket.atMs, bucket);
  for (const bucket of later) bySecond.set(bucket.atMs, bucket);
  return [...bySecond.values()].sort((left, right) => left.atMs - right.atMs).slice(-timelineSeconds);
}
