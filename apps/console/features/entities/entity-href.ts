/**
 * The URL of an entity. Ids are any text, so each part is written with letters, digits and `-_.` only; every other byte is `~` and two hex
 * digits. Such a path survives proxies and routers that decode or normalise (%2F, "..", empty parts). Pure.
 */
import type { AddressView } from "../../trpc/views.ts";

const PLAIN = /[A-Za-z0-9_.-]/;

export function toSegment(text: string): string {
  if (text === "") return "~";
  const onlyDots = /^\.+$/.test(text);
  let segment = "";
  for (const byte of new TextEncoder().encode(text)) {
    const character = String.fromCharCode(byte);
    segment += byte < 0x80 && PLAIN.test(character) && !onlyDots ? character : `~${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return segment;
}

/** Returns null when the segment was not made by toSegment. */
export function fromSegment(segment: string): string | null {
  if (segment === "~") return "";
  const bytes: number[] = [];
  for (let at = 0; at < segment.length; at += 1) {
    const character = segment.charAt(at);
    if (character !== "~") {
      if (!PLAIN.test(character)) return null;
      bytes.push(character.charCodeAt(0));
      continue;
    }
    const hex = segment.slice(at + 1, at + 3);
    if (!/^[0-9A-F]{2}$/i.test(hex)) return null;
    bytes.push(Number.parseInt(hex, 16));
    at += 2;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(bytes));
  } catch {
    return null;
  }
}

export function entityHref({ type, id }: AddressView): string {
  const slash = type.indexOf("/");
  return `/entities/${toSegment(type.slice(0, slash))}/${toSegment(type.slice(slash + 1))}/${toSegment(id)}`;
}

export function addressOf(parts: { namespace: string; name: string; id: string }): AddressView | null {
  const namespace = fromSegment(parts.namespace);
  const name = fromSegment(parts.name);
  const id = fromSegment(parts.id);
  return namespace === null || name === null || id === null ? null : { type: `${namespace}/${name}`, id };
}
