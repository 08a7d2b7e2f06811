/**
 * ConsolePath: whether a URL is a page of the console itself: not another site, not the API, not a file. `root` is where the console is.
 * Pure.
 */
import { navigation } from "./navigation.ts";

export function isConsolePath(url: string, root: string): boolean {
  if (!URL.canParse(url)) return false;
  const { origin, pathname } = new URL(url);
  const whole = origin + pathname;
  if (whole !== root && !whole.startsWith(`${root}/`)) return false;
  const path = whole.slice(root.length) || "/";
  return navigation.some((entry) => (entry.path === "/" ? path === "/" : path === entry.path || path.startsWith(`${entry.path}/`)));
}
