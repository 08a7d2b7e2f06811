/**
 * CountingLink: a plain TCP link to the gateway that counts the bytes that it carries to the browser, whoever in the browser reads them (a
 * page, a shared worker). Adds, loses and delays nothing.
 */
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

export class CountingLink implements AsyncDisposable {
  bytesToClient = 0;
  connections = 0;
  readonly #server: Server;
  readonly #open = new Set<Socket>();

  private constructor(targetPort: number) {
    this.#server = createServer((client) => {
      const target = connect(targetPort, "127.0.0.1");
      this.connections += 1;
      for (const socket of [client, target]) {
        this.#open.add(socket);
        // A side that breaks ends the other one too; nobody else waits for either.
        socket.on("error", () => undefined);
        socket.on("close", () => {
          this.#open.delete(socket);
          client.destroy();
          target.destroy();
        });
      }
      target.on("data", (data) => {
        this.bytesToClient += data.length;
      });
      client.on("close", () => {
        this.connections -= 1;
      });
      client.pipe(target);
      target.pipe(client);
    });
  }

  static async to(url: string): Promise<CountingLink> {
    const link = new CountingLink(Number(new URL(url).port));
    await new Promise<void>((done) => link.#server.listen(0, "127.0.0.1", done));
    return link;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    await new Promise((done) => this.#server.close(done));
  }
}
