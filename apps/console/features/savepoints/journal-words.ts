/** JournalWords: how far the journal and the charts reach, what bounds them, and which settings those are. Pure: now is an argument. */
import { bytes, counted } from "../../format/numbers.ts";
import { duration } from "../../format/times.ts";
import type { ReachView } from "../../trpc/views.ts";
import { reachSentence } from "../past/past-words.ts";

export interface JournalWords {
  reach: string;
  bounds: string;
  charts: string;
  /** Null: what bounds the journal is not ours to set. */
  settings: string | null;
}

export function journalWords({ journal, numbered, retention, rollupBytes, rollupBytesMax }: ReachView, nowMs: number): JournalWords {
  const held = journal === null ? "" : ` ${counted(numbered, "message or record has", "messages and records have")} a number since.`;
  const charts = `The charts take ${bytes(rollupBytes)} of at most ${bytes(rollupBytesMax)} and reach 24 h back.`;
  if (retention === null)
    return {
      reach: `${reachSentence(journal, nowMs)}${held}`,
      bounds: "What bounds the journal is the runtime's own.",
      charts,
      settings: null,
    };
  return {
    reach: `${reachSentence(journal, nowMs)}${held}`,
    bounds: `It keeps the level ${retention.level}, at most ${bytes(retention.bytesMax)} and ${duration(retention.ageMs)}; the oldest go first.`,
    charts,
    settings:
      "The gateway reads these bounds when it starts: SIGNALBOX_JOURNAL_BYTES_MAX, SIGNALBOX_JOURNAL_AGE_MS, SIGNALBOX_JOURNAL_LEVEL and, for the charts, SIGNALBOX_ROLLUP_BYTES_MAX. Another value takes a restart; nothing that waits is lost by it.",
  };
}
