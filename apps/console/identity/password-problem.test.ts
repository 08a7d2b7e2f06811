/** What is said of a password before it is sent, and of what it ended. */
import { expect, test } from "vitest";
import { endedText, passwordProblem } from "./password-problem.ts";

const good = { current: "the one that I have", password: "another long enough one", again: "another long enough one" };

test("a password is sent when it is long enough, new, and written twice", () => {
  expect(passwordProblem(good)).toBe("");
  expect(passwordProblem({ ...good, current: "" })).toContain("that you have");
  expect(passwordProblem({ ...good, password: "short", again: "short" })).toBe("Write at least 12 characters.");
  expect(passwordProblem({ current: good.password, password: good.password, again: good.password })).toBe("That is the one you have.");
  expect(passwordProblem({ ...good, again: "another long enough on" })).toBe("The two are not the same.");
});

test("how many sessions it ended is said in words", () => {
  expect([0, 1, 3].map(endedText)).toEqual([
    "You have no other session.",
    "Your other session was ended.",
    "Your 3 other sessions were ended.",
  ]);
});
