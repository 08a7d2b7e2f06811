/**
 * The demo's shop. A cart reserves what is put in it at the stock of each item, gives it back when nobody checks out in time
 * (a delayed message that a checkout cancels), and an order leaves as a receipt through the egress demo/receipts.
 * A quantity that is not a number makes the cart fail, as a bug would: the entity backs off and parks until a person mends the message.
 */
import { z } from "zod";
import type { DemoFunction, FunctionContext } from "./handler.ts";

const basketMs = 20_000;
const restockTo = 60;
const pricesCents: Record<string, number> = { socks: 650, teapot: 2900, lamp: 4200, notebook: 480, umbrella: 1900 };

const addItem = z.object({ item: z.string(), quantity: z.number() });
const basket = z.object({ items: z.record(z.string(), z.number()), touch: z.number() });
const stock = z.object({ available: z.number(), reserved: z.number(), restocks: z.number() });
const order = z.object({ items: z.record(z.string(), z.number()), order: z.number() });

const cart: DemoFunction = {
  states: [
    { name: "basket", typename: "shop/Basket" },
    { name: "orders", typename: "shop/Orders" },
  ],
  run(context, message) {
    switch (message.typename) {
      case "shop/AddItem":
        return addToBasket(context, message.value);
      case "shop/Checkout":
        return checkOut(context);
      case "shop/Expire":
        return giveBack(context);
      case "shop/SoldOut":
        return removeFromBasket(context, message.value);
      default:
        throw new Error(`a cart knows no ${message.typename}`);
    }
  },
};

function addToBasket(context: FunctionContext, value: unknown): void {
  const parsed = addItem.safeParse(value);
  if (!parsed.success) throw new Error(`quantity is not a number in ${JSON.stringify(value)}`);
  const { item, quantity } = parsed.data;
  const held = readBasket(context);
  const touch = held.touch + 1;
  context.write("basket", { items: { ...held.items, [item]: (held.items[item] ?? 0) + quantity }, touch });
  context.send({ type: "shop/stock", id: item }, "shop/Reserve", { quantity });
  if (held.touch > 0) context.cancel(tokenOf(context, held.touch));
  context.sendAfter(basketMs, { target: context.self, typename: "shop/Expire", value: {}, token: tokenOf(context, touch) });
}

function checkOut(context: FunctionContext): void {
  const held = readBasket(context);
  if (Object.keys(held.items).length === 0) return;
  const orders = z.number().catch(0).parse(context.read("orders")) + 1;
  context.cancel(tokenOf(context, held.touch));
  context.write("basket", { items: {}, touch: held.touch });
  context.write("orders", orders);
  context.send({ type: "shop/receipt", id: `${context.self.id}-${orders}` }, "shop/Order", { items: held.items, order: orders });
}

function giveBack(context: FunctionContext): void {
  const held = readBasket(context);
  for (const [item, quantity] of Object.entries(held.items)) context.send({ type: "shop/stock", id: item }, "shop/Release", { quantity });
  context.write("basket", { items: {}, touch: held.touch });
}

function removeFromBasket(context: FunctionContext, value: unknown): void {
  const { item } = z.object({ item: z.string() }).parse(value);
  const held = readBasket(context);
  if (held.items[item] === undefined) return;
  const items = Object.fromEntries(Object.entries(held.items).filter(([name]) => name !== item));
  context.write("basket", { items, touch: held.touch });
}

/** A token is used once: it carries the basket's count of changes. */
function tokenOf(context: FunctionContext, touch: number): string {
  return `basket-${context.self.id}-${touch}`;
}

function readBasket(context: FunctionContext): z.output<typeof basket> {
  return basket.catch({ items: {}, touch: 0 }).parse(context.read("basket"));
}

const stockFunction: DemoFunction = {
  states: [{ name: "level", typename: "shop/Level" }],
  run(context, message) {
    const { quantity } = z.object({ quantity: z.number() }).parse(message.value);
    const level = stock.catch({ available: restockTo, reserved: 0, restocks: 0 }).parse(context.read("level"));
    if (message.typename === "shop/Release") {
      context.write("level", { ...level, available: level.available + quantity, reserved: Math.max(0, level.reserved - quantity) });
    } else if (level.available >= quantity) {
      context.write("level", { ...level, available: level.available - quantity, reserved: level.reserved + quantity });
    } else {
      context.write("level", { available: restockTo, reserved: level.reserved, restocks: level.restocks + 1 });
      if (context.caller !== undefined) context.send(context.caller, "shop/SoldOut", { item: context.self.id });
    }
  },
};

const receipt: DemoFunction = {
  states: [{ name: "receipt", typename: "shop/Receipt" }],
  run(context, message) {
    const { items, order: number } = order.parse(message.value);
    const totalCents = Object.entries(items).reduce((sum, [item, quantity]) => sum + quantity * (pricesCents[item] ?? 1000), 0);
    const written = { order: number, customer: context.caller?.id ?? "", items, totalCents };
    context.write("receipt", written);
    context.egress("demo/receipts", "shop/Receipt", written);
  },
};

export const shopItems = Object.keys(pricesCents);
export const shop: ReadonlyMap<string, DemoFunction> = new Map([
  ["shop/cart", cart],
  ["shop/stock", stockFunction],
  ["shop/receipt", receipt],
]);
