/**
 * Proxies: which peers may say for whom they ask and whether that client speaks TLS: those on this machine, and the networks that the
 * operator names (SIGNALBOX_TRUSTED_PROXIES). What other peers say of it is ignored. Neighbours: surfaces/principal-of.ts chooses cookies
 * by it, and surfaces/http/session-routes.ts where a password may be taken and what a wrong one counts for.
 */
import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";
import type { TLSSocket } from "node:tls";
import { isLoopback } from "./loopback.ts";

type Asking = Pick<IncomingMessage, "socket" | "headers">;

const addressCharactersMax = 100;

export class Proxies {
  readonly #networks = new BlockList();

  /** Each is an address or a subnet; throws for any other text (isNetwork). */
  constructor(networks: readonly string[] = []) {
    for (const network of networks) {
      const { address, prefix, family } = parseNetwork(network) ?? { address: network, prefix: 0, family: "ipv4" as const };
      this.#networks.addSubnet(address, prefix, family);
    }
  }

  isOverTls({ socket, headers }: Asking): boolean {
    if ((socket as Partial<TLSSocket>).encrypted === true) return true;
    return headers["x-forwarded-proto"] === "https" && this.#isTrusted(socket.remoteAddress ?? "");
  }

  /** Returns the last address of the chain that is no proxy of ours. Anybody may have written what comes before it. */
  addressOf({ socket, headers }: Asking): string {
    const peer = socket.remoteAddress ?? "";
    if (!this.#isTrusted(peer)) return peer;
    const said = String(headers["x-forwarded-for"] ?? "")
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "");
    const found = said.findLast((address) => !this.#isTrusted(address)) ?? said[0] ?? peer;
    return found.slice(0, addressCharactersMax);
  }

  #isTrusted(address: string): boolean {
    const family = isIP(address);
    return isLoopback(address) || (family > 0 && this.#networks.check(address, family === 4 ? "ipv4" : "ipv6"));
  }
}

/** The proxies on this machine only. */
export const ownProxies = new Proxies();

export function isNetwork(text: string): boolean {
  return parseNetwork(text) !== undefined;
}

function parseNetwork(text: string): { readonly address: string; readonly prefix: number; readonly family: "ipv4" | "ipv6" } | undefined {
  const [address = "", bits, ...more] = text.split("/");
  const family = isIP(address);
  const widest = family === 4 ? 32 : 128;
  const prefix = bits === undefined ? widest : /^\d{1,3}$/.test(bits) ? Number(bits) : -1;
  if (family === 0 || more.length > 0 || prefix < 0 || prefix > widest) return undefined;
  return { address, prefix, family: family === 4 ? "ipv4" : "ipv6" };
}
