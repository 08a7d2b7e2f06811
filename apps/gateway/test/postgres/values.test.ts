/** Values as PostgreSQL writes them, in text and in binary, and parameters as SQL. The binary forms are those of its own send functions. */
import { describe, expect, test } from "vitest";
import { oidOf } from "../../src/sql/postgres-types.ts";
import { dateText, daysOf, microsOf, timestampText } from "../../src/surfaces/postgres/calendar.ts";
import { readValue } from "../../src/surfaces/postgres/read-value.ts";
import { writeValue } from "../../src/surfaces/postgres/write-value.ts";

const text = (cell: Parameters<typeof writeValue>[0], type: string) => writeValue(cell, oidOf(type), 0)?.toString();
const binary = (cell: Parameters<typeof writeValue>[0], type: string) => writeValue(cell, oidOf(type), 1)?.toString("hex");

describe("written as text", () => {
  test.each([
    [true, "BOOLEAN", "t"],
    ["12345678901234567890", "HUGEINT", "12345678901234567890"],
    [1.5, "DOUBLE", "1.5"],
    ["\\xAA\\x00a\\x5C", "BLOB", "\\xaa00615c"],
    ["0044-03-15 (BC) 01:02:03", "TIMESTAMP", "0044-03-15 01:02:03 BC"],
    [["a", 'b "c"', null, "", "null"], "VARCHAR[]", '{a,"b \\"c\\"",NULL,"","null"}'],
    [{ a: 1 }, 'STRUCT("a" INTEGER)', '{"a":1}'],
    [{ months: 14, days: -2, micros: "11045500000" }, "INTERVAL", "14 mons -2 days 03:04:05.5"],
    [{ months: 0, days: 0, micros: "-1000000" }, "INTERVAL", "-00:00:01"],
    [{ months: 0, days: 0, micros: "0" }, "INTERVAL", "00:00:00"],
  ])("%j as %s", (...[cell, type, expected]) => expect(text(cell, type)).toBe(expected));
});

describe("written in binary", () => {
  test.each([
    [true, "BOOLEAN", "01"],
    [-2, "SMALLINT", "fffe"],
    [-2, "INTEGER", "fffffffe"],
    ["-2", "BIGINT", "fffffffffffffffe"],
    [1.5, "DOUBLE", "3ff8000000000000"],
    ["2000-01-02", "DATE", "00000001"],
    ["1999-12-31", "DATE", "ffffffff"],
    ["2000-01-01 00:00:01.5", "TIMESTAMP", "000000000016e360"],
    ["1999-12-31 23:59:59", "TIMESTAMP", "fffffffffff0bdc0"],
    ["2000-01-01 00:00:01+00", "TIMESTAMP WITH TIME ZONE", "00000000000f4240"],
    ["infinity", "TIMESTAMP", "7fffffffffffffff"],
    ["infinity", "DATE", "7fffffff"],
    ["-infinity", "DATE", "80000000"],
    ["0044-03-15 (BC)", "DATE", "fff49d7b"],
    ["10000-01-01", "DATE", "002c95d4"],
    ["0044-03-15 (BC) 01:02:03", "TIMESTAMP", "ff1af9dfca4398c0"],
    ["10000-01-01 00:00:00", "TIMESTAMP", "0380e70b913b8000"],
    ["8361e7df-c5da-41da-982b-17fbe4231237", "UUID", "8361e7dfc5da41da982b17fbe4231237"],
    ["\\xAAa", "BLOB", "aa61"],
    // 12345.678 has the digits 1, 2345, 6780, the weight 1 and the scale 3.
    ["12345.678", "DECIMAL(10,3)", "0003000100000003000109291a7c"],
    ["-0.05", "DECIMAL(3,2)", "0002000040000002000001f4"],
    [[1, null], "INTEGER[]", "00000001000000010000001700000002000000010000000400000001ffffffff"],
  ])("%j as %s", (...[cell, type, expected]) => expect(binary(cell, type)).toBe(expected));

  test("a value without a binary form is refused with the cure", () => {
    expect(() => binary("1", "BIT")).toThrow("no binary form");
    expect(() => binary("70000", "SMALLINT")).toThrow("does not fit");
  });
});

