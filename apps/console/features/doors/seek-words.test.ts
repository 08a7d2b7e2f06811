/** What moving an ingress does, in words. */
import { expect, it } from "vitest";
import { en } from "../../words/doors/en.ts";
import { seekWords } from "./seek-words.ts";

const part = (name: string, again: number | null) => ({ part: name, from: again === null ? null : "9", to: "1", again });

it("name the records that are read again and those that are passed over, on the button too", () => {
  expect(seekWords([part("a/0", 8), part("a/1", -1), part("a/2", null)], en.seek)).toEqual({
    sentence:
      "8 records are read again: their messages count once more; 1 record is passed over: they never become messages; 1 part was never read until now.",
    button: "Read 8 records again, pass over 1",
  });
});

it("say when nothing changes", () => {
  expect(seekWords([part("a/0", 0)], en.seek)).toEqual({ sentence: "It is there already: nothing changes.", button: "Move it" });
});
