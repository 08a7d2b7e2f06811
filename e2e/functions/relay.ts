/** Relay: counts each message in its state and hands it on along its path, wherever the next function runs. The same source in every placement. */
import { type AnyEntity, entity, json, message, types } from "@signalbox/functions";
import { z } from "zod";

export const Hop = json("relay/hop", z.object({ path: z.array(z.string()) }));

/** `namespace` is that of the placement in which it runs. */
export function relay(namespace: string): AnyEntity {
  return entity(`${namespace}/relay`, {
    state: { count: types.int },
    messages: { hop: Hop },
    on: {
      hop(ctx, { path: [next, ...path] }) {
        ctx.state.count.set((ctx.state.count.get() ?? 0) + 1);
        if (next !== undefined) ctx.send(message({ type: `${next}/relay`, id: ctx.self.id }, Hop, { path }));
      },
    },
  });
}
