/**
 * live.stream: frames carry an id, so a browser that reconnects goes on after the last frame it saw. At most streamsMax are open at once; one
 * more gets the problem (503) instead of frames.
 */
import type { z } from "zod";
import type { live } from "../../contract/live.ts";
import { GatewayError } from "../../contract/problem.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";

/** Streams of all browsers together; each costs a connection, a live session and its frames. */
export const streamsMax = 128;

type Frame = z.output<typeof live.stream.output>;

export function liveService({ flow }: Pick<ServiceParts, "flow">): ServiceOf<"live"> {
  let open = 0;
  async function* frames(input: z.output<typeof live.stream.input>, signal: AbortSignal): AsyncGenerator<Frame> {
    const { flow: wantsFlow, tails, entities, timelineAfterMs = null, lastEventId = null } = input;
    open++;
    try {
      for await (const { id, frame } of flow.watch({ flow: wantsFlow, tails, entities }, { lastEventId, timelineAfterMs, signal }))
        yield { id, data: frame };
    } finally {
      open--;
    }
  }
  return {
    stream(_principal, input, { signal }) {
      if (open >= streamsMax) throw tooManyStreams();
      return frames(input, signal);
    },
  };
}

function tooManyStreams(): GatewayError {
  return new GatewayError("TOO_MANY_STREAMS", {
    detail: `${streamsMax} live streams are open already`,
    where: "live.stream",
    cure: "Close browsers that show the console and that nobody looks at; the stream is tried again by itself.",
  });
}
