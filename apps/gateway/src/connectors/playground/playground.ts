/**
 * Playground: the two playground kinds of StateFun as HTTP servers of their own ports (docs/statefun.md 3.8), opened and closed as modules
 * change. Ingress: any method on /<namespace>/<name>/<id>. Egress: GET /<topic> pops one record. Both bind the gateway's host only.
 * Here messages are durable before the 200, and a record is removed only when it was handed out. Each request does something, a GET too, so
 * no web page may cause one (site-rules.ts), but the gateway's own.
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { z } from "zod";
import type { Engine, EgressRecord } from "@signalbox/engine";
import { checkedValue } from "../../values/checked-value.ts";
import type { ValueCodec } from "../../values/value-codec.ts";
import type { IngressPort } from "../../flow/ingress-port.ts";
import { parseEntityPath } from "../../listener/address-path.ts";
import { createGuardedServer } from "../../listener/guarded-listener.ts";
import { ListenError, listenOn } from "../../listener/listen.ts";
import { stringBytes, typenameOf } from "../../values/body-value.ts";
import { GatewayError } from "../../contract/problem.ts";
import { problemOf } from "../../contract/problem-of.ts";
import { writeProblem } from "../../listener/reply.ts";
import { readBody } from "../../listener/request-body.ts";
import type { RequestBytes } from "../../listener/request-bytes.ts";
import { toOriginForm } from "../../listener/request-target.ts";
import type { SiteRules } from "../../listener/site-rules.ts";
import { refuseUnreadable } from "../../listener/unreadable.ts";

export const playgroundEgress = "io.statefun.playground/egress";

export interface PlaygroundPorts {
  readonly ingresses: readonly number[];
  readonly egresses: readonly { readonly port: number; readonly topics: readonly string[] }[];
}

export interface PlaygroundOptions {
  readonly engine: Pick<Engine, "egressRecords" | "egressAcknowledge">;
  readonly ingress: (port: number) => IngressPort;
  readonly values: ValueCodec;
  readonly host: string;
  readonly site: SiteRules;
  readonly messageBytesMax: number;
  /** Where the bodies that wait are counted. */
  readonly held: RequestBytes;
  readonly logError: (error: unknown, where: string) => void;
}

export interface Playground {
  /** Opens what is new, then closes what is gone. Rejects with PORT_IN_USE and leaves the old ports as they were. */
  set(ports: PlaygroundPorts): Promise<void>;
  close(): Promise<void>;
}

const egressPageRecords = 200;
const egressRecordsSearchedMax = 10_000;
const egressRecordJson = z.object({ topic: z.string(), payload: z.unknown() });

export function createPlayground(options: PlaygroundOptions): Playground {
  const open = new Map<string, Server>();
  const handedOut = new Set<number>();
  return {
    async set(ports) {
      const wanted = new Map<string, { port: number; server: () => Server }>();
      for (const port of ports.ingresses) wanted.set(`ingress ${port}`, { port, server: () => ingressServer(options, port) });
      for (const { port, topics } of ports.egresses)
        wanted.set(`egress ${port} ${topics.join(",")}`, { port, server: () => egressServer(options, { topics, handedOut }) });
      const replaced = [...open].filter(([key]) => !wanted.has(key));
      const fresh = [...wanted].filter(([key]) => !open.has(key));
      const ports_ = new Set(fresh.map(([, { port }]) => port));
      // An egress whose topics changed keeps its port: the old server lets go first, and comes back if not all of the new ones open.
      const letGo = replaced.filter(([key]) => ports_.has(portOf(key)));
      for (const [key, server] of letGo) await closeServer(open, key, server);
      const opened: string[] = [];
      try {
        for (const [key, { port, server }] of fresh) {
          const created = server();
          await openPort(created, { port, host: options.host });
          open.set(key, created);
          opened.push(key);
        }
      } catch (error) {
        for (const key of opened) await closeServer(open, key, open.get(key));
        for (const [key, server] of letGo) {
          await openPort(server, { port: portOf(key), host: options.host });
          open.set(key, server);
        }
        throw error;
      }
      for (const [key, server] of replaced) await closeServer(open, key, server);
    },
    async close() {
      for (const [key, server] of [...open]) await closeServer(open, key, server);
    },
  };
}

function portOf(key: string): number {
  return Number(key.split(" ")[1]);
}

