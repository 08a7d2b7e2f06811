import { describe, expect, it } from "vitest";
import { filterText, noFilter, parseFilter, toTailFilter } from "./filter-text.ts";

describe("the tail's filter", () => {
  it("reads fields and leaves the rest as text", () => {
    expect(parseFilter("type:shop/cart  is:failed refund late")).toEqual({
      kind: "ok",
      fields: { type: "shop/cart", id: null, value: null, is: "failed", q: "refund late" },
    });
  });
  it("keeps colons that belong to an id", () => {
    const parsed = parseFilter("id:order:12");
    expect(parsed).toEqual({ kind: "ok", fields: { ...noFilter, id: "order:12" } });
  });
  it("treats an unknown prefix as text, not as an error", () => {
    expect(parseFilter("http://x")).toEqual({ kind: "ok", fields: { ...noFilter, q: "http://x" } });
  });
  it("says what is: takes and that a field needs a text", () => {
    expect(parseFilter("is:broken")).toEqual({ kind: "error", message: "is: takes completed, failed, parked" });
    expect(parseFilter("type:")).toEqual({ kind: "error", message: "type: needs a text after it" });
  });
  it("writes the same text that it read", () => {
    const text = "type:shop/cart id:bob value:shop/add is:parked big order";
    const parsed = parseFilter(text);
    expect(parsed.kind === "ok" ? filterText(parsed.fields) : "").toBe(text);
  });
  it("asks the gateway only for what is set", () => {
    expect(toTailFilter({ ...noFilter, value: "a/b", q: "x" })).toEqual({ valueType: "a/b", text: "x" });
  });
});
