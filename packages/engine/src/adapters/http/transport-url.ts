/**
 * transport-url: computes what a connection needs from an endpoint's URL template and a function name. The template is parsed as its author
 * wrote it, with a harmless word in place of `{function.name}`. Then the percent-encoded name replaces the word in the parsed parts and
 * nothing is parsed again, so no name can move a border between host, path and query. `http+unix:///a/b.sock/path` splits after the part
 * that ends in `.sock`.
 */
import type { EndpointSpec } from "@signalbox/runtime/model/endpoint-spec";
import { parseTemplate, urlOfFunction, wrongNameIn } from "@signalbox/runtime/model/url-template";

const unixSchemes: Record<string, "http:" | "https:"> = { "http+unix:": "http:", "https+unix:": "https:" };

export interface HttpTarget {
  /** scheme://host[:port], from which the connection and the host header are made. */
  readonly origin: string;
  /** Path and query. */
  readonly path: string;
  readonly socketPath: string | undefined;
  readonly secure: boolean;
  /** The URL as shown to people: without user, password or query. */
  readonly shown: string;
}

export type ParsedTarget =
  | { readonly kind: "ok"; readonly target: HttpTarget }
  /** `name`: the function's name is at fault, so other functions of the endpoint can still be called. */
  | { readonly kind: "error"; readonly of: "template" | "name"; readonly reason: string };

/** The target of an http, https, http+unix or https+unix template. */
export function httpTarget(template: string, functionName: string): ParsedTarget {
  const parsed = parseTemplate(template);
  if (parsed === undefined) return refused("it is not a URL");
  const wrongName = wrongNameIn(parsed, functionName);
  if (wrongName !== undefined) return { kind: "error", of: "name", reason: wrongName };
  const { url, word } = parsed;
  const inner = unixSchemes[url.protocol];
  const found = inner === undefined ? tcpTarget(url) : unixTarget(url, inner);
  if (found.kind === "error" || word === undefined) return found;
  const { origin, path, socketPath, secure, shown } = found.target;
  const encoded = encodeURIComponent(functionName);
  const named = (text: string, name: string): string => text.replaceAll(word, () => name);
  const target = {
    origin: named(origin, functionName.toLowerCase()),
    path: named(path, encoded),
    socketPath: socketPath === undefined ? undefined : named(socketPath, functionName),
    secure,
    shown: named(shown, encoded),
  };
  if (URL.parse(target.origin)?.origin !== target.origin) return { kind: "error", of: "name", reason: "the host that it makes is none" };
  return { kind: "ok", target };
}

export type ParsedAuthority =
  | { readonly kind: "ok"; readonly authority: string; readonly socketPath: string | undefined; readonly secure: boolean }
  | { readonly kind: "error"; readonly of: "template" | "name"; readonly reason: string };

/** The `resolved` URL, unless it contains a variable of the gateway. */
export function shownUrl({ shownUrlTemplate }: EndpointSpec, type: string, resolved: string): string {
  return shownUrlTemplate === undefined ? resolved : urlOfFunction(shownUrlTemplate, type);
}

/** host:port of a grpc or grpcs template, or the socket of a grpc+unix one. */
export function grpcAuthority(template: string, functionName: string): ParsedAuthority {
  const socketPath = /^grpc\+unix:\/\/(\/.+\.sock)$/.exec(template)?.[1];
  if (socketPath !== undefined) return { kind: "ok", authority: "localhost", socketPath, secure: false };
  const parsed = parseTemplate(template);
  const url = parsed?.url;
  const secure = url?.protocol === "grpcs:";
  const isGrpc = secure || url?.protocol === "grpc:";
  if (
    parsed === undefined ||
    url === undefined ||
    !isGrpc ||
    url.host === "" ||
    url.port === "" ||
    url.username !== "" ||
    url.password !== ""
  )
    return { kind: "error", of: "template", reason: "write grpc://<host>:<port> or grpcs://<host>:<port>" };
  const wrongName = wrongNameIn(parsed, functionName);
  if (wrongName !== undefined) return { kind: "error", of: "name", reason: wrongName };
  const { word } = parsed;
  const authority = word === undefined ? url.host : url.host.replaceAll(word, () => functionName.toLowerCase());
  return { kind: "ok", authority, socketPath: undefined, secure };
}

function tcpTarget(parsed: URL): ParsedTarget {
  if (parsed.protocol !== "http:" && parsed.protocol !== "https:") return refused(`the scheme ${parsed.protocol} is not served`);
  if (parsed.username !== "" || parsed.password !== "") return refused("a user name in the URL is not sent by the protocol; remove it");
  const target = {
    origin: parsed.origin,
    path: `${parsed.pathname}${parsed.search}`,
    socketPath: undefined,
    secure: parsed.protocol === "https:",
    shown: `${parsed.origin}${parsed.pathname}`,
  };
  return { kind: "ok", target };
}

function unixTarget(parsed: URL, scheme: "http:" | "https:"): ParsedTarget {
  const parts = parsed.pathname.split("/");
  const last = parts.findIndex((part) => part.endsWith(".sock"));
  if (last < 0) return refused("a unix socket URL needs a part that ends in .sock, for example http+unix:///run/fn.sock/statefun");
  let socketPath: string;
  try {
    socketPath = decodeURIComponent(parts.slice(0, last + 1).join("/"));
  } catch {
    return refused("the path of the socket has a broken % escape");
  }
  const path = `/${parts.slice(last + 1).join("/")}${parsed.search}`;
  const shown = `${parsed.protocol}//${parsed.pathname}`;
  return { kind: "ok", target: { origin: `${scheme}//localhost`, path, socketPath, secure: scheme === "https:", shown } };
}

function refused(reason: string): ParsedTarget {
  return { kind: "error", of: "template", reason };
}
