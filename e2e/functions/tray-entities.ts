/**
 * A tray that fails when it is counted with a knife and a toaster on it, whatever else is on it; for the smallest reproduction.
 */
import { entity, json, record, types } from "@signalbox/functions";
import { z } from "zod";

const Item = json("kitchen/Item", z.object({ name: z.string() }));

const told = entity("kitchen/told", { messages: { item: Item }, on: { item: () => undefined } });

const tray = entity("kitchen/tray", {
  state: { items: json("kitchen/Items", z.array(z.string())), count: types.int },
  messages: { put: Item, count: json("kitchen/Count", z.object({})) },
  on: {
    put(ctx, item) {
      ctx.state.items.set([...(ctx.state.items.get() ?? []), item.name]);
      ctx.send(told.to("all").message("item", item));
      ctx.egress("kitchen/out", record(Item, item));
    },
    count(ctx) {
      const items = ctx.state.items.get() ?? [];
      if (items.includes("knife") && items.includes("toaster")) throw new RangeError("a knife in the toaster");
      ctx.state.count.set(items.length);
    },
  },
});

export const entities = [tray, told];
