/**
 * taxi/driver (id: a car) in TypeScript, for a machine without Python: driver.py does the same and has the same names, so one can replace
 * the other and keeps its state. Neighbours: ride.ts sends the passengers, cell.ts keeps who is free.
 */
import { entity, json, message, types, type Context } from "@signalbox/functions";
import { serve } from "@signalbox/functions/node";
import { z } from "zod";
import { Accepted, Arrived, Cancel, Declined, Join, Leave, Location, PickedUp, Pickup } from "./messages.ts";
import { distance } from "./town.ts";

const streetMs = 550;
const boardingMs = 400;

const Shift = json(
  "taxi/Shift",
  z.object({ cell: z.string().nullable(), ride: z.string().nullable(), from: z.string().optional(), to: z.string().optional() }),
);
const Boarded = json("taxi/Boarded", z.object({ ride: z.string() }));
const DropOff = json("taxi/DropOff", z.object({ ride: z.string() }));

const state = { shift: Shift, rides: types.int };

const driver = entity("taxi/driver", {
  state,
  messages: { Location, Pickup, Boarded, DropOff, Cancel },
  on: {
    Location(ctx, { cell }) {
      const shift = ctx.state.shift.get();
      if ((shift?.ride ?? null) !== null || shift?.cell === cell) return;
      if (typeof shift?.cell === "string") ctx.send(message({ type: "taxi/cell", id: shift.cell }, Leave, { driver: ctx.self.id }));
      beFree(ctx, cell);
    },
    Pickup(ctx, trip) {
      const { cell, ride } = ctx.state.shift.get() ?? { cell: null, ride: null };
      if (cell === null || ctx.caller === undefined) return;
      if (ride !== null) return ctx.send(message(ctx.caller, Declined, { cell }));
      ctx.send(message(ctx.caller, Accepted, { cell }));
      ctx.sendAfter(boardingMs + distance(cell, trip.from) * streetMs, message(ctx.self, Boarded, { ride: ctx.caller.id }));
      ctx.state.shift.set({ cell, ride: ctx.caller.id, from: trip.from, to: trip.to });
    },
    Boarded(ctx, { ride }) {
      const shift = ctx.state.shift.get();
      if (shift?.ride !== ride || shift.from === undefined || shift.to === undefined) return;
      ctx.send(message({ type: "taxi/ride", id: ride }, PickedUp, {}));
      ctx.sendAfter(boardingMs + distance(shift.from, shift.to) * streetMs, message(ctx.self, DropOff, { ride }));
      ctx.state.shift.set({ ...shift, cell: shift.from });
    },
    DropOff(ctx, { ride }) {
      const shift = ctx.state.shift.get();
      if (shift?.ride !== ride || shift.to === undefined) return;
      ctx.send(message({ type: "taxi/ride", id: ride }, Arrived, {}));
      ctx.state.rides.set((ctx.state.rides.get() ?? 0) + 1);
      beFree(ctx, shift.to);
    },
    Cancel(ctx) {
      const shift = ctx.state.shift.get();
      // A cell has taken the car off its list, also when the ride no longer wanted it.
      if (typeof shift?.cell === "string" && (shift.ride === null || shift.ride === ctx.caller?.id)) beFree(ctx, shift.cell);
    },
  },
});

function beFree(ctx: Context<typeof state>, cell: string): void {
  ctx.send(message({ type: "taxi/cell", id: cell }, Join, { driver: ctx.self.id }));
  ctx.state.shift.set({ cell, ride: null });
}

const socketPath = process.env["SIGNALBOX_FUNCTION_SOCKET"];
if (socketPath === undefined) throw new Error("SIGNALBOX_FUNCTION_SOCKET is not set: the gateway starts this file (module.yaml)");
const serving = await serve([driver], { socketPath });
console.log("drivers in TypeScript wait for rides");
process.once("SIGTERM", () => void serving.close().then(() => process.exit(0)));
