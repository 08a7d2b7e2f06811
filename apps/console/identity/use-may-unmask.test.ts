/**
 * The console knows who may see masked values before the gateway is asked.
 */
import { expect, test } from "vitest";
import { whyMasked } from "./use-may-unmask.ts";

test("admins may, and so may people with the right to it, each where they hold it", () => {
  expect(whyMasked({ grants: [{ role: "admin", namespace: "*" }] }, "shop")).toBeNull();
  expect(whyMasked({ grants: [{ role: "viewer", namespace: "shop", unmask: true }] }, "shop")).toBeNull();
  expect(whyMasked({ grants: [{ role: "viewer", namespace: "shop", unmask: true }] }, "pay")).toContain("in pay");
  expect(whyMasked({ grants: [{ role: "admin", namespace: "shop" }] }, "*")).toContain("all namespaces");
  expect(whyMasked({ grants: [{ role: "operator", namespace: "*" }] }, "shop")).toContain("unmask");
});
