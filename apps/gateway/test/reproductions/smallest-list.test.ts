import { describe, expect, it } from "vitest";
import { smallestList } from "../../src/services/reproductions/smallest-list.ts";

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

/** Fails once the list contains all of these, and needs nothing after the last of them. */
function planted(all: readonly number[]) {
  const asked: string[] = [];
  const fails = async (list: readonly number[]) => {
    asked.push(list.join(" "));
    const places = all.map((item) => list.indexOf(item));
    return places.includes(-1) ? undefined : list.slice(0, Math.max(...places) + 1);
  };
  return { asked, fails };
}

describe("the smallest list that fails", () => {
  it("is exactly the planted one, wherever it stands", async () => {
    for (const set of [[0], [99], [0, 99], [7, 8, 9], [3, 50, 51, 98], [1, 20, 40, 60, 99]]) {
      const { fails } = planted(set);
      expect(await smallestList(upTo(100), fails)).toEqual(set);
    }
  });
  it("is the whole list where nothing can be left out", async () => {
    const { fails, asked } = planted(upTo(6));
    expect(await smallestList(upTo(6), fails)).toEqual(upTo(6));
    expect(asked.length).toBeLessThan(40);
  });
  it("asks about no list twice, and far less often than there are lists", async () => {
    const { fails, asked } = planted([12, 77]);
    await smallestList(upTo(128), fails);
    expect(new Set(asked).size).toBe(asked.length);
    expect(asked.length).toBeLessThan(60);
  });
  it("keeps the items that each of its items needs, where leaving out more does not always help", async () => {
    // It fails with 5; and when the list has 2, 1 must be before it.
    const fails = async (list: readonly number[]) => (list.includes(5) && (!list.includes(2) || list.includes(1)) ? list : undefined);
    expect(await smallestList(upTo(9), fails)).toEqual([5]);
  });
});
