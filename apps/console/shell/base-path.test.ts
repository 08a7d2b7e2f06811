import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
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
  it("is written before every path of the gateway's by its helpers alone", () => {
    const root = join(import.meta.dirname, "..");
    const files = globSync("{app,capability,features,format,live,shell,trpc,ui,values}/**/*.{ts,tsx}", { cwd: root }).filter(
      (file) => !file.includes(".test."),
    );
    // Matches a path of the API as a text of its own, with no function that puts the base before it.
    const bare = /(?<!\b(?:urlOf|originUrlOf|postJson)\()["'`]\/(?:v1|trpc|health|metrics)\b/;
    const wrong = files.filter((file) => bare.test(readFileSync(join(root, file), "utf8").replaceAll(/\/\*[\s\S]*?\*\/|\/\/ .*/g, "")));
    expect(wrong).toEqual([]);
    expect(files.length).toBeGreaterThan(100);
  });
});
