/**
 * lookUp: what stands at some places of a body of JSON, as far as it can be a name or a number of something. Pure and plain, so that large bodies are read in another thread
 * (compute-thread.ts); small ones are read where they come. Neighbours: json-pointer.ts, connectors/webhook.
 */
import { isUtf8 } from "node:buffer";
import { valueAt } from "./json-pointer.ts";

/** undefined: the body is no JSON. Pointers with a text, a number, or nothing of these. */
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
