/** A definition refuses mistakes when it is written, and a right one gives types. */
import { expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { entity, expiring, message, types, createDispatcher, type OutgoingMessage } from "../src/index.ts";
import { exportedEntities } from "../src/hosts/embedded.ts";
import { cart, stock } from "./shop.ts";

test("handlers and messages have the types of their declaration", () => {
  entity("a/b", {
    state: { list: z.array(z.number()), seen: expiring(types.long, { afterWrite: "1d" }) },
    messages: { Put: z.object({ value: z.number() }), ask: types.string },
    on: {
      Put(ctx, put) {
        expectTypeOf(put).toEqualTypeOf<{ value: number }>();
        expectTypeOf(ctx.state.list.get()).toEqualTypeOf<number[] | undefined>();
        expectTypeOf(ctx.state.seen.get()).toEqualTypeOf<bigint | undefined>();
        // @ts-expect-error a state that is not declared
        void ctx.state.other;
      },
      ask(_ctx, text) {
        expectTypeOf(text).toEqualTypeOf<string>();
      },
    },
  });
  expectTypeOf(cart.to("ada").message("AddItem", { sku: "a", count: 1 })).toEqualTypeOf<OutgoingMessage>();
  // @ts-expect-error a value of another type
  expect(() => cart.to("ada").message("AddItem", { sku: "a", count: "1" })).toThrow(/shop\/AddItem: count: /);
  // @ts-expect-error a message that is not declared
  expect(() => stock.to("a").message("Other", 1)).toThrow(/takes no message "Other"/);
});

/** The function as JavaScript calls it. */
const untyped = entity as (type?: unknown, options?: unknown) => unknown;

const wrong: [string, () => unknown, RegExp][] = [
  ["a type without namespace", () => entity("cart", { messages: {}, on: {} }), /"cart" is not of the form namespace\/name/],
  ["a type with blanks", () => entity("shop/cart ", { messages: {}, on: {} }), /is not of the form/],
  ["a state's name", () => entity("a/b", { state: { "1st": types.int }, messages: {}, on: {} }), /state "1st" of a\/b/],
  [
    "two messages of one value type",
    () => entity("a/b", { messages: { x: types.int, y: types.int }, on: { x() {}, y() {} } }),
    /two messages have the value type io\.statefun\.types\/int/,
  ],
  ["a type with a blank inside", () => entity("shop / cart", { messages: {}, on: {} }), /a blank stands at the end of a part/],
  ["a type with a line in it", () => entity("shop/ca\nrt", { messages: {}, on: {} }), /control character/],
  ["a type that is too long", () => entity(`shop/${"x".repeat(600)}`, { messages: {}, on: {} }), /longer than 512 bytes/],
  ["no type", () => untyped(undefined, { messages: {}, on: {} }), /entity \(undefined\) is not of the form/],
  ["no options", () => untyped("a/b"), /a\/b has no `messages`; define it by/],
  ["no handlers", () => untyped("a/b", { messages: {} }), /a\/b has no `on`/],
  ["a handler that is none", () => untyped("a/b", { messages: { x: types.int }, on: { x: 5 } }), /"x" is no function/],
  ["a handler of no message", () => untyped("a/b", { messages: {}, on: { Typo() {} } }), /`on` handles "Typo", which/],
  [
    "a message of a type that is not there yet",
    () => untyped("a/b", { messages: { x: undefined }, on: { x() {} } }),
    /message "x" of a\/b is declared as undefined \(of a file that imports this one/,
  ],
  [
    "a state of a type by name",
    () => untyped("a/b", { state: { x: "string" }, messages: {}, on: {} }),
    /state x of a\/b is declared as string/,
  ],
  [
    "a schema that was not called",
    () => untyped("a/b", { state: { x: z.string }, messages: {}, on: {} }),
    /function \(was it to be called\?\)/,
  ],
  ["an id that is too long", () => cart.to("x".repeat(2_049)), /longer than 2048 bytes/],
  ["an expiry of nothing", () => expiring(types.int, { afterWrite: 0 }), /would never be seen/],
  ["a duration", () => expiring(types.int, { afterWrite: "soon" as "1s" }), /no duration/],
  ["an empty id", () => cart.to(""), /not empty/],
  ["a target without namespace", () => message({ type: "x", id: "1" }, types.int, 1), /namespace\/name/],
  ["functions that are no list", () => createDispatcher(cart as never), /given as a list/],
  ["a function that is not there", () => createDispatcher([cart, undefined as never]), /number 2 of the functions is none/],
  ["a type that is served twice", () => createDispatcher([cart, cart]), /served twice/],
];

test.each(wrong)("%s is refused where it is written", (_name, make, error) => {
  expect(make).toThrow(error);
});

test("a state is declared by any schema, also by one that has a kind (valibot, arktype)", () => {
  const schema = {
    ...{ kind: "schema", type: "number", expects: "number" },
    "~standard": { version: 1, vendor: "valibot", validate: (value: unknown) => ({ value: Number(value) }) },
  } as const;
  const { states } = entity("a/b", { state: { count: schema, seen: expiring(schema, { afterWrite: "1d" }) }, messages: {}, on: {} });
  expect(states.map(({ spec }) => spec)).toEqual([
    { name: "count", typename: "a/b.count", expiry: undefined },
    { name: "seen", typename: "a/b.seen", expiry: { mode: "after-write", afterMs: 86_400_000 } },
  ]);
});

test("an entity that a module exports twice, under two names or in a list too, is one entity", () => {
  expect(exportedEntities({ cart, default: cart, all: [cart, stock] })).toEqual([cart, stock]);
});
