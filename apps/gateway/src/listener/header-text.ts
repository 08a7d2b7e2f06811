/**
 * HeaderText: a header's value as the text that its sender wrote. Node gives each byte of a header as one character, but senders write
 * UTF-8, and the same text over gRPC or in a body must be the same here. It is used for what is compared or kept: idempotency keys, type
 * names.
 */
import { isUtf8 } from "node:buffer";
import { GatewayError } from "../contract/problem.ts";

const ascii = /^[\u0000-\u007f]*$/;

/** `value` has one character for each byte. Throws INVALID_REQUEST when the bytes are not UTF-8. */
export function headerText(value: string, name: string): string {
  if (ascii.test(value)) return value;
  const bytes = Buffer.from(value, "latin1");
  if (isUtf8(bytes)) return bytes.toString("utf8");
  throw new GatewayError("INVALID_REQUEST", {
    detail: `the bytes of the header ${name} are not UTF-8 text`,
    where: name,
    cure: "Send the header's value in UTF-8.",
  });
}
