/**
 * listenHttp: opens the HTTP port, behind TLS when the settings name a certificate (listener/tls-front.ts).
 */
import type { Duplex } from "node:stream";
import type { GatewaySettings } from "./compose.ts";
import type { GatewayServer } from "./server.ts";

export async function listenHttp(
  { host, port, tls }: GatewaySettings,
  server: GatewayServer,
  warn: (message: string) => void,
): Promise<number> {
  if (tls === undefined) return server.listen({ host, port });
  const { createTlsFront } = await import("./listener/tls-front.ts");
  const connected = (socket: Duplex): void => void server.server.emit("connection", socket);
  return server.listen({ host, port }, await createTlsFront({ files: tls, protocols: ["http/1.1"], warn, connected }));
}
