/**
 * taxi/cell (id: A1 to F6): which drivers are free in one piece of the town. Whoever is offered is taken off the list; a cell that is asked
 * in vain again and again says so through taxi/demand. Neighbours: ride.ts asks; drivers join and leave.
 */
import { entity, message, record } from "@signalbox/functions";
import { z } from "zod";
import { Find, Join, Leave, Offer, Demand } from "./messages.ts";

const demandAfter = 3;

export const cell = entity("taxi/cell", {
  state: { free: z.array(z.string()), asked: z.object({ total: z.number().int(), inVain: z.number().int() }) },
  messages: { Join, Leave, Find },
  on: {
    Join(ctx, { driver }) {
      const free = ctx.state.free.get() ?? [];
      if (!free.includes(driver)) ctx.state.free.set([...free, driver]);
    },
    Leave(ctx, { driver }) {
      const free = ctx.state.free.get() ?? [];
      if (free.includes(driver)) ctx.state.free.set(free.filter((other) => other !== driver));
    },
    Find(ctx) {
      const [driver = null, ...others] = ctx.state.free.get() ?? [];
      const { total, inVain } = ctx.state.asked.get() ?? { total: 0, inVain: 0 };
      const missed = driver === null ? inVain + 1 : 0;
      if (driver !== null) ctx.state.free.set(others);
      ctx.state.asked.set({ total: total + 1, inVain: missed });
      if (missed > 0 && missed % demandAfter === 0) ctx.egress("taxi/demand", record(Demand, { cell: ctx.self.id, wanted: missed }));
      if (ctx.caller !== undefined) ctx.send(message(ctx.caller, Offer, { cell: ctx.self.id, driver }));
    },
  },
});
