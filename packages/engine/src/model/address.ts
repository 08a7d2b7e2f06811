/**
 * Address: function type plus id; it names one entity.
 * Used everywhere; parsed once at the edge (module YAML, HTTP path, protobuf) and compared as text inside.
 * A typename is `namespace/name` with exactly one slash and two parts that are not empty.
 */
export interface TypeName {
  readonly namespace: string;
  readonly name: string;
}

/** `type` is the typename text `namespace/name`; `id` is any well-formed text, the empty text too. */
export interface Address {
  readonly type: string;
  readonly id: string;
}

export type ParsedTypeName = { readonly kind: "ok"; readonly typeName: TypeName } | { readonly kind: "error"; readonly reason: string };

export function parseTypeName(text: string): ParsedTypeName {
  const parts = text.split("/");
  const [namespace, name] = parts;
  if (parts.length !== 2 || !namespace || !name) {
    return { kind: "error", reason: `"${text}" is not a typename; write <namespace>/<name>, for example shop/cart` };
  }
  return { kind: "ok", typeName: { namespace, name } };
}

export function formatTypeName(typeName: TypeName): string {
  return `${typeName.namespace}/${typeName.name}`;
}

/** For people and logs: `namespace/name/id`. */
export function formatAddress(address: Address): string {
  return `${address.type}/${address.id}`;
}

export function sameAddress(a: Address, b: Address): boolean {
  return a.type === b.type && a.id === b.id;
}
