/**
 * TlsFront: a port that speaks TLS before a server that does not know of it, for HTTP and gRPC alike: what comes out of the handshake goes on as a
 * connection. The certificate is read again when its files change, for connections from then on; what cannot be used leaves the old one in force.
 * Whoever connects is asked for a certificate where the operator names an authority for them; what it is worth is decided behind the handshake
 * (identity/client-certificate.ts), so that the answer can say what is wrong with it.
 * Neighbours: server.ts and grpc/server.ts open their ports with it; guarded-listener.ts makes the listener.
 */
import { constants, X509Certificate } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import type { Server } from "node:net";
import type { Duplex } from "node:stream";
import { createSecureContext, type SecureContextOptions, type Server as TlsServer } from "node:tls";
import { GatewayError } from "../contract/problem.ts";
import { createGuardedTls } from "./guarded-listener.ts";

export interface TlsFiles {
  /** PEM, with the chain. */
  readonly certificate: string;
  readonly key: string;
  /** PEM of the authorities that vouch for machines; undefined: nobody is asked for a certificate. */
  readonly clientAuthority?: string | undefined;
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
  readonly ca?: Buffer;
}

const lookedAtEveryMs = 5_000;
const oldestVersion = "TLSv1.2";

/** Rejects with a GatewayError that names the file. */
export async function createTlsFront({ files, protocols, warn, connected }: TlsFrontOptions): Promise<Server> {
  const asks = files.clientAuthority === undefined ? {} : { requestCert: true, rejectUnauthorized: false };
  const front = createGuardedTls({ ...(await contextOf(files)), ...asks, ALPNProtocols: [...protocols] }, connected);
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
  front.setSecureContext(await contextOf(files));
}

async function contextOf(files: TlsFiles): Promise<SecureContextOptions> {
  const pair = { ...(await readPair(files)), minVersion: oldestVersion } as const;
  // A session that is taken up again would bring along what an authority vouched for that is no longer in the file.
  return pair.ca === undefined ? pair : { ...pair, secureOptions: constants.SSL_OP_NO_TICKET };
}

async function stampOf({ certificate, key, clientAuthority }: TlsFiles): Promise<string> {
  const paths = [certificate, key, ...(clientAuthority === undefined ? [] : [clientAuthority])];
  const stamps = await Promise.all(paths.map(async (path) => await stat(path)));
  return stamps.map(({ mtimeMs, size, ino }) => `${mtimeMs} ${size} ${ino}`).join(" ");
}

/** Both, and fitting together: a rotation replaces one file after the other. */
async function readPair({ certificate, key, clientAuthority }: TlsFiles): Promise<Pair> {
  const pair = { cert: await readNamed("SIGNALBOX_TLS_CERT", certificate), key: await readNamed("SIGNALBOX_TLS_KEY", key) };
  const ca = clientAuthority === undefined ? undefined : await readAuthority(clientAuthority);
  try {
    createSecureContext(pair);
    return ca === undefined ? pair : { ...pair, ca };
  } catch (error) {
    throw unusable(
      `${certificate} and ${key} are no certificate with its key (${error instanceof Error ? error.message : String(error)}).`,
    );
  }
}

async function readAuthority(path: string): Promise<Buffer> {
  const ca = await readNamed("SIGNALBOX_TLS_CLIENT_CA", path);
  try {
    // OpenSSL passes over what is no certificate.
    void new X509Certificate(ca);
    return ca;
  } catch (error) {
    throw unusable(
      `${path} holds no certificate of an authority (${error instanceof Error ? error.message : String(error)}).`,
      "SIGNALBOX_TLS_CLIENT_CA",
    );
  }
}

async function readNamed(setting: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw unusable(`${setting}: ${path} cannot be read (${error instanceof Error ? error.message : String(error)}).`, setting);
  }
}

function unusable(detail: string, where = "SIGNALBOX_TLS_CERT, SIGNALBOX_TLS_KEY"): GatewayError {
  return new GatewayError("INVALID_CERTIFICATE", {
    detail,
    where,
    cure:
      where === "SIGNALBOX_TLS_CLIENT_CA"
        ? "Name a PEM file with the certificates of the authorities, that the gateway's user may read."
        : "Name two PEM files that belong together and that the gateway's user may read.",
  });
}
