/** OpenIdentity: who may come in, over the catalog, with what it does in the background. */
import type { Catalog } from "./catalog/catalog.ts";
import type { GatewayLog, GatewaySettings, Opened } from "./compose.ts";
import { Identity } from "./identity/identity.ts";
import type { IdentityProvider } from "./identity/identity-provider.ts";
import { sessionTimes } from "./identity/session-times.ts";
import { isLoopback } from "./listener/loopback.ts";

/** Before a port opens it is known whether whoever asks has to sign in. */
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

/** Its library is loaded where there is one. */
export async function openProvider({ provider }: GatewaySettings): Promise<IdentityProvider | undefined> {
  if (provider === undefined) return undefined;
  const { IdentityProvider: Provider } = await import("./identity/identity-provider.ts");
  return new Provider(provider, Date.now);
}
