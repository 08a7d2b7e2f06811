/**
 * Pieces of a comparison add up, and what a side does not know does not count as the same.
 */
import { describe, expect, it } from "vitest";
import type { ComparedTypes } from "../../trpc/views.ts";
import { differs, lookedSum, pairDiffers, sumTypes } from "./type-sums.ts";

const none = { came: 0, went: 0, changed: 0, same: 0 };

function piece(types: ComparedTypes["types"], parts: Partial<ComparedTypes> = {}): ComparedTypes {
  return { types, around: null, looked: { entities: 2, bytes: 10, stoppedAfter: null }, cursor: null, ...parts };
}

describe("the pieces of a comparison", () => {
  it("add up by type, differing types first", () => {
    const pages = [
      piece(
        [
          { ...none, type: "a/same", same: 4 },
          { ...none, type: "shop/cart", came: 1 },
        ],
        {
          looked: { entities: 5, bytes: 20, stoppedAfter: { type: "shop/cart", id: "m" } },
        },
      ),
      piece([{ ...none, type: "shop/cart", changed: 2, same: 1 }]),
    ];
    expect(sumTypes(pages)).toMatchObject([
      { type: "shop/cart", came: 1, went: 0, changed: 2, same: 1 },
      { type: "a/same", same: 4 },
    ]);
    expect(lookedSum(pages)).toEqual({ entities: 7, bytes: 30, stoppedAfter: null });
    expect(lookedSum(pages.slice(0, 1)).stoppedAfter).toEqual({ type: "shop/cart", id: "m" });
  });

  it("include the waiting messages, also of types without state; a sum that is unknown for now is no difference", () => {
    const around = {
      from: { waiting: [{ type: "mail/box", count: 2 }], delayed: [{ type: "mail/box", count: 1 }], atLeast: false },
      to: { waiting: [], delayed: null, atLeast: false },
    };
    const [box] = sumTypes([piece([], { around })]);
    expect(box).toMatchObject({ type: "mail/box", waiting: { from: 2, to: 0 }, delayed: { from: 1, to: null } });
    expect(box !== undefined && differs(box)).toBe(true);
    expect(pairDiffers({ from: 1, to: null })).toBe(false);
  });
});
