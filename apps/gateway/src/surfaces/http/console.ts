/**
 * Console: the pages, as the last handler of the one port. A built console runs in a process of its own (console-process.ts), so that
 * rendering a page does not delay the engine; in development Next runs in this process, with its own web socket on the same port. Without a
 * build (and not in dev mode) there is no console; the API still works, and `/` says how to build one.
 */
import { existsSync } from "node:fs";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { join } from "node:path";
import { consoleBuildFolder, withBasePath } from "../../listener/base-path.ts";
import { ConsoleProcess } from "./console-process.ts";
import { openNext } from "./open-next.ts";

export interface ConsoleOptions {
  readonly folder: string;
  /** The base path of pages and files; "" for none. Requests come here without it. */
  readonly basePath: string;
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

/** A build for another base path is not served, because it would request its files at paths that do not lead here. */
function withoutConsole(basePath: string): string {
  const [which, setting] = basePath === "" ? ["", ""] : [` for the base path ${basePath}`, `SIGNALBOX_BASE_PATH=${basePath} `];
  return [
    `Signalbox runs; its console is not built${which}.`,
    `Build it with: ${setting}npm start (it builds what is stale), or run: ${setting}npm run dev`,
    `The API works: GET ${basePath}/health, GET ${basePath}/v1/modules, POST ${basePath}/v1/messages/{namespace}/{name}/{id}`,
    "",
  ].join("\n");
}

export async function openConsole(options: ConsoleOptions): Promise<Console> {
  if (options.dev) return developmentConsole(options);
  const { folder, basePath, hostname, port } = options;
  if (!existsSync(join(folder, consoleBuildFolder(basePath), "BUILD_ID"))) return missingConsole(withoutConsole(basePath));
  const process = new ConsoleProcess({ folder, basePath, hostname, port });
  return { built: true, handle: (request, response) => process.handle(request, response), close: () => process.close() };
}

async function developmentConsole(options: ConsoleOptions): Promise<Console> {
  const { folder, basePath, hostname, port, server } = options;
  const next = await openNext({ dev: true, dir: folder, hostname, port, httpServer: server });
  return {
    built: true,
    handle: (request, response) => {
      // In development pages are compiled on request, so their scripts cannot be listed in a policy.
      response.setHeader("content-security-policy", "frame-ancestors 'none'");
      request.url = withBasePath(request.url ?? "/", basePath);
      next.handle(request, response);
    },
    close: next.close,
  };
}

function missingConsole(text: string): Console {
  return {
    built: false,
    handle: (request, response) => {
      const status = /^\/(?:\?|$)/.test(request.url ?? "/") ? 200 : 404;
      response.writeHead(status, { "content-type": "text/plain; charset=utf-8", "content-length": Buffer.byteLength(text) });
      response.end(text);
    },
    close: () => Promise.resolve(),
  };
}
