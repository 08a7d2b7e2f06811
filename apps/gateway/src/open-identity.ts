/**
 * OpenIdentity: opens what decides who may come in, over the catalog, with its work in the background.
 */
import type { Catalog } from "./catalog/catalog.ts";
import type { GatewayLog, GatewaySettings, Opened } from "./compose.ts";
import { Identity } from "./identity/identity.ts";
import { AttemptLimit } from "./identity/attempt-limit.ts";
import { Passwords } from "./identity/password.ts";
import { inTurn } from "./services/in-turn.ts";
import type { PeopleParts } from "./services/people/people-parts.ts";
import { sessionTimes } from "./identity/session-times.ts";
import { isLoopback } from "./listener/loopback.ts";

/** Reads whether people have to sign in before a port opens. */
export async function openIdentity(
  settings: GatewaySettings,
  { catalog, log, opened }: { catalog: Catalog; log: GatewayLog; opened: Opened },
): Promise<Identity> {
  const identity = new Identity({
    ...sessionTimes,
    ...settings.sessions,
    catalog: catalog.identity,
    nowMs: Date.now,
    onLoopback: isLoopback(settings.host),
    setting: settings.login,
    warn: log.warn,
  });
  await identity.refresh();
  const end = new AbortController();
  identity.run(end.signal);
  opened.closers.push(() => {
    end.abort();
    return identity.writeUsed();
  });
  return identity;
}

/** Loads the library of the identity provider only when there is one. */
export async function openPeople({ provider }: GatewaySettings, { identity }: Catalog): Promise<PeopleParts> {
  const parts = { catalog: identity, passwords: new Passwords(), attempts: new AttemptLimit(), inTurn: inTurn() };
  if (provider === undefined) return parts;
  const { IdentityProvider } = await import("./identity/identity-provider.ts");
  return { ...parts, provider: new IdentityProvider(provider, Date.now) };
}
