/** PauseWords: what is paused, until when, and how far it is drained, in words. Pure: now is an argument. */
import type { PauseRow } from "../../trpc/views.ts";
import { counted } from "../../format/numbers.ts";
import { leftOf } from "../breakpoints/breakpoint-words.ts";
import { entityHref } from "../entities/entity-href.ts";

type Named = Pick<PauseRow, "kind" | "functions" | "entity">;

export const pauseLengths = [
  { value: "600", label: "10 min" },
  { value: "3600", label: "1 hour" },
  { value: "28800", label: "8 hours" },
  { value: "none", label: "until resumed" },
] as const;
export type PauseLength = (typeof pauseLengths)[number]["value"];

export function secondsOf(length: PauseLength): number | null {
  return length === "none" ? null : Number(length);
}

export function nameOf({ kind, functions, entity }: Named): string {
  if (entity !== null) return `${functions}/${entity}`;
  return kind === "endpoint" ? `endpoint ${functions}` : functions;
}

/** Where it is looked at. */
export function pauseHref({ kind, functions, entity }: Named): string {
  if (entity !== null) return entityHref({ type: functions, id: entity });
  const at = kind === "endpoint" ? { view: "endpoints", endpoint: functions } : { type: functions };
  return `/functions?${new URLSearchParams(at).toString()}`;
}

/** Null: its own page tells. */
export function drainWords({ inFlight, waitingMessages }: Pick<PauseRow, "inFlight" | "waitingMessages">): string | null {
  if (inFlight === null || waitingMessages === null) return null;
  const waiting = `${counted(waitingMessages, "message waits", "messages wait")}`;
  return inFlight === 0 ? `drained, ${waiting}` : `${counted(inFlight, "call is", "calls are")} still in flight, ${waiting}`;
}

export function endWords({ untilMs }: Pick<PauseRow, "untilMs">, nowMs: number): string {
  return untilMs === null ? "until somebody resumes it" : `resumes by itself in ${leftOf(untilMs, nowMs)}`;
}
