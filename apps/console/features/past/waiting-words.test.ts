/**
 * Texts for what waited at a moment.
 */
import { expect, test } from "vitest";
import type { WaitingAsOfView } from "../../trpc/views.ts";
import { en } from "../../words/past/en.ts";
import { mailboxSentences, timerSentences } from "./waiting-words.ts";

const nothing: WaitingAsOfView = {
  messages: [],
  messagesTotal: 0,
  editedSince: [],
  discardedSince: [],
  unlisted: 0,
  complete: true,
  timers: [],
  timersTotal: 0,
  timersSince: null,
};

test('"nothing waited" is said only where that is known', () => {
  expect(mailboxSentences(nothing, en)).toEqual(["Nothing waited."]);
  expect(mailboxSentences({ ...nothing, complete: false }, en)[0]).toBe("No message is known to have waited.");
  expect(mailboxSentences({ ...nothing, complete: false }, en)[1]).toContain("more may have waited");
});

test("messages without a known value, and those that no record lists, are named", () => {
  const sentences = mailboxSentences(
    {
      ...nothing,
      messagesTotal: 3,
      editedSince: [12],
      discardedSince: [{ sequence: 9, detail: "message 9 of type shop/Total, 4 bytes" }],
      unlisted: 900,
    },
    en,
  );
  expect(sentences).toEqual([
    "The first 0 of 3 messages.",
    "Thrown away since: message 9 of type shop/Total, 4 bytes.",
    "The value of #12 was replaced since; what it was is not known.",
    "Up to 900 more: they went in batches whose records list their first messages only.",
  ]);
});

test("how far back delayed messages are known is said", () => {
  expect(timerSentences(nothing, en)).toEqual([
    "It is not known to have set anything.",
    "As far back as the journal tells of this entity.",
  ]);
  expect(timerSentences({ ...nothing, timersSince: { sequence: 7, atMs: 0 } }, en)[1]).toMatch(
    /^What it set before .* \(#7\) is not known\.$/,
  );
});
