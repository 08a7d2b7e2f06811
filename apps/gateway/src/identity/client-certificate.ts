/**
 * ClientCertificate: what a connection showed of itself in the handshake: names that the operator's certificate authority vouches for, or
 * the reason why the certificate is refused.
 * Neighbours: listener/tls-front.ts asks for certificates; identity.ts finds who has one of the names.
 * Guarantee: names are read from a certificate that was verified against the operator's authority, and hold until it ends.
 */
import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";
import { certificateNamePattern } from "../contract/people/certificate-name.ts";
import { GatewayError } from "../contract/problem.ts";
import { secretHash } from "./secrets.ts";

export type ClientCertificate =
  /** Alternative names first, as OpenSSL writes them, then the common name. */
  | { readonly kind: "verified"; readonly names: readonly string[]; readonly untilMs: number }
  | { readonly kind: "refused"; readonly why: string };

const namesMax = 20;

const read = new WeakMap<TLSSocket, ClientCertificate>();

/** Undefined when no certificate was shown, or none is asked for. */
export function clientCertificateOf(socket: Duplex): ClientCertificate | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const known = read.get(socket);
  if (known !== undefined) return known;
  const certificate = socket.getPeerCertificate();
  // Node gives an empty object where none was shown, and null after the connection ended.
  if (Object.keys(certificate ?? {}).length === 0) return undefined;
  const found: ClientCertificate = socket.authorized
    ? { kind: "verified", names: namesOf(certificate), untilMs: Date.parse(certificate.valid_to) }
    : { kind: "refused", why: whyNot(String(socket.authorizationError)) };
  read.set(socket, found);
  return found;
}

function namesOf({ subject, subjectaltname }: { subject: { CN?: string | string[] }; subjectaltname?: string | undefined }): string[] {
  const common = Array.isArray(subject.CN) ? subject.CN : [subject.CN ?? ""];
  // A name with a comma is written in quotes. Nobody can be known here by such a name.
  const alternative = (subjectaltname ?? "").includes('"') ? [] : (subjectaltname ?? "").split(", ");
  return [...alternative, ...common.map((name) => `CN=${name}`)].filter((name) => certificateNamePattern.test(name)).slice(0, namesMax);
}

function whyNot(code: string): string {
  if (code.includes("CERT_HAS_EXPIRED")) return "it has run out (CERT_HAS_EXPIRED)";
  if (code.includes("CERT_NOT_YET_VALID")) return "it is not valid yet; compare the clocks (CERT_NOT_YET_VALID)";
  return `no authority in the file of SIGNALBOX_TLS_CLIENT_CA vouches for it (${code})`;
}

/** The key by which the catalog finds whose name this is. No token has this form, because a token is a secret that its sender shows. */
export function certificateHash(name: string): string {
  return secretHash(`certificate ${name}`);
}

export function refusedCertificate(why: string): GatewayError {
  return new GatewayError("UNAUTHENTICATED", {
    detail: `The client certificate is not taken: ${why}.`,
    where: "client certificate",
    cure: "Connect with a valid one of the operator's authority, that a token is made for (People, Tokens), or with none and a token.",
  });
}
