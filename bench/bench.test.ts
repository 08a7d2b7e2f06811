/** The lab's own arithmetic: a wrong median, a goal judged the wrong way round or a frame written wrongly would make honest runs lie. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PublishFrame, toSafeNumber } from "@signalbox/proto";
import { describe, expect, test } from "vitest";
import { judge } from "./goals.ts";
import { allJobs } from "./jobs/all-jobs.ts";
import { PublishFrames } from "./load/publish-frames.ts";
import { addSample, figureOf, type Line, spreadOf } from "./result.ts";
import { add, everyId, functionTypes, incrementOf, message, numbered, numberOf, valueType } from "./workload.ts";

describe("the workload", () => {
  test("adds the numbers of the messages to the state", () => {
    const once = add(undefined, incrementOf(message));
    expect(add(once, 3).readBigUInt64LE(0)).toBe(4n);
    expect(once).toHaveLength(32);
  });

  test("has numbered messages that each add as much", () => {
    expect([numbered(70_000), message].map((value) => [incrementOf(value), value.length])).toEqual([
      [1, 32],
      [1, 32],
    ]);
    expect(numberOf(numbered(70_000))).toBe(70_000);
  });

  test("walks over every id exactly once when it fills", () => {
    const next = everyId(1000);
    expect(new Set(Array.from({ length: 1000 }, next)).size).toBe(1000);
  });
});

test("frames written by hand are readable by the general codec, whatever the length of the sequence", () => {
  const frames = new PublishFrames("producer", functionTypes.counter);
  for (const first of [1, 127, 16_383, 2 ** 21 - 1, 2 ** 28 - 1, 2 ** 35 - 1]) {
    let index = 0;
    const frame = PublishFrame.decode(frames.write(first, 3, () => `e${index++}`));
    expect(frame.producer).toBe("producer");
    expect(frame.messages.map(({ sequence }) => toSafeNumber(sequence))).toEqual([first, first + 1, first + 2]);
    expect(frame.messages.map(({ id }) => id)).toEqual(["e0", "e1", "e2"]);
    expect(frame.messages.every((one) => one.type === functionTypes.counter && one.valueType === valueType)).toBe(true);
    expect(frame.messages.every((one) => message.equals(Buffer.from(one.value ?? [])))).toBe(true);
  }
});

describe("a result", () => {
  test("has the middle of odd and even numbers of repeats, and leaves out lines that were not measured", () => {
    expect(spreadOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
    expect(spreadOf([4, undefined, 1])).toEqual({ median: 2.5, min: 1, max: 4 });
    expect(spreadOf([undefined])).toBeUndefined();
  });

  test("keeps repeats of one line together, and lines with another number in flight apart", () => {
    const lines: Line[] = [];
    for (const inFlight of [1, 256, 1]) addSample(lines, { line: "hot", inFlight, figures: { p50Ms: inFlight } });
    expect(lines.map((line) => [line.inFlight, line.repeats.length, figureOf(line, "p50Ms")?.median])).toEqual([
      [1, 2, 1],
      [256, 1, 256],
    ]);
  });
});

describe("a goal", () => {
  const lineOf = (line: string, inFlight: number, figures: Line["repeats"][number]): Line => ({ line, inFlight, repeats: [figures] });
  const ratios = (lines: Line[], words: string): (number | undefined)[] =>
    judge({ lines })
      .filter(({ goal }) => goal.text.includes(words))
      .map(({ ratio }) => ratio);

  test("that asks for at least so much is reached from 1 upwards", () => {
    expect(ratios([lineOf("hot", 4096, { messagesPerSecond: 300_000 })], "150 000")).toEqual([2]);
  });

  test("that asks for at most so much is reached from 1 upwards too", () => {
    expect(ratios([lineOf("add-http", 1, { p50Ms: 1 })], "0.5 ms")).toEqual([0.5]);
  });

  test("against a rival is judged by the rival's call and by its send of the same run, and not by an absent one", () => {
    const ours = lineOf("add-http", 256, { messagesPerSecond: 20_000 });
    const call = lineOf("restate:call", 256, { messagesPerSecond: 500 });
    const send = lineOf("restate:send", 256, { messagesPerSecond: 1000 });
    expect(ratios([ours, call, send], "Restate's messages")).toEqual([4, 2]);
    expect(ratios([ours, send], "Restate's messages")).toEqual([undefined, 2]);
  });

  test("of a line that this run lacks is not mentioned", () => {
    expect(judge({ lines: [] })).toEqual([]);
  });
});

test("docs/performance.md names every job", () => {
  const page = readFileSync(join(import.meta.dirname, "../docs/performance.md"), "utf8");
  expect(allJobs.map(({ name }) => name).filter((name) => !page.includes(`| \`${name}\` |`))).toEqual([]);
});
