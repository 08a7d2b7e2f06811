/**
 * The demo's shop. A cart reserves its items at the stock of each item, and gives them back when nobody checks out in time (a delayed
 * message that a checkout cancels). An order leaves as a receipt through the egress demo/receipts. A quantity that is not a number makes
 * the cart fail, as a bug would: the entity backs off and parks until a person mends the message.
 */
import { entity, json, message, record } from "@signalbox/functions";
import { z } from "zod";

const basketMs = 20_000;
const restockTo = 60;
const pricesCents: Record<string, number> = { socks: 650, teapot: 2900, lamp: 4200, notebook: 480, umbrella: 1900 };

const items = z.record(z.string(), z.number());
const basket = z.object({ items, touch: z.number() });
const quantity = z.object({ quantity: z.number() });

const AddItem = json("shop/AddItem", z.object({ item: z.string(), quantity: z.number() }));
const Checkout = json("shop/Checkout", z.object({}));
const Expire = json("shop/Expire", z.object({}));
const SoldOut = json("shop/SoldOut", z.object({ item: z.string() }));
const Reserve = json("shop/Reserve", quantity);
const Release = json("shop/Release", quantity);
const Order = json("shop/Order", z.object({ items, order: z.number() }));
const Basket = json("shop/Basket", basket);
const Orders = json("shop/Orders", z.number());
const Level = json("shop/Level", z.object({ available: z.number(), reserved: z.number(), restocks: z.number() }));
const Receipt = json("shop/Receipt", z.object({ order: z.number(), customer: z.string(), items, totalCents: z.number() }));

const nothingYet: z.output<typeof basket> = { items: {}, touch: 0 };

const cart = entity("shop/cart", {
  state: { basket: Basket, orders: Orders },
  messages: { AddItem, Checkout, Expire, SoldOut },
  on: {
    AddItem(ctx, { item, quantity: count }) {
      const held = ctx.state.basket.get() ?? nothingYet;
      const touch = held.touch + 1;
      ctx.state.basket.set({ items: { ...held.items, [item]: (held.items[item] ?? 0) + count }, touch });
      ctx.send(stock.to(item).message("Reserve", { quantity: count }));
      if (held.touch > 0) ctx.cancel(tokenOf(ctx.self.id, held.touch));
      ctx.sendAfter(basketMs, message(ctx.self, Expire, {}), { token: tokenOf(ctx.self.id, touch) });
    },
    Checkout(ctx) {
      const held = ctx.state.basket.get() ?? nothingYet;
      if (Object.keys(held.items).length === 0) return;
      const order = (ctx.state.orders.get() ?? 0) + 1;
      ctx.cancel(tokenOf(ctx.self.id, held.touch));
      ctx.state.basket.set({ items: {}, touch: held.touch });
      ctx.state.orders.set(order);
      ctx.send(receipt.to(`${ctx.self.id}-${order}`).message("Order", { items: held.items, order }));
    },
    Expire(ctx) {
      const held = ctx.state.basket.get() ?? nothingYet;
      for (const [item, count] of Object.entries(held.items)) ctx.send(stock.to(item).message("Release", { quantity: count }));
      ctx.state.basket.set({ items: {}, touch: held.touch });
    },
    SoldOut(ctx, { item }) {
      const held = ctx.state.basket.get() ?? nothingYet;
      if (held.items[item] === undefined) return;
      ctx.state.basket.set({ items: Object.fromEntries(Object.entries(held.items).filter(([name]) => name !== item)), touch: held.touch });
    },
  },
});

/** A token is used once: it carries the basket's count of changes. */
function tokenOf(cartId: string, touch: number): string {
  return `basket-${cartId}-${touch}`;
}

const stock = entity("shop/stock", {
  state: { level: Level },
  messages: { Reserve, Release },
  on: {
    Reserve(ctx, { quantity: count }) {
      const level = ctx.state.level.get() ?? { available: restockTo, reserved: 0, restocks: 0 };
      if (level.available >= count) {
        ctx.state.level.set({ ...level, available: level.available - count, reserved: level.reserved + count });
        return;
      }
      ctx.state.level.set({ available: restockTo, reserved: level.reserved, restocks: level.restocks + 1 });
      if (ctx.caller !== undefined) ctx.send(message(ctx.caller, SoldOut, { item: ctx.self.id }));
    },
    Release(ctx, { quantity: count }) {
      const level = ctx.state.level.get() ?? { available: restockTo, reserved: 0, restocks: 0 };
      ctx.state.level.set({ ...level, available: level.available + count, reserved: Math.max(0, level.reserved - count) });
    },
  },
});

const receipt = entity("shop/receipt", {
  state: { receipt: Receipt },
  messages: { Order },
  on: {
    Order(ctx, { items: bought, order }) {
      const totalCents = Object.entries(bought).reduce((sum, [item, count]) => sum + count * (pricesCents[item] ?? 1000), 0);
      const written = { order, customer: ctx.caller?.id ?? "", items: bought, totalCents };
      ctx.state.receipt.set(written);
      ctx.egress("demo/receipts", record(Receipt, written));
    },
  },
});

export const shopItems = Object.keys(pricesCents);
export const shop = [cart, stock, receipt];
