/**
 * TlsFront: a port that speaks TLS in front of a server that does not, for HTTP and gRPC alike: the decrypted stream continues as a
 * connection. The files are read again at intervals, and a change holds for connections from then on; files that cannot be used leave the
 * old ones in force. Clients are asked for a certificate where the operator names an authority for them; what it is worth is decided after
 * the handshake (identity/client-certificate.ts), so that the answer can say what is wrong with it.
 * Neighbours: server.ts and grpc/server.ts open their ports with it; guarded-listener.ts makes the listener.
 */
import { constants, X509Certificate } from "node:crypto";
import type { Server } from "node:net";
import type { Duplex } from "node:stream";
import { createSecureContext, type SecureContextOptions } from "node:tls";
import { readRegularFile } from "@signalbox/runtime/regular-file";
import { GatewayError } from "../contract/problem.ts";
import { createGuardedTls } from "./guarded-listener.ts";

export interface TlsFiles {
  /** The path of a PEM file with the chain. */
  readonly certificate: string;
  readonly key: string;
  /** The path of a PEM file with the authorities that vouch for machines; undefined when nobody is asked for a certificate. */
  readonly clientAuthority?: string | undefined;
}

export interface TlsFrontOptions {
  readonly files: TlsFiles;
  /** The protocols that clients may choose from: http/1.1, or h2. */
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
const fileBytesMax = 1024 * 1024;

/** Rejects with a GatewayError that names the file. */
export async function createTlsFront({ files, protocols, warn, connected }: TlsFrontOptions): Promise<Server> {
  const asks = files.clientAuthority === undefined ? {} : { requestCert: true, rejectUnauthorized: false };
  let inForce = await readPair(files);
  const front = createGuardedTls({ ...contextOf(inForce, files), ...asks, ALPNProtocols: [...protocols] }, connected);
  let told: string | undefined;
  const look = async (): Promise<void> => {
    try {
      const pair = await readPair(files);
      if (!isSame(pair, inForce)) front.setSecureContext(contextOf(pair, files));
      inForce = pair;
      told = undefined;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      // The same fault is reported once, but the files are read again all the same, because a right that was missing changes no bytes.
      if (why !== told) warn(`the certificate stays as it was: ${why}`);
      told = why;
    }
  };
  let looking: Promise<void> | undefined;
  const timer = setInterval(() => {
    looking ??= look().finally(() => {
      looking = undefined;
    });
  }, lookedAtEveryMs).unref();
  front.on("close", () => clearInterval(timer));
  return front;
}

/** Throws a GatewayError when the two files do not fit together, as they do not while a rotation replaces one after the other. */
function contextOf(pair: Pair, { certificate, key, clientAuthority }: TlsFiles): SecureContextOptions {
  const { ca, ...own } = { ...pair, minVersion: oldestVersion } as const;
  try {
    createSecureContext(own);
  } catch (error) {
    throw unusable(`${certificate} and ${key} are no certificate with its key (${said(error)}).`);
  }
  if (ca === undefined) return own;
  try {
    // OpenSSL ignores what is no certificate, so the file is parsed here first.
    void new X509Certificate(ca);
    createSecureContext({ ...own, ca });
  } catch (error) {
    throw unusable(`${clientAuthority} holds no certificate of an authority (${said(error)}).`, "SIGNALBOX_TLS_CLIENT_CA");
  }
  // A resumed session would keep what an authority vouched for that is no longer in the file, so there are no tickets.
  return { ...own, ca, secureOptions: constants.SSL_OP_NO_TICKET };
}

function isSame(one: Pair, other: Pair): boolean {
  return one.cert.equals(other.cert) && one.key.equals(other.key) && (one.ca?.equals(other.ca ?? Buffer.alloc(0)) ?? true);
}

async function readPair({ certificate, key, clientAuthority }: TlsFiles): Promise<Pair> {
  const pair = { cert: await readNamed("SIGNALBOX_TLS_CERT", certificate), key: await readNamed("SIGNALBOX_TLS_KEY", key) };
  return clientAuthority === undefined ? pair : { ...pair, ca: await readNamed("SIGNALBOX_TLS_CLIENT_CA", clientAuthority) };
}

async function readNamed(setting: string, path: string): Promise<Buffer> {
  const file = await readRegularFile(path, fileBytesMax);
  if (file.kind === "ok") return file.bytes;
  throw unusable(`${setting}: ${path} ${file.reason}.`, setting);
}

function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
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
