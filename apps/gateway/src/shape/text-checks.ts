/**
 * Checks of texts that must have a form: typenames, function patterns, URL templates, locations, dates. Each returns the reason
 * why a text is refused, or undefined. component-kinds.ts names them; json-schema.ts turns them into patterns for the editor.
 */
import { builtInNamespaces, functionNamePlaceholder, parseTypeName } from "@signalbox/runtime";
import { kafkaDateMs } from "./existing-moment.ts";

export const textForms = ["any", "typename", "functions", "url-template", "location", "kafka-date", "topic", "path", "shown"] as const;
export type TextForm = (typeof textForms)[number];

const pathPattern = /^[A-Za-z0-9_~-][A-Za-z0-9._~-]*(\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*$/;
const pathCharactersMax = 200;
const urlSchemes = ["http:", "https:", "http+unix:", "https+unix:", "grpc:", "grpcs:"];

/** Returns whether texts of this form become names or are shown unchanged in views, paths and logs. */
export function isShownForm(form: TextForm): boolean {
  return form === "typename" || form === "functions" || form === "topic" || form === "path" || form === "shown";
}

export function wrongText(form: TextForm, text: string): string | undefined {
  if (text.trim() === "") return "it is empty";
  switch (form) {
    case "any":
    case "shown":
      return undefined;
    case "typename":
      return wrongTypeName(text);
    case "functions":
      return wrongFunctions(text);
    case "url-template":
      return wrongUrlTemplate(text);
    case "location":
      return wrongLocation(text);
    case "kafka-date":
      return kafkaDateMs(text) === undefined ? 'write it as "2020-02-01 04:15:00.000 +0000", a moment that there is' : undefined;
    case "path":
      return pathPattern.test(text) && text.length <= pathCharactersMax
        ? undefined
        : `a path has parts of letters, digits and . _ ~ - between slashes, and at most ${pathCharactersMax} characters`;
    case "topic":
      return /^[A-Za-z0-9._-]+$/.test(text) ? undefined : "a topic has letters, digits and . _ -";
  }
}

function wrongTypeName(text: string): string | undefined {
  const parsed = parseTypeName(text);
  if (parsed.kind === "error") return parsed.reason;
  return text.includes("*") ? "a wildcard stands only in `functions` of an endpoint" : undefined;
}

function wrongFunctions(text: string): string | undefined {
  const parsed = parseTypeName(text);
  const { namespace, name } = parsed.kind === "ok" ? parsed.typeName : { namespace: "*", name: "" };
  if (namespace.includes("*") || (name.includes("*") && name !== "*")) {
    return `"${text}" names no functions; write <namespace>/<name> or <namespace>/*`;
  }
  if (builtInNamespaces.has(namespace)) return `${namespace} is a namespace of the engine's own; use another`;
  return undefined;
}

function wrongUrlTemplate(text: string): string | undefined {
  // URL parsers silently drop some of these characters.
  if (/[\s\u0000-\u0020\u007f]/.test(text)) return "it holds a blank or a control character; write it percent-encoded, or remove it";
  const url = text.replaceAll(functionNamePlaceholder, "name");
  const other = /\{[^}]*\}?/.exec(url);
  if (other !== null) return `"${other[0]}" is no placeholder; the only one is ${functionNamePlaceholder}`;
  const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(url)?.[0].toLowerCase();
  if (scheme === undefined || !/^[^:]+:\/\//.test(url)) return "it is no URL; write http://host:port/path or https://…";
  if (!urlSchemes.includes(scheme)) return `${scheme}// is not spoken here; use ${urlSchemes.map((known) => `${known}//`).join(", ")}`;
  if (scheme.endsWith("+unix:"))
    return /^[^:]+:\/\/\/[^?#]*\.sock(\/|$|\?)/.test(url) ? undefined : "write the socket as http+unix:///path/to/file.sock/path";
  const parsed = URL.parse(url);
  if (parsed === null) return "it is no URL; write http://host:port/path or https://…";
  if (/^grpcs?:$/.test(scheme) && (parsed.host === "" || parsed.port === "")) return `write ${scheme}//<host>:<port>`;
  return parsed.username === "" && parsed.password === "" ? undefined : "a user name in a URL is not sent by the protocol; remove it";
}

function wrongLocation(text: string): string | undefined {
  if (text.startsWith("classpath:")) return "classpath: exists only inside a JVM; write file:<path>";
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(text)?.[1];
  return scheme === undefined || scheme === "file" ? undefined : `${scheme}: cannot be read; write a path or file:<path>`;
}
