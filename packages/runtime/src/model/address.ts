/**
 * Address: function type plus id; it names one entity. Here is the one rule for type names (of functions, egresses and values) and the one
 * rule for ids: modules, every door and the replies of functions are held to them. Data from an older release or a savepoint may break
 * these rules. It stays readable, because reading only splits a type and checks nothing.
 */
import { utf8BytesAtMost } from "./utf8-bytes.ts";

export interface TypeName {
  readonly namespace: string;
  readonly name: string;
}

/** `type` is the typename text `namespace/name`; `id` is any well-formed text (see checkId for what may be sent to). */
export interface Address {
  readonly type: string;
  readonly id: string;
}

export type ParsedTypeName = { readonly kind: "ok"; readonly typeName: TypeName } | { readonly kind: "error"; readonly reason: string };

/** The limit is in UTF-8 bytes, as that of an id, because both are percent-encoded in the path of a request. */
export const typeNameBytesMax = 512;
/** A byte takes up to three characters in a URL; with its type an id fits into the 8 KiB that common proxies accept. */
export const idBytesMax = 2048;
const shownCharactersMax = 100;

/** Of a message's types most are those of the message before, so names that passed are remembered; all are forgotten beyond this. */
const namesRememberedMax = 1_000;
const remembered = new Map<string, ParsedTypeName>();

const controlCharacter = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** The rule of a type name: two parts that are not empty, without control characters, without blanks at their ends. */
export function parseTypeName(text: string): ParsedTypeName {
  const known = remembered.get(text);
  if (known !== undefined) return known;
  const parsed = parse(text);
  if (parsed.kind === "error") return parsed;
  if (remembered.size >= namesRememberedMax) remembered.clear();
  remembered.set(text, parsed);
  return parsed;
}

function parse(text: string): ParsedTypeName {
  const split = splitTypeName(text);
  if (split.kind === "error") return split;
  const { namespace, name } = split.typeName;
  if (controlCharacter.test(text)) return wrong(text, "it holds a control character");
  if (namespace.trim() !== namespace || name.trim() !== name) return wrong(text, "a blank stands at the end of a part");
  if (!text.isWellFormed()) return wrong(text, "it holds half of a surrogate pair");
  if (!utf8BytesAtMost(text, typeNameBytesMax)) return wrong(text, `it is longer than ${typeNameBytesMax} bytes`);
  return split;
}

/** Checks only the form, for names that were stored under earlier rules. */
export function splitTypeName(text: string): ParsedTypeName {
  const parts = text.split("/", 3);
  const [namespace, name] = parts;
  if (parts.length !== 2 || !namespace || !name) return wrong(text, "it has not two parts");
  return { kind: "ok", typeName: { namespace, name } };
}

function wrong(text: string, why: string): ParsedTypeName {
  return { kind: "error", reason: `${shown(text)} is not a typename (${why}); write <namespace>/<name>, for example shop/cart` };
}

/** Why nothing may be sent to this id; undefined when it may. */
export function checkId(id: string): string | undefined {
  if (id === "") return "the id is empty";
  if (!utf8BytesAtMost(id, idBytesMax)) return `the id ${shown(id)} is longer than ${idBytesMax} bytes`;
  if (!id.isWellFormed()) return `the id ${shown(id)} holds half of a surrogate pair and has no UTF-8 form`;
  return undefined;
}

/** The cure for an error with checkId's reason. */
export const idCure = `Give an id of 1 to ${idBytesMax} bytes in UTF-8.`;

/** JSON, so that control characters are visible and have no effect where the text is shown. */
function shown(text: string): string {
  return JSON.stringify(text.length > shownCharactersMax ? `${text.slice(0, shownCharactersMax)}…` : text);
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
