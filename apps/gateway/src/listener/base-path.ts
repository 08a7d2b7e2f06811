/**
 * BasePath: the path below which a proxy serves the gateway (/sb), with what is made of it: the folder of the console that was built for it, and
 * what is left of a request's path. Proxies hand the prefix on or take it away; both ways lead to the same routes.
 * Neighbours: env.ts parses it, server.ts and fast-path-parser.ts take it off, console.ts puts it before what the renderer is asked, which knows
 * no other paths; next.config.ts and apps/console/shell/base-path.ts are the console's side.
 */

/** The first part of a base path must be no route of ours: after a proxy took the prefix away, nobody could tell one from the other. */
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

/** What needs no encoding, neither in a path nor in a folder's name. */
const basePathPattern = /^(\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*){1,8}$/;
const basePathCharactersMax = 100;

/** "" for none, else it begins with a slash and ends without one; undefined: it can be no base path. */
export function parseBasePath(text: string): string | undefined {
  const path = text.replace(/(?<!\/)\/+$/, "");
  if (path === "") return "";
  if (path.length > basePathCharactersMax || !basePathPattern.test(path)) return undefined;
  return ownRoutes.includes(path.split("/", 2)[1] ?? "") ? undefined : path;
}

/** Inside the console's folder. The renderer writes the base path into what it builds, so each has a build of its own. next.config.ts says the same. */
export function consoleBuildFolder(basePath: string): string {
  return `.next${basePath.replaceAll("/", "@")}`;
}

/** The URL as routes know it, whether or not the base path is still before it. */
export function withoutBasePath(url: string, basePath: string): string {
  if (basePath === "" || !url.startsWith(basePath)) return url;
  const rest = url.slice(basePath.length);
  if (rest === "" || rest.startsWith("?")) return `/${rest}`;
  return rest.startsWith("/") ? rest : url;
}

/** The URL as the renderer knows it, of one that routes know. Its first page stands at the base path itself, without a slash behind. */
export function withBasePath(url: string, basePath: string): string {
  if (basePath === "") return url;
  return url === "/" || url.startsWith("/?") ? basePath + url.slice(1) : basePath + url;
}
