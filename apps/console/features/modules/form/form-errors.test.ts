/** Where the gateway's issues stand in the form: at their field, at the field that is lacking, or at the nearest thing that is shown. */
import { expect, it } from "vitest";
import type { ModuleIssue } from "../../../trpc/views.ts";
import { formErrors } from "./form-errors.ts";
import { formKinds } from "./form-shape.ts";

const text = { type: "string" };
const schema = {
  oneOf: [
    {
      description: "An endpoint.",
      properties: {
        kind: { const: "a/b" },
        spec: {
          type: "object",
          required: ["id"],
          properties: {
            id: text,
            transport: {
              anyOf: [
                { type: "object", required: ["type", "url"], properties: { type: { const: "x" }, url: text } },
                { type: "object", properties: { type: { const: "y" }, names: { type: "array", items: text } } },
              ],
            },
          },
        },
      },
    },
  ],
};
const yaml =
  "kind: a/b\nspec:\n  transport:\n    type: x\n    uri: z\n---\nkind: a/b\nspec:\n  transport:\n    names: [one, two]\n  other: 1\n";

function placed(issue: Partial<ModuleIssue>): string[] {
  const whole: ModuleIssue = { severity: "error", message: "wrong", line: 1, column: 1, suggestion: null, ...issue };
  return [...formErrors(yaml, [whole], formKinds(schema)).keys()];
}

it("the error of a field stands at it, in its document", () => {
  expect(placed({ line: 4, column: 11 })).toEqual(["0/transport/type"]);
  expect(placed({ line: 10, column: 18 })).toEqual(["1/transport/names/1"]);
});

it("the error of a missing field stands at the field to be filled", () => {
  expect(placed({ line: 3, column: 3, suggestion: "id" })).toEqual(["0/id"]);
  expect(placed({ line: 4, column: 5, suggestion: "url" })).toEqual(["0/transport/url"]);
});

it("the error of a place without a field stands at its parent, with the word that is meant", () => {
  expect(placed({ line: 11, column: 3, suggestion: null })).toEqual(["1"]);
  const [[, messages] = ["", []]] = formErrors(
    yaml,
    [{ severity: "error", message: "no property", line: 11, column: 3, suggestion: "kind" }],
    formKinds(schema),
  );
  expect(messages).toEqual(["no property (kind?)"]);
  expect(placed({ line: 1, column: 7 })).toEqual(["0"]);
});
