/** How an input that does not fit is told: each field by its name, also where an operation takes one of several shapes. */
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { EngineError } from "@signalbox/runtime";
import { GatewayError, type Problem } from "../../src/contract/problem.ts";
import { problemOf } from "../../src/contract/problem-of.ts";
import { send } from "../../src/contract/messages/send.ts";
import { typedText } from "../../src/contract/shapes/value.ts";

function refusalOf(schema: z.ZodType, input: unknown): Problem {
  return problemOf(schema.safeParse(input).error, "send_message");
}

const missing = (field: string): string => `${field}: Invalid input: expected string, received undefined`;

describe("an input of one of several shapes", () => {
  test("names what each shape lacks, and also where they differ", () => {
    const { code, where, detail } = refusalOf(send.message.input, { type: "shop/cart", entityId: "ada", value: "x" });
    expect({ code, where }).toEqual({ code: "INVALID_REQUEST", where: "id" });
    expect(detail).toBe(`${missing("id")}; ${missing("valueType")}; ${missing("text")}, or ${missing("base64")}`);
  });

  test("that lacks nothing names the wrong field of any of them", () => {
    const { where, detail } = refusalOf(send.message.input, { type: "cart", id: "ada", valueType: "shop/Add", text: "" });
    expect({ where, detail }).toEqual({ where: "type", detail: expect.stringMatching(/^type: "cart" is not a typename[^:]*$/) });
  });

  test("gives its fields below the field that holds it", () => {
    const { where, detail } = refusalOf(z.object({ values: z.array(typedText) }), { values: [{ typename: "a/b" }] });
    expect({ where, detail }).toEqual({ where: "values.0.text", detail: `${missing("values.0.text")}, or ${missing("values.0.base64")}` });
  });

  test("that fits none of them is reported once, by the name of the door where it has no field", () => {
    const { where, detail } = refusalOf(typedText, 5);
    expect({ where, detail }).toEqual({ where: "send_message", detail: "input: Invalid input: expected object, received number" });
  });
});

test("a text that repeats what was sent is cut, so that an answer and the audit stay short", () => {
  const long = "x".repeat(5_000_000);
  const { detail, where, cure } = problemOf(new GatewayError("UNKNOWN_MODULE", { detail: long, where: long, cure: long }));
  expect([detail.length, where.length, cure.length]).toEqual([8_192, 512, 2_048]);
  expect(problemOf(new EngineError("UNKNOWN_ENTITY", `${"x".repeat(8_190)}😀`, "")).detail.isWellFormed()).toBe(true);
});
