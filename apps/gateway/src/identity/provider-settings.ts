/**
 * ProviderSettings: the identity provider that people sign in with, and which roles its groups give. env.ts parses it, identity-provider.ts
 * uses it.
 */
import { roles, type Grant } from "../contract/roles.ts";

export interface GroupGrant {
  /** The group's name; `*` stands for everybody who signs in. */
  readonly group: string;
  readonly grant: Grant;
}

export interface ProviderSettings {
  readonly issuer: URL;
  readonly clientId: string;
  /** Empty for a public client, which proves itself by PKCE alone. */
  readonly clientSecret: string;
  /** The text on the button. */
  readonly label: string;
  readonly scope: string;
  /** The claim that lists the person's groups. */
  readonly groupsClaim: string;
  /** Empty when admins give the roles here; then the provider only says who somebody is. */
  readonly grants: readonly GroupGrant[];
}

/** How long somebody may stay at the provider before coming back. */
export const flowAgeMsMax = 10 * 60_000;

/** Parses `group=role:namespace`; undefined when the text is not of that form. */
export function parseGroupGrant(text: string): GroupGrant | undefined {
  const match = /^(.+)=([a-z]+):(\*|[^\s:=*]+)$/.exec(text.trim());
  const role = roles.find((one) => one === match?.[2]);
  if (match?.[1] === undefined || match[3] === undefined || role === undefined) return undefined;
  return { group: match[1], grant: { role, namespace: match[3] } };
}

export function grantsOfGroups(groups: readonly string[], grants: readonly GroupGrant[]): Grant[] {
  return grants.filter(({ group }) => group === "*" || groups.includes(group)).map(({ grant }) => grant);
}
