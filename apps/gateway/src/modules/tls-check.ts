/**
 * wrongTls: tries certificates, key and password of an endpoint as its connections will, so that what OpenSSL refuses is said when the
 * module is applied, with the command that mends it, and not as a failed call later.
 * Neighbour: tls-files.ts reads the texts.
 */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import type { TlsOptions } from "@signalbox/runtime";

export interface WrongTls {
  /** The path as the module names it. */
  readonly property: "trust_cacerts" | "client_cert" | "client_key" | "client_key_password";
  /** Follows the file's location in a sentence. */
  readonly reason: string;
}

const certificate = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]*-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;

/** Returns undefined when OpenSSL accepts it. */
export function wrongTls({ trustCaPem, clientCertPem, clientKeyPem, clientKeyPassword }: TlsOptions): WrongTls | undefined {
  const wrongCa = trustCaPem === undefined ? undefined : wrongCertificates(trustCaPem);
  if (wrongCa !== undefined) return { property: "trust_cacerts", reason: wrongCa };
  const wrongCert = clientCertPem === undefined ? undefined : wrongCertificates(clientCertPem);
  if (wrongCert !== undefined) return { property: "client_cert", reason: wrongCert };
  if (clientKeyPem === undefined) return undefined;
  const key = attempt(() => createPrivateKey({ key: clientKeyPem, passphrase: clientKeyPassword }));
  if (key !== undefined) return wrongKey(key, clientKeyPassword);
  const pair = attempt(() => createSecureContext({ cert: clientCertPem, key: clientKeyPem, passphrase: clientKeyPassword }));
  if (pair === undefined) return undefined;
  const reason =
    codeOf(pair) === "ERR_OSSL_X509_KEY_VALUES_MISMATCH" ? "is not the key of client_cert" : `cannot be used (${pair.message})`;
  return { property: "client_key", reason };
}

function wrongCertificates(pem: string): string | undefined {
  const found = pem.match(certificate) ?? [];
  if (found.length === 0) return "holds no certificate (-----BEGIN CERTIFICATE-----)";
  for (const [index, one] of found.entries()) {
    const error = attempt(() => new X509Certificate(one));
    if (error !== undefined) return `holds a certificate (number ${index + 1}) that cannot be read (${error.message})`;
  }
  return undefined;
}

function wrongKey(error: Error, password: string | undefined): WrongTls {
  switch (codeOf(error)) {
    case "ERR_OSSL_EVP_UNSUPPORTED":
      return {
        property: "client_key",
        reason:
          "is encrypted in a way that OpenSSL 3 does not read (an old PBE such as PBE-SHA1-RC4-128); convert it: " +
          "openssl pkcs8 -provider legacy -provider default -in <this file> -topk8 -v2 aes-256-cbc -out <new file>",
      };
    case "ERR_OSSL_BAD_DECRYPT":
      return { property: "client_key_password", reason: "does not open client_key" };
    case "ERR_MISSING_PASSPHRASE":
    case "ERR_OSSL_CRYPTO_INTERRUPTED_OR_CANCELLED":
      if (password === undefined)
        return { property: "client_key", reason: "is encrypted; name the file of its password in client_key_password" };
      break;
    default:
  }
  return { property: "client_key", reason: `holds no private key that can be read (${error.message})` };
}

function attempt(work: () => unknown): Error | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function codeOf(error: Error): string {
  return "code" in error ? String(error.code) : "";
}
