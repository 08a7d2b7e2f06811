/** The verbs of people: who asks, signing in and out, and who may do what. sign-in.ts has how somebody signs in. */
import type { UserRecord } from "../../catalog/identity-catalog.ts";
import { contract } from "../../contract/contract.ts";
import type { Operation } from "../../contract/operation.ts";
import type { Principal } from "../../contract/principal.ts";
import { GatewayError } from "../../contract/problem.ts";
import { everyNamespace, roleAnywhere, type Grant } from "../../contract/roles.ts";
import { neededRole } from "../../identity/authorizer.ts";
import { newSecret, secretHash } from "../../identity/secrets.ts";
import type { Masks } from "../../masking/masks.ts";
import type { ServiceOf } from "../verb.ts";
import type { PeopleServiceParts } from "./people-parts.ts";
import { leavesAnAdmin, providerOf, signInByProvider } from "./provider-sign-in.ts";
import { takenNames } from "./person-names.ts";
import { checkedName, checkPassword, endSession, mustHaveRoom, nameTaken, newUser, setUp, signIn } from "./sign-in.ts";

const reasonCharactersMax = 250;
const linkAgeMs = 3 * 24 * 3_600_000;

const needs = Object.entries(contract).flatMap(([noun, verbs]) =>
  Object.entries(verbs).map(([verb, { access, scope }]: [string, Operation]) => ({
    operation: `${noun}.${verb}`,
    role: neededRole(access),
    inNamespace: scope !== "gateway",
    anyNamespace: scope === "namespaces",
  })),
);

type People = ServiceOf<"people">;

interface WithMasks extends PeopleServiceParts {
  readonly masks: Masks;
}

export function peopleService(parts: WithMasks): People {
  return { ...ownPart(parts), ...managingPart(parts) };
}

async function found({ people }: PeopleServiceParts, id: string): Promise<UserRecord> {
  const user = await people.catalog.user({ id });
  if (user === undefined) throw unknownPerson(id);
  return user;
}

/** The verbs that everybody may use for themselves. */
function ownPart(
  parts: WithMasks,
): Pick<People, "me" | "signIn" | "leaveForProvider" | "signInByProvider" | "signOut" | "setUp" | "changePassword"> {
  const { identity } = parts;
  const { catalog, passwords } = parts.people;
  return {
    me: (principal) => ({
      loginRequired: identity.loginRequired,
      because: identity.because,
      kind: principal.kind,
      name: principal.name,
      grants: grantsOf(principal),
      role: roleAnywhere(principal.rights) ?? null,
      needs: principal.kind === "anonymous" ? [] : needs,
      provider: parts.people.provider?.settings.label ?? null,
      masks: !parts.masks.table.isEmpty,
    }),
    signIn: (_principal, given) => signIn(parts, given),
    leaveForProvider: (_principal, given) => providerOf(parts).depart(given),
    async signInByProvider(_principal, given, { changed }) {
      try {
        const signedIn = await signInByProvider(parts, { ...given, flow: given.flow ?? undefined });
        changed({ after: signedIn.name });
        return signedIn;
      } catch (error) {
        // The browser gets only a code; the reason is in the audit.
        changed({ after: (error instanceof Error ? error.message : String(error)).slice(0, reasonCharactersMax) });
        throw error;
      }
    },
    async signOut({ credential }) {
      const [kind, id = ""] = (credential ?? "").split(":", 2);
      if (kind === "session") await endSession(parts, id);
      return {};
    },
    setUp: (_principal, given) => setUp(parts, given),

    async changePassword(principal, { current, password }) {
      const user = await found(parts, principal.userId ?? "");
      await checkPassword(parts, user, { password: current, address: `self ${user.id}` });
      await catalog.changeUser(user.id, { password: await passwords.hash(password), setupHash: null, setupExpiresMs: null });
      const own = principal.credential?.split(":", 2)[1];
      const others = (await catalog.sessions(user.id)).filter(({ id }) => id !== own);
      for (const { id } of others) await endSession(parts, id);
      return { endedSessions: others.length };
    },
  };
}

