/**
 * live.stream: the one subscription of a browser, whatever the number of its tabs. Frames carry an id, so one that reconnects goes on after
 * the last frame it saw; what it is to carry is bounded, because each filter and entity is looked for at every event.
 * At most streamsMax are open at once; one more gets the problem (503) instead of frames.
 */
import { tracked } from "@trpc/server";
import { z } from "zod";
import { GatewayError } from "../../contract/problem.ts";
import { filterCharactersMax, parseFilter } from "../../shared/row-filter.ts";
import type { Context } from "./context.ts";
import { procedure, router } from "./init.ts";
import { address, utf8Text } from "../../contract/inputs.ts";

const tailsMax = 16;
const entitiesMax = 32;

const tailText = utf8Text.max(filterCharactersMax).superRefine((text, context) => {
  const parsed = parseFilter(text);
  if (parsed.kind === "error") context.addIssue({ code: "custom", message: `at character ${parsed.at + 1}: ${parsed.message}` });
});

const streamInput = z.object({
  flow: z.boolean(),
  tails: z.array(tailText).max(tailsMax),
  entities: z.array(address).max(entitiesMax),
  tapeAfterMs: z.number().nullish(),
  lastEventId: z.string().max(64).nullish(),
});

/** Of all browsers; each costs a connection, a watcher and its frames. */
export const streamsMax = 128;
let open = 0;

async function* framesOf(ctx: Context, input: z.output<typeof streamInput>, signal: AbortSignal) {
  const { flow, tails, entities, tapeAfterMs = null, lastEventId = null } = input;
  open++;
  try {
    for await (const { id, frame } of ctx.flow.watch({ flow, tails, entities }, { lastEventId, tapeAfterMs, signal }))
      yield tracked(id, frame);
  } finally {
    open--;
  }
}

function tooManyStreams(): GatewayError {
  return new GatewayError("TOO_MANY_STREAMS", {
    detail: `${streamsMax} live streams are open already`,
    where: "live.stream",
    cure: "Close browsers that show the console and that nobody looks at; the stream is tried again by itself.",
  });
}

export const liveRouter = router({
  stream: procedure.input(streamInput).subscription(({ ctx, input, signal }) => {
    if (open >= streamsMax) throw tooManyStreams();
    return framesOf(ctx, input, signal ?? new AbortController().signal);
  }),
});
