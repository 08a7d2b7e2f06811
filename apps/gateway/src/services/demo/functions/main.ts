/**
 * The demo's function process: one HTTP server on loopback. Told its wanted port as the first argument (0: any), it reports the one
 * it got over the channel to its parent, and ends when that channel closes: it never outlives the gateway.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { createGuardedServer } from "../../../listener/guarded-listener.ts";
import { handle } from "./handler.ts";
import { shop } from "./shop.ts";

const requestBytesMax = 16 * 1024 * 1024;

const server = createGuardedServer({
  handle: async (request, response) => {
    const reply = handle(shop, await readAll(request));
    response.writeHead(200, { "content-type": "application/octet-stream", "content-length": reply.length }).end(reply);
  },
  failed: (error, _request, response) => refuse(response, error),
});

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!(chunk instanceof Buffer)) continue;
    size += chunk.length;
    if (size > requestBytesMax) throw new Error(`the request is larger than ${requestBytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function refuse(response: ServerResponse, error: unknown): void {
  const text = `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`;
  response.writeHead(500, { "content-type": "text/plain; charset=utf-8", "content-length": Buffer.byteLength(text) }).end(text);
}

function listen(port: number): void {
  server.listen(port, "127.0.0.1", () => {
    const address = server.address();
    process.send?.({ port: typeof address === "object" ? address?.port : port });
  });
}

server.on("error", () => listen(0));
process.on("disconnect", () => process.exit(0));
process.on("SIGTERM", () => process.exit(0));
// A terminal's Ctrl+C reaches the whole process group; the gateway decides when the demo ends.
process.on("SIGINT", () => undefined);
listen(Number(process.argv[2] ?? 0));
