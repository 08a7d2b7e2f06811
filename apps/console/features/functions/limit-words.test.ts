import { describe, expect, it } from "vitest";
import { englishAges } from "../../format/times.ts";
import { en } from "../../words/functions/en.ts";
import { boundedWords, bucketWords, heldWords, keysWords, perWords, rateWords } from "./limit-words.ts";

const words = en.limits;

describe("a limit in words", () => {
  it("says how much may start, also when that is seldom", () => {
    expect(rateWords({ messagesPerSecond: 50, burst: 100 }, words)).toBe("50 a second, 100 at once");
    expect(rateWords({ messagesPerSecond: 5 / 60, burst: 5 }, words)).toBe("300 an hour, 5 at once");
    expect(rateWords({ messagesPerSecond: null, burst: null }, words)).toBe("any number");
  });

  it("says to whom its bounds apply", () => {
    expect(perWords({ per: "prefix", separator: ":" }, words)).toBe("each id up to “:”");
    expect(perWords({ per: "all", separator: null }, words)).toBe("all together");
    expect(keysWords({ keys: 2, shared: true }, words)).toBe("2 keys have buckets of their own; others share one");
  });

  it("sets a sum over all keys apart from the bound that each of them has", () => {
    expect(boundedWords(269, { max: 3, per: "id", words })).toBe("269, each ≤ 3");
    expect(boundedWords(3, { max: 4, per: "all", words })).toBe("3 ≤ 4");
    expect(boundedWords(7, { max: null, per: "prefix", words })).toBe("7");
    expect(keysWords({ keys: 1, shared: false }, words)).toBe("1 key has a bucket of its own");
  });

  it("says when the messages that it holds go on", () => {
    expect(heldWords({ held: true, untilMs: 12_000 }, { nowMs: 10_000, words, ages: englishAges })).toBe("next message in 2 s");
    expect(heldWords({ held: true, untilMs: null }, { nowMs: 10_000, words, ages: englishAges })).toBe("holds until a call ends");
    expect(heldWords({ held: false, untilMs: null }, { nowMs: 10_000, words, ages: englishAges })).toBe("lets all through");
    expect(bucketWords({ tokens: 12.5 }, 100, words)).toBe("12.5 of 100");
  });
});
