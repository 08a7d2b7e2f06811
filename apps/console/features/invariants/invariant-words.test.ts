import { expect, test } from "vitest";
import { digits, ruleWords } from "./invariant-words.ts";
import { en } from "../../words/invariants/en.ts";

test("a rule is one line, with its signs and its exceptions", () => {
  expect(
    ruleWords(
      {
        kind: "total",
        terms: [
          { over: "states", type: "bank/account", value: "state.cents", where: "", minus: false },
          { over: "messages", type: "bank/Credit", value: "value.cents", where: 'id == "ann"', minus: false },
          { over: "states", type: "bank/loan", value: "", where: "", minus: true },
        ],
        compare: { kind: "never-changes" },
      },
      en.rule,
    ),
  ).toBe(
    'sum(state.cents of bank/account) + sum(value.cents of bank/Credit on the way where id == "ann") − count(bank/loan) never changes',
  );
  expect(ruleWords({ kind: "entity", type: "bank/account", holds: "state.cents >= 0" }, en.rule)).toBe(
    "every bank/account: state.cents >= 0",
  );
});

test("numbers are grouped without losing a digit", () => {
  expect(digits("-1234567.0000001").replaceAll("\u202f", " ")).toBe("-1 234 567.0000001");
  expect(digits("23")).toBe("23");
});
