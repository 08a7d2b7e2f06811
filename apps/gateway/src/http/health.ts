/** GET and HEAD /health, answered by the server itself: whoever waits for a start asks it before the rest of the API is loaded. */
import type { ServerResponse } from "node:http";
import type { Engine } from "@signalbox/engine";

const path = "/health";

export function isHealth(method: string | undefined, url: string): boolean {
  return (method === "GET" || method === "HEAD") && url.startsWith(path) && (url.length === path.length || url[path.length] === "?");
}

export function writeHealth(response: ServerResponse, engine: Pick<Engine, "status">): void {
  const { health, epoch, durableEpoch, waitingMessages, inFlight, parkedEntities } = engine.status();
  const text = JSON.stringify({ status: health.kind, health, epoch, durableEpoch, waitingMessages, inFlight, parkedEntities });
  response.writeHead(health.kind === "running" ? 200 : 503, {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(text),
    ...(health.kind === "running" ? {} : { "retry-after": "1" }),
  });
  response.end(text);
}
