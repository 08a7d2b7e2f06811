/**
 * The film's pictures are at even distances whatever the machine did, and a picture that stays is stored once.
 */
import { describe, expect, it } from "vitest";
import { evenFrames, withDelays } from "./animation.ts";

const png = Buffer.alloc(0);
const at = (...times: number[]) => times.map((atMs) => ({ atMs, png }));

describe("the film", () => {
  it("shows at each tenth of a second the last picture until then", () => {
    const even = evenFrames({ frames: at(0, 40, 90, 250), lengthMs: 400 });
    expect(even.map(({ atMs }) => atMs)).toEqual([0, 90, 90, 250]);
  });

  it("is never longer than 20 s: a story that took a busy machine longer plays faster", () => {
    const slow = evenFrames({ frames: at(...Array.from({ length: 400 }, (_, n) => n * 100)), lengthMs: 40_000 });
    expect(slow).toHaveLength(200);
    expect(slow.at(-1)?.atMs).toBe(39_800);
  });

  it("stores an unchanged picture once, for as long as it stays", () => {
    const [first, second] = at(0, 250);
    if (first === undefined || second === undefined) throw new Error("two");
    expect(withDelays([first, first, second, second, second])).toEqual({ frames: [first, second], delaysMs: [200, 300] });
  });
});
