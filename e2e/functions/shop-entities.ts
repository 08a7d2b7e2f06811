/**
 * A small shop, for tests of what the console tells of a trace and of failures: a cart takes a checkout, tells the stock and is reminded a
 * moment later; the stock writes a record, and answers who asks what is left. An order of nothing makes the stock throw; a cart without a
 * stock is rejected.
 */
import { entity, json, record, Reject, types } from "@signalbox/functions";
import { z } from "zod";

const Take = json("store/Take", z.object({ count: z.number() }));
const Taken = json("store/Taken", z.object({ left: z.number() }));

const cart = entity("store/cart", {
  state: { orders: types.int, reminded: types.bool },
  messages: {
    checkout: json("store/Checkout", z.object({ sku: z.string(), count: z.number() })),
    remind: json("store/Remind", z.string()),
  },
  on: {
    checkout(ctx, { sku, count }) {
      if (sku === "") throw new Reject("a checkout names its stock");
      ctx.state.orders.set((ctx.state.orders.get() ?? 0) + 1);
      ctx.send(stock.to(sku).message("take", { count }));
      ctx.sendAfter("1500ms", cart.to(ctx.self.id).message("remind", "pay"));
    },
    remind(ctx) {
      ctx.state.reminded.set(true);
    },
  },
});

const stock = entity("store/stock", {
  state: { left: types.int },
  messages: { take: Take, left: json("store/Left", z.object({})) },
  on: {
    left(ctx) {
      ctx.reply(types.int, ctx.state.left.get() ?? 100);
    },
    take(ctx, { count }) {
      const left = leftAfter(ctx.state.left.get() ?? 100, count);
      ctx.state.left.set(left);
      ctx.egress("store/taken", record(Taken, { left }));
    },
  },
});

function leftAfter(left: number, count: number): number {
  if (count === 0) throw new TypeError(`nothing is taken of ${left}`);
  return left - count;
}

export const entities = [cart, stock];
