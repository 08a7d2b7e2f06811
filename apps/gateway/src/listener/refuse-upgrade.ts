/**
 * refuseUpgrade: ends a request that we sent and whose answer switches to another protocol (101 with Upgrade). node:http gives such a
 * connection to the upgrade listener. Without one it closes the connection with neither answer nor error, and then ignores signals and
 * time-outs too, so that the caller would wait for ever.
 * Neighbours: all that calls a URL by node:http (telemetry/otlp-request.ts, connectors/http/http-sender.ts, scaling/wake-call.ts).
 */
import type { ClientRequest } from "node:http";

export function refuseUpgrade(request: ClientRequest, ended: (why: string) => void): void {
  request.on("upgrade", (_answer, socket) => {
    socket.destroy();
    ended("it switched to a protocol that was not asked for");
  });
}
