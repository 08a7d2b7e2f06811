/**
 * isOverTls: whether who asks reached us over TLS: ours, or that of a proxy on this machine that says so. Neighbours: the cookies of sessions go by it
 * (identity/session-cookie.ts), and where a password may be taken (surfaces/http/session-routes.ts).
 */
import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import { isLoopback } from "./loopback.ts";

export function isOverTls({ socket, headers }: Pick<IncomingMessage, "socket" | "headers">): boolean {
  if ((socket as Partial<TLSSocket>).encrypted === true) return true;
  return headers["x-forwarded-proto"] === "https" && isLoopback(socket.remoteAddress ?? "");
}
