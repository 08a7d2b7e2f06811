/**
 * BodyValue: turns the body and the content type of an HTTP request into a typed value, at every port that takes messages over HTTP.
 * Neighbours: surfaces/http/messages.ts and the playground.
 */
import { isUtf8 } from "node:buffer";
import { GatewayError } from "../contract/problem.ts";
import { headerText } from "../listener/header-text.ts";
import { checkedTypename } from "./checked-value.ts";

const vendorPrefix = "application/vnd.";
const noBytes = new Uint8Array(0);

/** Returns undefined when the content type names no value type. */
export function typenameOf(contentType: string | undefined): string | undefined {
  if (contentType === undefined || !contentType.toLowerCase().startsWith(vendorPrefix)) return undefined;
  const end = contentType.indexOf(";");
  const typename = contentType.slice(vendorPrefix.length, end < 0 ? undefined : end).trim();
  return typename === "" ? undefined : checkedTypename(headerText(typename, "Content-Type"), "Content-Type");
}

/** Encodes a body that is the text itself: a tag, its length and the bytes as they came; an empty text is zero bytes. */
export function stringBytes(body: Buffer): Uint8Array {
  if (!isUtf8(body)) {
    throw new GatewayError("INVALID_VALUE", {
      detail: "the body is not UTF-8 text",
      where: "body",
      cure: "Name the value's type with Content-Type: application/vnd.<typename> to send other bytes.",
    });
  }
  if (body.length === 0) return noBytes;
  const head = [0x0a];
  let length = body.length;
  while (length > 0x7f) {
    head.push((length & 0x7f) | 0x80);
    length >>>= 7;
  }
  head.push(length);
  const bytes = Buffer.allocUnsafe(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return bytes;
}
