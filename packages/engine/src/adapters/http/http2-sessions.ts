/**
 * Http2Sessions: one HTTP/2 session per endpoint and host, opened when first needed and again after it ended.
 * Neighbours: transport-grpc.ts and transport-http2.ts ask for a session per call and hand over the bindings that are in force.
 * Guarantee: at most http2SessionsMax sessions; a session that cannot connect within connectTimeoutMs ends with that error.
 */
import { connect, type ClientHttp2Session } from "node:http2";
import { connect as connectSocket } from "node:net";
import type { EndpointSpec } from "../../model/endpoint-spec.ts";
import { ForbiddenPlace, type EndpointPlaces } from "../endpoint-places.ts";

export const http2SessionsMax = 256;
/** Sessions that were opened together do not end together. */
const lifeJitterShare = 0.2;
/** What a server may send before it waits: replies to many calls at once, also where the way is long. */
const windowBytes = 1024 * 1024;

export interface Http2Session {
  readonly http2: ClientHttp2Session;
  /** Why it ended, when it ended badly: streams of a broken session do not always carry it. */
  failure: Error | undefined;
  /** It takes no more streams and ends with the last one: whoever has a stream without an end ends it then. */
  onClosing: (() => void) | undefined;
}

export class Http2Sessions {
  readonly #sessions = new Map<string, { readonly endpoint: string; readonly session: Http2Session }>();

  readonly #places: EndpointPlaces;

  constructor(places: EndpointPlaces) {
    this.#places = places;
  }

  /** Over a Unix domain socket where one is named. Throws when the TLS material cannot be read, and ForbiddenPlace. */
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
  // The server stops, or has had enough of this connection.
  http2.on("goaway", () => session.onClosing?.());
  http2.once("connect", (_session, socket) => {
    clearTimeout(late);
    http2.setLocalWindowSize(windowBytes);
    // A server that has no other protocol may go on with its own.
    if ("alpnProtocol" in socket && socket.alpnProtocol !== "h2")
      http2.destroy(Object.assign(new Error("it does not offer HTTP/2 (ALPN h2)"), { code: "ERR_TLS_NO_H2" }));
  });
  http2.once("close", () => clearTimeout(late));
  if (poolTtlMs === 0) return session;
  // Its life is over: no new calls, those under way still end.
  const life = setTimeout(() => end(session), poolTtlMs * (1 + Math.random() * lifeJitterShare));
  life.unref();
  http2.once("close", () => clearTimeout(life));
  return session;
}

function endpointKey(endpoint: EndpointSpec): string {
  return JSON.stringify([endpoint.id, endpoint.urlTemplate, endpoint.transport]);
}
