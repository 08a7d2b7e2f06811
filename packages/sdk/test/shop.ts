/** A small shop, as a user would write it: the example of the tests. Cart and stock send to each other. */
import { z } from "zod";
import {
  egress,
  entity,
  expiring,
  httpEgress,
  json,
  kafkaEgress,
  kafkaRecord,
  kinesisEgress,
  Reject,
  record,
  RetryLater,
  types,
} from "../src/index.ts";

const Item = z.object({ sku: z.string(), count: z.number().int() });
const Reserve = z.object({ count: z.number().int() });
const Reserved = json("shop/Reserved", z.object({ sku: z.string(), left: z.number().int() }));

const shipments = kafkaEgress("shop/shipments", { topic: "shipments", value: Item });
const scans = kinesisEgress("shop/scans", { stream: "scans", value: types.string });
const hook = httpEgress("shop/hook", Item);
const ledger = egress("shop/ledger", Item);

export const cart = entity("shop/cart", {
  state: {
    items: z.array(Item),
    total: types.int,
    session: expiring(types.string, { afterCall: "30m" }),
    note: expiring(z.string(), { afterWrite: 1_500 }),
  },
  messages: { AddItem: Item, Ship: Item, "shop/Reserved": Reserved, text: types.string },
  on: {
    AddItem(ctx, item) {
      if (item.count <= 0) throw new Reject(`count is ${item.count}`);
      if (item.sku === "later") throw new RetryLater("1500ms", "the shop is closed");
      if (item.sku === "broken") throw new Error("thrown on demand");
      if (item.sku === "wordy") throw new Reject("漢".repeat(20_000));
      ctx.state.items.set([...(ctx.state.items.get() ?? []), item]);
      ctx.state.total.set((ctx.state.total.get() ?? 0) + item.count);
      ctx.send(stock.to(item.sku).message("Reserve", { count: item.count }));
      ctx.sendAfter("10m", cart.to(ctx.self.id).message("text", "remind"), { token: `remind-${ctx.self.id}` });
    },
    Ship(ctx, item) {
      ctx.egress(shipments, { key: ctx.self.id, value: item });
      ctx.egress(scans, { partitionKey: ctx.self.id, value: item.sku });
      ctx.egress(hook, item);
      ctx.egress(ledger, item);
    },
    "shop/Reserved"(ctx, { sku, left }) {
      ctx.egress("shop/orders", kafkaRecord({ topic: "orders", key: ctx.self.id, value: `${sku}:${left}` }));
      ctx.egress("shop/notes", record(types.int, left));
    },
    text(ctx, text) {
      if (text === "forget") {
        ctx.cancel(`remind-${ctx.self.id}`);
        ctx.state.items.delete();
      }
      ctx.state.note.set(text);
      ctx.log.info(text);
    },
  },
});

export const stock = entity("shop/stock", {
  state: { left: types.int },
  messages: { Reserve },
  on: {
    async Reserve(ctx, { count }) {
      const left = (ctx.state.left.get() ?? 100) - count;
      ctx.state.left.set(left);
      await Promise.resolve();
      if (ctx.caller !== undefined) ctx.reply(Reserved, { sku: ctx.self.id, left });
    },
  },
});
