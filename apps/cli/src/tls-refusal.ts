/**
 * TlsRefusal: something listens at the URL, but TLS with it failed: its certificate is not accepted here, or one side speaks TLS and the
 * other does not. Starting a gateway would not help. Neighbour: call-gateway.ts.
 */
import { CliError } from "./exit-codes.ts";

export class TlsRefusal extends CliError {}

const namesAnother = "ERR_TLS_CERT_ALTNAME_INVALID";
const speaksPlainly: ReadonlySet<string> = new Set(["ERR_SSL_WRONG_VERSION_NUMBER", "ERR_SSL_PACKET_LENGTH_TOO_LONG", "EPROTO"]);
/** OpenSSL's reasons, as Node names them. */
const notVouchedFor: ReadonlySet<string> = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);
const outOfTime: ReadonlySet<string> = new Set(["CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID"]);

/** Returns undefined when TLS is not the reason. */
export function tlsRefusal(url: string, cause: unknown): TlsRefusal | undefined {
  if (!(cause instanceof Error) || !("code" in cause) || typeof cause.code !== "string") return undefined;
  const { code } = cause;
  if (code === "UND_ERR_SOCKET" && url.startsWith("http:"))
    return refusal(
      `what is at ${url} ended the connection: ${cause.message}`,
      "See whether the gateway runs; if it speaks TLS, its URL begins with https.",
    );
  if (speaksPlainly.has(code))
    return refusal(`what is at ${url} speaks no TLS: ${code}`, "If it is without TLS, its URL begins with http.");
  const cure = cureOf(code);
  return cure === undefined ? undefined : refusal(`the certificate at ${url} is not taken: ${cause.message} (${code})`, cure);
}

function cureOf(code: string): string | undefined {
  if (code === namesAnother) return "Name the gateway with --url by a name that its certificate is for.";
  if (outOfTime.has(code)) return "Renew the certificate of the gateway, or set the clock of this machine.";
  if (notVouchedFor.has(code)) return "Name a PEM file with its authority, or with itself, in NODE_EXTRA_CA_CERTS.";
  return undefined;
}

function refusal(message: string, cure: string): TlsRefusal {
  return new TlsRefusal("unreachable", message, cure);
}
