/**
 * noteLog: writes to the log what the kind of a connector says of itself while it is open: what holds it up, and what somebody should look at. Kinds say so
 * again with each attempt and each request, so the same sentence, and any of those that somebody should look at, is written once in ten minutes.
 * Neighbour: supervisor.ts, which tells by itself of those that are not open.
 */
import type { ConnectorProblem } from "./connector-state.ts";

export type NoteKind = "is held back" | "works and needs a look";

interface NoteLogParts {
  /** Of a clock that nobody sets. */
  nowMs(): number;
  warn(message: string): void;
}

const quietMs = 10 * 60_000;

export function noteLog({ nowMs, warn }: NoteLogParts): (who: string, problem: ConnectorProblem) => void {
  const last = new Map<string, { readonly text: string; readonly atMs: number }>();
  return (who, problem) => {
    const text = sentences(problem);
    const before = last.get(who);
    const isNew = before === undefined || nowMs() - before.atMs >= quietMs;
    // A note tells how often and when: it is never the same twice.
    if (!isNew && (who.endsWith("needs a look") || before.text === text)) return;
    last.set(who, { text, atMs: nowMs() });
    warn(`${who}: ${text}`);
  };
}

/** Cause and cure, each with its full stop. */
export function sentences({ what, cure }: ConnectorProblem): string {
  const ended = (text: string): string => (text === "" || /[.!?]$/u.test(text) ? text : `${text}.`);
  return [ended(what), ended(cure)].filter((text) => text !== "").join(" ");
}
