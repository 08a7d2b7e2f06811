/**
 * ClusterDoor: the port at which Flink's TaskManagers ask the gateway: they poll the ingress log, report complete checkpoints and bring
 * what came out. It is separate from the gateway's other ports, because only the cluster may reach it, by a token that is part of the job.
 * A run that is not in force is refused with 409 and waits, so that of two jobs only one moves anything.
 */
import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { EngineError } from "@signalbox/runtime";
import { pollAnswer, recordsOf } from "../store/message-frame.ts";
import type { Polled, Gone } from "../store/ingress-log.ts";
import type { ProxyAnswer } from "../proxy/function-proxy.ts";
import { OpenCalls } from "./open-calls.ts";
import { readBody } from "./read-body.ts";

/** What the port does with a request; flink-runtime.ts provides it. */
export interface ClusterDoorHandler {
  runInForce(): string | undefined;
  poll(from: number, countMax: number): Promise<Polled | Gone>;
  waitFor(from: number, waitMs: number): Promise<void>;
  completed(checkpoint: { readonly position: number; readonly id: number }): Promise<void>;
  take(taken: { egress: string; transaction: string; checkpoint: number; records: readonly Uint8Array[] }): Promise<void>;
  /** Undefined when no such endpoint is in force. */
  ask(endpoint: string, body: Uint8Array): Promise<ProxyAnswer | undefined>;
  failed(error: unknown, where: string): void;
}

/** How the gateway makes its servers, so that no request can end the process. */
export interface ServerParts {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  failed(error: unknown, request: IncomingMessage, response: ServerResponse): void;
}
export type OpenServer = (parts: ServerParts) => Server;

export interface ClusterDoorOptions {
  readonly openServer: OpenServer;
  readonly host: string;
  readonly port: number;
  readonly token: string;
  readonly handler: ClusterDoorHandler;
}

export interface ClusterDoor {
  readonly port: number;
  /** A task of this run has called a function. */
  hasCalled(run: string): boolean;
  /** The state of this run is kept and the run is about to end: its polls and its calls, also later ones, are answered with nothing. */
  endCalls(run: string): void;
  close(): Promise<void>;
}

const pollWaitMs = 5_000;
const pollMessagesMax = 2_000;

export async function openClusterDoor(options: ClusterDoorOptions): Promise<ClusterDoor> {
  const calls = new OpenCalls();
  const server = options.openServer({
    handle: (request, response) => answer({ ...options, calls }, request, response),
    failed: (error, _request, response) => {
      options.handler.failed(error, "the port for Flink");
      end(response, 500, "the gateway could not answer");
    },
  });
  await listening(server, options);
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : options.port,
    hasCalled: (run) => calls.hasCalled(run),
    endCalls: (run) => calls.end(run),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server, { host, port }: ClusterDoorOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const cure = `Set SIGNALBOX_FLINK_PORT to a free port${error.code === "EADDRINUSE" ? "" : ", and SIGNALBOX_FLINK_HOST to an address of this machine"}.`;
      reject(
        new EngineError("DATA_IN_USE", `the port for Flink, ${host}:${port}, cannot be opened (${error.code ?? error.message})`, cure),
      );
    });
    server.listen(port, host, () => resolve());
  });
}

type Parts = ClusterDoorOptions & { readonly calls: OpenCalls };

async function answer(options: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = URL.parse(request.url ?? "", "http://door");
  if (url === null) return end(response, 400, "the path cannot be read");
  if (url.pathname.startsWith(callPath)) return call(options, url.pathname.slice(callPath.length), { request, response });
  if (!isKnown(options.token, request.headers.authorization)) return end(response, 401, "the token is not that of this gateway");
  const run = options.handler.runInForce();
  if (run === undefined || url.searchParams.get("run") !== run)
    return end(response, 409, "another run of the job is in force: this one waits until it is ended");
  const route = `${request.method} ${url.pathname}`;
  if (route === "GET /v1/flink/ingress") return poll({ ...options, run }, url.searchParams, response);
  if (route === "POST /v1/flink/ingress/trim") return completed(options.handler, url.searchParams, response);
  if (route === "POST /v1/flink/egress") return take(options.handler, url.searchParams, { request, response });
  return end(response, 404, "the gateway serves nothing there");
}

