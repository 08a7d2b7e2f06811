import { describe, expect, it } from "vitest";
import { normalBase, urlOf } from "./base-path.ts";

describe("the base path", () => {
  it("is written in one way, however it was given", () => {
    expect(["", "/", "sb", "/sb", "/sb/", "//a/b//"].map(normalBase)).toEqual(["", "", "/sb", "/sb", "/sb", "/a/b"]);
  });
  it("stands before every path", () => {
    expect(urlOf("/trpc", "/sb")).toBe("/sb/trpc");
    expect(urlOf("/trpc", "")).toBe("/trpc");
  });
});
