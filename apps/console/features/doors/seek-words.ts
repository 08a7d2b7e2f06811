/** seekWords: what moving an ingress does, as a sentence and as the label of the button. Pure. */
import { counted } from "../../format/numbers.ts";

export interface SeekPart {
  readonly part: string;
  readonly from: string | null;
  readonly to: string;
  readonly again: number | null;
}

export function seekWords(parts: readonly SeekPart[]): { readonly sentence: string; readonly button: string } {
  const again = sum(parts, 1);
  const passed = sum(parts, -1);
  const unread = parts.filter(({ again: known }) => known === null).length;
  const does = [
    again === 0 ? "" : `${counted(again, "record is", "records are")} read again: their messages count once more`,
    passed === 0 ? "" : `${counted(passed, "record is", "records are")} passed over: they never become messages`,
    unread === 0 ? "" : `${counted(unread, "part was", "parts were")} never read until now`,
  ].filter((text) => text !== "");
  const button = [
    again === 0 ? "" : `read ${counted(again, "record", "records")} again`,
    passed === 0 ? "" : `pass over ${passed.toLocaleString("en")}`,
  ]
    .filter((text) => text !== "")
    .join(", ");
  return {
    sentence: does.length === 0 ? "It is there already: nothing changes." : `${does.join("; ")}.`,
    button: button === "" ? "Move it" : `${button.charAt(0).toUpperCase()}${button.slice(1)}`,
  };
}

function sum(parts: readonly SeekPart[], sign: 1 | -1): number {
  return parts.reduce((total, { again }) => total + Math.max(0, (again ?? 0) * sign), 0);
}
