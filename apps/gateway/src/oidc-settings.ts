/**
 * OidcSettings: the settings of the identity provider (identity/provider-settings.ts). Neighbour: env.ts reads these with all others.
 */
import { z } from "zod";
import { parseGroupGrant, type ProviderSettings } from "./identity/provider-settings.ts";
import { isLoopback } from "./listener/loopback.ts";
import { listSetting, textSetting, type Setting } from "./setting.ts";

export const oidcSettings = {
  oidcIssuer: {
    ...textSetting("SIGNALBOX_OIDC_ISSUER", {
      fallback: "",
      fallbackText: "none",
      meaning:
        "OpenID Connect provider by which people may sign in ([docs/security.md](docs/security.md)); its redirect URI is `<origin>/v1/session/provider/callback`, with the base path before `/v1`",
      cure: "write the issuer's https URL, as its discovery document names it",
    }),
    schema: z.string().trim().refine(isIssuer),
  } satisfies Setting<string>,
  oidcClientId: textSetting("SIGNALBOX_OIDC_CLIENT_ID", {
    fallback: "",
    fallbackText: "none",
    meaning: "This gateway's client at the provider",
    cure: "write the client's id",
  }),
  oidcClientSecret: textSetting("SIGNALBOX_OIDC_CLIENT_SECRET", {
    fallback: "",
    fallbackText: "none: a public client, by PKCE alone",
    meaning: "The client's secret",
    cure: "write the secret that the provider gave out",
  }),
  oidcName: textSetting("SIGNALBOX_OIDC_NAME", {
    fallback: "",
    fallbackText: "the issuer's host",
    meaning: "How the provider is called on the login page",
    cure: "write a short name",
  }),
  oidcScope: textSetting("SIGNALBOX_OIDC_SCOPE", {
    fallback: "openid profile email",
    meaning: "What the provider is asked for",
    cure: "write scopes with blanks between, openid among them",
  }),
  oidcGroupsClaim: textSetting("SIGNALBOX_OIDC_GROUPS_CLAIM", {
    fallback: "groups",
    meaning: "The claim of the ID token that lists a person's groups",
    cure: "write the name of a claim",
  }),
  oidcGrants: listSetting("SIGNALBOX_OIDC_GRANTS", {
    meaning:
      "Roles by group, as `platform=admin:*,shop-team=operator:shop,*=viewer:*` (`*`: whoever signs in); set anew with each sign-in. None: admins give roles here",
    cure: "write group=role:namespace with commas between; roles are viewer, sender, operator, admin",
    item: (text) => parseGroupGrant(text) !== undefined,
  }),
};

/** Returns undefined when there is no provider. */
export function providerOf(read: <T>(setting: Setting<T>) => T, problems: string[]): ProviderSettings | undefined {
  const [issuer, clientId, label] = [read(oidcSettings.oidcIssuer), read(oidcSettings.oidcClientId), read(oidcSettings.oidcName)];
  // All settings are read first, so that a wrong value is reported even when there is no provider.
  const rest = {
    clientSecret: read(oidcSettings.oidcClientSecret),
    scope: read(oidcSettings.oidcScope),
    groupsClaim: read(oidcSettings.oidcGroupsClaim),
    grants: read(oidcSettings.oidcGrants).flatMap((text) => parseGroupGrant(text) ?? []),
  };
  if (issuer === "" && clientId === "") return undefined;
  if (issuer === "" || clientId === "") {
    problems.push("SIGNALBOX_OIDC_ISSUER and SIGNALBOX_OIDC_CLIENT_ID belong together: set both, or none.");
    return undefined;
  }
  const url = new URL(issuer);
  return { issuer: url, clientId, label: label === "" ? url.host : label, ...rest };
}

/**
 * Plain http to the provider would let everybody on the way sign in as anybody, so it is allowed only where the provider is on this
 * machine.
 */
function isIssuer(text: string): boolean {
  const url = URL.parse(text);
  return text === "" || url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.hostname.replace(/^\[(.*)\]$/, "$1")));
}
