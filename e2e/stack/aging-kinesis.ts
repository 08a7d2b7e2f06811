/**
 * AgingKinesis: an HTTP front before a KinesisLocal that can make every shard iterator too old at once, which takes five minutes at the
 * real service. It answers GetRecords with such a one as that does: 400 and ExpiredIteratorException.
 */
import { once } from "node:events";
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from "node:http";

const iterators = /"(?:Next)?ShardIterator":"([^"]+)"/g;

export class AgingKinesis implements AsyncDisposable {
  /** How often a caller came with an old iterator. */
  refused = 0;
  readonly #target: number;
  readonly #server: Server;
  readonly #given = new Set<string>();
  readonly #old = new Set<string>();

  private constructor(target: number) {
    this.#target = target;
    this.#server = createServer((incoming, outgoing) => {
      this.#pass(incoming, outgoing).catch(() => outgoing.destroy());
    });
  }

  static async start(target: number): Promise<AgingKinesis> {
    const front = new AgingKinesis(target);
    front.#server.listen(0, "127.0.0.1");
    await once(front.#server, "listening");
    return front;
  }

  get port(): number {
    const address = this.#server.address();
    return address !== null && typeof address === "object" ? address.port : 0;
  }

  /** All iterators that were given out until now. */
  age(): void {
    for (const iterator of this.#given) this.#old.add(iterator);
  }

  async #pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await textOf(incoming);
    const asked = [...body.matchAll(iterators)].some(([, iterator = ""]) => this.#old.has(iterator));
    if (asked && String(incoming.headers["x-amz-target"]).endsWith(".GetRecords")) {
      this.refused++;
      const said = JSON.stringify({
        __type: "ExpiredIteratorException",
        message: "Iterator expired. The iterator was created too long ago.",
      });
      outgoing.writeHead(400, { "content-type": "application/x-amz-json-1.1" }).end(said);
      return;
    }
    const { host: _host, ...headers } = incoming.headers;
    const onward = request({ port: this.#target, host: "127.0.0.1", path: incoming.url, method: incoming.method, headers });
    onward.end(body);
    const [answer] = (await once(onward, "response")) as [IncomingMessage];
    const text = await textOf(answer);
    for (const [, iterator = ""] of text.matchAll(iterators)) this.#given.add(iterator);
    const { "transfer-encoding": _encoding, "content-length": _length, ...kept } = answer.headers;
    outgoing.writeHead(answer.statusCode ?? 502, kept).end(text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }
}

async function textOf(message: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}
