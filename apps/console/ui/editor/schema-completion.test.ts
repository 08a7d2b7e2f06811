/** What is offered in a half-typed YAML document. */
import { expect, it } from "vitest";
import { completeFromSchema } from "./schema-completion.ts";

const schema = {
  type: "object",
  properties: { kind: { enum: ["v2/http", "kafka/ingress"] }, spec: { type: "object" } },
  oneOf: [
    {
      type: "object",
      required: ["kind", "spec"],
      properties: {
        kind: { const: "v2/http" },
        spec: {
          type: "object",
          required: ["functions"],
          properties: {
            functions: { type: "string", description: "The types it serves." },
            transport: { anyOf: [{ type: "object", properties: { type: { const: "async" }, call: { type: "string" } } }] },
          },
        },
      },
    },
    {
      type: "object",
      properties: {
        kind: { const: "kafka/ingress" },
        spec: {
          type: "object",
          properties: { topics: { type: "array", items: { type: "object", properties: { topic: { type: "string" } } } } },
        },
      },
    },
  ],
};

function offered(text: string): string[] {
  const position = text.indexOf("|");
  const plain = text.replace("|", "");
  return completeFromSchema(schema, plain, position)
    .options.map((option) => option.label)
    .sort();
}

it("an empty document offers its keys", () => {
  expect(offered("|")).toEqual(["kind", "spec"]);
});
it("a present key is not offered again", () => {
  expect(offered("kind: v2/http\n|")).toEqual(["spec"]);
});
it("the value of kind offers every kind, also when one is written", () => {
  expect(offered("kind: v2|")).toEqual(["kafka/ingress", "v2/http"]);
});
it("the kind decides what spec offers", () => {
  expect(offered("kind: v2/http\nspec:\n  |")).toEqual(["functions", "transport"]);
  expect(offered("kind: kafka/ingress\nspec:\n  |")).toEqual(["topics"]);
});
it("a second document has a kind of its own", () => {
  expect(offered("kind: v2/http\nspec:\n  functions: a/b\n---\nkind: kafka/ingress\nspec:\n  |")).toEqual(["topics"]);
});
it("deeper mappings and lists are followed", () => {
  expect(offered("kind: v2/http\nspec:\n  functions: a/b\n  transport:\n    |")).toEqual(["call", "type"]);
  expect(offered("kind: kafka/ingress\nspec:\n  topics:\n    - |")).toEqual(["topic"]);
});
it("a required key says so and a mapping opens", () => {
  const { options } = completeFromSchema(schema, "kind: v2/http\nspec:\n  ", 21);
  expect(options.find((option) => option.label === "functions")).toMatchObject({ detail: "required", apply: "functions: " });
  expect(options.find((option) => option.label === "transport")).toMatchObject({ apply: "transport:" });
});
