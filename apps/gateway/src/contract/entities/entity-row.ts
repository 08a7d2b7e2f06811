/** EntityRow: an entity in a list. */
import { z } from "zod";
import { addressView } from "../shapes/address.ts";

export const entityStatus = z.enum(["idle", "loading", "waiting", "ready", "in-flight", "backing-off", "paused", "parked", "held"]);
export const entityRow = z.strictObject({ address: addressView, status: entityStatus, mailboxDepth: z.number() });
export type EntityRow = z.output<typeof entityRow>;
