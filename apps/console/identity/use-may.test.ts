/** What is disabled beforehand, and with which words. */
import { expect, test } from "vitest";
import type { Me } from "../trpc/views.ts";
import { whyNot } from "./use-may.ts";

const me: Pick<Me, "grants" | "needs"> = {
  grants: [
    { role: "operator", namespace: "shop" },
    { role: "viewer", namespace: "*" },
  ],
  needs: [
    { operation: "entities.act", role: "operator", inNamespace: true, anyNamespace: false },
    { operation: "modules.put", role: "admin", inNamespace: false, anyNamespace: false },
    { operation: "traces.list", role: "viewer", inNamespace: true, anyNamespace: true },
    { operation: "people.me", role: null, inNamespace: false, anyNamespace: false },
  ],
};

test("an operation is possible where the role is held, and says what is missing elsewhere", () => {
  expect(whyNot(me, "entities.act", "shop")).toBeNull();
  expect(whyNot(me, "entities.act", "pay")).toBe(
    "This needs the role operator in pay; you are viewer there. Ask an admin for it (People).",
  );
  expect(whyNot(me, "modules.put", "shop")).toContain("admin in all namespaces; you are viewer there");
  expect(whyNot({ ...me, grants: [] }, "entities.act", "shop")).toContain("you are nothing there");
});

test("what is filtered by namespaces is possible with a role in any of them", () => {
  const shop: Pick<Me, "grants"> = { grants: [{ role: "viewer", namespace: "shop" }] };
  expect(whyNot({ ...me, ...shop }, "traces.list", "*")).toBeNull();
  expect(whyNot({ ...me, grants: [] }, "traces.list", "*")).toContain("viewer in some namespace; you are nothing there");
});

test("what needs no role, or is not known, is left to the gateway", () => {
  expect(whyNot(me, "people.me", "shop")).toBeNull();
  expect(whyNot(me, "new.operation", "shop")).toBeNull();
});
