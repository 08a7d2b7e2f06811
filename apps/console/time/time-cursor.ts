/**
 * TimeCursor: which moment the whole console shows: now, a moment, or one that moves. Every transition is here. Pure.
 */
export const spans = ["10 min", "1 h", "6 h", "24 h", "all"] as const;
export type Span = (typeof spans)[number];
export const speeds = [1, 10, 60] as const;
export type Speed = (typeof speeds)[number];

export type TimeCursor =
  | { readonly kind: "live" }
  | { readonly kind: "at"; readonly atMs: number }
  | { readonly kind: "playing"; readonly atMs: number; readonly speed: Speed };

export type CursorStep =
  | { readonly kind: "go"; readonly atMs: number }
  | { readonly kind: "back" }
  | { readonly kind: "play"; readonly speed: Speed }
  | { readonly kind: "pause" }
  | { readonly kind: "pass"; readonly elapsedMs: number };

/** A moment this near to now is now. */
const nowReachedMs = 1_000;

export function stepped(cursor: TimeCursor, step: CursorStep, nowMs: number): TimeCursor {
  switch (step.kind) {
    case "back":
      return { kind: "live" };
    case "go": {
      const atMs = Math.round(step.atMs);
      if (atMs >= nowMs - nowReachedMs) return { kind: "live" };
      return cursor.kind === "playing" ? { ...cursor, atMs } : { kind: "at", atMs };
    }
    case "play":
      return cursor.kind === "live" ? cursor : { kind: "playing", atMs: cursor.atMs, speed: step.speed };
    case "pause":
      return cursor.kind === "playing" ? { kind: "at", atMs: cursor.atMs } : cursor;
    case "pass": {
      if (cursor.kind !== "playing") return cursor;
      const atMs = cursor.atMs + step.elapsedMs * cursor.speed;
      return atMs >= nowMs - nowReachedMs ? { kind: "live" } : { ...cursor, atMs };
    }
  }
}

export function momentOf(cursor: TimeCursor): number | null {
  return cursor.kind === "live" ? null : cursor.atMs;
}

/** Writes the moment for a URL: 2026-11-27T22:47:39.000Z. */
export function momentText(atMs: number): string {
  return new Date(atMs).toISOString();
}

/** Returns null for a text that is no moment, such as the numbers of other pages. */
export function parseMoment(text: string | null): number | null {
  if (text === null || !/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(text)) return null;
  const atMs = Date.parse(text);
  return Number.isFinite(atMs) && atMs >= 0 ? atMs : null;
}
