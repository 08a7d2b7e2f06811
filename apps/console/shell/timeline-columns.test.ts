import { describe, expect, it } from "vitest";
import type { TimelineBucket } from "../trpc/views.ts";
import { secondsPerColumn, timelineColumns } from "./timeline-columns.ts";

function bucket(second: number, more: Partial<TimelineBucket> = {}): TimelineBucket {
  return { atMs: second * 1_000, messages: 1, failures: 0, marks: [], ...more };
}

describe("the timeline's columns", () => {
  it("sums the seconds of a column and keeps its marks", () => {
    const columns = timelineColumns(
      [bucket(6), bucket(7, { messages: 4, failures: 2 }), bucket(9, { marks: [{ kind: "module", text: "shop r2" }] })],
      {
        nowMs: 10_500,
        secondsPerColumn: 2,
        columns: 3,
      },
    );
    expect(columns.map((column) => [column.startMs, column.messages, column.failures, column.known])).toEqual([
      [6_000, 5, 2, true],
      [8_000, 1, 0, true],
      [10_000, 0, 0, false],
    ]);
    expect(columns[1]?.marks).toEqual([{ kind: "module", text: "shop r2", atMs: 9_000 }]);
  });

  it("keeps a column's content while time moves on", () => {
    const buckets = [bucket(6), bucket(7), bucket(8)];
    const at = (nowMs: number) =>
      timelineColumns(buckets, { nowMs, secondsPerColumn: 2, columns: 5 }).find((column) => column.startMs === 6_000)?.messages;
    expect(at(9_100)).toBe(2);
    expect(at(11_900)).toBe(2);
  });

  it("leaves out what is older than the timeline", () => {
    const columns = timelineColumns([bucket(1)], { nowMs: 100_000, secondsPerColumn: 1, columns: 10 });
    expect(columns.every((column) => !column.known)).toBe(true);
  });

  it("chooses the finest span that fits", () => {
    expect(secondsPerColumn(1_200, 600, 6)).toBe(3);
    expect(secondsPerColumn(4_000, 600, 6)).toBe(1);
    expect(secondsPerColumn(300, 600, 6)).toBe(15);
  });
});
