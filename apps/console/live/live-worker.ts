/**
 * The shared worker: one for all tabs of a browser, with the hub and its one stream. Works without a secure context too. The first word on a
 * port says where the gateway's API is; every word after it is the tab's.
 */
import { LiveHub, type HubMember } from "./live-hub.ts";
import type { TabSays } from "./live-message.ts";
import { openStream } from "./live-stream.ts";

export interface WorkerHello {
  readonly url: string;
}

let hub: LiveHub | undefined;

addEventListener("connect", (event) => {
  const port = event instanceof MessageEvent ? event.ports[0] : undefined;
  if (port === undefined) return;
  let member: HubMember | undefined;
  port.addEventListener("message", ({ data }: MessageEvent<WorkerHello | TabSays>) => {
    if ("url" in data) {
      hub ??= new LiveHub({ url: data.url, open: openStream });
      member ??= hub.join((message) => port.postMessage(message));
      port.postMessage("ready");
    } else {
      member?.hear(data);
    }
  });
  port.start();
});
