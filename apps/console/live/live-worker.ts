/**
 * The shared worker: one for all tabs of a browser, with the hub and its one stream. It works without a secure context too. The first
 * message on a port says where the gateway's API is; every later one is the tab's. Each is answered, so that a tab notices a worker that is
 * gone.
 */
import { LiveHub, type HubMember } from "./live-hub.ts";
import type { HubSays, TabSays } from "./live-message.ts";
import { openStream } from "./live-stream.ts";

export interface WorkerHello {
  readonly url: string;
}

/** `ready` is the answer to a message. */
export type WorkerSays = HubSays | "ready";

let hub: LiveHub | undefined;

addEventListener("connect", (event) => {
  const port = event instanceof MessageEvent ? event.ports[0] : undefined;
  if (port === undefined) return;
  let member: HubMember | undefined;
  port.addEventListener("message", ({ data }: MessageEvent<WorkerHello | TabSays>) => {
    if ("url" in data) {
      hub ??= new LiveHub({ url: data.url, open: openStream });
      member ??= hub.join((message) => port.postMessage(message satisfies WorkerSays));
    } else {
      member?.hear(data);
    }
    port.postMessage("ready" satisfies WorkerSays);
  });
  port.start();
});
