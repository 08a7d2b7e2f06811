import { expect, it } from "vitest";
import { en } from "../../words/bulk-act/en.ts";
import { actBegunBy, actHref, actsNamed, actTitle, outcomeWords, stateWord } from "./act-words.ts";

const act = "0b0f7a52-54a1-4c0e-a3a5-2f4f8c1e9d10";
const row = {
  id: act,
  name: "",
  fingerprint: "f",
  title: "REJECTED",
  where: "pay/payment",
  prefix: "",
  filter: "",
  action: "retry",
  by: "mira",
  startedMs: 1,
  endedMs: 2,
  state: "done",
  stopped: null,
  entities: 3,
  acted: 3,
  failedAgain: 0,
  refused: 0,
  ratePerSecond: null,
  reach: null,
} as const;

it("the audit's entry of a start leads to its act, and no other entry does", () => {
  expect(actBegunBy(`retry of 12, act ${act}`)).toBe(act);
  expect(actBegunBy(`pause of what fits, act ${act}`)).toBe(act);
  expect(actBegunBy("resolved")).toBeUndefined();
  expect(actBegunBy(null)).toBeUndefined();
  expect(actHref(act)).toBe(`/failures/acts/${act}`);
});

it("the outcome is told whole, and only of a finished retry it says that none failed again", () => {
  expect(outcomeWords(row, en)).toBe("3 entities were acted on, none of them failed again");
  expect(outcomeWords({ ...row, state: "running" }, en)).toBe("3 entities were acted on");
  expect(outcomeWords({ ...row, action: "pause" }, en)).toBe("3 entities were acted on");
  expect(outcomeWords({ ...row, acted: 1, failedAgain: 1, refused: 2 }, en)).toBe(
    "1 entity was acted on, 1 of them failed again, 2 stood otherwise by then and were left alone",
  );
});

it("an act that no person cancelled is stopped, not cancelled", () => {
  expect(stateWord({ state: "cancelled", stopped: null }, en)).toBe("Cancelled");
  expect(stateWord({ state: "cancelled", stopped: "mira may not any more" }, en)).toBe("Stopped");
});

it("an act is called by its name, and found by a part of it, by its type and by the person who began it", () => {
  const named = { ...row, name: "After the price fix", by: "noor" };
  expect([actTitle(row, en), actTitle(named, en)]).toEqual(["Retry of pay/payment", "After the price fix: Retry of pay/payment"]);
  const found = (text: string) => actsNamed([row, named], text).map(({ by }) => by);
  expect([found("price FIX"), found("noor pay/"), found(""), found("refund")]).toEqual([["noor"], ["noor"], ["mira", "noor"], []]);
});
