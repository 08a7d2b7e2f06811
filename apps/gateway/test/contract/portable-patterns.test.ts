/** The patterns of the OpenAPI document are those that tools of other languages read: schemathesis could make no value of some (it runs among the slow tests). */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const text = readFileSync(join(import.meta.dirname, "../../../../docs/openapi.json"), "utf8");
const patterns = new Set([...text.matchAll(/"pattern": ("(?:[^"\\]|\\.)*")/g)].map(([, pattern]) => JSON.parse(pattern ?? '""') as string));

test("no pattern names a class of Unicode except that of invisible characters", () => {
  const classes = [...patterns].flatMap((pattern) => pattern.match(/\\[pP]\{[^}]*\}/g) ?? []);
  expect([...new Set(classes)]).toEqual(["\\p{C}"]);
  expect(patterns.size).toBeGreaterThan(10);
});
