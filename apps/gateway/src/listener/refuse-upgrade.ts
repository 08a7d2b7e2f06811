/**
 * refuseUpgrade: ends a request of ours whose answer switches to another protocol (101 with Upgrade). node:http hands such a connection to whoever listens for it; where
 * nobody does it closes it with neither answer nor error, and neither a signal nor a time-out is heard any more: whoever waits would wait for ever.
 * Neighbours: whatever calls a URL by node:http (telemetry/otlp-request.ts, connectors/http/http-sender.ts, scaling/wake-call.ts).
 */
import type { ClientRequest } from "node:http";

export function refuseUpgrade(request: ClientRequest, ended: (why: string) => void): void {
  request.on("upgrade", (_answer, socket) => {
    socket.destroy();
    ended("it switched to a protocol that was not asked for");
  });
}
