/**
 * TlsFront: a port that speaks TLS before a server that does not know of it, for HTTP and gRPC alike: what comes out of the handshake goes on as a
 * connection. The certificate is read again when its files change, for connections from then on; what cannot be used leaves the old one in force.
 * Neighbours: server.ts and grpc/server.ts open their ports with it; guarded-listener.ts makes the listener.
 */
import { readFile, stat } from "node:fs/promises";
import type { Server } from "node:net";
import type { Duplex } from "node:stream";
import { createSecureContext, type Server as TlsServer } from "node:tls";
import { GatewayError } from "../contract/problem.ts";
import { createGuardedTls } from "./guarded-listener.ts";

export interface TlsFiles {
  /** PEM, with the chain. */
  readonly certificate: string;
  readonly key: string;
}

export interface TlsFrontOptions {
  readonly files: TlsFiles;
  /** What clients may choose: http/1.1, or h2. */
  readonly protocols: readonly string[];
  readonly warn: (message: string) => void;
  connected(socket: Duplex): void;
}

interface Pair {
  readonly cert: Buffer;
  readonly key: Buffer;
}

const lookedAtEveryMs = 5_000;
const oldestVersion = "TLSv1.2";

/** Rejects with a GatewayError that names the file. */
export async function createTlsFront({ files, protocols, warn, connected }: TlsFrontOptions): Promise<Server> {
  const front = createGuardedTls({ ...(await readPair(files)), minVersion: oldestVersion, ALPNProtocols: [...protocols] }, connected);
  let seen = await stampOf(files);
  const timer = setInterval(() => {
    stampOf(files)
      .then(async (now) => {
        if (now === seen) return;
        seen = now;
        await renew(front, files);
      })
      .catch((error: unknown) => warn(`the certificate stays as it was: ${error instanceof Error ? error.message : String(error)}`));
  }, lookedAtEveryMs).unref();
  front.on("close", () => clearInterval(timer));
  return front;
}

async function renew(front: TlsServer, files: TlsFiles): Promise<void> {
  front.setSecureContext({ ...(await readPair(files)), minVersion: oldestVersion });
}

async function stampOf({ certificate, key }: TlsFiles): Promise<string> {
  const stamps = await Promise.all([certificate, key].map(async (path) => await stat(path)));
  return stamps.map(({ mtimeMs, size, ino }) => `${mtimeMs} ${size} ${ino}`).join(" ");
}

/** Both, and fitting together: a rotation replaces one file after the other. */
async function readPair({ certificate, key }: TlsFiles): Promise<Pair> {
  const pair = { cert: await readNamed("SIGNALBOX_TLS_CERT", certificate), key: await readNamed("SIGNALBOX_TLS_KEY", key) };
  try {
    createSecureContext(pair);
    return pair;
  } catch (error) {
    throw unusable(
      `${certificate} and ${key} are no certificate with its key (${error instanceof Error ? error.message : String(error)}).`,
    );
  }
}

async function readNamed(setting: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw unusable(`${setting}: ${path} cannot be read (${error instanceof Error ? error.message : String(error)}).`);
  }
}

function unusable(detail: string): GatewayError {
  return new GatewayError("INVALID_CERTIFICATE", {
    detail,
    where: "SIGNALBOX_TLS_CERT, SIGNALBOX_TLS_KEY",
    cure: "Name two PEM files that belong together and that the gateway's user may read.",
  });
}
