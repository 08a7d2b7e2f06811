/**
 * BreakpointWords: what a breakpoint covers, and how long it lasts, in words. It is pure: now is an argument.
 */
import type { BreakpointRow } from "../../trpc/views.ts";

export const breakpointsPath = "/flow/breakpoints";

/** The link to the form with these fields filled in. */
export function holdHref({ type, id = "" }: { type: string; id?: string }): string {
  return `${breakpointsPath}?${new URLSearchParams({ functions: type, ...(id === "" ? {} : { id }) }).toString()}`;
}

export function placeOf({ functions, entity, prefix }: Pick<BreakpointRow, "functions" | "entity" | "prefix">): string {
  if (entity !== null) return `${functions} / ${entity}`;
  return prefix === null ? functions : `${functions} / ${prefix}…`;
}

/** Returns the time left as a countdown: 4:07, 1:02:03. */
export function leftOf(untilMs: number, nowMs: number): string {
  const seconds = Math.max(0, Math.ceil((untilMs - nowMs) / 1_000));
  const two = (number: number): string => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
