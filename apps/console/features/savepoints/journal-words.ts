/**
 * JournalWords: how far the journal and the charts reach, what limits them, and which settings those are. Pure: now is an argument.
 */
import { bytes } from "../../format/numbers.ts";
import { duration } from "../../format/times.ts";
import type { ReachView } from "../../trpc/views.ts";
import { reachSentence } from "../past/past-words.ts";
import type { PastWords } from "../../words/past/en.ts";
import type { SavepointsWords } from "../../words/savepoints/en.ts";

export interface JournalWords {
  reach: string;
  bounds: string;
  charts: string;
  /** Null when no setting of ours limits the journal. */
  settings: string | null;
}

interface SaidAt {
  readonly nowMs: number;
  readonly words: SavepointsWords["journal"];
  readonly past: PastWords;
}

export function journalWords(
  { journal, numbered, retention, rollupBytes, rollupBytesMax }: ReachView,
  { nowMs, words, past }: SaidAt,
): JournalWords {
  const held = journal === null ? "" : words.held(numbered);
  const charts = words.charts(bytes(rollupBytes), bytes(rollupBytesMax));
  if (retention === null)
    return {
      reach: `${reachSentence(journal, past, nowMs)}${held}`,
      bounds: words.own,
      charts,
      settings: null,
    };
  return {
    reach: `${reachSentence(journal, past, nowMs)}${held}`,
    bounds: words.bounds(retention.level, bytes(retention.bytesMax), duration(retention.ageMs)),
    charts,
    settings: words.settings,
  };
}
