/**
 * Console: the pages, as the last handler of the one port. A built console runs in a process of its own (console-process.ts), so that
 * no page that is rendered holds up the engine; in development Next runs here, with its own web socket on the same port.
 * Without a build (and not in dev mode) there is no console; the API works all the same and `/` says how to get one.
 */
import { existsSync } from "node:fs";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { join } from "node:path";
import { ConsoleProcess } from "./console-process.ts";
import { openNext } from "./open-next.ts";

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
  if (options.dev) return developmentConsole(options);
  if (!existsSync(join(options.folder, ".next", "BUILD_ID"))) return missingConsole();
  const { folder, hostname, port } = options;
  const process = new ConsoleProcess({ folder, hostname, port });
  return { built: true, handle: (request, response) => process.handle(request, response), close: () => process.close() };
}

async function developmentConsole(options: ConsoleOptions): Promise<Console> {
  const { folder, hostname, port, server } = options;
  const next = await openNext({ dev: true, dir: folder, hostname, port, httpServer: server });
  return {
    built: true,
    handle: (request, response) => {
      // Its pages are compiled as they are asked for, which no policy of scripts could foresee.
      response.setHeader("content-security-policy", "frame-ancestors 'none'");
      next.handle(request, response);
    },
    close: next.close,
  };
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
