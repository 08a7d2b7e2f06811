/** joinTape: two runs of the tape's buckets as one, bounded to the tape's length; the later run wins where both know a second. */
import { tapeSeconds } from "@signalbox/gateway/shared";
import type { TapeBucket } from "../trpc/views.ts";

export function joinTape(past: readonly TapeBucket[], later: readonly TapeBucket[]): readonly TapeBucket[] {
  if (later.length === 0) return past;
  const bySecond = new Map<number, TapeBucket>();
  for (const bucket of past) bySecond.set(bucket.atMs, bucket);
  for (const bucket of later) bySecond.set(bucket.atMs, bucket);
  return [...bySecond.values()].sort((left, right) => left.atMs - right.atMs).slice(-tapeSeconds);
}
