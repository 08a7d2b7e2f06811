/** Addresses as people write them: namespace/name/id, where the id may hold slashes of its own. */
import { CliError } from "./exit-codes.ts";

export interface EntityAddress {
  readonly type: string;
  readonly id: string;
}

export function parseAddress(text: string): EntityAddress {
  const [, namespace, name, id] = /^([^/]+)\/([^/]+)\/(.+)$/s.exec(text) ?? [];
  if (namespace === undefined || name === undefined || id === undefined)
    throw new CliError("usage", `"${text}" is no entity`, "Write namespace/name/id, for example shop/cart/ada.");
  return { type: `${namespace}/${name}`, id };
}

export function parseType(text: string): string {
  if (!/^[^/]+\/[^/]+$/.test(text))
    throw new CliError("usage", `"${text}" is no function type`, "Write namespace/name, for example shop/cart.");
  return text;
}

/** Encodes one part of a path. The refused names would make it another path. */
export function segment(name: string): string {
  if (name === "" || name === "." || name === "..")
    throw new CliError("usage", `"${name}" is no name`, "Write the name of what is meant; nothing, `.` and `..` are none.");
  return encodeURIComponent(name);
}

/** Returns the address as a path, with each part percent-encoded. */
export function pathOf({ type, id }: EntityAddress): string {
  return [...type.split("/"), id].map(segment).join("/");
}
