/**
 * ExpiringServer: an HTTPS server of the test's own process whose certificate has run out, until renew(): new connections then meet a good
 * one, as with a server that reads its files again. Its authority is its own.
 */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { createServer, type Server } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";

const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

export class ExpiringServer implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "signalbox-expiring-"));
  readonly #server: Server;

  private constructor(listener: RequestListener) {
    this.#openssl("req", "-x509", ...newKey, "-days", "2", "-subj", "/CN=authority", "-keyout", "ca.key", "-out", "ca.pem");
    writeFileSync(join(this.#folder, "names"), "subjectAltName=IP:127.0.0.1");
    this.#server = createServer(this.#certificate(-1), listener);
  }

  static async start(listener: RequestListener): Promise<ExpiringServer> {
    const server = new ExpiringServer(listener);
    server.#server.listen(0, "127.0.0.1");
    await once(server.#server, "listening");
    return server;
  }

  get url(): string {
    const address = this.#server.address();
    return `https://127.0.0.1:${address !== null && typeof address === "object" ? address.port : 0}`;
  }

  /** The path of a PEM file. */
  get authority(): string {
    return join(this.#folder, "ca.pem");
  }

  renew(): void {
    this.#server.setSecureContext(this.#certificate(2));
  }

  #certificate(days: number): { key: Buffer; cert: Buffer } {
    this.#openssl("req", ...newKey, "-subj", "/CN=server", "-keyout", "server.key", "-out", "server.csr");
    const signed = ["-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", String(days)];
    this.#openssl("x509", ...signed, "-extfile", "names", "-out", "server.pem");
    const read = (name: string): Buffer => readFileSync(join(this.#folder, name));
    return { key: read("server.key"), cert: read("server.pem") };
  }

  #openssl(...parameters: readonly string[]): void {
    execFileSync("openssl", parameters, { cwd: this.#folder, stdio: "ignore" });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
