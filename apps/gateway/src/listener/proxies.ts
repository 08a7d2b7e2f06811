/**
 * Proxies: who may say for whom they ask, and whether that one speaks TLS: whoever stands on this machine, and the networks that the operator names
 * (SIGNALBOX_TRUSTED_PROXIES). What others say of it is not heard. Neighbours: cookies go by it (surfaces/principal-of.ts), where a password may be taken and what a wrong
 * one counts for (surfaces/http/session-routes.ts).
 */
import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";
import type { TLSSocket } from "node:tls";
import { isLoopback } from "./loopback.ts";

type Asking = Pick<IncomingMessage, "socket" | "headers">;

const addressCharactersMax = 100;

export class Proxies {
  readonly #networks = new BlockList();

  /** Each an address or a subnet; throws for what is none (isNetwork). */
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

  /** The last of the chain that is no proxy of ours: what stands before it, anybody may have written. */
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

/** Those on this machine. */
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
