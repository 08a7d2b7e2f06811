/** The five start positions of a module and what is wrong with others. */
import { describe, expect, it } from "vitest";
import { startupOf } from "../../../src/connectors/kafka/kafka-startup.ts";

const none = { type: undefined, date: undefined, offsets: {} };

describe("a module's startupPosition", () => {
  it("is latest unless it says otherwise", () => {
    expect(startupOf(none)).toEqual({ kind: "startup", startup: { kind: "latest" } });
  });

  it.each(["group-offsets", "earliest", "latest"])("may be %s", (type) => {
    expect(startupOf({ ...none, type })).toEqual({ kind: "startup", startup: { kind: type } });
  });

  it("may be a moment, with the offset of its zone", () => {
    const atMs = Date.UTC(2020, 1, 1, 2, 45);
    expect(startupOf({ ...none, type: "date", date: "2020-02-01 04:15:00.000 +0130" })).toEqual({
      kind: "startup",
      startup: { kind: "date", atMs },
    });
  });

  it("may be offsets by partition, up to the largest", () => {
    const offsets = { "a.b-c/0": "0", "a/12": "9223372036854775807" };
    expect(startupOf({ ...none, type: "specific-offsets", offsets })).toEqual({
      kind: "startup",
      startup: {
        kind: "specific-offsets",
        offsets: new Map([
          ["a.b-c/0", 0n],
          ["a/12", 9_223_372_036_854_775_807n],
        ]),
      },
    });
  });

  it.each([
    ["type", { type: "oldest" }],
    ["date", { type: "date", date: "2020-02-01 04:15:00.00 Z" }],
    ["date", { type: "date", date: "2020-13-01 04:15:00.000 +0000" }],
    ["date", { type: "date" }],
    ["offsets", { type: "specific-offsets", offsets: { a: "1" } }],
    ["offsets", { type: "specific-offsets", offsets: { "a/0": "-1" } }],
    ["offsets", { type: "specific-offsets", offsets: { "a/0": "9223372036854775808" } }],
  ])("names %s when it is wrong: %j", (property, wrong) => {
    expect(startupOf({ ...none, ...wrong })).toMatchObject({ kind: "error", property });
  });
});
