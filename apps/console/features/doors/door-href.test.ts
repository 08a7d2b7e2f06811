import { describe, expect, it } from "vitest";
import { doorHref } from "./door-href.ts";

describe("the page of a node of the flow", () => {
  it.each([
    ["egress:shop/out", "/flow/egress/shop/out"],
    ["egress:shop/a b", "/flow/egress/shop/a%20b"],
    ["ingress:playground:8090", "/flow/ingress/playground%3A8090"],
    ["type:shop/cart", null],
    ["egress:odd", null],
  ])("of %s is %s", (id, href) => {
    expect(doorHref(id)).toBe(href);
  });
});
