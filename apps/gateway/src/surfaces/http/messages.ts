/**
 * POST /v1/messages/{namespace}/{name}/{id}: what a message over HTTP is and how it is answered. Plain requests come from
 * fast-path-server.ts, all others with a node:http response; both are handled here. Content-Type application/vnd.<typename> names the
 * value's type: built-in types are JSON scalars, other bytes pass unchanged; without it the body is the text of an
 * io.statefun.types/string. 202 is written only once the message is durable (G3).
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Accepted, TypedValue } from "@signalbox/runtime";
import { isBuiltInTypename } from "@signalbox/proto";
import { stringBytes, typenameOf } from "../../values/body-value.ts";
import type { ValueCodec } from "../../values/value-codec.ts";
import type { IngressPort } from "../../flow/ingress-port.ts";
import { parseEntityPath } from "../../listener/address-path.ts";
import { headerText } from "../../listener/header-text.ts";
import type { Principal } from "../../contract/principal.ts";
import { GatewayError } from "../../contract/problem.ts";
import { problemOf } from "../../contract/problem-of.ts";
import { mustBeAllowedToSend } from "../../identity/message-gate.ts";
import { writeProblem } from "../../listener/reply.ts";
import { readBody, type BodyLimits } from "../../listener/request-body.ts";
import type { RequestBytes } from "../../listener/request-bytes.ts";
import { traceOfRequest } from "../../listener/trace-headers.ts";
import { principalOf } from "../principal-of.ts";

export const messagesPrefix = "/v1/messages/";
const stringType = "io.statefun.types/string";
const idempotencyKeyCharactersMax = 256;
const heapArrayBytesMax = 64;

export interface MessagesOptions {
  readonly ingress: Pick<IngressPort, "accept">;
  readonly values: ValueCodec;
  readonly messageBytesMax: number;
  /** Where the bodies that wait are counted. */
  readonly held: RequestBytes;
}

export type RawRoute = (request: IncomingMessage, response: ServerResponse) => void;

/** The parts of a request, from either reader. */
export interface MessageParts {
  readonly url: string;
  readonly contentType: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly traceparent?: string | undefined;
  readonly tracestate?: string | undefined;
  /** May be a view into a larger buffer. */
  readonly body: Buffer;
}

/** The name by which a token allows messages over HTTP. */
const httpIngress = "http";

export interface Messages {
  readonly messageBytesMax: number;
  readonly held: RequestBytes;
  readonly route: RawRoute;
  /** Resolves once the message is durable. Throws or rejects with what problemOf() explains. */
  accept(parts: MessageParts, principal: Principal): Promise<Accepted>;
}

export function createMessages(options: MessagesOptions): Messages {
  const { ingress, values, messageBytesMax, held } = options;
  const accept = (
    { url, contentType, idempotencyKey, traceparent, tracestate, body }: MessageParts,
    principal: Principal,
  ): Promise<Accepted> => {
    const query = url.indexOf("?");
    const target = parseEntityPath(url.slice(messagesPrefix.length, query < 0 ? undefined : query));
    mustBeAllowedToSend(principal, httpIngress, target.type);
    const value = bodyValue(body, contentType, values);
    return ingress.accept({
      target,
      value,
      headers: traceOfRequest({ traceparent, tracestate }),
      idempotencyKey: checkedKey(idempotencyKey),
    });
  };
  return { messageBytesMax, accept, held, route: messageRoute(accept, { bytesMax: messageBytesMax, held }) };
}

function messageRoute(accept: Messages["accept"], limits: BodyLimits): RawRoute {
  return (request, response) => {
    const { url = "", headers } = request;
    readBody({ request, response }, limits, (body) => {
      if (body instanceof Error) return refuse(response, body, url);
      const key = headers["idempotency-key"];
      const idempotencyKey = key === undefined ? undefined : String(key);
      try {
        accept({ url, contentType: headers["content-type"], idempotencyKey, ...traceOf(headers), body }, principalOf(request)).then(
          (accepted) => {
            const json = acceptedText(accepted);
            if (response.destroyed) return;
            response.writeHead(202, ["content-type", "application/json", "content-length", String(json.length)]);
            response.end(json);
          },
          (error: unknown) => refuse(response, error, url),
        );
      } catch (error) {
        refuse(response, error, url);
      }
    });
  };
}

export function traceOf({ traceparent, tracestate }: IncomingMessage["headers"]): Pick<MessageParts, "traceparent" | "tracestate"> {
  return {
    traceparent: typeof traceparent === "string" ? traceparent : undefined,
    tracestate: typeof tracestate === "string" ? tracestate : undefined,
  };
}

/** The body of 202; ASCII. */
export function acceptedText({ messageId, traceId }: Accepted): string {
  return `{"messageId":${messageId},"traceId":${traceId}}\n`;
}

function refuse(response: ServerResponse, error: unknown, where: string): void {
  writeProblem(response, problemOf(error, where));
}

/** The length is checked in UTF-8 bytes, as at every door. */
export function checkedKey(sent: string | undefined): string | undefined {
  if (sent === undefined) return undefined;
  const key = headerText(sent, "Idempotency-Key");
  if (key === "" || key.length > idempotencyKeyCharactersMax) {
    throw new GatewayError("INVALID_REQUEST", {
      detail: `the Idempotency-Key has ${key.length} characters`,
      where: "Idempotency-Key",
      cure: `Send 1 to ${idempotencyKeyCharactersMax} characters.`,
    });
  }
  return key;
}

export function bodyValue(body: Buffer, contentType: string | undefined, values: ValueCodec): TypedValue {
  const typename = typenameOf(contentType);
  if (typename === undefined) return { typename: stringType, bytes: stringBytes(body) };
  if (isBuiltInTypename(typename)) return values.encode(typename, body.toString("utf8"));
  return { typename, bytes: ownBytes(body) };
}

/**
 * Copies the body, because a waiting message must not keep the whole read buffer alive. A Buffer has several hundred bytes of overhead; V8
 * keeps short typed arrays in its heap, which is cheaper.
 */
function ownBytes(body: Buffer): Uint8Array {
  return body.length <= heapArrayBytesMax || body.length * 2 < body.buffer.byteLength ? new Uint8Array(body) : body;
}