describe("parameters as SQL", () => {
  const given = (value: string, oid: number) => readValue(Buffer.from(value), oid, 0);
  test.each([
    ["it's", 0, "'it''s'"],
    ["5", 20, "CAST('5' AS BIGINT)"],
    ["5'); select 1; --", 23, "CAST('5''); select 1; --' AS INTEGER)"],
    ["1.50", 1700, "(1.50)"],
    ["1.5e3", 1700, "'1.5e3'"],
    ["\\x00ff", 17, "CAST('\\x00\\xff' AS BLOB)"],
    ['{a,"b c\\"",NULL}', 1009, "['a', 'b c\"', NULL]"],
    ["{}", 1007, "[]"],
    ["{1,2}", 1007, "[CAST('1' AS INTEGER), CAST('2' AS INTEGER)]"],
  ])("%j of type %i", (...[value, oid, expected]) => expect(given(value, oid)).toBe(expected));

  test.each([
    ["fffffffffffffffe", 20, "CAST('-2' AS BIGINT)"],
    ["fffe", 21, "CAST('-2' AS SMALLINT)"],
    ["01", 16, "CAST('true' AS BOOLEAN)"],
    ["3ff8000000000000", 701, "CAST('1.5' AS DOUBLE)"],
    ["00000001", 1082, "CAST('2000-01-02' AS DATE)"],
    ["7fffffff", 1082, "CAST('infinity' AS DATE)"],
    ["80000000", 1082, "CAST('-infinity' AS DATE)"],
    ["fff49d7b", 1082, "CAST('0044-03-15 (BC)' AS DATE)"],
    ["002c95d4", 1082, "CAST('10000-01-01' AS DATE)"],
    ["00000000000f4241", 1184, "CAST('2000-01-01 00:00:01.000001+00' AS TIMESTAMPTZ)"],
    ["ffffffffffffffff", 1114, "CAST('1999-12-31 23:59:59.999999' AS TIMESTAMP)"],
    ["7fffffffffffffff", 1184, "CAST('infinity' AS TIMESTAMPTZ)"],
    ["6974", 25, "'it'"],
    ["00ff", 0, "CAST('\\x00\\xff' AS BLOB)"],
  ])("%s of type %i in binary", (...[hex, oid, expected]) => expect(readValue(Buffer.from(hex, "hex"), oid, 1)).toBe(expected));

  test("every day is read as it was written", () => {
    for (let days = -2_400_000; days < 4_000_000; days += 997) expect(daysOf(dateText(days))).toBe(days);
    for (let micros = -(2n ** 57n); micros < 2n ** 58n; micros += 2n ** 48n + 1n) expect(microsOf(timestampText(micros))).toBe(micros);
    expect(daysOf("2026-13")).toBeUndefined();
  });

  test("a broken list takes time in proportion to its length, whatever it consists of", () => {
    const blanks = " ".repeat(50_000);
    for (const body of [`${blanks}{`, `a${blanks}{`, `"a"${blanks}{`, `${blanks}"`, `,${blanks}`, "\\".repeat(50_000)])
      expect(() => given(`{${body}}`, 1009)).toThrow("list of lists");
    expect(given(`{${blanks}a${blanks}}`, 1009)).toBe("['a']");
  });

  test("an invalid parameter is refused", () => {
    expect(readValue(null, 23, 1)).toBe("NULL");
    expect(() => readValue(Buffer.from("ff", "hex"), 25, 0)).toThrow("UTF-8");
    expect(() => readValue(Buffer.from("a\0b"), 25, 0)).toThrow("zero byte");
    expect(() => readValue(Buffer.from("123"), 23, 1)).toThrow("3 bytes instead of 4");
    expect(() => given("{{1},{2}}", 1007)).toThrow("list of lists");
    expect(() => given("nothing", 1007)).toThrow("no list");
  });
});

test("a parameter that begins with U+FEFF keeps it", () => {
  expect(readValue(Buffer.from("\ufeffa"), 25, 0)).toContain("\ufeffa");
});
