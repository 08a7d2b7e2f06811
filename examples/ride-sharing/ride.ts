/**
 * taxi/ride (id: a passenger's name and a number): looks for a free driver, cell by cell outwards, and keeps what became of it for ten
 * minutes. At its end a receipt leaves through taxi/receipts. Neighbours: passenger.ts opens it; cell.ts and driver.py answer it.
 */
import { entity, expiring, message, record, type Context } from "@signalbox/functions";
import { z } from "zod";
import {
  Accepted,
  Arrived,
  Bill,
  Cancel,
  Declined,
  Find,
  LookAgain,
  Offer,
  Open,
  PickedUp,
  Pickup,
  Progress,
  Receipt,
} from "./messages.ts";
import { distance, outwards } from "./town.ts";

const cellsAsked = 5;
const looksMax = 4;
const lookAgainAfter = "1500ms";
const startCents = 250;
const cellCents = 140;

const Trip = z.object({
  passenger: z.string(),
  from: z.string(),
  to: z.string(),
  status: z.enum(["looking", "asking", "coming", "riding", "arrived", "cancelled", "nobody"]),
  driver: z.string().nullable(),
  /** Cells asked in this look, and looks so far. */
  asked: z.number().int(),
  looks: z.number().int(),
});
type Trip = z.infer<typeof Trip>;

const state = { trip: expiring(Trip, { afterWrite: "10m" }) };

export const ride = entity("taxi/ride", {
  state,
  messages: { Open, Offer, Accepted, Declined, PickedUp, Arrived, Cancel, LookAgain },
  on: {
    Open(ctx, trip) {
      look(ctx, { ...trip, status: "looking", driver: null, asked: 0, looks: 1 });
    },
    Offer(ctx, { cell, driver }) {
      const trip = ctx.state.trip.get();
      if (trip?.status !== "looking") {
        // A driver who was found too late is free again.
        if (driver !== null) ctx.send(message({ type: "taxi/driver", id: driver }, Cancel, {}));
        return;
      }
      if (driver === null) return look(ctx, { ...trip, asked: trip.asked + 1 });
      ctx.state.trip.set({ ...trip, status: "asking", driver });
      const { passenger, to } = trip;
      ctx.send(message({ type: "taxi/driver", id: driver }, Pickup, { passenger, from: trip.from, to }));
      ctx.log.info(`${driver} is asked, from ${cell}`);
    },
    Accepted(ctx) {
      const trip = ctx.state.trip.get();
      if (trip?.status === "asking") progress(ctx, { ...trip, status: "coming" });
      else if (ctx.caller !== undefined) ctx.send(message(ctx.caller, Cancel, {}));
    },
    Declined(ctx) {
      const trip = ctx.state.trip.get();
      if (trip?.status === "asking") look(ctx, { ...trip, status: "looking", driver: null });
    },
    PickedUp(ctx) {
      const trip = ctx.state.trip.get();
      if (trip?.status === "coming") progress(ctx, { ...trip, status: "riding" });
    },
    Arrived(ctx) {
      const trip = ctx.state.trip.get();
      if (trip?.status !== "riding" || trip.driver === null) return;
      ctx.state.trip.set({ ...trip, status: "arrived" });
      const cells = distance(trip.from, trip.to);
      const cents = startCents + cells * cellCents;
      ctx.send(message({ type: "taxi/passenger", id: trip.passenger }, Bill, { ride: ctx.self.id, cents }));
      ctx.egress("taxi/receipts", record(Receipt, { passenger: trip.passenger, ride: ctx.self.id, driver: trip.driver, cents }));
    },
    Cancel(ctx) {
      const trip = ctx.state.trip.get();
      if (trip === undefined || trip.status === "riding" || trip.status === "arrived") return;
      ctx.state.trip.set({ ...trip, status: "cancelled" });
    },
    LookAgain(ctx) {
      const trip = ctx.state.trip.get();
      if (trip?.status === "looking") look(ctx, { ...trip, asked: 0, looks: trip.looks + 1 });
    },
  },
});

/** Asks the next cell; after a few the ride waits a moment, and after a few looks it says that nobody comes. */
function look(ctx: Context<typeof state>, trip: Trip): void {
  const cell = outwards(trip.from)[trip.asked];
  if (trip.asked < cellsAsked && cell !== undefined) {
    ctx.state.trip.set(trip);
    ctx.send(message({ type: "taxi/cell", id: cell }, Find, { passenger: trip.passenger }));
  } else if (trip.looks < looksMax) {
    ctx.state.trip.set(trip);
    ctx.sendAfter(lookAgainAfter, message(ctx.self, LookAgain, {}));
  } else progress(ctx, { ...trip, status: "nobody" });
}

function progress(ctx: Context<typeof state>, trip: Trip & { readonly status: "coming" | "riding" | "nobody" }): void {
  ctx.state.trip.set(trip);
  ctx.send(message({ type: "taxi/passenger", id: trip.passenger }, Progress, { ride: ctx.self.id, status: trip.status }));
}
