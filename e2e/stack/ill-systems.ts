/**
 * illSystems: one HTTP server in the test's own process that plays systems that are ill: as Kinesis it refuses credentials or knows no such
 * stream; as a service behind an HTTP egress it finds a record too large, cuts the connection in the middle, or accepts it.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

export interface IllSystems extends AsyncDisposable {
  readonly url: string;
  /** The bodies that came to /well. */
  readonly taken: readonly string[];
}

export async function illSystems(): Promise<IllSystems> {
  const taken: string[] = [];
  const server = createServer((request, response) => {
    answer(request, response, taken).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    taken,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, taken: string[]): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const body = Buffer.concat(parts).toString("utf8");
  switch (request.url) {
    case "/well":
      taken.push(body);
      response.writeHead(204).end();
      break;
    case "/size":
      response.writeHead(413).end("too large");
      break;
    case "/cut":
      response.socket?.resetAndDestroy();
      break;
    default:
      kinesisRefusal(response, body.includes("no-login") ? "UnrecognizedClientException" : "ResourceNotFoundException");
  }
}

function kinesisRefusal(response: ServerResponse, code: string): void {
  response
    .writeHead(400, { "content-type": "application/x-amz-json-1.1" })
    .end(JSON.stringify({ __type: code, message: "said the double" }));
}
