/**
 * transport-url: from an endpoint's URL template and a function name to what a connection needs.
 * `{function.name}` is replaced as plain text. `http+unix:///a/b.sock/path` splits after the part that ends in `.sock`.
 */
const unixSchemes: Record<string, "http:" | "https:"> = { "http+unix:": "http:", "https+unix:": "https:" };

export interface HttpTarget {
  /** scheme://host[:port], what the connection and the host header are made from. */
  readonly origin: string;
  /** Path and query. */
  readonly path: string;
  readonly socketPath: string | undefined;
  readonly secure: boolean;
  /** For people: without user, password or query. */
  readonly shown: string;
}

export type ParsedTarget = { readonly kind: "ok"; readonly target: HttpTarget } | { readonly kind: "error"; readonly reason: string };

export function expandTemplate(urlTemplate: string, functionName: string): string {
  return urlTemplate.replaceAll("{function.name}", () => functionName);
}

export function parseHttpTarget(url: string): ParsedTarget {
  const parsed = URL.parse(url);
  if (parsed === null) return { kind: "error", reason: "it is not a URL" };
  const inner = unixSchemes[parsed.protocol];
  if (inner !== undefined) return parseUnixTarget(parsed, inner);
  if (parsed.protocol !== "http:" && parsed.protocol !== "https:")
    return { kind: "error", reason: `the scheme ${parsed.protocol} is not served` };
  if (parsed.username !== "" || parsed.password !== "")
    return { kind: "error", reason: "a user name in the URL is not sent by the protocol; remove it" };
  const target = {
    origin: parsed.origin,
    path: `${parsed.pathname}${parsed.search}`,
    socketPath: undefined,
    secure: parsed.protocol === "https:",
    shown: `${parsed.origin}${parsed.pathname}`,
  };
  return { kind: "ok", target };
}

function parseUnixTarget(parsed: URL, scheme: "http:" | "https:"): ParsedTarget {
  const parts = parsed.pathname.split("/");
  const last = parts.findIndex((part) => part.endsWith(".sock"));
  if (last < 0)
    return { kind: "error", reason: "a unix socket URL needs a part that ends in .sock, for example http+unix:///run/fn.sock/statefun" };
  let socketPath: string;
  try {
    socketPath = decodeURIComponent(parts.slice(0, last + 1).join("/"));
  } catch {
    return { kind: "error", reason: "the path of the socket has a broken % escape" };
  }
  const path = `/${parts.slice(last + 1).join("/")}${parsed.search}`;
  const shown = `${parsed.protocol}//${parsed.pathname}`;
  return { kind: "ok", target: { origin: `${scheme}//localhost`, path, socketPath, secure: scheme === "https:", shown } };
}
