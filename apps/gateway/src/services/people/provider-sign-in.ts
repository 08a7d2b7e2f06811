/**
 * Signing in by the identity provider: its claims about somebody become a person of the catalog and a session. Neighbours:
 * identity/identity-provider.ts checks who it is, sign-in.ts has the other ways. Guarantee: a person is found by the provider's subject,
 * never by a name that somebody may have chosen.
 */
import type { IdentityCatalog, UserRecord } from "../../catalog/identity-catalog.ts";
import { GatewayError } from "../../contract/problem.ts";
import type { ProvidedPerson, IdentityProvider } from "../../identity/identity-provider.ts";
import { isReadyAdmin } from "../../identity/identity.ts";
import { grantsOfGroups } from "../../identity/provider-settings.ts";
import type { PeopleServiceParts } from "./people-parts.ts";
import { takenNames } from "./person-names.ts";
import { mustHaveRoom, newUser, openSession, type From, type OpenedSession } from "./sign-in.ts";

/** `name`, `name 2`, … until one is free. */
const namesTriedMax = 100;

export function providerOf({ people }: PeopleServiceParts): IdentityProvider {
  if (people.provider !== undefined) return people.provider;
  throw new GatewayError("PROVIDER_REFUSED", {
    detail: "This gateway has no identity provider.",
    where: "SIGNALBOX_OIDC_ISSUER",
    cure: "Sign in with a password, or name a provider in the settings.",
  });
}

export async function signInByProvider(
  parts: PeopleServiceParts,
  given: From & { readonly returned: string; readonly flow: string | undefined },
): Promise<OpenedSession & { readonly next: string }> {
  const provider = providerOf(parts);
  const provided = await provider.arrive({ returned: new URL(given.returned), flow: given.flow });
  const user = await parts.people.inTurn(() => personOf(parts, provided, provider));
  await parts.identity.refresh();
  return { ...(await openSession(parts, user, given)), next: provided.next };
}

async function personOf(parts: PeopleServiceParts, provided: ProvidedPerson, { settings }: IdentityProvider): Promise<UserRecord> {
  const { catalog } = parts.people;
  const { subject, groups } = provided;
  const grants = settings.grants.length === 0 ? undefined : grantsOfGroups(groups, settings.grants);
  const known = await catalog.user({ subject });
  if (known === undefined) return addPerson(parts, provided, grants ?? []);
  if (known.disabledMs !== null) throw keptOut(known.name);
  // When groups give roles, the roles are set at each sign-in, so that a person who left a group loses its role.
  if (grants === undefined || JSON.stringify(grants) === JSON.stringify(known.grants)) return known;
  const after = { ...known, grants };
  if (await leavesAnAdmin(catalog, known, after)) {
    await catalog.changeUser(known.id, { grants });
    parts.identity.forget({ userId: known.id });
    return after;
  }
  // Without any admin a gateway on loopback would no longer ask anybody to sign in. So the last admin's role stays in the catalog, but the
  // sign-in is refused.
  await catalog.removeSessions({ userId: known.id });
  parts.identity.forget({ userId: known.id });
  throw lastAdmin(known.name);
}

/** Whether after the change somebody can still manage people and sign in. */
export async function leavesAnAdmin(catalog: Pick<IdentityCatalog, "users">, before: UserRecord, after: UserRecord): Promise<boolean> {
  if (!isReadyAdmin(before) || isReadyAdmin(after)) return true;
  return (await catalog.users()).some((other) => other.id !== before.id && isReadyAdmin(other));
}

async function addPerson(parts: PeopleServiceParts, { subject, name }: ProvidedPerson, grants: UserRecord["grants"]): Promise<UserRecord> {
  await mustHaveRoom(parts);
  const taken = await takenNames(parts.people.catalog);
  for (let number = 1; number <= namesTriedMax; number++) {
    const user = newUser(number === 1 ? name : `${name} ${number}`, grants, { subject });
    if (!taken.has(user.name) && (await parts.people.catalog.addUser(user))) return user;
  }
  throw new GatewayError("NAME_TAKEN", {
    detail: `${namesTriedMax} people are called ${name}.`,
    where: "name",
    cure: "Ask an admin of this gateway.",
  });
}

function lastAdmin(name: string): GatewayError {
  return new GatewayError("PROVIDER_REFUSED", {
    detail: `${name} is the last who may manage people here, and the groups of the identity provider say that they no longer may.`,
    where: "person",
    cure: "Let somebody whose groups make them an admin sign in first.",
  });
}

function keptOut(name: string): GatewayError {
  return new GatewayError("PROVIDER_REFUSED", {
    detail: `${name} is kept out of this gateway.`,
    where: "person",
    cure: "Ask an admin of this gateway.",
  });
}
