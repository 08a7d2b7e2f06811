/**
 * The messages between passengers, rides, drivers and cells: JSON under their own type names, so that a function in any language reads
 * them.
 * Neighbours: driver.py has the same names.
 * Guarantee: every message is checked by its schema.
 */
import { json } from "@signalbox/functions";
import { z } from "zod";

const trip = z.object({ passenger: z.string(), from: z.string(), to: z.string() });

/** From the town to a passenger: a trip is wanted. */
export const Request = json("taxi/Request", z.object({ from: z.string(), to: z.string() }));
/** From the ride to a passenger. */
export const Progress = json("taxi/Progress", z.object({ ride: z.string(), status: z.enum(["coming", "riding", "nobody"]) }));
export const Bill = json("taxi/Bill", z.object({ ride: z.string(), cents: z.number().int() }));

/** To a ride. */
export const Open = json("taxi/Open", trip);
export const Offer = json("taxi/Offer", z.object({ cell: z.string(), driver: z.string().nullable() }));
export const Accepted = json("taxi/Accepted", z.object({ cell: z.string() }));
export const Declined = json("taxi/Declined", z.object({ cell: z.string() }));
export const PickedUp = json("taxi/PickedUp", z.object({}));
export const Arrived = json("taxi/Arrived", z.object({}));
export const Cancel = json("taxi/Cancel", z.object({}));
export const LookAgain = json("taxi/LookAgain", z.object({}));

/** To a driver. */
export const Pickup = json("taxi/Pickup", trip);
export const Location = json("taxi/Location", z.object({ cell: z.string() }));

/** To a cell. */
export const Join = json("taxi/Join", z.object({ driver: z.string() }));
export const Leave = json("taxi/Leave", z.object({ driver: z.string() }));
export const Find = json("taxi/Find", z.object({ passenger: z.string() }));

/** What leaves. */
export const Receipt = json(
  "taxi/Receipt",
  z.object({ passenger: z.string(), ride: z.string(), driver: z.string(), cents: z.number().int() }),
);
export const Demand = json("taxi/Demand", z.object({ cell: z.string(), wanted: z.number().int() }));
