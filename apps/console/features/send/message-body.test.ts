/**
 * What is typed in the composer becomes what is sent.
 */
import { expect, it } from "vitest";
import { en } from "../../words/send/en.ts";
import { bodyFrom, bodyWarning, counterIn, curlOf, draftProblem, textOf, type Draft } from "./message-body.ts";

const draft: Draft = { type: "shop/cart", id: "bob", valueType: "io.statefun.types/string", body: 'say "hi"', raw: false, count: 1 };

it("a string is typed without quotes and sent as a JSON string", () => {
  expect(textOf(draft)).toBe('"say \\"hi\\""');
  expect(bodyFrom(draft.valueType, textOf(draft))).toBe(draft.body);
});
it("a long keeps every digit", () => {
  expect(textOf({ ...draft, valueType: "io.statefun.types/long", body: " 9007199254740993 " })).toBe("9007199254740993");
});
it("a value outside its type is refused with what the type takes", () => {
  expect(draftProblem({ ...draft, valueType: "io.statefun.types/int", body: "2147483648" }, en.problems)).toContain("-2147483648");
  expect(draftProblem({ ...draft, valueType: "io.statefun.types/bool", body: "yes" }, en.problems)).toContain("true or false");
});
it("a counted number is checked with a number in its place", () => {
  expect(draftProblem({ ...draft, valueType: "io.statefun.types/int", body: "{n}", count: 10 }, en.problems)).toBeNull();
});
it("the counter goes to the id before the body", () => {
  expect(counterIn({ ...draft, id: "user-{n}", body: "{n}" })).toBe("id");
  expect(counterIn({ ...draft, body: "{n}" })).toBe("body");
  expect(counterIn(draft)).toBeNull();
});
it("broken JSON is marked, and not refused: a custom type may be anything", () => {
  const broken = { ...draft, valueType: "shop/Item", body: '{"a":' };
  expect(draftProblem(broken, en.problems)).toBeNull();
  expect(bodyWarning(broken)).toBe("looksLikeJson");
});
it("reports a value of no bytes, of a custom type and of raw bytes; an empty text is a text", () => {
  expect(bodyWarning({ ...draft, valueType: "shop/Added", body: "  " })).toBe("emptyBody");
  expect(bodyWarning({ ...draft, valueType: "shop/Added", body: "{}" })).toBeNull();
  expect([bodyWarning({ ...draft, body: "" }), bodyWarning({ ...draft, raw: true, body: "" })]).toEqual([null, "emptyBody"]);
});
it("raw bytes are base64 and are sent once", () => {
  expect(draftProblem({ ...draft, raw: true, body: "AAEC" }, en.problems)).toBeNull();
  expect(draftProblem({ ...draft, raw: true, body: "!!" }, en.problems)).not.toBeNull();
  expect(draftProblem({ ...draft, raw: true, body: "AAEC", count: 2 }, en.problems)).not.toBeNull();
});
it("the curl command survives quotes in the body and slashes in the id", () => {
  expect(curlOf({ ...draft, id: "a/b", body: "it's" }, "http://h")).toBe(
    `curl -X POST -H 'Content-Type: application/vnd.io.statefun.types/string' --data-binary '"it'\\''s"' 'http://h/v1/messages/shop/cart/a%2Fb'`,
  );
});
