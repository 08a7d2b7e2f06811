import { describe, expect, it } from "vitest";
import { parseSelection, selectionOfDot, selectionText, type Selection } from "./selection.ts";

describe("a selection in the flow", () => {
  const all: Selection[] = [
    { kind: "record", trace: 7, sequence: 12 },
    { kind: "message", trace: 7, sequence: 13 },
    { kind: "egress", trace: 7, egress: "shop/receipts" },
    { kind: "entity", address: { type: "shop/cart", id: "a/b.c" } },
  ];
  it("comes back from the URL as it went in", () => {
    for (const selection of all) expect(parseSelection(selectionText(selection))).toEqual(selection);
  });
  it("is empty when the URL holds nonsense", () => {
    for (const text of [null, "", "r.1", "x.1.2", "a.cart"]) expect(parseSelection(text)).toBeNull();
  });
  it("tells a dot on its way out from one between types", () => {
    const dot = { sequence: 3, trace: 9, atMs: 0, failed: false };
    expect(selectionOfDot({ ...dot, edge: "type:a/b→egress:shop/receipts" })).toEqual({
      kind: "egress",
      trace: 9,
      egress: "shop/receipts",
    });
    expect(selectionOfDot({ ...dot, edge: "type:a/b→type:c/d" })).toEqual({ kind: "message", trace: 9, sequence: 3 });
  });
});
