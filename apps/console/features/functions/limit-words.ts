/** LimitWords: a limit's bounds and whom it holds, in words. Pure: now is an argument. */
import { counted, grouped } from "../../format/numbers.ts";
import { relative } from "../../format/times.ts";
import type { LimitRow } from "../../trpc/views.ts";

/** "50 a second, 100 at once": what may start. */
export function rateWords({ messagesPerSecond, burst }: Pick<LimitRow, "messagesPerSecond" | "burst">): string {
  if (messagesPerSecond === null) return "any number";
  const perSecond = messagesPerSecond >= 1 || messagesPerSecond === 0;
  const often = perSecond ? `${grouped(rounded(messagesPerSecond))} a second` : `${grouped(rounded(messagesPerSecond * 3600))} an hour`;
  return `${often}, ${grouped(burst ?? 1)} at once`;
}

export function perWords({ per, separator }: Pick<LimitRow, "per" | "separator">): string {
  switch (per) {
    case "all":
      return "all together";
    case "id":
      return "each id";
    case "prefix":
      return `each id up to “${separator ?? ""}”`;
  }
}

/** "12.5 of 100", or nothing without a rate. */
export function bucketWords({ tokens }: Pick<LimitRow, "tokens">, burst: number | null): string {
  return tokens === null || burst === null ? "–" : `${grouped(tokens)} of ${grouped(burst)}`;
}

/** "3 ≤ 4" of all together; where each key has the bound, the sum is of them all: "269, each ≤ 3". */
export function boundedWords(now: number, max: number | null, per: LimitRow["per"]): string {
  if (max === null) return grouped(now);
  return per === "all" ? `${grouped(now)} ≤ ${grouped(max)}` : `${grouped(now)}, each ≤ ${grouped(max)}`;
}

export function heldWords({ held, untilMs }: Pick<LimitRow, "held" | "untilMs">, nowMs: number): string {
  if (!held) return "lets all through";
  return untilMs === null ? "holds until a call ends" : `next message ${untilMs <= nowMs ? "now" : relative(untilMs, nowMs)}`;
}

export function keysWords({ keys, shared }: Pick<LimitRow, "keys" | "shared">): string {
  const own = counted(keys, "key has a bucket of its own", "keys have buckets of their own");
  return shared ? `${own}; others share one` : own;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
