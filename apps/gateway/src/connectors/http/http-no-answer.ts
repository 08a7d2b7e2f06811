/**
 * noAnswerFor: the text for people why a request of the HTTP egress got no answer, with a cure if the error suggests one. Neighbours:
 * http-sender.ts asks, http-outcome.ts decides what happens to the record.
 */
import type { NoAnswer } from "./http-outcome.ts";

const notTrusted: Omit<NoAnswer, "kind"> = {
  reason: "its certificate is signed by an authority that is not known here",
  cure: "Name that authority's PEM file in NODE_EXTRA_CA_CERTS and start the gateway again",
};
const certificates: Readonly<Record<string, Omit<NoAnswer, "kind">>> = {
  CERT_HAS_EXPIRED: { reason: "its certificate has expired", cure: "Renew the certificate of the URL's server" },
  CERT_NOT_YET_VALID: { reason: "its certificate is not valid yet", cure: "Set the clocks of both sides" },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    reason: "its certificate is for another host name",
    cure: "Write a name into `url` that the certificate holds",
  },
  DEPTH_ZERO_SELF_SIGNED_CERT: notTrusted,
  SELF_SIGNED_CERT_IN_CHAIN: notTrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: notTrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: notTrusted,
};

const isUp = "See whether the service is up, and whether `url` is right";
const connections: Readonly<Record<string, Omit<NoAnswer, "kind">>> = {
  ECONNREFUSED: { reason: "nothing listens at the address", cure: isUp },
  ENOTFOUND: { reason: "the host name is not known", cure: "Mend `url` in the module, or the name service" },
  EAI_AGAIN: { reason: "the name service does not answer", cure: "See whether the name service is up" },
  ECONNRESET: { reason: "it cut the connection before it had answered", cure: isUp },
  EPIPE: { reason: "it cut the connection before it had answered", cure: isUp },
};

export function noAnswerFor(error: unknown, timeoutMs: number): NoAnswer {
  if (!(error instanceof Error)) return { kind: "none", reason: String(error) };
  if (error.name === "AbortError" || error.name === "TimeoutError") return { kind: "none", reason: `no answer within ${timeoutMs} ms` };
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return { kind: "none", ...(certificates[code] ?? connections[code] ?? { reason: error.message }) };
}
