/**
 * webhookMessage: reads a correctly signed request: the entity, the value, and the idempotency key. Pure. Throws a refusal with the reason
 * when it cannot become a message (NOT_ROUTABLE, INVALID_VALUE).
 */
import { createHash } from "node:crypto";
import { checkId, type IngressMessage } from "@signalbox/runtime";
import { GatewayError } from "../../contract/problem.ts";
import { headerText } from "../../listener/header-text.ts";
import { traceOfRequest } from "../../listener/trace-headers.ts";
import { stringBytes } from "../../values/body-value.ts";
import { lookUp, type LookedUp } from "../../shape/json-look-up.ts";
import type { SignedRequest } from "./check-signature.ts";
import { stringType, type Place, type WebhookSpec } from "./webhook-spec.ts";

const keyCharactersMax = 256;

/** The pointers at which the body is read as JSON; undefined when it need not be JSON. */
export function pointersOf({ isJson, entityId, deliveryId }: WebhookSpec): string[] | undefined {
  const pointers = [entityId, deliveryId].flatMap((place) => (place.kind === "pointer" ? [place.pointer] : []));
  return isJson || pointers.length > 0 ? pointers : undefined;
}

export interface ReadRequest extends SignedRequest {
  /** The values at these pointers, when a large body was read in another thread. */
  readonly read?: { readonly found: LookedUp } | undefined;
}

export function webhookMessage(ingress: string, spec: WebhookSpec, request: ReadRequest): IngressMessage {
  const pointers = pointersOf(spec);
  const { found: body } = request.read ?? { found: pointers === undefined ? undefined : lookUp(request.body, pointers) };
  if (pointers !== undefined && body === undefined) throw noJson();
  const { entityId, target, valueType } = spec;
  const id = entityId.kind === "fixed" ? entityId.id : textAt(entityId, { request, body, what: "entityId" });
  const wrong = id === undefined ? "there is none" : checkId(id);
  if (id === undefined || wrong !== undefined)
    throw notRoutable(`the id of the entity, ${placeName(entityId)}, cannot be used: ${wrong ?? ""}`);
  const delivery = textAt(spec.deliveryId, { request, body, what: "deliveryId" });
  return {
    target: { type: target, id },
    value: { typename: valueType, bytes: valueType === stringType ? stringBytes(request.body) : new Uint8Array(request.body) },
    headers: traceOfRequest({ traceparent: request.header("traceparent"), tracestate: request.header("tracestate") }),
    idempotencyKey: delivery === undefined ? undefined : keyOf(ingress, delivery),
  };
}

/** The key includes the name of the ingress, because other doors have idempotency keys of their own. */
function keyOf(ingress: string, delivery: string): string {
  const key = `hook:${ingress}:${delivery}`;
  return key.length <= keyCharactersMax ? key : `hook:sha256:${createHash("sha256").update(key).digest("hex")}`;
}

interface Asked {
  readonly request: SignedRequest;
  readonly body: LookedUp;
  readonly what: string;
}

/** Undefined when it is missing and optional. */
function textAt(place: Place, { request, body, what }: Asked): string | undefined {
  switch (place.kind) {
    case "body":
      return createHash("sha256").update(request.body).digest("base64url");
    case "header": {
      const sent = request.header(place.header);
      if (sent === undefined && place.optional) return undefined;
      if (sent === undefined || sent === "") throw notRoutable(`the header ${place.header}, its ${what}, is absent`);
      return headerText(sent, place.header);
    }
    case "pointer": {
      const found = body?.find(([pointer]) => pointer === place.pointer)?.[1];
      if (typeof found === "string" && found !== "") return found;
      // Larger integers are refused, because two different ones could become the same number.
      if (typeof found === "number" && Number.isSafeInteger(found)) return String(found);
      throw notRoutable(`${place.pointer === "" ? "the body" : place.pointer}, its ${what}, is no text and no whole number`);
    }
  }
}

function noJson(): GatewayError {
  return new GatewayError("INVALID_VALUE", { detail: "the body is no JSON", where: "body", cure: "Send JSON in UTF-8." });
}

function placeName(place: WebhookSpec["entityId"]): string {
  switch (place.kind) {
    case "fixed":
      return "fixed in the module";
    case "body":
      return "of the body";
    case "header":
      return `in ${place.header}`;
    case "pointer":
      return `at ${place.pointer}`;
  }
}

function notRoutable(detail: string): GatewayError {
  return new GatewayError("NOT_ROUTABLE", {
    detail,
    where: "request",
    cure: "Correct the sender, or `entityId` and `deliveryId` in the ingress' module.",
  });
}
