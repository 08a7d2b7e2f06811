/** ProviderSettings: the identity provider that people sign in by, and which roles its groups give. Parsed by env.ts, used by identity-provider.ts. */
import { roles, type Grant } from "../contract/roles.ts";

export interface GroupGrant {
  /** `*`: whoever signs in. */
  readonly group: string;
  readonly grant: Grant;
}

export interface ProviderSettings {
  readonly issuer: URL;
  readonly clientId: string;
  /** "": a public client, which shows who it is by PKCE alone. */
  readonly clientSecret: string;
  /** Shown on the button. */
  readonly label: string;
  readonly scope: string;
  /** The claim that lists groups. */
  readonly groupsClaim: string;
  /** Empty: roles are given by admins here, and the provider says only who somebody is. */
  readonly grants: readonly GroupGrant[];
}

/** How long somebody may take at the provider. */
export const flowAgeMsMax = 10 * 60_000;

/** `group=role:namespace`; undefined: it is none. */
export function parseGroupGrant(text: string): GroupGrant | undefined {
  const match = /^(.+)=([a-z]+):(\*|[^\s:=*]+)$/.exec(text.trim());
  const role = roles.find((one) => one === match?.[2]);
  if (match?.[1] === undefined || match[3] === undefined || role === undefined) return undefined;
  return { group: match[1], grant: { role, namespace: match[3] } };
}

export function grantsOfGroups(groups: readonly string[], grants: readonly GroupGrant[]): Grant[] {
  return grants.filter(({ group }) => group === "*" || groups.includes(group)).map(({ grant }) => grant);
}
