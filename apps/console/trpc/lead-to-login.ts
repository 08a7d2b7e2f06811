/** leadToLogin: where a tab goes when its session is over; the login leads back to the same view. */
import { basePath, urlOf } from "../shell/base-path.ts";

export function leadToLogin(): void {
  if (typeof window === "undefined") return;
  const { pathname, search } = window.location;
  const base = basePath();
  const here = `${base !== "" && pathname.startsWith(base) ? pathname.slice(base.length) || "/" : pathname}${search}`;
  window.location.assign(urlOf(`/login?next=${encodeURIComponent(here)}`));
}
