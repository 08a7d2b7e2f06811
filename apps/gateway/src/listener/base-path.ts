/**
 * BasePath: the path below which a proxy serves the gateway (/sb), and what follows from it: the folder of the console that was built for
 * it, and the rest of a request's path. Some proxies pass the prefix on and some remove it; both ways lead to the same routes.
 * Neighbours: env.ts parses it, server.ts and fast-path-parser.ts remove it, console.ts puts it before what the renderer is asked, which
 * knows no other paths; next.config.ts and apps/console/shell/base-path.ts are the console's side.
 */

/** The first part of a base path must be no route of ours. Where a proxy removes the prefix, nobody could tell one from the other. */
export const ownRoutes: readonly string[] = [
  "_next",
  "audit",
  "connectors",
  "entities",
  "failures",
  "flow",
  "functions",
  "health",
  "help",
  "hooks",
  "icon.svg",
  "login",
  "metrics",
  "modules",
  "openapi",
  "openapi.json",
  "people",
  "savepoints",
  "send",
  "setup",
  "sql",
  "traces",
  "trpc",
  "v1",
];

/** Allows only what needs no encoding, neither in a path nor in a folder's name. */
const basePathPattern = /^(\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*){1,8}$/;
const basePathCharactersMax = 100;

/**
 * Returns an empty text for none, else a path that begins with a slash and ends without one; undefined when the text can be no base path.
 */
export function parseBasePath(text: string): string | undefined {
  const path = text.replace(/(?<!\/)\/+$/, "");
  if (path === "") return "";
  if (path.length > basePathCharactersMax || !basePathPattern.test(path)) return undefined;
  return ownRoutes.includes(path.split("/", 2)[1] ?? "") ? undefined : path;
}

/**
 * The folder inside the console's. The renderer writes the base path into what it builds, so each base path has its own build.
 * next.config.ts computes the same.
 */
export function consoleBuildFolder(basePath: string): string {
  return `.next${basePath.replaceAll("/", "@")}`;
}

/** Returns the URL as routes know it, whether the base path still precedes it or not. */
export function withoutBasePath(url: string, basePath: string): string {
  if (basePath === "" || !url.startsWith(basePath)) return url;
  const rest = url.slice(basePath.length);
  if (rest === "" || rest.startsWith("?")) return `/${rest}`;
  return rest.startsWith("/") ? rest : url;
}

/**
 * Returns the URL as the renderer knows it, for one that routes know. The renderer's first page is at the base path itself, without a slash
 * after it.
 */
export function withBasePath(url: string, basePath: string): string {
  if (basePath === "") return url;
  return url === "/" || url.startsWith("/?") ? basePath + url.slice(1) : basePath + url;
}
