/** What a definition refuses when it is written, and the types that follow from one that is right. */
import { expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { entity, expiring, message, types, createDispatcher, type OutgoingMessage } from "../src/index.ts";
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

const wrong: [string, () => unknown, RegExp][] = [
  ["a type without namespace", () => entity("cart", { messages: {}, on: {} }), /"cart" is not of the form namespace\/name/],
  ["a type with blanks", () => entity("shop/cart ", { messages: {}, on: {} }), /is not of the form/],
  ["a state's name", () => entity("a/b", { state: { "1st": types.int }, messages: {}, on: {} }), /state "1st" of a\/b/],
  [
    "two messages of one value type",
    () => entity("a/b", { messages: { x: types.int, y: types.int }, on: { x() {}, y() {} } }),
    /two messages have the value type io\.statefun\.types\/int/,
  ],
  ["an expiry of nothing", () => expiring(types.int, { afterWrite: 0 }), /would never be seen/],
  ["a duration", () => expiring(types.int, { afterWrite: "soon" as "1s" }), /no duration/],
  ["an empty id", () => cart.to(""), /not empty/],
  ["a target without namespace", () => message({ type: "x", id: "1" }, types.int, 1), /namespace\/name/],
  ["a type that is served twice", () => createDispatcher([cart, cart]), /served twice/],
];

test.each(wrong)("%s is refused where it is written", (_name, make, error) => {
  expect(make).toThrow(error);
});
