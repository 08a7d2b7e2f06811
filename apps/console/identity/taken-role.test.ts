/** When what is open is closed because its person may no longer have it. */
import { expect, test } from "vitest";
import type { Grant } from "../trpc/views.ts";
import { isTaken } from "./taken-role.ts";

const person = (...grants: Grant[]) => ({ kind: "person", name: "olga", grants }) as const;
const everywhere = { role: "operator", namespace: "*" } as const;
const shop = { role: "operator", namespace: "shop" } as const;

test("a role that went, went down, or holds in fewer places is taken", () => {
  expect(isTaken(person(shop), person())).toBe(true);
  expect(isTaken(person(shop), person({ role: "viewer", namespace: "shop" }))).toBe(true);
  expect(isTaken(person(everywhere), person(shop))).toBe(true);
  expect(isTaken(person(shop, { role: "viewer", namespace: "*" }), person({ role: "viewer", namespace: "*" }))).toBe(true);
});

test("the right to unmask is taken too, unless an admin has it anyhow", () => {
  const unmasks = { role: "viewer", namespace: "shop", unmask: true } as const;
  expect(isTaken(person(unmasks), person({ role: "operator", namespace: "*" }))).toBe(true);
  expect(isTaken(person(unmasks), person({ role: "admin", namespace: "*" }))).toBe(false);
});

test("an equal or larger set of roles takes nothing; one role may replace another", () => {
  expect(isTaken(person(shop), person(shop))).toBe(false);
  expect(isTaken(person(), person(shop))).toBe(false);
  expect(isTaken(person(shop), person(everywhere))).toBe(false);
});

test("another person has their own roles, not those of the page before", () => {
  expect(isTaken(person(shop), { ...person(shop), name: "ben" })).toBe(true);
});
