/**
 * FastPathServer: stands before node:http on the gateway's port. Every connection begins here; while it carries only plain messages and
 * calls it is read and answered without node:http (fast-path-connection.ts). After that it belongs to node:http, which handles everything
 * else: other routes, other encodings, limits, upgrades, what is not HTTP. Neighbours: server.ts opens it; messages.ts and calls.ts decide
 * what is answered, fast-path-response.ts how that is written. Guarantee: nothing waits here for ever: an incomplete request is passed to
 * node:http with its timeouts, and an idle connection is closed after the server's keep-alive timeout.
 */
import type { Server } from "node:http";
import type { Duplex } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { FastPathConnection, type AnswerSlot, type FastPathConnectionOwner } from "./fast-path-connection.ts";
import { startsBelow, type FastPathRequest } from "./fast-path-parser.ts";
import { FastPathResponse } from "./fast-path-response.ts";
import { notSignedIn } from "./request-gate.ts";
import type { Calls } from "./calls.ts";
import { acceptedText, type Messages } from "./messages.ts";
import type { Principal } from "../../contract/principal.ts";
import { isExpected, problemOf } from "../../contract/problem-of.ts";
import { clientCertificateOf } from "../../identity/client-certificate.ts";
import type { WhoAsks } from "../../identity/identity.ts";
import type { RequestBytes } from "../../listener/request-bytes.ts";
import type { SiteRules } from "../../listener/site-rules.ts";

export interface FastPathOptions {
  /** The node:http server, whose connections come here first. */
  readonly server: Server;
  readonly messages: Pick<Messages, "accept" | "messageBytesMax" | "held">;
  readonly calls: Calls;
  readonly site: Pick<SiteRules, "allowsHost">;
  readonly identity: Pick<WhoAsks, "loginRequired" | "principalOf">;
  /** "" or absent: none. */
  readonly basePath?: string;
}

interface Asked {
  readonly connection: FastPathConnection;
  readonly slot: AnswerSlot;
  readonly url: string;
}

export const watchMs = 5_000;
/** After so many turns a connection without a complete request is passed to node:http, which has timeouts. */
const slowTurns = 2;
/** How long a connection that is idle when the server stops may still bring a request that was on its way. */
const lingerMs = 250;
const lingerStepMs = 25;

export class FastPathServer implements FastPathConnectionOwner {
  readonly bodyBytesMax: number;
  readonly startsBelow: FastPathConnectionOwner["startsBelow"];
  isStopping = false;
  readonly held: RequestBytes;
  private readonly server: Server;
  private readonly site: Pick<SiteRules, "allowsHost">;
  /** The last allowed Host header, because clients repeat the same one. */
  private lastHost: Buffer = Buffer.alloc(0);
  private readonly accept: Messages["accept"];
  private readonly calls: Calls;
  private readonly identity: FastPathOptions["identity"];
  private readonly behind: readonly Parameters<typeof Reflect.apply>[0][];
  private readonly response: FastPathResponse;
  private readonly idleTurns: number;
  private readonly connections = new Set<FastPathConnection>();
  private readonly watch: NodeJS.Timeout;

  constructor({ server, messages, calls, site, identity, basePath = "" }: FastPathOptions) {
    this.server = server;
    this.identity = identity;
    this.site = site;
    this.held = messages.held;
    this.accept = messages.accept;
    this.calls = calls;
    this.startsBelow = startsBelow(basePath);
    this.bodyBytesMax = messages.messageBytesMax;
    this.response = new FastPathResponse(server.keepAliveTimeout);
    this.idleTurns = Math.ceil(server.keepAliveTimeout / watchMs) + 1;
    this.behind = server.listeners("connection");
    server.removeAllListeners("connection");
    server.on("connection", (socket: Duplex) => this.connections.add(new FastPathConnection(socket, this)));
    this.watch = setInterval(() => this.turn(), watchMs).unref();
  }

  get loginRequired(): boolean {
    return this.identity.loginRequired;
  }

  /** How many connections carry nothing but messages. */
  get size(): number {
    return this.connections.size;
  }

  /** One turn of the watch. */
  turn(): void {
    for (const connection of this.connections) {
      if (!connection.isOwedNothing) continue;
      connection.waitingTurns++;
      if (connection.isUndecided) {
        if (connection.waitingTurns >= slowTurns) connection.leave();
      } else if (connection.waitingTurns > this.idleTurns) connection.destroy();
    }
  }

