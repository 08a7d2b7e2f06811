/** What is disabled beforehand, and with which words. */
import { expect, test } from "vitest";
import type { Me } from "../trpc/views.ts";
import { whyNot } from "./use-may.ts";
import { en } from "../words/may/en.ts";

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

test("an operation is possible where the role is held, and names the missing role elsewhere", () => {
  expect(whyNot(me, { operation: "entities.act", namespace: "shop", words: en })).toBeNull();
  expect(whyNot(me, { operation: "entities.act", namespace: "pay", words: en })).toBe(
    "This needs the role operator in pay; you are viewer there. Ask an admin for it (People).",
  );
  expect(whyNot(me, { operation: "modules.put", namespace: "shop", words: en })).toContain("admin in all namespaces; you are viewer there");
  expect(whyNot({ ...me, grants: [] }, { operation: "entities.act", namespace: "shop", words: en })).toContain("you are nothing there");
});

test("an operation that is filtered by namespaces is possible with a role in any of them", () => {
  const shop: Pick<Me, "grants"> = { grants: [{ role: "viewer", namespace: "shop" }] };
  expect(whyNot({ ...me, ...shop }, { operation: "traces.list", namespace: "*", words: en })).toBeNull();
  expect(whyNot({ ...me, grants: [] }, { operation: "traces.list", namespace: "*", words: en })).toContain(
    "viewer in some namespace; you are nothing there",
  );
});

test("an operation that needs no role, or is unknown, is left to the gateway", () => {
  expect(whyNot(me, { operation: "people.me", namespace: "shop", words: en })).toBeNull();
  expect(whyNot(me, { operation: "new.operation", namespace: "shop", words: en })).toBeNull();
});
