/**
 * webhookMessage: what a request that is signed rightly says: the entity, the value, and the key that tells a repeat. Pure. What cannot become a
 * message is thrown as a refusal that says why (NOT_ROUTABLE, INVALID_VALUE).
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

/** Where the body is looked at as JSON; undefined: nowhere, and it need be none. */
export function pointersOf({ isJson, entityId, deliveryId }: WebhookSpec): string[] | undefined {
  const pointers = [entityId, deliveryId].flatMap((place) => (place.kind === "pointer" ? [place.pointer] : []));
  return isJson || pointers.length > 0 ? pointers : undefined;
}

export interface ReadRequest extends SignedRequest {
  /** What stands at these pointers, where a large body was read elsewhere. */
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

/** Other doors have keys of their own: those of this ingress are told by its name. */
function keyOf(ingress: string, delivery: string): string {
  const key = `hook:${ingress}:${delivery}`;
  return key.length <= keyCharactersMax ? key : `hook:sha256:${createHash("sha256").update(key).digest("hex")}`;
}

interface Asked {
  readonly request: SignedRequest;
  readonly body: LookedUp;
  readonly what: string;
}

/** Undefined: it is not there and need not be. */
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
      // Beyond the safe integers two numbers would become one.
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
