/**
 * live.stream: the one subscription of a tab. Frames carry an id, so a tab that reconnects goes on after the last frame it saw.
 */
import { tracked } from "@trpc/server";
import { z } from "zod";
import { procedure, router } from "./init.ts";
import { address } from "./inputs.ts";

const tailFilter = z.object({
  type: z.string().max(512).optional(),
  id: z.string().max(4096).optional(),
  valueType: z.string().max(512).optional(),
  status: z.enum(["completed", "failed", "parked"]).optional(),
  text: z.string().max(256).optional(),
});

const streamInput = z.object({
  flow: z.boolean(),
  tail: tailFilter.nullable(),
  entity: address.nullable(),
  lastEventId: z.string().max(64).nullish(),
});

export const liveRouter = router({
  stream: procedure.input(streamInput).subscription(async function* ({ ctx, input, signal }) {
    const ended = signal ?? new AbortController().signal;
    const { flow, tail, entity } = input;
    for await (const { id, frame } of ctx.flow.watch({ flow, tail, entity }, { lastEventId: input.lastEventId ?? null, signal: ended })) {
      yield tracked(id, frame);
    }
  }),
});
