/** ErasureWords: what was typed as targets, and what an erasure is and did in words. Pure. */
import type { ErasureRow, ErasureCountsView } from "../../trpc/views.ts";
import { counted, grouped } from "../../format/numbers.ts";

export type Match = "id" | "prefix";

export interface Target {
  readonly type: string | null;
  readonly id: string;
  readonly match: Match;
}

/** One a line: `shop/cart/anna`, or an id alone, in every type, after a star: `* anna`. What comes behind the second slash is the id, slashes too. */
export function targetsOf(text: string, match: Match): { targets: Target[]; wrong: string | null } {
  const targets: Target[] = [];
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    const everywhere = /^\*\s+(.+)$/.exec(line.trim());
    const address = /^([^/\s]+\/[^/\s]+)\/(.+)$/.exec(line.trim());
    if (everywhere !== null) targets.push({ type: null, id: everywhere[1] ?? "", match });
    else if (address !== null) targets.push({ type: address[1] ?? "", id: address[2] ?? "", match });
    else return { targets: [], wrong: `"${line.trim()}" is no address: write shop/cart/anna, or * anna for an id in every type` };
  }
  return { targets, wrong: null };
}

const kinds: readonly (readonly [keyof ErasureCountsView, string, string])[] = [
  ["states", "state value", "state values"],
  ["messages", "waiting message", "waiting messages"],
  ["delayedMessages", "delayed message", "delayed messages"],
  ["egressRecords", "egress record", "egress records"],
  ["journalRecords", "journal record", "journal records"],
  ["keyDigests", "digest of a sent value", "digests of sent values"],
];

export function countsSentence(counts: ErasureCountsView): string {
  const parts = kinds.flatMap(([kind, one, many]) => (counts[kind] === 0 ? [] : [counted(counts[kind], one, many)]));
  return parts.length === 0 ? "nothing" : parts.join(", ");
}

export function standingOf(row: ErasureRow): string {
  if (row.state === "failed") return "failed";
  if (row.state === "done") return row.error === null ? "done" : "done, but not everywhere";
  return row.phase === "values" ? "copying the store" : `rewriting savepoints, ${grouped(row.savepoints.length)} so far`;
}

export function matchedSentence({ matched }: ErasureRow): string {
  const prefixes = matched.flatMap(({ type, prefix }) => (prefix === null ? [] : [`${type ?? "*"}/${prefix}…`]));
  const ids = matched.length - prefixes.length;
  return [...(ids === 0 ? [] : [counted(ids, "entity", "entities")]), ...prefixes].join(", ");
}
