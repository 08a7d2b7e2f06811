/**
 * serve() and nodeHandler(): the functions behind node:http, on a port or a Unix domain socket. Guarantee: no request can end the process;
 * a request that is too large is refused, and one that is cut off is dropped. What a handler leaves behind is its own: a promise that it
 * does not await and that rejects ends the process as it ends every program in Node, which prints where.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createDispatcher, type Dispatcher, type DispatcherOptions } from "../dispatch.ts";
import type { AnyEntity } from "../entity.ts";
import { httpAnswer, refusal, requestBytesMax, type HttpAnswer } from "./answer.ts";
import { answerFrame, framesOffer, frameType, isFrame, requestsOfFrame } from "./frames.ts";
import type { Serving } from "./serving.ts";
import { createVerify, signatureHeader, type VerifyOptions } from "./verify.ts";

export type { Serving } from "./serving.ts";

export interface NodeHandlerOptions extends DispatcherOptions, VerifyOptions {
  /** False when Signalbox must not put several requests into one. */
  readonly frames?: boolean;
}

export interface ServeOptions extends NodeHandlerOptions {
  /** 0 for any free port. */
  readonly port?: number;
  /** Loopback by default. */
  readonly host?: string;
  /** A Unix domain socket instead of a port. */
  readonly socketPath?: string;
}

export function nodeHandler(
  entities: readonly AnyEntity[],
  options: NodeHandlerOptions = {},
): (request: IncomingMessage, response: ServerResponse) => void {
  const dispatcher = createDispatcher(entities, options);
  const takesFrames = options.frames !== false;
  const verify = createVerify(options);
  const offer = takesFrames ? framesOffer : {};
  return (request, response) => {
    response.on("error", () => request.destroy());
    if (request.method !== "POST") {
      request.resume();
      write(response, refusal(405, "a function is called with POST"));
      return;
    }
    const framed = isFrame(request.headers["content-type"]);
    readBody(request).then(
      async (body) => {
        if (body === undefined) return write(response, tooLarge());
        const refused = await verify?.(request.headers[signatureHeader]?.toString(), body);
        if (refused !== undefined) write(response, refusal(401, refused));
        else if (!framed) write(response, httpAnswer(await dispatcher.dispatch(body)), offer);
        else if (takesFrames) writeFrame(response, body, dispatcher);
        else write(response, refusal(415, "frames are not taken here"));
      },
      // The caller disconnected in the middle of its request, so there is nobody to answer.
      () => response.destroy(),
    );
  };
}

/**
 * Serves the functions over HTTP.
 * @example
 * const serving = await serve([cart, stock], { port: 8000 });
 */
export async function serve(entities: readonly AnyEntity[], options: ServeOptions = {}): Promise<Serving> {
  const server = createServer(nodeHandler(entities, options));
  const { port = 0, host = "127.0.0.1", socketPath } = options;
  await new Promise<void>((listening, failed) => {
    server.once("error", failed);
    server.listen(socketPath === undefined ? { port, host } : { path: socketPath }, () => {
      server.off("error", failed);
      listening();
    });
  });
  const close = (): Promise<void> => closed(server);
  return { url: urlOf(server, socketPath), close, [Symbol.asyncDispose]: close };
}

function urlOf(server: Server, socketPath: string | undefined): string {
  if (socketPath !== undefined) return `http+unix://${socketPath}`;
  // address() is an object here, because listen() got a port and no path.
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}

function closed(server: Server): Promise<void> {
  return new Promise((done) => {
    server.close(() => done());
    server.closeIdleConnections();
  });
}

/** undefined when it is larger than the limit. Rejects when the request is cut off. */
function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  return new Promise((done, failed) => {
    const parts: Buffer[] = [];
    let length = 0;
    request.on("data", (part: Buffer) => {
      length += part.length;
      if (length <= requestBytesMax) parts.push(part);
      else parts.length = 0;
    });
    request.on("end", () => done(length > requestBytesMax ? undefined : Buffer.concat(parts, length)));
    request.on("error", failed);
    request.on("close", () => failed(new Error("cut")));
  });
}

function tooLarge(): HttpAnswer {
  return refusal(413, `a request holds at most ${requestBytesMax} bytes`);
}

function write(response: ServerResponse, { status, headers, body }: HttpAnswer, offer: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { ...headers, ...offer, "content-length": String(body.length) });
  response.end(body);
}

function writeFrame(response: ServerResponse, body: Uint8Array, dispatcher: Dispatcher): void {
  let requests: Uint8Array[];
  try {
    requests = requestsOfFrame(body);
  } catch (error) {
    return write(response, refusal(400, error instanceof Error ? error.message : String(error)));
  }
  answerFrame(requests, dispatcher, {
    // Parts that are done in the same turn of the event loop go together.
    soon: (flush) => void setImmediate(flush),
    write: (parts, isLast) => {
      if (response.destroyed) return;
      const headers = { "content-type": frameType };
      if (!response.headersSent) response.writeHead(200, isLast ? { ...headers, "content-length": String(parts.length) } : headers);
      if (isLast) response.end(parts);
      else response.write(parts);
    },
  });
}
