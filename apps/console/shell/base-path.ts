/**
 * BasePath: where the console is when a proxy serves it below a path (/sb). The document's root says it (data-base, of the build for that
 * path). Everything that the console requests by itself (queries, the live stream, its worker) and every URL that it shows (curl lines) is
 * written with urlOf or originUrlOf; links between pages are Next's, which adds the prefix itself.
 */

/** Returns an empty text at the root of a host, else "/sb": it begins with a slash and ends without one. */
export function basePath(): string {
  return typeof document === "undefined" ? "" : normalBase(document.documentElement.dataset["base"] ?? "");
}

/** urlOf("/trpc") → "/sb/trpc". */
export function urlOf(path: string, base: string = basePath()): string {
  return `${base}${path}`;
}

/** Returns the whole URL, for texts that are copied into another program. */
export function originUrlOf(path: string): string {
  return `${window.location.origin}${urlOf(path)}`;
}

export function normalBase(text: string): string {
  const inner = text.replace(/^\/+|\/+$/g, "");
  return inner === "" ? "" : `/${inner}`;
}
