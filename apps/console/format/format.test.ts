import { describe, expect, it } from "vitest";
import { bytes, compact, counted, grouped, groupedText, rate, steadyRate, THIN_SPACE } from "./numbers.ts";
import { cutMiddle, nameOf, oneLine } from "./texts.ts";
import { clock, duration, exact, relative } from "./times.ts";

describe("numbers", () => {
  it("puts thin spaces between thousands and keeps sign and fraction", () => {
    expect(grouped(0)).toBe("0");
    expect(grouped(999)).toBe("999");
    expect(grouped(1_048_213)).toBe(`1${THIN_SPACE}048${THIN_SPACE}213`);
    expect(grouped(-1_234.5)).toBe(`−1${THIN_SPACE}234.5`);
    expect(groupedText("-9007199254740993")).toBe(`−9${THIN_SPACE}007${THIN_SPACE}199${THIN_SPACE}254${THIN_SPACE}740${THIN_SPACE}993`);
    expect(["999", "1234.5678", "1e21", "NaN"].map(groupedText)).toEqual(["999", `1${THIN_SPACE}234.5678`, "1e21", "NaN"]);
    expect(grouped(Number.NaN)).toBe("–");
  });
  it("fits large counts into a few characters", () => {
    expect(compact(812)).toBe("812");
    expect(compact(1_000)).toBe("1.0k");
    expect(compact(73_712)).toBe("73.7k");
    expect(compact(999_499)).toBe("999k");
    expect(compact(999_999)).toBe("1.0M");
  });
  it("never shows a trickle as nothing", () => {
    expect(rate(0)).toBe("0/s");
    expect(rate(0.01)).toBe("<0.1/s");
    expect(rate(0.35)).toBe("0.3/s");
    expect(rate(9.97)).toBe("10/s");
    expect(rate(1_052.4)).toBe(`1${THIN_SPACE}052/s`);
  });
  it("counts a rate by the hour where less than one comes in a second", () => {
    expect([50, 1, 1 / 600, 0].map(steadyRate)).toEqual([
      { count: 50, per: "second" },
      { count: 1, per: "second" },
      { count: 6, per: "hour" },
      { count: 0, per: "second" },
    ]);
  });
  it("names bytes in binary units", () => {
    expect(bytes(12)).toBe("12 B");
    expect(bytes(1_536)).toBe("1.5 KiB");
    expect(bytes(10 * 1_048_576)).toBe("10 MiB");
    expect(bytes(1_048_575)).toBe("1 MiB");
  });
  it("says one and many", () => {
    expect(counted(1, "entity", "entities")).toBe("1 entity");
    expect(counted(2, "entity", "entities")).toBe("2 entities");
  });
});

describe("times", () => {
  it("gives a duration at most two units", () => {
    expect(duration(0)).toBe("0 ms");
    expect(duration(0.42)).toBe("0.4 ms");
    expect(duration(45.4)).toBe("45 ms");
    expect(duration(1_230)).toBe("1.2 s");
    expect(duration(6_000)).toBe("6 s");
    expect(duration(59_980)).toBe("1 min");
    expect(duration(125_000)).toBe("2 min 5 s");
    expect(duration(22_320_000)).toBe("6 h 12 min");
    expect(duration(90_000_000)).toBe("1 d 1 h");
  });
  it("shows ages and times ahead", () => {
    expect(relative(1_000, 1_400)).toBe("just now");
    expect(relative(1_000, 13_000)).toBe("12 s ago");
    expect(relative(0, 200_000)).toBe("3 min ago");
    expect(relative(5_000, 1_000)).toBe("in 4 s");
  });
  it("writes the exact time down to the millisecond", () => {
    const at = new Date(2026, 10, 22, 14, 2, 31, 7).getTime();
    expect(clock(at)).toBe("14:02:31.007");
    expect(clock(at, false)).toBe("14:02:31");
    expect(exact(at)).toBe("2026-11-22 14:02:31.007");
  });
});

describe("texts", () => {
  it("cuts ids in the middle and leaves short ones alone", () => {
    expect(cutMiddle("o-48211", 14)).toBe("o-48211");
    expect(cutMiddle("order-2026-11-22-000481", 14)).toBe("order-2…000481");
    expect([...cutMiddle("👩‍🚀".repeat(9), 8)].length).toBe(8);
  });
  it("makes one line of a pretty document", () => {
    expect(oneLine('{\n  "a": 1\n}')).toBe('{ "a": 1 }');
  });
  it("takes the name of a type", () => {
    expect(nameOf("shop/cart")).toBe("cart");
    expect(nameOf("plain")).toBe("plain");
  });
});
