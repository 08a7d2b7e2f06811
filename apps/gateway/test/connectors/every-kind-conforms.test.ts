/**
 * Each kind in kinds.ts is run through a conformance suite, here or, when it needs the real system, in e2e.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../../../..");

/** Reads the names in the list of kinds.ts. */
function kindsIn(source: string): string[] {
  const [, list = ""] = /export const connectors: readonly Connector\[\] = \[(.*?)\];/s.exec(source) ?? [];
  return list.match(/\w+/g) ?? [];
}

/** Reads the first argument of every call of a suite. */
function runsIn(source: string): string[] {
  return [...source.matchAll(/^\s*(?:ingress|egress|door|timed|pulled)Conformance\((\w+),/gm)].map(([, name = ""]) => name);
}

function testsBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(({ name, parentPath }) => name.endsWith(".test.ts") && !parentPath.includes("node_modules"))
    .map(({ name, parentPath }) => readFileSync(join(parentPath, name), "utf8"));
}

const kinds = kindsIn(readFileSync(join(root, "apps/gateway/src/connectors/kinds.ts"), "utf8"));
const runs = new Set([...testsBelow("apps/gateway/test/connectors"), ...testsBelow("e2e")].flatMap(runsIn));

test("the list is read", () => {
  expect(kinds.length).toBeGreaterThan(10);
  expect(kindsIn("export const connectors: readonly Connector[] = [\n  oneIngress,\n  otherEgress,\n];")).toEqual([
    "oneIngress",
    "otherEgress",
  ]);
});

test.each(kinds)("%s is run through a conformance suite", (name) => {
  expect(runs, `call a suite with ${name} (docs/write-a-connector.md, step 4)`).toContain(name);
});
