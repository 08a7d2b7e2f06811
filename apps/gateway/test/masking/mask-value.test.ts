/**
 * What a rule hides of a value: fields at any depth, through lists, and in documents inside strings. A value that cannot be read is hidden
 * completely.
 */
import { DescriptorRegistry, encodeValue } from "@signalbox/proto";
import { describe, expect, test } from "vitest";
import { MaskTable } from "../../src/masking/mask-table.ts";
import { maskDocument } from "../../src/masking/mask-value.ts";
import { maskOf } from "../../src/masking/masked-value.ts";
import { Masks } from "../../src/masking/masks.ts";

const of = (json: string, ...paths: string[]) =>
  maskDocument(
    json,
    paths.map((path) => (path === "" ? [] : path.split("."))),
  );
const text = (json: string, ...paths: string[]): string | undefined => of(json, ...paths)?.text;

describe("a document", () => {
  test("keeps the neighbours of the field, to the last digit", () => {
    expect(of('{"email":"a@b","n":12345678901234567890,"p":{"email":"kept"}}', "email")).toEqual({
      as: "json",
      paths: ["email"],
      text: '{"email":"••••","n":12345678901234567890,"p":{"email":"kept"}}',
    });
  });
  test("is searched through lists and any keys", () => {
    expect(text('{"items":[{"who":"x","n":1},{"who":["y"]}]}', "items.who")).toBe('{"items":[{"who":"••••","n":1},{"who":"••••"}]}');
    expect(text('{"a":{"email":1},"b":{"email":2,"c":3}}', "*.email")).toBe('{"a":{"email":"••••"},"b":{"email":"••••","c":3}}');
    expect(text('[{"email":"x"}]', "email")).toBe('[{"email":"••••"}]');
  });
  test("with a key twice hides both", () => {
    expect(text('{"email":"first","email":"second"}', "email")).toBe('{"email":"••••"}');
  });
  test("without the field is shown unchanged", () => {
    expect(of('{"name":"anna"}', "email")).toBeUndefined();
    expect(of("17", "email")).toBeUndefined();
  });
  test("that is a string is hidden, or searched where it holds a document", () => {
    expect(text('"my mail is a@b"', "email")).toBe("••••");
    expect(text(JSON.stringify('{"email":"a@b","n":1}'), "email")).toBe(JSON.stringify('{"email":"••••","n":1}'));
    expect(text('{"profile":"{\\"email\\":1}"}', "profile.email")).toBe('{"profile":"••••"}');
    expect(text('{"list":["a@b",{"email":"x"}]}', "list.email")).toBe('{"list":["••••",{"email":"••••"}]}');
  });
  test("that cannot be parsed is hidden", () => {
    expect(text("{", "email")).toBe("••••");
    const deep = `${'{"a":['.repeat(200)}{"email":"x"}${"]}".repeat(200)}`;
    expect(text(deep, Array.from({ length: 300 }, () => "a").join("."))).not.toContain('"x"');
    expect(text('{"a":1}', "")).toBe("••••");
  });
});

describe("a value", () => {
  const masks = new Masks(new DescriptorRegistry());
  const encoded = (typename: string, json: string) => {
    const result = encodeValue(typename, json, new DescriptorRegistry());
    if (result.kind === "error") throw new Error(result.reason);
    return { typename, bytes: result.bytes };
  };
  test("of a type without a decoder is hidden whole, its bytes too", () => {
    const masked = masks.typed({ typename: "shop/Raw", bytes: Uint8Array.of(1, 2, 255) }, [["email"]]);
    expect([maskOf(masked)?.text, Buffer.from(masked.bytes).toString()]).toEqual(["••••", "••••"]);
  });
  test("of an egress record is searched behind its key and its bytes", () => {
    const record = (value: string) => encoded("io.statefun.sdk.egress.KafkaProducerRecord", `{"topic":"t","key":"a@b",${value}}`);
    const shown = (value: string): string => maskOf(masks.typed(record(value), [["email"]]))?.text ?? "";
    expect(JSON.parse(shown('"value":{"email":"a@b","n":1}'))).toEqual({ topic: "t", key: "••••", value: { email: "••••", n: 1 } });
    expect(JSON.parse(shown('"valueText":"a@b"'))).toMatchObject({ valueText: "••••" });
    expect(JSON.parse(shown('"valueBytes":"AP8="'))).toMatchObject({ valueBytes: "••••" });
  });
  test("of which only the beginning is kept is hidden whole, and one of which only the size is known stays", () => {
    const beginning = { typename: "shop/x", bytes: Buffer.from('{"a":1'), sizeBytes: 9000 };
    expect(maskOf(masks.beginning(beginning, [["email"]]))?.text).toBe("••••");
    const unknown = { typename: "shop/x", bytes: undefined, sizeBytes: 9 };
    expect(masks.kept(unknown, [[]])).toBe(unknown);
  });
});

describe("the rules", () => {
  const functions = (name: string, ...fields: string[]) => ({
    cover: { kind: "functions" as const, namespace: "shop", name },
    fields: fields.map((field) => field.split(".")),
  });
  test("of a state give its first key as the name, those of messages the whole path", () => {
    const table = new MaskTable();
    table.set([functions("customer", "profile.email", "note")]);
    expect(table.state("shop/customer", "profile")).toEqual([["email"]]);
    expect(table.state("shop/customer", "note")).toEqual([[]]);
    expect(table.state("shop/customer", "seen")).toEqual([]);
    expect(table.message("shop/customer", undefined)).toEqual([["profile", "email"], ["note"]]);
    expect(table.message("shop/mailer", "shop/customer")).toHaveLength(2);
    expect(table.message("shop/mailer", undefined)).toEqual([]);
  });
  test("cover a namespace, an egress, and everything", () => {
    const table = new MaskTable();
    table.set([functions("*", "*"), { cover: { kind: "egress", egress: "bill/out" }, fields: [["iban"]] }]);
    expect(table.state("shop/anything", "x")).toEqual([[]]);
    expect(table.message("shop/anything")).toEqual([[]]);
    expect(table.egress("bill/out", "other/type")).toEqual([["iban"]]);
    expect(table.egress("other/out", "shop/cart")).toEqual([[]]);
    expect(table.covers("other/type")).toBe(false);
  });
});
