/**
 * The condition of a breakpoint: what it may ask of a message, and that a mask hides from it what it hides from people.
 */
import { describe, expect, test } from "vitest";
import type { Message } from "@signalbox/runtime";
import { compileCondition } from "../../src/conditions/message-condition.ts";
import type { ConditionBasis } from "../../src/conditions/condition-basis.ts";

const json = { typename: "shop/Order", bytes: new TextEncoder().encode('{"amount": 1200, "card": "4242", "items": [{"price": 7}]}') };
const order: Message = {
  sequence: 9,
  origin: 0,
  trace: 7,
  caller: { type: "shop/till", id: "t1" },
  target: { type: "shop/cart", id: "ada" },
  value: json,
  atMs: 1,
  headers: undefined,
};
const open: ConditionBasis = { masks: [], descriptorSets: [] };
const hidden: ConditionBasis = {
  masks: [{ cover: { kind: "functions", namespace: "shop", name: "cart" }, fields: [["card"]] }],
  descriptorSets: [],
};

function look(text: string, { basis = open, message = order }: { basis?: ConditionBasis; message?: Message } = {}): string {
  return compileCondition(text, basis).look(message).kind;
}

describe("the condition of a breakpoint", () => {
  test.each([
    "value.amount > 1000",
    'id == "ada" && type == "shop/cart" && namespace == "shop" && address == "shop/cart/ada"',
    'caller == "shop/till/t1" && trace == 7 && valueType == "shop/Order" && sizeBytes > 10',
    "value.items.exists(item, item.price > 5)",
  ])("holds by %s", (text) => {
    expect(look(text)).toBe("fits");
    expect(look(`!(${text})`)).toBe("differs");
  });

  test("lets a message through that lacks the value", () => {
    expect([look("value.weight > 1"), look('headers["x"] == "1"')]).toEqual(["differs", "differs"]);
    expect(look('caller == "shop/till/t1"', { message: { ...order, caller: undefined } })).toBe("differs");
  });

  test("cannot judge values that do not compare, and values that are too large", () => {
    const { look: looked } = compileCondition("value.card > 5", open);
    expect(looked(order)).toMatchObject({ kind: "unclear", why: expect.stringContaining("no such overload") });
    const large = { ...order, value: { ...json, bytes: new Uint8Array(70_000) } };
    expect(look("value.amount > 5", { message: large })).toBe("unclear");
    expect(look('id == "ada"', { message: large })).toBe("fits");
  });

  test("does not see masked values", () => {
    expect(look('value.card == "4242"')).toBe("fits");
    expect(look('value.card == "4242"', { basis: hidden })).toBe("differs");
    expect(look("value.amount > 1000", { basis: hidden })).toBe("fits");
  });

  test("costs more where it loops", () => {
    expect(compileCondition("value.amount > 1000", open).weight).toBe(1);
    expect(compileCondition("value.items.exists(item, item.price > 5)", open).weight).toBeGreaterThan(5);
  });
});
