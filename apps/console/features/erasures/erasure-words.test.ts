/** What people type as targets, and the words of an erasure. */
import { expect, it } from "vitest";
import { countsSentence, targetsOf } from "./erasure-words.ts";
import { en } from "../../words/erasures/en.ts";

it("a line is an address, or an id in every type; slashes after the type belong to the id", () => {
  expect(targetsOf("shop/cart/anna/2026\n\n * bert b ", "id", en)).toEqual({
    targets: [
      { type: "shop/cart", id: "anna/2026", match: "id" },
      { type: null, id: "bert b", match: "id" },
    ],
    wrong: null,
  });
});

it("a line that is not an address is named, and nothing of the list counts", () => {
  const { targets, wrong } = targetsOf("shop/cart/anna\nanna", "prefix", en);
  expect(targets).toEqual([]);
  expect(wrong).toContain('"anna" is no address');
});

it("the preview counts by kind, and leaves out kinds with none", () => {
  const none = { states: 0, messages: 0, delayedMessages: 0, egressRecords: 0, journalRecords: 0, keyDigests: 0 };
  expect(countsSentence(none, en)).toBe("nothing");
  expect(countsSentence({ ...none, states: 1, journalRecords: 2 }, en)).toBe("1 state value, 2 journal records");
});
