/** TlsFront: a proxy with TLS and a wanted header Authorization before a server without either, as clusters have one. Its certificate is of its own authority. */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";

export class TlsFront implements AsyncDisposable {
  /** The header that is let through; it may change. */
  authorization: string;
  readonly #target: string;
  readonly #folder = mkdtempSync(join(tmpdir(), "signalbox-front-"));
  #server: Server | undefined;

  private constructor(target: string, authorization: string) {
    this.#target = target;
    this.authorization = authorization;
  }

  static async start(target: string, authorization: string): Promise<TlsFront> {
    const front = new TlsFront(target, authorization);
    await front.#listen();
    return front;
  }

  get url(): string {
    const address = this.#server?.address();
    return `https://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  }

  /** The file for NODE_EXTRA_CA_CERTS. */
  get certificate(): string {
    return join(this.#folder, "front.pem");
  }

  async #listen(): Promise<void> {
    const key = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
    const subject = ["-subj", "/CN=flink", "-addext", "subjectAltName=IP:127.0.0.1"];
    execFileSync("openssl", [...key, ...subject, "-keyout", "front.key", "-out", "front.pem"], { cwd: this.#folder, stdio: "ignore" });
    const material = { key: readFileSync(join(this.#folder, "front.key")), cert: readFileSync(this.certificate) };
    this.#server = createServer(material, (incoming, outgoing) => this.#pass(incoming, outgoing));
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  #pass(incoming: IncomingMessage, outgoing: ServerResponse): void {
    if (incoming.headers.authorization !== this.authorization) {
      incoming.resume();
      outgoing.writeHead(401, { "content-type": "text/plain" }).end("who are you?");
      return;
    }
    const { authorization: _authorization, host: _host, ...headers } = incoming.headers;
    const onward = request(this.#target + (incoming.url ?? ""), { method: incoming.method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    incoming.pipe(onward);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((done) => this.#server?.close(done) ?? done(undefined));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
