import { describe, expect, it } from "vitest";
import { isConsolePath } from "./console-path.ts";

const origin = "http://127.0.0.1:6200";

describe("a page of the console", () => {
  it.each(["/", "/flow", "/traces/12?at=3", "/entities/shop/cart/bob"])("is %s", (path) => {
    expect(isConsolePath(origin + path, origin)).toBe(true);
  });
  it("is one below the path of a proxy", () => {
    expect(isConsolePath(`${origin}/sb/send`, `${origin}/sb`)).toBe(true);
    expect(isConsolePath(`${origin}/send`, `${origin}/sb`)).toBe(false);
  });
  it.each(["http://elsewhere/flow", `${origin}/v1/savepoints/x/file`, `${origin}/metrics`, "mailto:someone@example.org", "nonsense"])(
    "is not %s",
    (url) => {
      expect(isConsolePath(url, origin)).toBe(false);
    },
  );
});
