/**
 * Http2Sessions: one HTTP/2 session per endpoint and host, opened when first needed and again after it ended.
 * Neighbours: transport-grpc.ts and transport-http2.ts ask for a session per call and hand over the bindings that are in force.
 * Guarantee: at most http2SessionsMax sessions; a session that cannot connect within connectTimeoutMs ends with that error.
 */
import { connect, type ClientHttp2Session } from "node:http2";
import { connect as connectSocket } from "node:net";
import type { EndpointSpec } from "@signalbox/runtime/model/endpoint-spec";
import { ForbiddenPlace, type EndpointPlaces } from "../endpoint-places.ts";

const http2SessionsMax = 256;
/** A random part of the life, so that sessions that were opened together do not end together. */
const lifeJitterShare = 0.2;
/**
 * How much a server may send before it has to wait. It is large enough for replies to many calls at once, also over a network with long
 * delays.
 */
const windowBytes = 1024 * 1024;

export interface Http2Session {
  readonly http2: ClientHttp2Session;
  /** Why the session broke, because the error of a stream does not always say so. */
  failure: Error | undefined;
  /** Called when the session takes no more streams and ends with the last one: a stream that stays open for ever must end now. */
  onClosing: (() => void) | undefined;
}

export class Http2Sessions {
  readonly #sessions = new Map<string, { readonly endpoint: string; readonly session: Http2Session }>();

  readonly #places: EndpointPlaces;

  constructor(places: EndpointPlaces) {
    this.#places = places;
  }

  /** Connects over a Unix domain socket when one is named. Throws ForbiddenPlace, and when the TLS material cannot be read. */
  obtain(endpoint: EndpointSpec, origin: string, socketPath?: string): Http2Session {
    const owner = endpointKey(endpoint);
    const key = `${origin} ${owner}`;
    const known = this.#sessions.get(key);
    if (known !== undefined && !known.session.http2.closed && !known.session.http2.destroyed) return known.session;
    const refusal = socketPath === undefined ? this.#places.hostRefusal(new URL(origin).hostname) : this.#places.socketRefusal(socketPath);
    if (refusal !== undefined) throw new ForbiddenPlace(refusal);
    this.#makeRoom();
    const session = openSession(endpoint, { origin, socketPath }, this.#places);
    this.#sessions.set(key, { endpoint: owner, session });
    session.http2.once("close", () => {
      if (this.#sessions.get(key)?.session === session) this.#sessions.delete(key);
    });
    return session;
  }

  retain(endpoints: readonly EndpointSpec[]): void {
    const kept = new Set(endpoints.map(endpointKey));
    for (const [key, { endpoint, session }] of this.#sessions) {
      if (kept.has(endpoint)) continue;
      this.#sessions.delete(key);
      end(session);
    }
  }

  async close(): Promise<void> {
    const open = [...this.#sessions.values()].filter(({ session }) => !session.http2.destroyed);
    this.#sessions.clear();
    await Promise.all(
      open.map(
        ({ session }) =>
          new Promise<void>((resolve) => {
            session.http2.once("close", () => resolve());
            session.http2.destroy();
          }),
      ),
    );
  }

  #makeRoom(): void {
    if (this.#sessions.size < http2SessionsMax) return;
    const oldest = this.#sessions.entries().next().value;
    if (oldest === undefined) return;
    this.#sessions.delete(oldest[0]);
    end(oldest[1].session);
  }
}

function end(session: Http2Session): void {
  session.http2.close();
  session.onClosing?.();
}

interface SessionTarget {
  readonly origin: string;
  readonly socketPath: string | undefined;
}

function openSession(endpoint: EndpointSpec, { origin, socketPath }: SessionTarget, { lookup }: EndpointPlaces): Http2Session {
  const { tls, connectTimeoutMs, poolTtlMs } = endpoint.transport;
  const http2 = connect(origin, {
    ca: tls?.trustCaPem,
    cert: tls?.clientCertPem,
    key: tls?.clientKeyPem,
    passphrase: tls?.clientKeyPassword,
    lookup,
    settings: { enablePush: false, initialWindowSize: windowBytes },
    ...(socketPath === undefined ? {} : { createConnection: () => connectSocket(socketPath) }),
  });
  const session: Http2Session = { http2, failure: undefined, onClosing: undefined };
  const late = setTimeout(() => {
    http2.destroy(Object.assign(new Error("connect timeout"), { code: "ETIMEDOUT", syscall: "connect" }));
  }, connectTimeoutMs);
  http2.on("error", (error) => {
    session.failure = error;
  });
  // The server stops, or closes this connection.
  http2.on("goaway", () => session.onClosing?.());
  http2.once("connect", (_session, socket) => {
    clearTimeout(late);
    http2.setLocalWindowSize(windowBytes);
    // A server without HTTP/2 may accept the connection and speak another protocol.
    if ("alpnProtocol" in socket && socket.alpnProtocol !== "h2")
      http2.destroy(Object.assign(new Error("it does not offer HTTP/2 (ALPN h2)"), { code: "ERR_TLS_NO_H2" }));
  });
  http2.once("close", () => clearTimeout(late));
  if (poolTtlMs === 0) return session;
  // The session's life is over: it takes no new calls, and those under way still end.
  const life = setTimeout(() => end(session), poolTtlMs * (1 + Math.random() * lifeJitterShare));
  life.unref();
  http2.once("close", () => clearTimeout(life));
  return session;
}

function endpointKey(endpoint: EndpointSpec): string {
  return JSON.stringify([endpoint.id, endpoint.urlTemplate, endpoint.transport]);
}