  /** Each connection ends after its last answer. Resolves once none is left, or after lingerMs, when those end that nothing more has come from. */
  async stop(): Promise<void> {
    this.isStopping = true;
    for (const connection of this.connections) connection.stop();
    for (let waitedMs = 0; waitedMs < lingerMs && this.connections.size > 0; waitedMs += lingerStepMs) await delay(lingerStepMs);
    for (const connection of this.connections) if (connection.isOwedNothing) connection.destroy();
  }

  close(): void {
    this.isStopping = true;
    clearInterval(this.watch);
    for (const connection of this.connections) connection.destroy();
  }

  readonly allowsHost = (bytes: Buffer, from: number, end: number): boolean => {
    const last = this.lastHost;
    if (end - from === last.length) {
      // Compares byte by byte, because a call of compare() takes longer for so few bytes.
      let at = 0;
      while (at < last.length && bytes[from + at] === last[at]) at++;
      if (at === last.length) return true;
    }
    if (!this.site.allowsHost(bytes.toString("latin1", from, end))) return false;
    this.lastHost = Buffer.from(bytes.subarray(from, end));
    return true;
  };

  serve(connection: FastPathConnection, slot: AnswerSlot, request: FastPathRequest): void {
    if (request.kind === "call") return this.serveCall(connection, slot, request);
    try {
      const principal = this.principalOf(connection, request);
      // The principal is known at once, except for the first request of a token.
      const accepting = principal instanceof Promise ? principal.then((who) => this.accept(request, who)) : this.accept(request, principal);
      accepting.then(
        (accepted) => connection.answer(slot, this.response.accepted(acceptedText(accepted), connection.endsWith(slot))),
        (error: unknown) => this.refuse(connection, slot, { error, url: request.url }),
      );
    } catch (error) {
      this.refuse(connection, slot, { error, url: request.url });
    }
  }

  /** Does what server.ts and call-routes.ts do: find the principal, ask the gate, call the operation behind its guard. */
  private serveCall(connection: FastPathConnection, slot: AnswerSlot, request: FastPathRequest): void {
    const { url } = request;
    const where = { connection, slot, url };
    try {
      const principal = this.principalOf(connection, request);
      if (!(principal instanceof Promise)) return this.call(where, request, principal);
      principal.then(
        (who) => this.call(where, request, who),
        (error: unknown) => this.refuse(connection, slot, { error, url }),
      );
    } catch (error) {
      this.refuse(connection, slot, { error, url });
    }
  }

  private call({ connection, slot, url }: Asked, request: FastPathRequest, principal: Principal): void {
    const answer = (write: (closing: boolean) => string): void => connection.answer(slot, write(connection.endsWith(slot)));
    if (principal.kind === "anonymous") return answer((closing) => this.response.gateProblem(problemOf(notSignedIn(url), url), closing));
    const failed = (error: unknown): void => {
      const problem = problemOf(error, url);
      if (problem.status >= 500 && !isExpected(error)) this.calls.logError(error, url);
      answer((closing) => this.response.callProblem(problem, closing));
    };
    const disconnected = new AbortController();
    slot.gone = () => disconnected.abort();
    try {
      this.calls
        .call(request, principal, disconnected.signal)
        .then((reply) => answer((closing) => this.response.called(reply, closing)), failed);
    } catch (error) {
      failed(error);
    }
  }

  private principalOf({ socket }: FastPathConnection, { authorization }: FastPathRequest): Principal | Promise<Principal> {
    return this.identity.principalOf({ authorization, cookie: undefined, certificate: clientCertificateOf(socket) }, "http");
  }

  private refuse(connection: FastPathConnection, slot: AnswerSlot, { error, url }: { error: unknown; url: string }): void {
    connection.answer(slot, this.response.problem(problemOf(error, url), connection.endsWith(slot)));
  }

  onLeft(connection: FastPathConnection): void {
    const { socket } = connection;
    this.connections.delete(connection);
    if (socket.destroyed) return;
    for (const listener of this.behind) Reflect.apply(listener, this.server, [socket]);
    socket.resume();
  }

  /** Answers as node:http does for a request that was cut off. */
  onCutOff({ socket }: FastPathConnection): void {
    this.server.emit("clientError", Object.assign(new Error("Parse Error"), { code: "HPE_INVALID_EOF_STATE" }), socket);
  }

  onClosed(connection: FastPathConnection): void {
    this.connections.delete(connection);
  }
}
