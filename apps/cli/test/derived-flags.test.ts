/** Flags of commands that are made from the API's description: what is a number or an object there goes as one, and the help says its shape. */
import { expect, test } from "vitest";
import { readOperations } from "../src/operations.ts";
import { shapeOf, typeOf } from "../src/schema-words.ts";
import { answering, type Asked } from "./answering.ts";
import { runCli } from "./run-cli.ts";

async function sent(args: readonly string[]): Promise<unknown> {
  const asked: Asked[] = [];
  expect(await runCli([...args], { fetch: answering(200, {}, asked) })).toMatchObject({ code: 0 });
  return JSON.parse(String(asked[0]?.body));
}

test("a number that may also be null goes as a number, and a text that may be null as a text", async () => {
  expect(await sent(["tokens", "create", "--name", "ci", "--expires-in-days", "30", "--certificate", "CN=ci"])).toEqual({
    name: "ci",
    expiresInDays: 30,
    certificate: "CN=ci",
  });
  expect(await sent(["pauses", "set", "type:shop/cart", "--seconds", "60"])).toEqual({ seconds: 60 });
});

test("a value with several forms is sent as the object that was written", async () => {
  expect(await sent(["connectors", "seek", "shop/orders", "--to", '{"kind":"latest"}'])).toEqual({ to: { kind: "latest" } });
  const rule = { kind: "entity", type: "shop/cart", holds: "true" };
  expect(await sent(["invariants", "preview", "--rule", JSON.stringify(rule)])).toEqual({ rule });
});

test("the help of a flag says what may be written there", async () => {
  const help = (await runCli(["tokens", "create", "--help"])).out.replaceAll(/\s+/g, " ");
  expect(help).toContain('[{"role": "viewer"|"sender"|"operator"|"admin", "namespace": string, "unmask"?: boolean}, …]');
  expect(help).toContain("--expires-in-days <number> else 90");
});

test("every field of the API has a type that a flag can be read as", () => {
  const types = new Set(readOperations().flatMap(({ fields }) => fields.map(({ type }) => type)));
  expect([...types].toSorted((a, b) => a.localeCompare(b))).toEqual(["array", "boolean", "integer", "number", "object", "string"]);
});

test("forms of one type are of that type, others are JSON", () => {
  expect(typeOf({ anyOf: [{ type: "integer" }, { type: "null" }] })).toBe("integer");
  expect(typeOf({ oneOf: [{ type: "object" }, { type: "object" }] })).toBe("object");
  expect(typeOf({ anyOf: [{ type: "integer" }, { type: "string" }] })).toBe("object");
  expect(shapeOf({ type: "string", enum: ["a", "b"], default: "a" })).toBe('a, b; else "a"');
  expect(shapeOf({ anyOf: [{ type: "string" }, { type: "null" }] })).toBe("");
});
