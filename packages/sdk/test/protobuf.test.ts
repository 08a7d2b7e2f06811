/** Protobuf messages as values: by protobufjs, from a .proto at run time and as its static code; the bytes are those of any other protobuf. */
import { FromFunction, StringWrapper } from "@signalbox/proto";
import protobufjs from "protobufjs";
import { expect, test } from "vitest";
import { createDispatcher, entity, json, record } from "../src/index.ts";
import { protobuf, ValueError } from "../src/protobuf.ts";
import { replyOf, requestBytes } from "./wire.ts";
import { z } from "zod";

const { root } = protobufjs.parse(`
  syntax = "proto3";
  package shop;
  message AddItem { string sku = 1; int32 count = 2; }
  message Basket { repeated AddItem items = 1; }
`);

interface Item {
  readonly sku: string;
  readonly count: number;
}

/** The call as a person writes it: a reflected type tells the compiler nothing about its fields. */
function reflected<Value>(name: string): Parameters<typeof protobuf<Value>>[0] {
  const type = root.lookupType(name);
  return {
    fullName: type.fullName,
    encode: (value) => type.encode(type.fromObject(value as object)),
    decode: (bytes) => type.toObject(type.decode(bytes), { defaults: true }) as Value,
    verify: (value) => type.verify(value),
  };
}

const AddItem = protobuf<Item>(reflected("shop.AddItem"));
const Basket = protobuf<{ readonly items: readonly Item[] }>(reflected("shop.Basket"));

test("a message travels under its full name, with the bytes of any protobuf", () => {
  expect(AddItem.typename).toBe("type.googleapis.com/shop.AddItem");
  const bytes = AddItem.encode({ sku: "sku-1", count: 300 });
  // Field 1 has five bytes, and field 2 has 300 as a varint.
  expect(Buffer.from(bytes).toString("hex")).toBe("0a05736b752d3110ac02");
  expect(AddItem.decode(bytes)).toEqual({ sku: "sku-1", count: 300 });
  expect(AddItem.decode(new Uint8Array())).toEqual({ sku: "", count: 0 });
});

test("code that protobufjs generated needs nothing more", () => {
  // The gateway's own codecs are such code, generated without names.
  const text = protobuf(StringWrapper, "shop/text");
  expect(text.typename).toBe("shop/text");
  expect(text.decode(text.encode(StringWrapper.create({ value: "ä" }))).value).toBe("ä");
  const named = {
    encode: StringWrapper.encode,
    decode: StringWrapper.decode,
    getTypeUrl: (prefix?: string) => `${prefix ?? ""}/shop.Text`,
  };
  expect(protobuf(named).typename).toBe("type.googleapis.com/shop.Text");
});

test("a value that does not fit, and bytes that are not such a message, are a ValueError that names the type", () => {
  expect(() => AddItem.encode({ sku: "a", count: "two" } as never)).toThrow(
    /^type\.googleapis\.com\/shop\.AddItem: count: integer expected/,
  );
  expect(() => AddItem.decode(Uint8Array.of(0x0a, 0x7f))).toThrow(ValueError);
});

test("code that does not name its message is refused where it is defined", () => {
  const nameless = { encode: () => ({ finish: () => new Uint8Array() }), decode: () => ({}) };
  expect(() => protobuf(nameless)).toThrow(/second argument/);
  expect(protobuf(nameless, "shop/thing").typename).toBe("shop/thing");
});

test("messages and states are protobuf in a function like any other value", async () => {
  const Total = json("shop/Total", z.object({ items: z.number() }));
  const cart = entity("shop/cart", {
    state: { basket: Basket },
    messages: { AddItem },
    on: {
      AddItem(ctx, item) {
        const items = [...(ctx.state.basket.get()?.items ?? []), item];
        ctx.state.basket.set({ items });
        ctx.egress("shop/totals", record(Total, { items: items.length }));
      },
    },
  });
  const held = { typename: Basket.typename, value: Basket.encode({ items: [{ sku: "a", count: 1 }] }) };
  const request = requestBytes({
    target: ["shop", "cart", "ada"],
    states: { basket: held },
    messages: [{ type: AddItem.typename, value: AddItem.encode({ sku: "b", count: 2 }) }],
  });
  const outcome = await createDispatcher([cart]).dispatch(request);
  if (outcome.kind !== "reply") throw new Error(`${outcome.kind}: ${outcome.reason}`);
  const mutation = FromFunction.decode(outcome.bytes).invocationResult?.stateMutations?.[0];
  expect(Basket.decode(mutation?.stateValue?.value ?? new Uint8Array())).toEqual({
    items: [
      { sku: "a", count: 1 },
      { sku: "b", count: 2 },
    ],
  });
  expect(replyOf(outcome.bytes)).toMatchObject({
    invocationResult: { outgoingEgresses: [{ egressNamespace: "shop", egressType: "totals" }] },
  });
});
