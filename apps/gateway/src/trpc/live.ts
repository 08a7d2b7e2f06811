/**
 * live.stream: the one subscription of a tab. Frames carry an id, so a tab that reconnects goes on after the last frame it saw.
 * At most streamsMax are open at once; one more gets the problem (503) instead of frames.
 */
import { tracked } from "@trpc/server";
import { z } from "zod";
import { GatewayError } from "../http/problem.ts";
import type { Context } from "./context.ts";
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

/** Of all tabs; each costs a connection, a watcher and its frames. */
export const streamsMax = 128;
let open = 0;

async function* framesOf(ctx: Context, input: z.output<typeof streamInput>, signal: AbortSignal) {
  const { flow, tail, entity } = input;
  open++;
  try {
    for await (const { id, frame } of ctx.flow.watch({ flow, tail, entity }, { lastEventId: input.lastEventId ?? null, signal }))
      yield tracked(id, frame);
  } finally {
    open--;
  }
}

function tooManyStreams(): GatewayError {
  return new GatewayError("TOO_MANY_STREAMS", {
    detail: `${streamsMax} live streams are open already`,
    where: "live.stream",
    cure: "Close tabs of the console that nobody looks at; the stream is tried again by itself.",
  });
}

export const liveRouter = router({
  stream: procedure.input(streamInput).subscription(({ ctx, input, signal }) => {
    if (open >= streamsMax) throw tooManyStreams();
    return framesOf(ctx, input, signal ?? new AbortController().signal);
  }),
});
