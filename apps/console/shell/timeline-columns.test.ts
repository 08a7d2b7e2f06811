import { describe, expect, it } from "vitest";
import type { TimelineBucket } from "../trpc/views.ts";
import { timelineColumns, type TimelineMark } from "./timeline-columns.ts";

function bucket(second: number, more: Partial<TimelineBucket> = {}): TimelineBucket {
  return { atMs: second * 1_000, messages: 1, failures: 0, marks: [], ...more };
}

const window = { fromMs: 6_000, toMs: 12_000, stepMs: 2_000 };
const nothing = { kept: null, marks: [] as TimelineMark[], live: [] as TimelineBucket[] };

describe("the timeline's columns", () => {
  it("sum the seconds of a column and keep its marks", () => {
    const live = [bucket(6), bucket(7, { messages: 4, failures: 2 }), bucket(9, { marks: [{ kind: "module", text: "shop r2" }] })];
    const columns = timelineColumns({ ...nothing, window, live });
    expect(columns.map((column) => [column.startMs, column.messages, column.failures, column.known])).toEqual([
      [6_000, 5, 2, true],
      [8_000, 1, 0, true],
      [10_000, 0, 0, false],
    ]);
    expect(columns[1]?.marks).toEqual([{ kind: "module", text: "shop r2", atMs: 9_000 }]);
  });

  it("are those of the store, and live where that covers a whole column", () => {
    const kept = {
      fromMs: 4_000,
      stepMs: 2_000,
      values: { messages: [1, 20, 30, null], failures: [0, 3, 0, null] },
      p99Ms: [1, 2, 7, null],
    };
    const columns = timelineColumns({ ...nothing, window, kept, live: [bucket(7), bucket(8), bucket(9, { failures: 1 })] });
    expect(columns.map((column) => [column.messages, column.failures, column.p99Ms, column.known])).toEqual([
      [20, 3, 2, true],
      [2, 1, 7, true],
      [0, 0, null, false],
    ]);
  });

  it("have a mark once that is stored and live", () => {
    const marks: TimelineMark[] = [{ atMs: 7_300, kind: "savepoint", text: "nightly" }];
    const live = [bucket(7, { marks: [{ kind: "savepoint", text: "nightly" }] })];
    expect(timelineColumns({ ...nothing, window, marks, live })[0]?.marks).toEqual(marks);
  });
});