/** The verbs with which admins manage others. */
function managingPart(parts: PeopleServiceParts): Pick<People, "list" | "invite" | "change" | "resetPassword"> {
  const { identity } = parts;
  const { catalog } = parts.people;
  return {
    async list() {
      const sessions = await catalog.sessions();
      return (await catalog.users()).map((user) => ({
        id: user.id,
        name: user.name,
        grants: [...user.grants],
        signsInBy: waysOf(user),
        createdMs: user.createdMs,
        seenMs: user.seenMs,
        disabledMs: user.disabledMs,
        sessions: sessions.filter(({ userId }) => userId === user.id).length,
      }));
    },

    async invite(_principal, { name: given, grants }, { changed }) {
      const name = checkedName(given);
      await mustHaveRoom(parts);
      if ((await takenNames(catalog)).has(name)) throw nameTaken(name);
      const { link, stored } = newLink();
      const user = newUser(name, grants, stored);
      if (!(await catalog.addUser(user))) throw nameTaken(name);
      changed({ after: grantsText(grants) });
      return { id: user.id, link };
    },

    change: (_principal, { id, grants, disabled }, { changed }) =>
      parts.people.inTurn(async () => {
        const user = await found(parts, id);
        const disabledMs = disabled === undefined ? user.disabledMs : disabled ? (user.disabledMs ?? Date.now()) : null;
        const after = { ...user, grants: grants ?? user.grants, disabledMs };
        await mustLeaveAnAdmin(parts, user, after);
        changed({ before: `${user.name}: ${standingText(user)}`, after: standingText(after) });
        await catalog.changeUser(id, { grants: after.grants, disabledMs });
        if (disabledMs !== null) await catalog.removeSessions({ userId: id });
        identity.forget({ userId: id });
        await identity.refresh();
        return {};
      }),

    resetPassword: (_principal, { id }, { changed }) =>
      parts.people.inTurn(async () => {
        const user = await found(parts, id);
        const { link, stored } = newLink();
        const after = { ...user, password: null, ...stored };
        await mustLeaveAnAdmin(parts, user, after);
        await catalog.changeUser(id, { password: null, ...stored });
        await catalog.removeSessions({ userId: id });
        identity.forget({ userId: id });
        changed({ before: user.name });
        return link;
      }),
  };
}

function newLink() {
  const code = newSecret();
  const expiresMs = Date.now() + linkAgeMs;
  return { link: { code, expiresMs }, stored: { setupHash: secretHash(code), setupExpiresMs: expiresMs } };
}

function grantsOf({ rights }: Principal): Grant[] {
  switch (rights.kind) {
    case "all":
      return [{ role: "admin", namespace: everyNamespace }];
    case "grants":
      return [...rights.grants];
    case "none":
    case "ingress":
      return [];
  }
}

function waysOf({ password, subject, setupHash }: UserRecord): ("password" | "provider" | "link")[] {
  return [
    ...(password === null ? [] : ["password" as const]),
    ...(subject === null ? [] : ["provider" as const]),
    ...(setupHash === null ? [] : ["link" as const]),
  ];
}

/** Refuses a change after which nobody could manage people and sign in. */
async function mustLeaveAnAdmin({ people }: PeopleServiceParts, before: UserRecord, after: UserRecord): Promise<void> {
  if (await leavesAnAdmin(people.catalog, before, after)) return;
  throw new GatewayError("LAST_ADMIN", {
    detail: `${before.name} is the last who may manage people and can sign in.`,
    where: "id",
    cure: "Make somebody else an admin of all namespaces first.",
  });
}

export function grantsText(grants: readonly Grant[]): string {
  if (grants.length === 0) return "no role";
  return grants.map(({ role, namespace, unmask }) => `${role} in ${namespace}${unmask === true ? ", may unmask" : ""}`).join(", ");
}

function standingText({ grants, disabledMs }: UserRecord): string {
  return disabledMs === null ? grantsText(grants) : "kept out";
}

function unknownPerson(id: string): GatewayError {
  return new GatewayError("UNKNOWN_PERSON", { detail: `Nobody has the id ${id.slice(0, 100)}.`, where: "id", cure: "List the people." });
}
