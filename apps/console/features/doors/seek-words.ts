import type { DoorsWords } from "../../words/doors/en.ts";
/** seekWords: what moving an ingress does, as a sentence and as the label of the button. Pure. */

export interface SeekPart {
  readonly part: string;
  readonly from: string | null;
  readonly to: string;
  readonly again: number | null;
}

export function seekWords(parts: readonly SeekPart[], words: DoorsWords["seek"]): { readonly sentence: string; readonly button: string } {
  const again = sum(parts, 1);
  const passed = sum(parts, -1);
  const unread = parts.filter(({ again: known }) => known === null).length;
  const does = [
    again === 0 ? "" : words.again(again),
    passed === 0 ? "" : words.passed(passed),
    unread === 0 ? "" : words.unread(unread),
  ].filter((text) => text !== "");
  const button = [again === 0 ? "" : words.readAgain(again), passed === 0 ? "" : words.passOver(passed)]
    .filter((text) => text !== "")
    .join(", ");
  return {
    sentence: does.length === 0 ? words.there : `${does.join("; ")}.`,
    button: button === "" ? words.move : `${button.charAt(0).toUpperCase()}${button.slice(1)}`,
  };
}

function sum(parts: readonly SeekPart[], sign: 1 | -1): number {
  return parts.reduce((total, { again }) => total + Math.max(0, (again ?? 0) * sign), 0);
}
