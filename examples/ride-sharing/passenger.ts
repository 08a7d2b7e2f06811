/**
 * taxi/passenger (id: a name): asks for one ride at a time, gives up when nobody comes, pays at the end. Neighbours: ride.ts.
 */
import { entity, types } from "@signalbox/functions";
import { z } from "zod";
import { Bill, Progress, Request } from "./messages.ts";
import { ride } from "./ride.ts";

const patience = "25s";

export const passenger = entity("taxi/passenger", {
  state: {
    current: z.object({ ride: z.string(), status: z.enum(["asked", "coming", "riding"]) }),
    rides: types.int,
    spentCents: types.int,
  },
  messages: { Request, Progress, Bill, GiveUp: z.object({ ride: z.string() }) },
  on: {
    Request(ctx, { from, to }) {
      // A passenger has one taxi at a time; the town asks again later.
      if (ctx.state.current.get() !== undefined || from === to) return;
      const rides = (ctx.state.rides.get() ?? 0) + 1;
      const id = `${ctx.self.id}-${rides}`;
      ctx.state.rides.set(rides);
      ctx.state.current.set({ ride: id, status: "asked" });
      ctx.send(ride.to(id).message("Open", { passenger: ctx.self.id, from, to }));
      ctx.sendAfter(patience, passenger.to(ctx.self.id).message("GiveUp", { ride: id }), { token: id });
    },
    Progress(ctx, { ride: id, status }) {
      if (ctx.state.current.get()?.ride !== id) return;
      if (status === "coming") {
        ctx.cancel(id);
        ctx.state.current.set({ ride: id, status });
      } else if (status === "riding") ctx.state.current.set({ ride: id, status });
      else {
        ctx.cancel(id);
        ctx.state.current.delete();
      }
    },
    GiveUp(ctx, { ride: id }) {
      const current = ctx.state.current.get();
      if (current?.ride !== id || current.status !== "asked") return;
      ctx.send(ride.to(id).message("Cancel", {}));
      ctx.state.current.delete();
    },
    Bill(ctx, { cents }) {
      ctx.state.spentCents.set((ctx.state.spentCents.get() ?? 0) + cents);
      ctx.state.current.delete();
    },
  },
});
