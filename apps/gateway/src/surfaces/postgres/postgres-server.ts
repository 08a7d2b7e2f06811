/**
 * PostgresServer: the SQL operation on a port that speaks PostgreSQL's protocol, for psql, JDBC, dashboards and libraries (docs/sql.md).
 * Neighbours: connection.ts serves each client, open-postgres.ts opens it beside the other ports, guarded-listener.ts makes the listener.
 * Guarantee: the number of clients is bounded, and all connections end when the server closes.
 */
import { randomInt } from "node:crypto";
import type { Server, Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { WireConnections } from "../../health/wire-connections.ts";
import { createGuardedNet } from "../../listener/guarded-listener.ts";
import { listenOn } from "../../listener/listen.ts";
import type { TlsFrontOptions } from "../../listener/tls-front.ts";
import { serveConnection, type ConnectionParts } from "./connection.ts";
import { serverMessages } from "./server-messages.ts";
import { states } from "./wire-error.ts";

export interface PostgresServerOptions extends Pick<ConnectionParts, "identity" | "held" | "ask" | "unexpected"> {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Absent: without. */
  readonly tls?: Pick<TlsFrontOptions, "files" | "warn"> | undefined;
  /** Where connections are counted. */
  readonly connections: WireConnections;
}

export interface PostgresServer {
  readonly port: number;
  close(): Promise<void>;
}

const postgresConnectionsMax = 100;
const int32Max = 2 ** 31 - 1;
const keepAliveMs = 60_000;
const refusedMsMax = 5_000;

export async function startPostgresServer(options: PostgresServerOptions): Promise<PostgresServer> {
  const { identity, held, ask, unexpected, connections } = options;
  connections.begin(postgresConnectionsMax);
  const sockets = new Set<Socket>();
  const running = new Running();
  const serve = (socket: Duplex, secure: boolean): void => {
    const remember = running.remember.bind(running);
    const parts = { identity, held, ask, unexpected, startTls, remember, cancel: running.cancel.bind(running) };
    serveConnection(socket, parts, secure).catch((error: unknown) => {
      unexpected(error);
      socket.destroy();
    });
  };
  const front = await tlsFront(options, (socket) => serve(socket, true));
  const startTls = front === undefined ? undefined : (socket: Duplex): void => void front.emit("connection", socket);
  const server = createGuardedNet((socket) => {
    socket.setNoDelay(true).setKeepAlive(true, keepAliveMs);
    if (!connections.enter()) return refuse(socket);
    sockets.add(socket);
    socket.once("close", () => {
      sockets.delete(socket);
      connections.leave();
    });
    serve(socket, false);
  });
  const port = await listenOn(server, { host: options.host, port: options.port, setting: "SIGNALBOX_POSTGRES_PORT" });
  return {
    port,
    close: async () => {
      front?.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** The running queries, so that another connection can cancel one. */
class Running {
  readonly #byId = new Map<number, { readonly secret: number; readonly cancel: () => void }>();

  remember(cancel: () => void): { id: number; secret: number; forget(): void } {
    let id = randomInt(1, int32Max);
    while (this.#byId.has(id)) id = randomInt(1, int32Max);
    const secret = randomInt(0, int32Max);
    this.#byId.set(id, { secret, cancel });
    return { id, secret, forget: () => void this.#byId.delete(id) };
  }

  cancel(id: number, secret: number): void {
    const found = this.#byId.get(id);
    if (found?.secret === secret) found.cancel();
  }
}

async function tlsFront({ tls }: PostgresServerOptions, connected: (socket: Duplex) => void): Promise<Server | undefined> {
  if (tls === undefined) return undefined;
  const { createTlsFront } = await import("../../listener/tls-front.ts");
  return createTlsFront({ ...tls, protocols: ["postgresql"], connected });
}

function refuse(socket: Socket): void {
  const message = `there are ${postgresConnectionsMax} connections already`;
  socket.end(serverMessages.error({ severity: "FATAL", state: states.tooManyConnections, message, hint: "Close some, or use a pool." }));
  socket.resume();
  setTimeout(() => socket.destroy(), refusedMsMax).unref();
}
