/**
 * HttpSender: one record as one HTTP request, over connections that stay open. It may connect only to addresses where endpoints may be
 * (`places`). An answer counts only when it is complete; only the first characters of its body are kept.
 */
import { createHmac } from "node:crypto";
import type { Agent, ClientRequest, IncomingMessage } from "node:http";
import type { EgressRecord } from "@signalbox/runtime";
import { StringWrapper } from "@signalbox/proto";
import { nodeHttp } from "../../listener/node-http.ts";
import { refuseUpgrade } from "../../listener/refuse-upgrade.ts";
import type { EgressContext } from "../connector.ts";
import { outgoingHeaders } from "../record-headers.ts";
import { noAnswerFor } from "./http-no-answer.ts";
import type { HttpReply } from "./http-outcome.ts";
import type { HttpEgressSpec } from "./http.ts";

const stringType = "io.statefun.types/string";
/** The typename that the SDK gives a JSON body. */
const jsonType = "io.signalbox.http/json";
const excerptCharactersMax = 500;
const answerBytesMax = 64 * 1024;
const nodeHttps = process.getBuiltinModule("node:https");

interface OutgoingRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Buffer | undefined;
}

type SenderContext = Pick<EgressContext, "id" | "places" | "nowMs">;

export class HttpSender {
  readonly #spec: HttpEgressSpec;
  readonly #context: SenderContext;
  readonly #agent: Agent;
  readonly #url: URL;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #key: Buffer | undefined;

  constructor(spec: HttpEgressSpec, context: SenderContext) {
    this.#spec = spec;
    this.#context = context;
    this.#url = new URL(spec.url);
    this.#headers = Object.fromEntries(Object.entries(spec.headers).map(([name, value]) => [name, value.reveal()]));
    const { lookup } = context.places;
    const options = { keepAlive: true, maxSockets: 1, lookup };
    this.#agent = this.#url.protocol === "https:" ? new nodeHttps.Agent(options) : new nodeHttp.Agent(options);
    this.#key = spec.signingSecret === undefined ? undefined : Buffer.from(spec.signingSecret.reveal().replace(/^whsec_/, ""), "base64");
  }

  /** Never rejects because of what the other side does. */
  send(record: EgressRecord, signal: AbortSignal): Promise<HttpReply> {
    const { body, contentType } = this.#bodyOf(record);
    const trace = Object.fromEntries(outgoingHeaders(record));
    const headers = {
      ...trace,
      "content-type": contentType,
      "content-length": body.length,
      ...this.#headers,
      ...this.#signed(record, body),
    };
    return this.#request({ method: this.#spec.method, headers, body }, signal);
  }

  /** Sends OPTIONS with the module's headers, which delivers nothing. Never rejects because of what the other side does. */
  ask(signal: AbortSignal): Promise<HttpReply> {
    return this.#request({ method: "OPTIONS", headers: { "content-length": 0, ...this.#headers }, body: undefined }, signal);
  }

  close(): void {
    this.#agent.destroy();
  }

  #request({ method, headers, body }: OutgoingRequest, signal: AbortSignal): Promise<HttpReply> {
    const { timeoutMs } = this.#spec;
    const { request } = this.#url.protocol === "https:" ? nodeHttps : nodeHttp;
    return new Promise((resolve) => {
      const failed = (error: unknown): void => resolve(noAnswerFor(error, timeoutMs));
      try {
        const sent = request(this.#url, {
          method,
          headers,
          agent: this.#agent,
          signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        });
        sent.on("error", (error) => (signal.aborted ? resolve({ kind: "none", reason: "it was stopped" }) : failed(error)));
        refuseUpgrade(sent, (reason) => resolve({ kind: "none", reason }));
        sent.on("response", (answer) => readAnswer(sent, answer, resolve));
        sent.end(body);
      } catch (error) {
        // Node throws here for a header that cannot be written.
        failed(error);
      }
    });
  }

  #bodyOf({ value }: EgressRecord): { readonly body: Buffer; readonly contentType: string } {
    const { contentType } = this.#spec;
    if (value.typename !== stringType) {
      const usual = value.typename === jsonType ? "application/json" : "application/octet-stream";
      return { body: Buffer.from(value.bytes), contentType: contentType ?? usual };
    }
    return { body: Buffer.from(StringWrapper.decode(value.bytes).value), contentType: contentType ?? "text/plain; charset=utf-8" };
  }

  /** Standard Webhooks: the id tells repeats apart, with or without a signature. */
  #signed(record: EgressRecord, body: Buffer): Record<string, string> {
    const id = `${this.#context.id}/${record.sequence}`;
    if (this.#key === undefined) return { "webhook-id": id };
    const timestamp = String(Math.floor(this.#context.nowMs() / 1000));
    const signature = createHmac("sha256", this.#key).update(`${id}.${timestamp}.`).update(body).digest("base64");
    return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
  }
}

function readAnswer(request: ClientRequest, answer: IncomingMessage, resolve: (reply: HttpReply) => void): void {
  let excerpt = "";
  let bytes = 0;
  answer.setEncoding("latin1");
  answer.on("data", (text: string) => {
    bytes += text.length;
    if (excerpt.length < excerptCharactersMax) excerpt += text.slice(0, excerptCharactersMax - excerpt.length);
    if (bytes > answerBytesMax) request.destroy(new Error(`its answer is longer than ${answerBytesMax} bytes`));
  });
  answer.on("end", () => {
    const status = answer.statusCode ?? 0;
    const retryAfter = answer.headers["retry-after"];
    if (answer.complete) resolve({ kind: "answer", answer: { status, retryAfter, excerpt } });
    else resolve({ kind: "none", reason: "its answer was cut" });
  });
  answer.on("error", () => resolve({ kind: "none", reason: "its answer was cut" }));
}
