/**
 * connectionOptions: makes the options of a connection from a module's settings and the files that they name. Files are read at each
 * opening, so renewed certificates count. A file that cannot be read is reported with its property.
 */
import type { ConnectionOptions as TlsConnectionOptions } from "node:tls";
import { createSecureContext } from "node:tls";
import { Secret } from "../../shape/secret.ts";
import type { KafkaConnectionOptions, KafkaSasl } from "./kafka-client.ts";
import { KafkaError } from "./kafka-error.ts";
import type { KafkaSecurity, KafkaSettings, Store } from "./kafka-properties.ts";
import { oauthToken } from "./kafka-token.ts";

export interface SecurityPorts {
  /** Reads a file that a module names, or says why it cannot. */
  readonly readFile: (
    location: string,
  ) => Promise<{ readonly kind: "ok"; readonly bytes: Buffer } | { readonly kind: "error"; readonly reason: string }>;
  readonly nowMs: () => number;
  readonly refusal: KafkaConnectionOptions["refusal"];
}

export async function connectionOptions({ connection, security }: KafkaSettings, ports: SecurityPorts): Promise<KafkaConnectionOptions> {
  const { refusal } = ports;
  return { ...connection, tls: security.tls ? await tlsOf(security, ports) : undefined, sasl: saslOf(security, ports), refusal };
}

function saslOf({ saslMechanism, login, tokenUrl }: KafkaSecurity, { nowMs, refusal }: SecurityPorts): KafkaSasl | undefined {
  switch (saslMechanism) {
    case undefined:
      return undefined;
    case "OAUTHBEARER":
      return { mechanism: "OAUTHBEARER", token: () => oauthToken({ tokenUrl, login, nowMs, refusal }), extensions: extensionsOf(login) };
    default:
      return { mechanism: saslMechanism, username: login["username"]?.reveal() ?? "", password: login["password"] ?? noPassword };
  }
}

const noPassword = new Secret("");
const extensionPrefix = "extension_";

function extensionsOf(login: KafkaSecurity["login"]): Record<string, string> {
  const extensions: Record<string, string> = {};
  for (const [name, value] of Object.entries(login))
    if (name.startsWith(extensionPrefix)) extensions[name.slice(extensionPrefix.length)] = value.reveal();
  return extensions;
}

async function tlsOf({ truststore, keystore, checkHostName }: KafkaSecurity, ports: SecurityPorts): Promise<TlsConnectionOptions> {
  const ca = await materialOf(truststore, "ssl.truststore.location", ports);
  const own = await materialOf(keystore, "ssl.keystore.location", ports);
  const options: TlsConnectionOptions = {
    ...(ca === undefined ? {} : truststore.type === "PKCS12" ? { pfx: ca, passphrase: truststore.password?.reveal() } : { ca }),
    ...ownOptions(own, keystore),
    ...(checkHostName ? {} : { checkServerIdentity: () => undefined }),
  };
  try {
    createSecureContext(options);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new KafkaError({ code: "TLS_FILES_UNUSABLE", where: "ssl.keystore and ssl.truststore", detail, cause: error });
  }
  return options;
}

/** A PEM file must hold the chain and the key; PKCS12 always holds both. */
function ownOptions(
  own: string | Buffer | undefined,
  { type, key, keyPassword, password }: KafkaSecurity["keystore"],
): TlsConnectionOptions {
  if (own === undefined) return {};
  if (type === "PKCS12") return { pfx: own, passphrase: password?.reveal() };
  return { cert: own, key: key?.reveal() ?? own, ...(keyPassword === undefined ? {} : { passphrase: keyPassword.reveal() }) };
}

async function materialOf(
  { location, inline }: Store,
  property: string,
  { readFile }: SecurityPorts,
): Promise<string | Buffer | undefined> {
  if (inline !== undefined) return inline;
  if (location === undefined) return undefined;
  const file = await readFile(location);
  if (file.kind === "error") throw new KafkaError({ code: "TLS_FILES_UNUSABLE", where: property, detail: `${location} ${file.reason}` });
  return file.bytes;
}
