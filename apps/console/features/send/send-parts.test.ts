import { describe, expect, it } from "vitest";
import { codeOf } from "./code-forms.ts";
import { fieldsOf, withField } from "./form-shape.ts";
import { STRING_TYPE, type Draft } from "./message-body.ts";
import { piecesOf } from "./use-sequence.ts";
import { filled, unfilled, variablesOf } from "./variables.ts";

const draft: Draft = { type: "shop/cart", id: "ada", valueType: "shop/AddItem", body: '{"sku":"lamp","count":2}', raw: false, count: 1 };
const context = { origin: "http://signal.box/sb", host: "signal.box", call: false, token: false };

describe("variables of a template", () => {
  const template = { ...draft, id: "{{customer}}", body: '{"sku":"{{ sku }}","for":"{{customer}}","key":"{{uuid}}","at":{{now}}}' };
  it("are named once each, without those that fill themselves", () => {
    expect(variablesOf(template)).toEqual(["customer", "sku"]);
    expect(unfilled(template, { customer: "ada", sku: "" })).toEqual(["sku"]);
  });
  it("are filled in the id and the body; an unfilled one stays", () => {
    const whole = filled(template, { values: { customer: "ada" }, uuid: () => "u-1", nowMs: 7 });
    expect(whole).toMatchObject({ id: "ada", body: '{"sku":"{{ sku }}","for":"ada","key":"u-1","at":7}' });
  });
  it("leave the counter of many and raw bytes alone", () => {
    expect(filled({ ...draft, id: "a{n}" }, { values: {}, uuid: () => "", nowMs: 0 }).id).toBe("a{n}");
    expect(filled({ ...draft, raw: true, body: "{{x}}" }, { values: { x: "1" }, uuid: () => "", nowMs: 0 }).body).toBe("{{x}}");
  });
});

describe("the message as a program sends it", () => {
  it("is a curl line, or one that waits for the answer", () => {
    expect(codeOf("curl", draft, context)).toContain("'http://signal.box/sb/v1/messages/shop/cart/ada'");
    expect(codeOf("curl", draft, { ...context, call: true })).toContain("/v1/calls/shop/cart/ada");
  });
  it("is a call of the SDK's client, with scalars as the language has them", () => {
    expect(codeOf("sdk", draft, context)).toContain(
      'bytes("shop/AddItem"), new TextEncoder().encode("{\\"sku\\":\\"lamp\\",\\"count\\":2}"))',
    );
    expect(codeOf("sdk", { ...draft, valueType: STRING_TYPE, body: 'say "hi"' }, context)).toContain('types.string, "say \\"hi\\""');
    expect(codeOf("sdk", { ...draft, valueType: "io.statefun.types/long", body: "9007199254740993" }, context)).toContain(
      "types.long, 9007199254740993n",
    );
  });
  it("takes a token from the environment where people have to sign in, in every form", () => {
    const signed = { ...context, token: true };
    expect(codeOf("curl", draft, signed)).toMatch(/^curl -H "Authorization: Bearer \$SIGNALBOX_TOKEN" -X POST/);
    const raw = codeOf("curl", { ...draft, raw: true, body: btoa("curl me") }, signed);
    expect(raw).toMatch(/\| base64 -d \| curl -H "Authorization: Bearer \$SIGNALBOX_TOKEN" -X POST/);
    expect(codeOf("sdk", draft, signed)).toContain("{ token: process.env.SIGNALBOX_TOKEN }");
    expect(codeOf("grpc", draft, signed)).toContain('-H "authorization: Bearer $SIGNALBOX_TOKEN"');
    expect(codeOf("curl", { ...draft, body: "a | curl b" }, context)).not.toContain("Bearer");
  });
  it("is a request of grpcurl whose value is in its wire form", () => {
    const json = codeOf("grpc", draft, context);
    expect(json).toContain(`"value":"${btoa(draft.body)}"`);
    expect(json).toContain("signalbox.v1.Ingress/Send");
    const text = codeOf("grpc", { ...draft, valueType: STRING_TYPE, body: "hi" }, { ...context, call: true });
    expect(text).toContain(`"value":"${btoa("\u000a\u0002hi")}"`);
    expect(text).toContain("signalbox.v1.Ingress/Call");
    expect(codeOf("grpc", { ...draft, valueType: "io.statefun.types/int", body: "1" }, context)).toMatch(/^# .*wire form of its own/);
  });
});

describe("the fields of a document", () => {
  it("are those that the document holds", () => {
    expect(
      fieldsOf('{"sku":"lamp","price":{"cents":650},"tags":["a","b"],"gift":true}', null)?.map(({ label, shape }) => [label, shape.kind]),
    ).toEqual([
      ["sku", "string"],
      ["price.cents", "number"],
      ["tags[0]", "string"],
      ["tags[1]", "string"],
      ["gift", "boolean"],
    ]);
  });
  it("are those that its type declares, and the others that the document holds", () => {
    const shape = { kind: "object" as const, fields: [{ name: "size", shape: { kind: "enum" as const, choices: ["S", "L"] } }] };
    expect(fieldsOf('{"sku":"lamp"}', shape)?.map(({ label, shape: own, value }) => [label, own.kind, value])).toEqual([
      ["size", "enum", undefined],
      ["sku", "string", "lamp"],
    ]);
    expect(fieldsOf("", shape)).toHaveLength(1);
  });
  it("are none where the text is not a document", () => {
    expect(fieldsOf("hello", null)).toBeUndefined();
    expect(fieldsOf("[1]", null)).toBeUndefined();
  });
  it("are written into the document, and the rest stays unchanged", () => {
    expect(JSON.parse(withField('{"a":{"b":1},"c":[1,2]}', ["a", "b"], 5))).toEqual({ a: { b: 5 }, c: [1, 2] });
    expect(JSON.parse(withField('{"a":{"b":1},"c":[1,2]}', ["c", 1], 9))).toEqual({ a: { b: 1 }, c: [1, 9] });
    expect(JSON.parse(withField('{"a":1,"b":2}', ["a"], undefined))).toEqual({ b: 2 });
  });
});

it("a rate is spread over four pieces a second and loses none", () => {
  expect(piecesOf(10)).toEqual([3, 2, 3, 2]);
  for (const rate of [1, 2, 7, 999]) expect(piecesOf(rate).reduce((sum, count) => sum + count, 0)).toBe(rate);
});
