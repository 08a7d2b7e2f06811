/** The audit page in words. */
import { expect, it } from "vitest";
import { changeText, exportUrl, outcomeOf, outcomeWords } from "./audit-words.ts";
import { en } from "../../words/audit/en.ts";

it("a change shows the value before and after, and nothing where there is nothing to show", () => {
  expect(changeText({ before: "revision 6", after: "revision 7" }, en.nothing)).toBe("revision 6 → revision 7");
  expect(changeText({ before: null, after: "revision 1" }, en.nothing)).toBe("nothing → revision 1");
  expect(changeText({ before: "revision 2", after: null }, en.nothing)).toBe("revision 2 → nothing");
  expect(changeText({ before: null, after: null }, en.nothing)).toBe("");
});

it("an outcome names its problem", () => {
  expect(outcomeWords({ outcome: "done", problem: null }, en.is)).toBe("done");
  expect(outcomeWords({ outcome: "failed", problem: "INVALID_MODULE" }, en.is)).toBe("failed: INVALID_MODULE");
});

it("the export is the rows of the page, and all rows without a filter", () => {
  expect(exportUrl({ text: "", outcome: outcomeOf("all") })).toBe("/v1/audit/export");
  expect(exportUrl({ text: "shop & co", outcome: outcomeOf("failed") })).toBe("/v1/audit/export?text=shop+%26+co&outcome=failed");
});
