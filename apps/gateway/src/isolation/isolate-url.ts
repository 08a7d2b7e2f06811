/**
 * urlParts: the URL standard for isolates, which have no URL of their own: texts in, a text out, and it depends on nothing else.
 * Neighbours: isolate.ts gives it to isolates; isolate-prelude-url.ts makes the class out of it. Guarantee: it never throws and reads at
 * most textCharactersMax of each text.
 */
const textCharactersMax = 256 * 1024;

const settable = ["href", "protocol", "username", "password", "host", "hostname", "port", "pathname", "search", "hash"] as const;

/** The parts as a list in JSON (isolate-prelude-url.ts has their order); undefined: it is no URL. With `part`, after that was set to `value`. */
export function urlParts(href: unknown, base: unknown, ...[part, value]: readonly unknown[]): string | undefined {
  if (!isText(href) || !(base === undefined || isText(base))) return undefined;
  const url = URL.parse(href, base);
  if (url === null) return undefined;
  const name = settable.find((one) => one === part);
  if (name !== undefined) {
    if (!isText(value)) return undefined;
    try {
      url[name] = value;
    } catch {
      // Only an href can be wrong; any other part that is wrong stays as it was.
      return undefined;
    }
  }
  const { protocol, username, password, host, hostname, port, pathname, search, hash } = url;
  return JSON.stringify([url.href, url.origin, protocol, username, password, host, hostname, port, pathname, search, hash]);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.length <= textCharactersMax;
}
