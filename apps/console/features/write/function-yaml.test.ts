/** The code in a module's YAML is found and put back without a change to anything else. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { codeIn, firstCode, functionModule, functionsOf, withCode } from "./function-yaml.ts";

const around = `# Ours.
kind: io.signalbox.endpoints.v1/embedded
spec:
  functions: shop/*
  source:
    type: code
    code: |
        export const a = 1;

        export const b = 2;
  # Behind it.
  limits: { threads: 2 }
---
kind: io.signalbox.v1/egress
spec: { id: shop/out }
`;

test("code is found as it was written, and replaced in its own place", () => {
  expect(codeIn(around)).toBe("export const a = 1;\n\nexport const b = 2;\n");
  expect(withCode(around, "const c = 3;\n  // deeper\n")).toBe(
    around.replace(/ {8}export const a = 1;\n\n {8}export const b = 2;/, "        const c = 3;\n          // deeper"),
  );
});

test("a new module gives back the code that was put in", () => {
  expect(codeIn(functionModule("example/visits", firstCode))).toBe(firstCode);
  const line = fc.stringMatching(/^[ -~]{0,30}$/).map((text) => text.trimEnd());
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), (lines) => {
      const code = `const first = 0;\n${lines.join("\n").trimEnd()}`.trimEnd();
      expect(codeIn(functionModule("a/b", code))).toBe(`${code}\n`);
      expect(codeIn(withCode(around, code))).toBe(`${code}\n`);
    }),
  );
});

test("a module without such code, or with several, is left to the text editor", () => {
  expect(codeIn("kind: io.statefun.endpoints.v2/http\nspec: {}\n")).toBeUndefined();
  expect(codeIn(`${around}---\n${around}`)).toBeUndefined();
});

test("a module serves the one type, or its namespace", () => {
  expect([functionsOf(["a/b"]), functionsOf(["a/b", "a/c"]), functionsOf(["a/b", "c/d"])]).toEqual(["a/b", "a/*", ""]);
});
