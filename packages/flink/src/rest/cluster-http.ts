/**
 * ClusterHttp: one request to a cluster's REST API and its whole answer, bounded in time and bytes, with what credentials.ts provides.
 * Redirects are not followed, because a login page is no answer of Flink. What keeps a request from being made or answered is a
 * FlinkProblem with its cure. Neighbour: flink-rest.ts reads answers.
 */
import { request as plainRequest, type IncomingMessage } from "node:http";
import { request as tlsRequest } from "node:https";
import type { SecureContext } from "node:tls";
import type { Credentials } from "./credentials.ts";
import { FlinkProblem } from "./flink-problem.ts";

export interface ClusterHttpOptions {
  /** The base URL without a slash at its end. */
  readonly base: string;
  readonly credentials: Credentials;
  readonly signal: AbortSignal;
}

export interface ClusterAnswer {
  readonly status: number;
  readonly text: string;
}

interface Body {
  readonly contentType: string;
  readonly bytes: Buffer;
}

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body: Body | undefined;
}

const requestMsMax = 30_000;
const answerBytesMax = 16 * 1024 * 1024;

export class ClusterHttp {
  readonly #options: ClusterHttpOptions;

  constructor(options: ClusterHttpOptions) {
    this.#options = options;
  }

  /** The body is JSON, a form, or none. Returns answers below 300 and refusals of Flink itself; rejects with FlinkProblem otherwise. */
  async ask(method: string, path: string, body: unknown): Promise<ClusterAnswer> {
    const { credentials, base } = this.#options;
    const sent = { method, path, body: await bodyOf(body) };
    const header = await credentials.header();
    let answer = await this.#send(sent, header);
    if (answer.status === 401) {
      // A credential that was valid a moment ago may have been replaced in its file.
      const another = await credentials.renewed(header);
      if (another !== undefined) answer = await this.#send(sent, another);
    }
    const { status } = answer;
    if (status >= 300 && status < 400) throw elsewhere(base, { status, place: credentials.hidden(answer.location) });
    if (status === 401 || status === 403) throw credentials.refused(status, base);
    // A good answer of Flink is data and is not changed.
    return { status, text: status < 300 ? answer.text : credentials.hidden(answer.text) };
  }

  async #send(sent: Sent, header: string | undefined): Promise<ClusterAnswer & { readonly location: string }> {
    const { base, credentials, signal } = this.#options;
    const isTls = base.startsWith("https:");
    const trusted = isTls ? await credentials.trusted() : undefined;
    const limit = AbortSignal.timeout(requestMsMax);
    try {
      const response = await answered(`${base}${sent.path}`, { sent, header, isTls, trusted, signal: AbortSignal.any([signal, limit]) });
      return { status: response.statusCode ?? 0, text: await textOf(response), location: response.headers.location ?? "" };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof FlinkProblem) throw error;
      throw unanswered(base, limit.aborted ? "TimeoutError" : codeOf(error), error);
    }
  }
}

interface Asking {
  readonly sent: Sent;
  readonly header: string | undefined;
  readonly isTls: boolean;
  readonly trusted: SecureContext | undefined;
  readonly signal: AbortSignal;
}

/**
 * Each request uses a new connection, because the API is asked only a few times in two seconds, and a kept connection may be closed when it
 * is needed.
 */
function answered(url: string, { sent: { method, body }, header, isTls, trusted, signal }: Asking): Promise<IncomingMessage> {
  const headers = {
    accept: "application/json",
    ...(header === undefined ? {} : { authorization: header }),
    ...(body === undefined ? {} : { "content-type": body.contentType, "content-length": body.bytes.length }),
  };
  const options = { method, headers, signal, agent: false as const };
  return new Promise((resolve, reject) => {
    const request = isTls
      ? tlsRequest(url, { ...options, ...(trusted === undefined ? {} : { secureContext: trusted }) }, resolve)
      : plainRequest(url, options, resolve);
    request.on("error", reject);
    request.end(body?.bytes);
  });
}

async function bodyOf(body: unknown): Promise<Body | undefined> {
  if (body === undefined) return undefined;
  if (!(body instanceof FormData)) return { contentType: "application/json", bytes: Buffer.from(JSON.stringify(body)) };
  const form = new Response(body);
  return { contentType: form.headers.get("content-type") ?? "", bytes: Buffer.from(await form.arrayBuffer()) };
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > answerBytesMax) throw new FlinkProblem("unexpected", `an answer of Flink has more than ${answerBytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function elsewhere(base: string, { status, place }: { status: number; place: string }): FlinkProblem {
  const shown = place === "" ? "another place" : place.split("?")[0];
  return new FlinkProblem("barred", `${base} sends to ${shown} (${status})`, {
    status,
    cure: "Set SIGNALBOX_FLINK_URL to that place; if it is a login page, set SIGNALBOX_FLINK_AUTHORIZATION or SIGNALBOX_FLINK_AUTHORIZATION_FILE.",
  });
}

const notTrusted = {
  reason: "its certificate is signed by an authority that is not known here",
  cure: "Set SIGNALBOX_FLINK_CA to a PEM file with the certificate of that authority.",
};
const noTls = { reason: "no TLS is spoken there", cure: "Write http:// in SIGNALBOX_FLINK_URL, or the port that speaks TLS." };
const certificates: Readonly<Record<string, { readonly reason: string; readonly cure: string }>> = {
  CERT_HAS_EXPIRED: { reason: "its certificate has expired", cure: "Renew the certificate of that server." },
  CERT_NOT_YET_VALID: { reason: "its certificate is not valid yet", cure: "Set the clocks of both sides." },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    reason: "its certificate is for another host name",
    cure: "Write a name into SIGNALBOX_FLINK_URL that the certificate holds.",
  },
  DEPTH_ZERO_SELF_SIGNED_CERT: notTrusted,
  SELF_SIGNED_CERT_IN_CHAIN: notTrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: notTrusted,
  UNABLE_TO_GET_ISSUER_CERT: notTrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: notTrusted,
  EPROTO: noTls,
  ERR_SSL_WRONG_VERSION_NUMBER: noTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: noTls,
};

function unanswered(base: string, code: string, cause: unknown): FlinkProblem {
  const known = certificates[code];
  if (known !== undefined) return new FlinkProblem("barred", `${base}: ${known.reason} (${code})`, { cure: known.cure, cause });
  const why = code === "TimeoutError" ? `no answer within ${requestMsMax} ms` : code;
  return new FlinkProblem("absent", `nothing answers at ${base} (${why})`, { cause });
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error && typeof error.code === "string" ? error.code : error.message;
}
