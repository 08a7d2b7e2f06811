import { describe, expect, it } from "vitest";
import { naturalOrder } from "./natural-order.ts";

describe("the order of names", () => {
  it("counts digits as numbers", () => {
    expect(["ada10", "ada2", "ada1", "bob", "Ada3"].sort(naturalOrder)).toEqual(["ada1", "ada2", "Ada3", "ada10", "bob"]);
  });
  it("is one order, whatever the sort was given", () => {
    expect(["a", "A", "01", "1"].sort(naturalOrder)).toEqual(["1", "A", "01", "a"].sort(naturalOrder));
  });
});
