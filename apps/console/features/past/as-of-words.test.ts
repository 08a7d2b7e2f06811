/** What an answer about the past says of itself. */
import { expect, test } from "vitest";
import type { StateValueRow, ValueAsOfView, ValueView } from "../../trpc/views.ts";
import { en } from "../../words/past/en.ts";
import { evidenceWords, thenAndNow, unknownSentence } from "./as-of-words.ts";

function value(text: string): ValueView {
  return { typename: "shop/Total", sizeBytes: 1, as: "json", text, base64: text, decoder: "JSON" };
}

function then(name: string, parts: Partial<ValueAsOfView>): ValueAsOfView {
  return { name, value: null, evidence: "next-change", writer: null, perhapsExpired: null, ...parts };
}

function now(name: string, text: string | null): StateValueRow {
  return {
    name,
    typename: "shop/Total",
    value: text === null ? null : value(text),
    expiration: "never",
    writtenMs: 1,
    expiresMs: null,
    version: "v",
  };
}

test("then beside now names the fields that came, went, changed and stayed", () => {
  const { changes, same } = thenAndNow(
    [then("changed", { value: value("1") }), then("gone", { value: value("5") }), then("stayed", { value: value("7") }), then("never", {})],
    [now("changed", "2"), now("came", "3"), now("stayed", "7"), now("never", null)],
  );
  expect(changes.map(({ name, before, after }) => [name, before?.text, after?.text])).toEqual([
    ["came", undefined, "3"],
    ["changed", "1", "2"],
    ["gone", "5", undefined],
  ]);
  expect(same).toEqual(["stayed"]);
});

test("an unknown part is named as unknown", () => {
  expect(unknownSentence({ kind: "no-journal" }, en)).toContain("No journal");
  expect(unknownSentence({ kind: "beyond-reach", reachSequence: 5, reachMs: 0 }, en)).toContain("reaches back to");
  expect(unknownSentence({ kind: "known", sequence: 5, lastRecordMs: 1, values: [], complete: true, waiting: null }, en)).toBeNull();
  expect(unknownSentence({ kind: "known", sequence: 5, lastRecordMs: 1, values: [], complete: false, waiting: null }, en)).toContain(
    "may be missing",
  );
  expect(evidenceWords(then("a", { perhapsExpired: value("1") }), en)).toContain("expiration");
  expect(evidenceWords(then("a", { evidence: "last-change" }), en)).toContain("may have expired");
  expect(evidenceWords(then("a", {}), en)).toBeNull();
});
