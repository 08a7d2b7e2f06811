/**
 * UrlTemplate: the URL of an endpoint in which `{function.name}` stands for the name of the function type that is called. The sender of a
 * message chooses that name, and may influence with it only one path segment, one query value or one host label. The template is parsed as
 * its author wrote it, with a harmless word in the placeholder's place; the name then replaces the word in the parsed parts. Neighbours:
 * core/router.ts refuses targets whose names do not fit; adapters/http/transport-url.ts puts names in; the gateway checks modules.
 */
export const functionNamePlaceholder = "{function.name}";

/** One host label; labels that look like punycode are refused without a further check. */
const hostLabel = /^(?!..--)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;
/** URL parsers take a host with such a last label for the number of an IPv4 address. */
const numericLabel = /^(\d+|0x[0-9a-f]*)$/i;

export interface ParsedTemplate {
  readonly url: URL;
  /**
   * The word in the placeholder's place, of lower-case letters, which mean the same everywhere in a URL. Undefined without a placeholder.
   */
  readonly word: string | undefined;
}

/** Undefined when the template is no URL. */
export function parseTemplate(template: string): ParsedTemplate | undefined {
  if (!template.includes(functionNamePlaceholder)) return withoutName(template);
  const lower = template.toLowerCase();
  let word = "functionname";
  while (lower.includes(word)) word += "x";
  const url = URL.parse(template.replaceAll(functionNamePlaceholder, word));
  return url === null ? undefined : { url, word };
}

function withoutName(template: string): ParsedTemplate | undefined {
  const url = URL.parse(template);
  return url === null ? undefined : { url, word: undefined };
}

/** Why no function of this name can be called by the template; undefined when one can, or when the template itself is wrong. */
export function wrongFunctionName(template: string, name: string): string | undefined {
  if (!template.includes(functionNamePlaceholder)) return undefined;
  const parsed = parseTemplate(template);
  return parsed === undefined ? undefined : wrongNameIn(parsed, name);
}

export function wrongNameIn({ url, word }: ParsedTemplate, name: string): string | undefined {
  if (word === undefined) return undefined;
  if (url.hostname.includes(word)) {
    if (!hostLabel.test(name)) return "in the host of a URL a name has letters and digits, with hyphens between them, at most 63";
    const last = url.hostname.split(".").at(-1) ?? "";
    if (numericLabel.test(last.replaceAll(word, () => name))) return "at the end of the host of a URL a name may not be a number";
  }
  if (!name.isWellFormed()) return "a name with half of a surrogate pair has no form in a URL";
  const encoded = encodeURIComponent(name);
  const isDots = url.pathname.split("/").some((segment) => segment.includes(word) && isDotSegment(segment.replaceAll(word, () => encoded)));
  return isDots ? `as a segment of a URL's path a name may not be "." or "..", which stand for other paths` : undefined;
}

/** URL parsers treat percent-encoded dots as dots. */
function isDotSegment(segment: string): boolean {
  const plain = segment.replaceAll(/%2e/gi, ".");
  return plain === "." || plain === "..";
}

/** The template as shown to people and in failures. */
export function shownTemplate(spec: { readonly urlTemplate: string; readonly shownUrlTemplate?: string }): string {
  return spec.shownUrlTemplate ?? spec.urlTemplate;
}

/** The URL at which a type is called, for people. */
export function urlOfFunction(template: string, type: string): string {
  const name = type.slice(type.indexOf("/") + 1);
  return template.replaceAll(functionNamePlaceholder, () => (name.isWellFormed() ? encodeURIComponent(name) : "?"));
}
