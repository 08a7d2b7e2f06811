/**
 * HttpPools: one undici Pool per origin, socket and connection options; endpoints that agree on these share it.
 * Neighbours: transport-http.ts asks for a pool per target and hands over the bindings that are in force.
 * Guarantee: at most httpPoolsMax pools; a pool that no endpoint uses any more ends its calls and closes.
 */
import { createSecureContext } from "node:tls";
import { Pool } from "undici";
import type { EndpointSpec, TransportOptions } from "../model/endpoint-spec.ts";
import type { HttpTarget } from "./transport-url.ts";

export const httpPoolsMax = 1024;

interface PoolEntry {
  readonly pool: Pool;
  /** endpointKey of each endpoint that called through it. */
  readonly users: Set<string>;
}

export type ObtainedPool = { readonly kind: "ok"; readonly pool: Pool } | { readonly kind: "error"; readonly reason: string };

export class HttpPools {
  readonly #entries = new Map<string, PoolEntry>();
  readonly #closing = new Set<Promise<void>>();

  obtain(endpoint: EndpointSpec, target: HttpTarget): ObtainedPool {
    const { connectTimeoutMs, poolTtlMs, poolConnectionsMax, tls } = endpoint.transport;
    const tlsKey = target.secure ? tls : undefined;
    const key = JSON.stringify([target.origin, target.socketPath, connectTimeoutMs, poolTtlMs, poolConnectionsMax, tlsKey]);
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      try {
        entry = { pool: createPool(target, endpoint.transport), users: new Set() };
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

  /** Destroys what is open; calls in flight end with an error. */
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
    // A pool that was destroyed meanwhile has nothing left to end.
    const closed: Promise<void> = entry.pool
      .close()
      .catch(() => undefined)
      .finally(() => this.#closing.delete(closed));
    this.#closing.add(closed);
  }
}

function endpointKey(endpoint: EndpointSpec): string {
  return JSON.stringify([endpoint.id, endpoint.urlTemplate, endpoint.transport]);
}

function createPool(target: HttpTarget, transport: TransportOptions): Pool {
  const { tls } = transport;
  const secure =
    target.secure && tls !== undefined
      ? { ca: tls.trustCaPem, cert: tls.clientCertPem, key: tls.clientKeyPem, passphrase: tls.clientKeyPassword }
      : {};
  // Unreadable certificates are found here, by name, and not as a broken connection later.
  if (target.secure) createSecureContext(secure);
  return new Pool(target.origin, {
    connections: Math.max(1, transport.poolConnectionsMax),
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: Math.max(1, transport.poolTtlMs),
    keepAliveMaxTimeout: Math.max(1, transport.poolTtlMs),
    connect: {
      timeout: transport.connectTimeoutMs,
      ...secure,
      ...(target.socketPath === undefined ? {} : { socketPath: target.socketPath }),
    },
  });
}
