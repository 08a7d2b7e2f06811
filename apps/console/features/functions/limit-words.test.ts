import { describe, expect, it } from "vitest";
import { boundedWords, bucketWords, heldWords, keysWords, perWords, rateWords } from "./limit-words.ts";

describe("a limit in words", () => {
  it("says what may start, also when that is seldom", () => {
    expect(rateWords({ messagesPerSecond: 50, burst: 100 })).toBe("50 a second, 100 at once");
    expect(rateWords({ messagesPerSecond: 5 / 60, burst: 5 })).toBe("300 an hour, 5 at once");
    expect(rateWords({ messagesPerSecond: null, burst: null })).toBe("any number");
  });

  it("says whose bounds they are", () => {
    expect(perWords({ per: "prefix", separator: ":" })).toBe("each id up to “:”");
    expect(perWords({ per: "all", separator: null })).toBe("all together");
    expect(keysWords({ keys: 2, shared: true })).toBe("2 keys have buckets of their own; others share one");
  });

  it("sets a sum over all keys apart from the bound that each of them has", () => {
    expect(boundedWords(269, 3, "id")).toBe("269, each ≤ 3");
    expect(boundedWords(3, 4, "all")).toBe("3 ≤ 4");
    expect(boundedWords(7, null, "prefix")).toBe("7");
    expect(keysWords({ keys: 1, shared: false })).toBe("1 key has a bucket of its own");
  });

  it("says when what it holds goes on", () => {
    expect(heldWords({ held: true, untilMs: 12_000 }, 10_000)).toBe("next message in 2 s");
    expect(heldWords({ held: true, untilMs: null }, 10_000)).toBe("holds until a call ends");
    expect(heldWords({ held: false, untilMs: null }, 10_000)).toBe("lets all through");
    expect(bucketWords({ tokens: 12.5 }, 100)).toBe("12.5 of 100");
  });
});
