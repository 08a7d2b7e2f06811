/** What the console says of a connector: which are ill, in which order, and that cause and cure are sentences. */
import { describe, expect, test } from "vitest";
import type { ConnectorRow } from "../../trpc/views.ts";
import { en } from "../../words/connector/en.ts";
import { illFirst, isIll, sentence, stateWord, timesHere, toneOf } from "./connector-words.ts";

function row(id: string, state: ConnectorRow["state"], cure = ""): ConnectorRow {
  const what = cure === "" ? "" : "a cause";
  return {
    direction: "ingress",
    ...{ id, kind: "k", word: "kafka", module: "m", state, sinceMs: 1, untilMs: null, what, cure, counts: {}, canCheck: false },
  };
}

describe("a connector", () => {
  test("that waits, is refused or is held back is ill, and one that a person stopped is not", () => {
    const ill = (["opening", "running", "waiting", "held-back", "refused", "stopped"] as const).filter((state) => isIll(row("a/b", state)));
    expect(ill).toEqual(["waiting", "held-back", "refused"]);
  });

  test("that runs and gives a cure needs a look; one with plain notes does not", () => {
    const odd = row("a/b", "running", "Compare the secrets.");
    expect([isIll(odd), stateWord(odd, en), toneOf(odd)]).toEqual([true, "running, needs a look", "caution"]);
    const known = { ...odd, cure: "" };
    expect([isIll(known), stateWord(known, en), toneOf(known)]).toEqual([false, "running", "clear"]);
  });

  test("in a worse state stands before another, and those that are well come last by name", () => {
    const rows = [row("b/well", "running"), row("a/well", "running"), row("d/held", "held-back"), row("e/waits", "waiting")];
    expect(illFirst(rows).map(({ id }) => id)).toEqual(["e/waits", "d/held", "a/well", "b/well"]);
  });

  test("tells moments by the clock of this browser", () => {
    const at = new Date(2026, 10, 30, 12, 10, 44, 217);
    expect(timesHere(`3 times, last at ${at.toISOString()}: it was signed`)).toBe("3 times, last at 2026-11-30 12:10:44: it was signed");
  });

  test("gives its cause as a sentence, and leaves a name as it is written", () => {
    const said = ["nothing listens", "It is late.", "orders: the topic is not there", ""].map(sentence);
    expect(said).toEqual(["Nothing listens.", "It is late.", "orders: the topic is not there.", ""]);
  });
});
