/**
 * Console: Next.js in the gateway's own process, as the last handler of the one port. Without a build (and not in dev mode) there is
 * no console; the API works all the same and `/` says how to get one. run-gateway.ts sets NODE_ENV before Next is loaded here.
 */
import { existsSync } from "node:fs";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";

export interface ConsoleOptions {
  readonly folder: string;
  readonly dev: boolean;
  readonly server: Server;
  readonly hostname: string;
  readonly port: number;
}

export interface Console {
  readonly built: boolean;
  handle(request: IncomingMessage, response: ServerResponse): void;
  close(): Promise<void>;
}

const withoutConsole = [
  "Signalbox runs; its console is not built.",
  "Build it with: npm start (it builds what is stale), or run: npm run dev",
  "The API works: GET /health, GET /v1/modules, POST /v1/messages/{namespace}/{name}/{id}",
  "",
].join("\n");

export async function openConsole(options: ConsoleOptions): Promise<Console> {
  if (!options.dev && !existsSync(join(options.folder, ".next", "BUILD_ID"))) return missingConsole();
  const create = nextFactory();
  const app = create({ dev: options.dev, dir: options.folder, hostname: options.hostname, port: options.port, httpServer: options.server });
  await app.prepare();
  const handle = app.getRequestHandler();
  return {
    built: true,
    handle: (request, response) => {
      handle(request, response).catch(() => {
        if (!response.headersSent) response.writeHead(500, { "content-type": "text/plain" });
        response.end("The console failed to render this page.\n");
      });
    },
    close: () => app.close(),
  };
}

/** The part of Next's programmatic API that is used. Its own types would make NODE_ENV a required variable of every process here. */
interface NextApp {
  prepare(): Promise<void>;
  getRequestHandler(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  close(): Promise<void>;
}

type NextFactory = (options: { dev: boolean; dir: string; hostname: string; port: number; httpServer: Server }) => NextApp;

function nextFactory(): NextFactory {
  const exported: unknown = createRequire(import.meta.url)("next");
  if (typeof exported === "function") return exported as NextFactory;
  throw new Error("the installed version of next exports no function");
}

function missingConsole(): Console {
  return {
    built: false,
    handle: (request, response) => {
      const status = request.url === "/" ? 200 : 404;
      response.writeHead(status, { "content-type": "text/plain; charset=utf-8", "content-length": Buffer.byteLength(withoutConsole) });
      response.end(withoutConsole);
    },
    close: () => Promise.resolve(),
  };
}
