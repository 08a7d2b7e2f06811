/**
 * PauseWords: what is paused, until when, and how far it is drained, in words. Pure: now is an argument.
 */
import type { PauseRow } from "../../trpc/views.ts";
import { entityHref } from "../entities/entity-href.ts";

import { leftOf } from "../breakpoints/breakpoint-words.ts";
import type { PausesWords } from "../../words/pauses/en.ts";

type Named = Pick<PauseRow, "kind" | "functions" | "entity">;

/** The lengths in seconds. */
export const pauseLengths = ["600", "3600", "28800", "none"] as const;
export type PauseLength = (typeof pauseLengths)[number];

export function secondsOf(length: PauseLength): number | null {
  return length === "none" ? null : Number(length);
}

export function nameOf({ kind, functions, entity }: Named, words: PausesWords): string {
  if (entity !== null) return `${functions}/${entity}`;
  return kind === "endpoint" ? words.endpoint(functions) : functions;
}

/** Links to the page that shows it. */
export function pauseHref({ kind, functions, entity }: Named): string {
  if (entity !== null) return entityHref({ type: functions, id: entity });
  const at = kind === "endpoint" ? { view: "endpoints", endpoint: functions } : { type: functions };
  return `/functions?${new URLSearchParams(at).toString()}`;
}

/** Returns null for an entity, whose own page tells. */
export function drainWords(
  { inFlight, waitingMessages }: Pick<PauseRow, "inFlight" | "waitingMessages">,
  words: PausesWords,
): string | null {
  if (inFlight === null || waitingMessages === null) return null;
  return inFlight === 0 ? words.drained(waitingMessages) : words.draining(inFlight, waitingMessages);
}

export function endWords({ untilMs }: Pick<PauseRow, "untilMs">, nowMs: number, words: PausesWords): string {
  return untilMs === null ? words.untilResumed : words.resumesIn(leftOf(untilMs, nowMs));
}
