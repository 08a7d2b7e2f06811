/**
 * JsonParts: counts the objects, lists and members of a JSON body in one pass over its bytes, before anybody parses it. Parsing and
 * checking take time by that number and not by the bytes: eight megabytes of empty lists hold the thread for half a second, one text of
 * that size for some milliseconds.
 * Neighbours: request-body.ts bounds the bytes; the surfaces that parse JSON on the gateway's thread ask here first.
 */
import { GatewayError } from "../contract/problem.ts";
import { readBody } from "./request-body.ts";

/** Parsing this many takes about 20 ms of the thread. */
export const jsonPartsMax = 100_000;
/** A body of at most this many bytes cannot have more parts than the limit. */
const bodyBytesMin = jsonPartsMax;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const list = 0x5b;
const object = 0x7b;

/** Works as readBody does, and refuses a body with too many parts as it refuses one with too many bytes. */
export function readJsonBody(...[exchange, limits, done]: Parameters<typeof readBody>): void {
  readBody(exchange, limits, (body) => done(body instanceof Error ? body : (manyParts(body) ?? body)));
}

/** Returns why the body must not be parsed; undefined when it may be. */
export function manyParts(body: Uint8Array): GatewayError | undefined {
  if (body.length <= bodyBytesMin || !hasMoreParts(body, jsonPartsMax)) return undefined;
  return new GatewayError("BODY_TOO_LARGE", {
    detail: `the body has more than ${jsonPartsMax} objects, lists and members`,
    where: "body",
    cure: "Send it in several requests.",
  });
}

/** A text that is no JSON is counted as if it were; its parser then says what is wrong. */
export function hasMoreParts(body: Uint8Array, partsMax: number): boolean {
  let parts = 0;
  let inText = false;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at];
    if (inText) {
      if (byte === backslash) at++;
      else if (byte === quote) inText = false;
    } else if (byte === quote) inText = true;
    else if ((byte === comma || byte === list || byte === object) && ++parts > partsMax) return true;
  }
  return false;
}
