/**
 * noteLog: logs what an open connector reports of itself: what holds it up, and what a person should look at. Kinds report it again with
 * each attempt and request, so the same sentence, and any note that asks for a person, is logged once in ten minutes. Neighbour:
 * supervisor.ts, which logs connectors that are not open.
 */
import type { ConnectorProblem } from "./connector-state.ts";

export type NoteKind = "is held back" | "works and needs a look";

interface NoteLogParts {
  /** A steady time, which nobody sets. */
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
    // A note that asks for a person contains counts and times, so its text always differs.
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
