/** Addresses in paths: `<namespace>/<name>[/<id>]`, each part percent-encoded; an id may hold any character once decoded, a slash too (%2F). */
import { EngineError, type Address } from "@signalbox/runtime";

const cure = "Write /<namespace>/<name>/<id>, each part percent-encoded.";

export type AddressPath = { readonly kind: "type"; readonly type: string } | { readonly kind: "entity"; readonly address: Address };

/** `path` is what follows the route's prefix, without the query. */
export function parseAddressPath(path: string): AddressPath {
  const first = path.indexOf("/");
  const second = first < 0 ? -1 : path.indexOf("/", first + 1);
  const name = second < 0 ? path.slice(first + 1) : path.slice(first + 1, second);
  if (first <= 0 || name === "") throw invalid(path);
  const type = `${decodePart(path.slice(0, first))}/${decodePart(name)}`;
  if (second < 0) return { kind: "type", type };
  const id = path.slice(second + 1);
  // How long an id may be depends on the operation: a longer one can be looked at than sent to (the rule of ids).
  if (id.includes("/")) throw invalid(path);
  return { kind: "entity", address: { type, id: decodePart(id) } };
}

export function parseEntityPath(path: string): Address {
  const parsed = parseAddressPath(path);
  if (parsed.kind === "type") throw new EngineError("INVALID_ADDRESS", `"${path}" names a function type, not an entity`, cure);
  return parsed.address;
}

function decodePart(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid(text);
  }
}

function invalid(path: string): EngineError {
  return new EngineError("INVALID_ADDRESS", `"${path.slice(0, 200)}" is not an address`, cure);
}