/** What StateFun calls instead of the function. Run, token and endpoint are parts of the path, because StateFun sends no header of ours. */
const callPath = "/v1/flink/call/";

async function call({ token, handler, calls }: Parts, path: string, { request, response }: Exchange): Promise<void> {
  const [run = "", given = "", endpoint = ""] = path.split("/");
  if (!isSame(given, token)) return end(response, 401, "the token is not that of this gateway");
  if (run !== handler.runInForce()) return end(response, 409, "another run of the job is in force");
  if (!calls.begin(run, response)) return undefined;
  const body = await readBody(request);
  if (body.kind === "refused") return end(response, body.status, body.reason);
  const answered = await handler.ask(Buffer.from(endpoint, "base64url").toString("utf8"), body.bytes);
  // Its run ended meanwhile.
  if (response.headersSent) return undefined;
  if (answered === undefined) return end(response, 503, "the endpoint is not in force now");
  if (answered.kind === "refused") return end(response, answered.status, answered.reason);
  response.writeHead(200, { "content-type": "application/octet-stream", "content-length": answered.bytes.length }).end(answered.bytes);
}

async function poll(
  { handler, calls, run }: Parts & { readonly run: string },
  query: URLSearchParams,
  response: ServerResponse,
): Promise<void> {
  const [from, countMax] = [wholeNumber(query.get("from")), wholeNumber(query.get("max"))];
  if (from === undefined || countMax === undefined) return end(response, 400, "from and max are whole numbers");
  let found = await handler.poll(from, Math.min(countMax, pollMessagesMax));
  if (found.kind === "messages" && found.frames.length === 0) {
    calls.beginPoll(run, response, pollAnswer(found.first, []));
    await handler.waitFor(found.first, pollWaitMs);
    // Its run ended meanwhile.
    if (response.headersSent) return undefined;
    found = await handler.poll(found.first, Math.min(countMax, pollMessagesMax));
  }
  if (found.kind === "gone")
    return end(
      response,
      410,
      `position ${from} of the ingress log was let go of, ${found.oldest} is the oldest: this job goes on from a checkpoint that is older than the last one that was completed; restore it in the console instead`,
    );
  const bytes = pollAnswer(found.first, found.frames);
  response.writeHead(200, { "content-type": "application/octet-stream", "content-length": bytes.length }).end(bytes);
}

async function completed(handler: ClusterDoorHandler, query: URLSearchParams, response: ServerResponse): Promise<void> {
  const [position, id] = [wholeNumber(query.get("to")), wholeNumber(query.get("checkpoint"))];
  if (position === undefined || id === undefined) return end(response, 400, "to and checkpoint are whole numbers");
  await handler.completed({ position, id });
  end(response, 200, "");
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function take(handler: ClusterDoorHandler, query: URLSearchParams, { request, response }: Exchange): Promise<void> {
  const [egress, transaction] = [query.get("egress"), query.get("transaction")];
  const checkpoint = wholeNumber(query.get("checkpoint"));
  if (egress === null || transaction === null || checkpoint === undefined || !/^[\w.-]{1,100}$/.test(transaction) || egress.length > 512)
    return end(response, 400, "egress, transaction and checkpoint say which records these are");
  const body = await readBody(request);
  if (body.kind === "refused") return end(response, body.status, body.reason);
  const records = recordsOf(body.bytes);
  if (records === undefined) return end(response, 400, "the records cannot be read");
  await handler.take({ egress, transaction, checkpoint, records });
  end(response, 200, "");
}

function isKnown(token: string, header: string | undefined): boolean {
  return isSame(header ?? "", `Bearer ${token}`);
}

function isSame(given: string, wanted: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(wanted)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function wholeNumber(text: string | null): number | undefined {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function end(response: ServerResponse, status: number, reason: string): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(reason);
}
