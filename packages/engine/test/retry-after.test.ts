/** Retry-After: the forms that a server may write, and texts that are none of them. */
import { describe, expect, test } from "vitest";
import { parseRetryAfter } from "../src/adapters/http/retry-after.ts";

const nowMs = Date.parse("1994-11-06T08:49:30Z");

describe("Retry-After", () => {
  test.each([
    ["3", 3000],
    [" 0 ", 0],
    ["2.5", 3000],
    ["86401", 86_400_000],
    ["Sun, 06 Nov 1994 08:49:37 GMT", 7000],
    ["Sunday, 06-Nov-94 08:49:37 GMT", 7000],
    ["Sun Nov  6 08:49:37 1994", 7000],
    ["Sun, 06 Nov 1994 08:49:00 GMT", 0],
    ["Mon, 07 Nov 2044 08:49:00 GMT", 86_400_000],
  ])("%j means %d ms", (text, waitMs) => {
    expect(parseRetryAfter(text, nowMs)).toBe(waitMs);
  });

  test.each([
    undefined,
    "",
    "soon",
    "-1",
    "1e3",
    "0x10",
    "3, 4",
    "2.5.1",
    "12/25/2026",
    "2026-12-25",
    "Sun, 31 Feb 2026 08:49:37 GMT",
    "Sun, 06 Nov 2026 25:49:37 GMT",
    "Sun, 06 Foo 2026 08:49:37 GMT",
    "Sun, 06 Nov 2026 08:49:37 CET",
  ])("%j says nothing about the time", (text) => {
    expect(parseRetryAfter(text, nowMs)).toBeUndefined();
  });

  test("two digits of a year are of this century or of the one before", () => {
    expect(parseRetryAfter("Friday, 06-Nov-26 08:49:37 GMT", Date.parse("2026-11-06T08:49:30Z"))).toBe(7000);
    expect(parseRetryAfter("Friday, 06-Nov-99 08:49:37 GMT", Date.parse("2026-11-06T08:49:30Z"))).toBe(0);
  });
});
