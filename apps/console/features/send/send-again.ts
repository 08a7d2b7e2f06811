/**
 * The link that opens Send with a message filled in, to be sent again unchanged or changed. Bodies too long for a URL are left out.
 */
import { sendHref } from "../../shell/navigation.ts";
import type { AddressView, ValueView } from "../../trpc/views.ts";

const BODY_CHARACTERS_MAX = 4_000;

export function sendAgainHref(target: AddressView, value: ValueView): string {
  const href = sendHref({ type: target.type, id: target.id });
  const raw = value.as === "bytes";
  const body = raw ? value.base64 : value.as === "absent" ? "" : value.text;
  const extra = new URLSearchParams({ as: value.typename });
  if (body !== "" && body.length <= BODY_CHARACTERS_MAX) extra.set(raw ? "base64" : "body", body);
  return `${href}&${extra.toString()}`;
}
