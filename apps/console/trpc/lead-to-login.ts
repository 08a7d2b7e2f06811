/**
 * leadToLogin: where a tab goes when its session is over; the login leads back to the same view. It asks the gateway first, because
 * requests end with the same words when somebody's roles are changed, and then their session continues.
 */
import { basePath, urlOf } from "../shell/base-path.ts";

/** A gateway that is silent for this long is asked again when something else ends. */
const ASK_MS_MAX = 15_000;

let asking = false;

export function leadToLogin(): void {
  if (typeof window === "undefined" || asking) return;
  asking = true;
  void isSessionOver().then((over) => {
    asking = false;
    if (over) window.location.assign(loginUrl());
  });
}

/** A gateway that does not answer has ended no session. */
async function isSessionOver(): Promise<boolean> {
  try {
    return (await fetch(urlOf("/trpc/sessions.list"), { cache: "no-store", signal: AbortSignal.timeout(ASK_MS_MAX) })).status === 401;
  } catch {
    return false;
  }
}

function loginUrl(): string {
  const { pathname, search } = window.location;
  const base = basePath();
  const here = `${base !== "" && pathname.startsWith(base) ? pathname.slice(base.length) || "/" : pathname}${search}`;
  return urlOf(`/login?next=${encodeURIComponent(here)}`);
}
