/**
 * lookUp: reads some places of a JSON body, as far as their values can be a name or a number of something. It is pure, so that large bodies
 * are read in another thread (compute-thread.ts); small ones are read where they come. Neighbours: json-pointer.ts, connectors/webhook.
 */
import { isUtf8 } from "node:buffer";
import { valueAt } from "./json-pointer.ts";

/** Undefined when the body is no JSON. A pointer has a text, a number, or undefined for anything else. */
export type LookedUp = readonly (readonly [pointer: string, value: string | number | undefined])[] | undefined;

export function lookUp(bytes: Uint8Array, pointers: readonly string[]): LookedUp {
  const body = parsed(bytes);
  if (body === undefined) return undefined;
  return pointers.map((pointer) => [pointer, plain(valueAt(body.value, pointer))]);
}

function parsed(bytes: Uint8Array): { readonly value: unknown } | undefined {
  try {
    return isUtf8(bytes) ? { value: JSON.parse(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes)) } : undefined;
  } catch {
    return undefined;
  }
}

function plain(value: unknown): string | number | undefined {
  return typeof value === "string" || typeof value === "number" ? value : undefined;
}
