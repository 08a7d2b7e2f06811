/**
 * Secret: however it is printed it shows dots, and a changed secret still counts as different.
 */
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { closedForCrossing, fingerprintOf, openCrossed, Secret } from "../../src/shape/secret.ts";

test("a secret is dots in a template, in JSON and in the log, alone and inside of something", () => {
  const secret = new Secret("p4ssword");
  const holder = { user: "ann", keys: [secret] };
  const texts = [
    `${String(secret)}`,
    secret.toString(),
    JSON.stringify(holder),
    inspect(holder),
    inspect(secret),
    Object.keys(secret).join(),
  ];
  expect(texts.filter((text) => text.includes("p4ssword"))).toEqual([]);
  expect(JSON.stringify(holder)).toBe('{"user":"ann","keys":["••••"]}');
  expect(secret.reveal()).toBe("p4ssword");
});

test("a fingerprint tells a changed secret and does not contain it", () => {
  const of = (text: string): string => fingerprintOf({ a: 1, deep: { list: [new Secret(text)] } });
  expect(of("one")).toBe(of("one"));
  expect(of("one")).not.toBe(of("two"));
  expect(of("p4ssword")).not.toContain("p4ssword");
  expect(fingerprintOf({ a: [1, "x", null] })).toBe('{"a":[1,"x",null]}');
});

test("a secret crosses into a thread and is a secret again behind it; other values pass unchanged", () => {
  const bytes = new Uint8Array([1]);
  const crossed = openCrossed(structuredClone(closedForCrossing({ list: [{ key: new Secret("p4ssword") }], bytes, none: null }))) as {
    list: { key: Secret }[];
    bytes: Uint8Array;
    none: null;
  };
  expect(crossed.list[0]?.key.reveal()).toBe("p4ssword");
  expect(inspect(crossed, { depth: 9 })).not.toContain("p4ssword");
  expect([crossed.bytes, crossed.none]).toEqual([bytes, null]);
});
