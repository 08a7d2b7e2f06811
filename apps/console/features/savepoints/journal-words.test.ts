/**
 * The Savepoints page says how far the journal reaches, what limits it, and the names of the settings.
 */
import { expect, test } from "vitest";
import { en as past } from "../../words/past/en.ts";
import { en } from "../../words/savepoints/en.ts";
import { journalWords } from "./journal-words.ts";

const nowMs = Date.parse("2026-03-01T12:00:00");
const reach = {
  journal: { atMs: nowMs - 60_000, sequence: 7 },
  numbered: 1_200,
  rollupsMs: nowMs - 60_000,
  rollupBytes: 2_048,
  rollupBytesMax: 134_217_728,
  retention: { level: "full", bytesMax: 1_073_741_824, ageMs: 86_400_000 },
};

test("the journal's reach, its bounds, and their settings are named", () => {
  const { reach: far, bounds, settings } = journalWords(reach, { nowMs, words: en.journal, past });
  expect(far).toMatch(/^The journal reaches back to 11:59:00\. 1.200 messages and records have a number since\.$/);
  expect(bounds).toMatch(/level full, at most 1(\.0)? GiB and (24 h|1 d)/);
  expect(settings).toContain("SIGNALBOX_JOURNAL_BYTES_MAX");
  expect(settings).toContain("SIGNALBOX_JOURNAL_AGE_MS");
});

test("an empty journal says so, and one that another runtime bounds has no setting here", () => {
  const words = journalWords({ ...reach, journal: null, numbered: 0, retention: null }, { nowMs, words: en.journal, past });
  expect(words.reach).toBe("The journal keeps nothing: it is empty, or its level is off.");
  expect(words.bounds).toBe("What bounds the journal is the runtime's own.");
  expect(words.settings).toBeNull();
});
