/**
 * ErasureWords: parses the targets that were typed, and describes what an erasure is and did. Pure.
 */
import type { ErasureRow, ErasureCountsView } from "../../trpc/views.ts";
import type { ErasuresWords } from "../../words/erasures/en.ts";

export type Match = "id" | "prefix";

export interface Target {
  readonly type: string | null;
  readonly id: string;
  readonly match: Match;
}

/**
 * One target a line: `shop/cart/anna`, or an id alone, in every type, after a star: `* anna`. What follows the second slash is the id,
 * including slashes.
 */
export function targetsOf(text: string, match: Match, words: ErasuresWords): { targets: Target[]; wrong: string | null } {
  const targets: Target[] = [];
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    const everywhere = /^\*\s+(.+)$/.exec(line.trim());
    const address = /^([^/\s]+\/[^/\s]+)\/(.+)$/.exec(line.trim());
    if (everywhere !== null) targets.push({ type: null, id: everywhere[1] ?? "", match });
    else if (address !== null) targets.push({ type: address[1] ?? "", id: address[2] ?? "", match });
    else return { targets: [], wrong: words.wrong(line.trim()) };
  }
  return { targets, wrong: null };
}

const kinds = [
  "states",
  "messages",
  "delayedMessages",
  "egressRecords",
  "journalRecords",
  "keyDigests",
] as const satisfies readonly (keyof ErasureCountsView)[];

export function countsSentence(counts: ErasureCountsView, words: ErasuresWords): string {
  const parts = kinds.flatMap((kind) => (counts[kind] === 0 ? [] : [words.kinds[kind](counts[kind])]));
  return parts.length === 0 ? words.nothing : parts.join(", ");
}

export function standingOf(row: ErasureRow, is: ErasuresWords["is"]): string {
  if (row.state === "failed") return is.failed;
  if (row.state === "done") return row.error === null ? is.done : is.partly;
  return row.phase === "values" ? is.values : is.savepoints(row.savepoints.length);
}

export function matchedSentence({ matched }: ErasureRow, words: ErasuresWords): string {
  const prefixes = matched.flatMap(({ type, prefix }) => (prefix === null ? [] : [`${type ?? "*"}/${prefix}…`]));
  const ids = matched.length - prefixes.length;
  return [...(ids === 0 ? [] : [words.entities(ids)]), ...prefixes].join(", ");
}
