/**
 * openNext: Next.js through its programmatic interface. NODE_ENV must be set before Next is loaded, so it is loaded when it is opened.
 * Neighbours: console.ts opens it for development, console-main.mjs for a built console.
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createRequire } from "node:module";

export interface NextOptions {
  readonly dev: boolean;
  readonly dir: string;
  readonly hostname: string;
  readonly port: number;
  readonly httpServer: Server;
}

export interface OpenedNext {
  handle(request: IncomingMessage, response: ServerResponse): void;
  close(): Promise<void>;
}

/** The part of Next's programmatic API that is used. Its own types would make NODE_ENV a required variable of every process here. */
interface NextApp {
  prepare(): Promise<void>;
  getRequestHandler(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  close(): Promise<void>;
}

type NextFactory = (options: NextOptions) => NextApp;

export async function openNext(options: NextOptions): Promise<OpenedNext> {
  const app = nextFactory()(options);
  await app.prepare();
  const handle = app.getRequestHandler();
  return {
    handle: (request, response) => {
      handle(request, response).catch(() => {
        if (!response.headersSent) response.writeHead(500, { "content-type": "text/plain" });
        response.end("The console failed to render this page.\n");
      });
    },
    close: () => app.close(),
  };
}

function nextFactory(): NextFactory {
  const exported: unknown = createRequire(import.meta.url)("next");
  if (typeof exported === "function") return exported as NextFactory;
  throw new Error("the installed version of next exports no function");
}
