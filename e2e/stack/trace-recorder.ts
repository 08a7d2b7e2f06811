/** TraceRecorder: a server between the gateway and functions that passes everything on and notes the trace context of each call. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

export class TraceRecorder implements AsyncDisposable {
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server, url: string) {
    this.#server = server;
    this.url = url;
  }

  /** `seen` gets each traceparent. */
  static async start(target: string, seen: string[]): Promise<TraceRecorder> {
    const server = createServer((request, response) => {
      pass(request, response, { target, seen }).catch(() => response.destroy());
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    return new TraceRecorder(server, `http://127.0.0.1:${port}/statefun`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }
}

async function pass(request: IncomingMessage, response: ServerResponse, { target, seen }: { target: string; seen: string[] }) {
  const { traceparent } = request.headers;
  if (typeof traceparent === "string") seen.push(traceparent);
  const chunks: Uint8Array[] = [];
  for await (const chunk of request as AsyncIterable<Uint8Array>) chunks.push(chunk);
  const headers = { "content-type": request.headers["content-type"] ?? "application/octet-stream" };
  const answer = await fetch(target, { method: "POST", headers, body: Buffer.concat(chunks) });
  response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "application/octet-stream" });
  response.end(Buffer.from(await answer.arrayBuffer()));
}