async function closeServer(open: Map<string, Server>, key: string, server: Server | undefined): Promise<void> {
  open.delete(key);
  if (server === undefined || !server.listening) return;
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Whatever keeps a port shut is the module's to mend, at the place that names the port. */
async function openPort(server: Server, at: { port: number; host: string }): Promise<void> {
  try {
    await listenOn(server, { ...at, setting: "the module's port" });
  } catch (error) {
    if (!(error instanceof ListenError)) throw error;
    throw new GatewayError("PORT_IN_USE", { detail: error.message, where: `port ${at.port}`, cure: error.cure });
  }
}

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

/** Every request of these ports comes by here. */
function playgroundServer({ site, logError }: PlaygroundOptions, handle: Handle): Server {
  const server = createGuardedServer({
    handle: (request, response) => {
      toOriginForm(request);
      response.setHeader("cache-control", "no-store");
      response.setHeader("x-content-type-options", "nosniff");
      const foreign = site.refusalWhereAllActs(request);
      if (foreign !== undefined) return writeProblem(response, problemOf(foreign, request.url));
      handle(request, response);
    },
    failed: (error, request, response) => {
      logError(error, `playground ${request.url ?? ""}`);
      if (response.headersSent) response.destroy();
      else writeProblem(response, problemOf(error, request.url));
    },
    options: { requireHostHeader: false },
  });
  server.on("clientError", refuseUnreadable);
  return server;
}

function ingressServer(options: PlaygroundOptions, port: number): Server {
  const ingress = options.ingress(port);
  return playgroundServer(options, (request, response) => {
    const path = pathOf(request);
    readBody({ request, response }, { bytesMax: options.messageBytesMax, held: options.held }, (body) => {
      acceptOne(ingress, { path, body, contentType: request.headers["content-type"] }).then(
        () => writeAccepted(response),
        (error: unknown) => writeProblem(response, problemOf(error, path)),
      );
    });
  });
}

function writeAccepted(response: ServerResponse): void {
  if (!response.destroyed) response.writeHead(200, { "content-length": 0 }).end();
}

async function acceptOne(
  ingress: IngressPort,
  parts: { path: string; body: Buffer | Error; contentType: string | undefined },
): Promise<void> {
  if (parts.body instanceof Error) throw parts.body;
  const target = parseEntityPath(parts.path.slice(1));
  const typename = typenameOf(parts.contentType);
  // Bytes pass unchanged when a type is named; plain text becomes a proper string value, which every SDK can read.
  const value =
    typename === undefined
      ? { typename: "io.statefun.types/string", bytes: stringBytes(parts.body) }
      : checkedValue({ typename, bytes: parts.body }, "body");
  await ingress.accept({ target, value });
}

function egressServer(options: PlaygroundOptions, { topics, handedOut }: { topics: readonly string[]; handedOut: Set<number> }): Server {
  let turn: Promise<unknown> = Promise.resolve();
  return playgroundServer(options, (request, response) => {
    const topic = topicOf(request);
    if (topic === undefined || !topics.includes(topic)) return writeProblem(response, problemOf(unknownTopic(pathOf(request), topics)));
    // A head has no body to hand the record out in.
    if (request.method === "HEAD") return writePayload(response, "");
    // One pop after the other: a record is handed out once, and only to who still waits for it.
    turn = turn
      .catch(() => undefined)
      .then(() => (response.destroyed ? undefined : pop(options, handedOut, topic)))
      .then(
        (payload) => writePayload(response, payload),
        (error: unknown) => writeProblem(response, problemOf(error)),
      );
  });
}

function unknownTopic(path: string, topics: readonly string[]): GatewayError {
  const detail = `No topic is named by ${path.slice(0, 200)}.`;
  return new GatewayError("UNKNOWN_ROUTE", { detail, where: path, cure: `Use one of: ${topics.join(", ")}.` });
}

/** undefined: the path is not percent-encoded text. */
function topicOf(request: IncomingMessage): string | undefined {
  try {
    return decodeURIComponent(pathOf(request).slice(1));
  } catch {
    return undefined;
  }
}

function writePayload(response: ServerResponse, payload: string | undefined): void {
  if (response.destroyed) return;
  const text = payload ?? "";
  const headers: Record<string, string | number> = {
    "content-type": "text/plain; charset=utf-8",
    "content-length": Buffer.byteLength(text),
  };
  if (payload === undefined) headers["status"] = "404";
  response.writeHead(200, headers).end(text);
}

/**
 * The oldest record of the topic. The outbox is acknowledged by position, so a record taken from behind others is remembered
 * until those before it are gone too.
 */
async function pop(options: PlaygroundOptions, done: Set<number>, topic: string): Promise<string | undefined> {
  let after: number | undefined;
  for (let searched = 0; searched < egressRecordsSearchedMax; searched += egressPageRecords) {
    const records = await options.engine.egressRecords({ egress: playgroundEgress, after, limit: egressPageRecords });
    for (const record of records) {
      if (done.has(record.sequence)) continue;
      const payload = payloadFor(record, topic);
      if (payload === undefined) continue;
      done.add(record.sequence);
      await acknowledgeHead(options, done);
      return payload;
    }
    after = records.at(-1)?.sequence;
    if (records.length < egressPageRecords) return undefined;
  }
  return undefined;
}

async function acknowledgeHead(options: PlaygroundOptions, done: Set<number>): Promise<void> {
  const head = await options.engine.egressRecords({ egress: playgroundEgress, limit: egressPageRecords });
  let through: number | undefined;
  for (const record of head) {
    if (!done.has(record.sequence)) break;
    through = record.sequence;
  }
  if (through === undefined) return;
  await options.engine.egressAcknowledge(playgroundEgress, through);
  for (const sequence of done) if (sequence <= through) done.delete(sequence);
}

function payloadFor(record: EgressRecord, topic: string): string | undefined {
  try {
    const parsed = egressRecordJson.parse(JSON.parse(Buffer.from(record.value.bytes).toString("utf8")));
    if (parsed.topic !== topic) return undefined;
    return typeof parsed.payload === "string" ? parsed.payload : JSON.stringify(parsed.payload);
  } catch {
    return undefined;
  }
}

function pathOf(request: IncomingMessage): string {
  const url = request.url ?? "/";
  const query = url.indexOf("?");
  return query < 0 ? url : url.slice(0, query);
}
