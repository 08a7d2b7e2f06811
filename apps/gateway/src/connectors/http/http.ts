/** The HTTP egress as a declaration: what its spec looks like. http-egress.ts delivers and is loaded when one opens. */
import { wrongHeader } from "@signalbox/runtime";
import { duration, integer, object, text, typename } from "../../shape/shape.ts";
import type { Secret } from "../../shape/secret.ts";
import type { SpecReader } from "../../shape/spec-reader.ts";
import { egress, type ReadContext } from "../connector.ts";
import { ioId, readId } from "../io-id.ts";

const methods = ["POST", "PUT", "PATCH"] as const;
const timeoutMsDefault = 10_000;
const attemptsMaxDefault = 100;

export interface HttpEgressSpec {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, Secret>>;
  readonly contentType: string | undefined;
  readonly timeoutMs: number;
  /** After this many attempts a record is put aside, or holds up those after it. */
  readonly attemptsMax: number;
  readonly deadLetters: string | undefined;
  /** base64 of the key, with or without `whsec_` before it. */
  readonly signingSecret: Secret | undefined;
}

export const httpEgress = egress<HttpEgressSpec>({
  direction: "egress",
  kind: "io.signalbox.http.v1/egress",
  word: "http",
  meaning: "Records are sent to a URL, one request each, in order.",
  shape: {
    id: ioId,
    url: { shape: text, required: true, meaning: "Where to: http://… or https://…." },
    method: { shape: { kind: "word", words: methods }, meaning: "Method of the request.", fallback: "POST" },
    headers: { shape: { kind: "properties" }, meaning: "Headers of each request; write secrets as ${NAME}.", secret: "written" },
    contentType: { shape: text, meaning: "Content type of the body.", fallback: "text/plain for strings, else application/octet-stream" },
    timeout: { shape: duration, meaning: "How long one request may take.", fallback: "10 s" },
    maxAttempts: { shape: integer(1, 1_000_000), meaning: "Attempts of one record before it counts as refused.", fallback: "100" },
    deadLetters: { shape: typename, meaning: "Function type that gets what is refused; without it a refused record holds up the others." },
    signing: {
      shape: object({ secret: { shape: text, required: true, meaning: "Key in base64.", secret: "by-reference" } }),
      meaning: "Signs each request as Standard Webhooks do.",
    },
  },
  read(spec, context) {
    return {
      ...readId(spec, "egress"),
      spec: {
        url: checkedUrl(spec, context),
        method: (spec.text("method") ?? "POST").toUpperCase(),
        headers: checkedHeaders(spec, context),
        contentType: checkedType(spec, context),
        timeoutMs: spec.durationMs("timeout") ?? timeoutMsDefault,
        attemptsMax: spec.integer("maxAttempts") ?? attemptsMaxDefault,
        deadLetters: spec.text("deadLetters"),
        signingSecret: spec.inside("signing")?.secret("secret"),
      },
    };
  },
  open: async (spec, context) => (await import("./http-egress.ts")).openHttpEgress(spec, context),
  check: async (spec, context) => (await import("./http-check.ts")).httpCheck(spec, context),
});

/** Refuses headers that cannot be written, which would fail every record, and a header with another length, which would cut it. */
function checkedHeaders(spec: SpecReader, { issues }: ReadContext): HttpEgressSpec["headers"] {
  const headers = spec.secretEntries("headers");
  for (const [name, value] of Object.entries(headers)) {
    const wrong = wrongHeader(name, value.reveal());
    if (wrong !== undefined) issues.error(spec.position("headers"), `\`headers\`: ${wrong}.`);
  }
  return headers;
}

function checkedType(spec: SpecReader, { issues }: ReadContext): string | undefined {
  const contentType = spec.text("contentType");
  const wrong = contentType === undefined ? undefined : wrongHeader("content-type", contentType);
  if (wrong !== undefined) issues.error(spec.position("contentType"), `${wrong}.`);
  return contentType;
}

function checkedUrl(spec: SpecReader, { issues }: ReadContext): string {
  const written = spec.text("url") ?? "";
  const protocol = URL.canParse(written) ? new URL(written).protocol : "";
  if (protocol !== "http:" && protocol !== "https:")
    issues.error(spec.position("url"), "`url` is no URL that can be called: write http://host:port/path or https://….");
  return written;
}
