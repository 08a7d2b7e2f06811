/** What is said of a password before it is sent, and of what it ended. */
import { expect, test } from "vitest";
import { en as notices } from "../words/notices/en.ts";
import { passwordProblem } from "./password-problem.ts";

const en = notices.password;
const good = { current: "the one that I have", password: "another long enough one", again: "another long enough one" };

test("a password is sent when it is long enough, new, and written twice", () => {
  expect(passwordProblem(good, en.problems)).toBe("");
  expect(passwordProblem({ ...good, current: "" }, en.problems)).toContain("that you have");
  expect(passwordProblem({ ...good, password: "short", again: "short" }, en.problems)).toBe("Write at least 12 characters.");
  expect(passwordProblem({ current: good.password, password: good.password, again: good.password }, en.problems)).toBe(
    "That is the one you have.",
  );
  expect(passwordProblem({ ...good, again: "another long enough on" }, en.problems)).toBe("The two are not the same.");
});

test("how many sessions it ended is said in words", () => {
  expect([0, 1, 3].map(en.ended)).toEqual([
    "You have no other session.",
    "Your other session was ended.",
    "Your 3 other sessions were ended.",
  ]);
});
