/**
 * HttpPools: one HttpPool per origin, socket and connection options; endpoints that agree on these share it.
 * Neighbours: transport-http.ts asks for a pool per target and hands over the bindings that are in force.
 * Guarantee: at most httpPoolsMax pools; a pool that no endpoint uses any more ends its calls and closes.
 */
import { isIP } from "node:net";
import { createSecureContext } from "node:tls";
import type { EndpointSpec, TransportOptions } from "@signalbox/runtime/model/endpoint-spec";
import type { EndpointPlaces } from "../endpoint-places.ts";
import { HttpPool } from "./http-pool.ts";
import type { HttpTarget } from "./transport-url.ts";

const httpPoolsMax = 1024;

interface PoolEntry {
  readonly pool: HttpPool;
  /** endpointKey of each endpoint that has called through this pool. */
  readonly users: Set<string>;
}

export type ObtainedPool =
  | { readonly kind: "ok"; readonly pool: HttpPool }
  | { readonly kind: "forbidden"; readonly reason: string }
  | { readonly kind: "error"; readonly reason: string };

export class HttpPools {
  readonly #entries = new Map<string, PoolEntry>();
  readonly #closing = new Set<Promise<void>>();
  readonly #places: EndpointPlaces;

  constructor(places: EndpointPlaces) {
    this.#places = places;
  }

  obtain(endpoint: EndpointSpec, target: HttpTarget): ObtainedPool {
    const { connectTimeoutMs, readTimeoutMs, poolTtlMs, poolConnectionsMax, tls } = endpoint.transport;
    const tlsKey = target.secure ? tls : undefined;
    const key = JSON.stringify([target.origin, target.socketPath, connectTimeoutMs, readTimeoutMs, poolTtlMs, poolConnectionsMax, tlsKey]);
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      const refusal = refusalOf(target, this.#places);
      if (refusal !== undefined) return { kind: "forbidden", reason: refusal };
      try {
        entry = { pool: createPool(target, endpoint.transport, this.#places), users: new Set() };
      } catch (error) {
        return { kind: "error", reason: error instanceof Error ? error.message : String(error) };
      }
      this.#makeRoom();
      this.#entries.set(key, entry);
    }
    entry.users.add(endpointKey(endpoint));
    return { kind: "ok", pool: entry.pool };
  }

  retain(endpoints: readonly EndpointSpec[]): void {
    const kept = new Set(endpoints.map(endpointKey));
    for (const [key, entry] of this.#entries) {
      for (const user of entry.users) if (!kept.has(user)) entry.users.delete(user);
      if (entry.users.size === 0) this.#drop(key, entry);
    }
  }

  /** Destroys all connections; calls in flight end with an error. */
  async close(): Promise<void> {
    const pools = [...this.#entries.values()];
    this.#entries.clear();
    await Promise.all([...pools.map((entry) => entry.pool.destroy()), ...this.#closing]);
  }

  #makeRoom(): void {
    if (this.#entries.size < httpPoolsMax) return;
    const oldest = this.#entries.entries().next().value;
    if (oldest !== undefined) this.#drop(oldest[0], oldest[1]);
  }

  #drop(key: string, entry: PoolEntry): void {
    this.#entries.delete(key);
    const closed: Promise<void> = entry.pool.close().finally(() => this.#closing.delete(closed));
    this.#closing.add(closed);
  }
}

function endpointKey(endpoint: EndpointSpec): string {
  return JSON.stringify([endpoint.id, endpoint.urlTemplate, endpoint.transport]);
}

function refusalOf({ origin, socketPath }: HttpTarget, places: EndpointPlaces): string | undefined {
  return socketPath === undefined ? places.hostRefusal(new URL(origin).hostname) : places.socketRefusal(socketPath);
}

function createPool(target: HttpTarget, transport: TransportOptions, { lookup }: EndpointPlaces): HttpPool {
  const { tls } = transport;
  const certificates =
    target.secure && tls !== undefined
      ? { ca: tls.trustCaPem, cert: tls.clientCertPem, key: tls.clientKeyPem, passphrase: tls.clientKeyPassword }
      : {};
  const url = new URL(target.origin);
  // Node's sockets want an IPv6 address without its brackets.
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  // Unreadable certificates are reported here by name, and not later as a broken connection.
  const secure = target.secure ? { context: createSecureContext(certificates), servername: isIP(host) === 0 ? host : "" } : undefined;
  return new HttpPool({
    target: {
      host,
      lookup,
      port: url.port === "" ? (target.secure ? 443 : 80) : Number(url.port),
      socketPath: target.socketPath,
      secure,
      connectTimeoutMs: transport.connectTimeoutMs,
    },
    connectionsMax: Math.max(1, transport.poolConnectionsMax),
    readTimeoutMs: Math.max(1, Math.round(transport.readTimeoutMs)),
    lifeMs: transport.poolTtlMs,
  });
}
