/**
 * live.stream: frames carry an id, so a browser that reconnects goes on after the last frame it saw. At most liveStreamsMax streams are
 * open at once; a further one gets a problem (503) instead of frames.
 */
import type { z } from "zod";
import type { live } from "../../contract/overview/live.ts";
import { GatewayError } from "../../contract/problem.ts";
import type { ServiceParts } from "../service-parts.ts";
import type { ServiceOf } from "../verb.ts";

type Frame = z.output<typeof live.stream.output>;

export function liveService({ flow, liveStreams }: Pick<ServiceParts, "flow" | "liveStreams">): ServiceOf<"live"> {
  async function* frames(input: z.output<typeof live.stream.input>, signal: AbortSignal): AsyncGenerator<Frame> {
    const { flow: wantsFlow, tails, entities, timelineAfterMs = null, lastEventId = null } = input;
    if (!liveStreams.take()) throw tooManyStreams(liveStreams.placesMax);
    try {
      for await (const { id, frame } of flow.watch({ flow: wantsFlow, tails, entities }, { lastEventId, timelineAfterMs, signal }))
        yield { id, data: frame };
    } finally {
      liveStreams.leave();
    }
  }
  return {
    stream(_principal, input, { signal }) {
      if (liveStreams.isFull) throw tooManyStreams(liveStreams.placesMax);
      return frames(input, signal);
    },
  };
}

function tooManyStreams(streamsMax: number): GatewayError {
  return new GatewayError("TOO_MANY_STREAMS", {
    detail: `${streamsMax} live streams are open already`,
    where: "live.stream",
    cure: "Close browsers that show the console and that nobody looks at; the stream is tried again by itself.",
  });
}
