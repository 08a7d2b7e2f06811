/**
 * LimitWords: a limit's bounds and what it holds back, in words. Pure: now is an argument.
 */
import { grouped, steadyRate } from "../../format/numbers.ts";
import { relative, type AgeWords } from "../../format/times.ts";
import type { LimitRow } from "../../trpc/views.ts";
import type { FunctionsWords } from "../../words/functions/en.ts";

type LimitTexts = FunctionsWords["limits"];

/** Says what may start: "50 a second, 100 at once". */
export function rateWords({ messagesPerSecond, burst }: Pick<LimitRow, "messagesPerSecond" | "burst">, words: LimitTexts): string {
  if (messagesPerSecond === null) return words.anyNumber;
  const { count, per } = steadyRate(messagesPerSecond);
  const often = per === "second" ? words.perSecond(count) : words.perHour(count);
  return words.atOnce(often, burst ?? 1);
}

export function perWords({ per, separator }: Pick<LimitRow, "per" | "separator">, words: LimitTexts): string {
  return per === "prefix" ? words.prefix(separator ?? "") : words.per[per];
}

/** Says "12.5 of 100", or nothing without a rate. */
export function bucketWords({ tokens }: Pick<LimitRow, "tokens">, burst: number | null, words: LimitTexts): string {
  return tokens === null || burst === null ? "–" : words.tokens(tokens, burst);
}

interface Bound {
  readonly max: number | null;
  readonly per: LimitRow["per"];
  readonly words: LimitTexts;
}

/** Says "3 ≤ 4" for all together. When each key has the bound, the number is the sum of all keys: "269, each ≤ 3". */
export function boundedWords(now: number, { max, per, words }: Bound): string {
  if (max === null) return grouped(now);
  return per === "all" ? `${grouped(now)} ≤ ${grouped(max)}` : words.each(now, max);
}

interface HeldAt {
  readonly nowMs: number;
  readonly words: LimitTexts;
  readonly ages: AgeWords;
}

export function heldWords({ held, untilMs }: Pick<LimitRow, "held" | "untilMs">, { nowMs, words, ages }: HeldAt): string {
  if (!held) return words.letsThrough;
  return untilMs === null ? words.untilCall : words.next(untilMs <= nowMs ? words.now : relative(untilMs, nowMs, ages));
}

export function keysWords({ keys, shared }: Pick<LimitRow, "keys" | "shared">, words: LimitTexts): string {
  const own = words.own(keys);
  return shared ? words.othersShare(own) : own;
}
