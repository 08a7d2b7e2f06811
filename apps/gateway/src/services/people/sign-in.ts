/**
 * Signing in: by name and password, and by a link (the first person's, or an invitation's). Guessing is slowed down before anything is
 * looked up (identity/attempt-limit.ts), a wrong name takes as long as a wrong password, and each sign-in makes a new session.
 */
import type { SessionRecord, UserRecord } from "../../catalog/identity-catalog.ts";
import { GatewayError } from "../../contract/problem.ts";
import { everyNamespace } from "../../contract/roles.ts";
import type { Attempt } from "../../identity/attempt-limit.ts";
import { newId, newSecret, secretHash } from "../../identity/secrets.ts";
import type { PeopleServiceParts } from "./people-parts.ts";
import { isReserved } from "./person-names.ts";

export interface From {
  readonly address: string;
  readonly agent: string;
  /** The secret of the browser's previous session, which this one replaces. */
  readonly replaces?: string | null | undefined;
}

export interface OpenedSession {
  readonly secret: string;
  readonly expiresMs: number;
  readonly name: string;
}

/** The bound on the sessions of one person; a further one ends the one that was not used for longest. */
const sessionsOfOneMax = 20;
const usersMax = 10_000;

export async function signIn(parts: PeopleServiceParts, given: From & { name: string; password: string }): Promise<OpenedSession> {
  const name = given.name.trim().normalize("NFC");
  const { catalog, passwords } = parts.people;
  const attempt = mayTry(parts, name, given.address);
  const user = await judged(attempt, async () => {
    const found = await catalog.user({ name });
    const stored = found === undefined || found.disabledMs !== null ? null : found.password;
    return (await passwords.fits(given.password, stored)) ? found : undefined;
  });
  if (user === undefined) throw loginFailed(parts, name, given.address);
  attempt.succeeded();
  return openSession(parts, user, given);
}

/** Checks the password of somebody who is signed in. */
export async function checkPassword(
  parts: PeopleServiceParts,
  user: UserRecord,
  given: { password: string; address: string },
): Promise<void> {
  const attempt = mayTry(parts, user.name, given.address);
  const fits = await judged(attempt, () => parts.people.passwords.fits(given.password, user.password));
  if (!fits) throw loginFailed(parts, user.name, given.address);
  attempt.succeeded();
}

/** An attempt does not count when it was not judged, because others fill the queue for hashing or the catalog is away. */
async function judged<T>(attempt: Extract<Attempt, { kind: "go" }>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    attempt.notJudged();
    throw error;
  }
}

export async function setUp(
  parts: PeopleServiceParts,
  given: From & { code: string; name?: string | null | undefined; password: string },
): Promise<OpenedSession> {
  const attempt = mayTry(parts, `link ${given.address}`, given.address);
  const { identity } = parts;
  const isFirst = identity.takeFirstLink(given.code);
  try {
    const user = isFirst ? await firstPerson(parts, given) : await invited(parts, given);
    attempt.succeeded();
    await identity.refresh();
    return await openSession(parts, user, given);
  } catch (error) {
    if (isFirst) identity.giveFirstLinkBack(given.code);
    throw error;
  }
}

async function firstPerson(
  { people }: PeopleServiceParts,
  given: { name?: string | null | undefined; password: string },
): Promise<UserRecord> {
  const name = checkedName(given.name ?? "");
  const user = newUser(name, [{ role: "admin", namespace: everyNamespace }], { password: await people.passwords.hash(given.password) });
  if (!(await people.catalog.addUser(user))) throw nameTaken(name);
  return user;
}

async function invited({ people }: PeopleServiceParts, given: { code: string; password: string }): Promise<UserRecord> {
  const setupHash = secretHash(given.code);
  const user = await people.catalog.user({ setupHash });
  if (user === undefined || user.disabledMs !== null || (user.setupExpiresMs ?? 0) <= Date.now()) throw linkUsed();
  const password = await people.passwords.hash(given.password);
  if (!(await people.catalog.useLink(setupHash, { password }))) throw linkUsed();
  return { ...user, password };
}

export function newUser(name: string, grants: UserRecord["grants"], rest: Partial<UserRecord>): UserRecord {
  const nothing = { password: null, subject: null, disabledMs: null, seenMs: null, setupHash: null, setupExpiresMs: null };
  return { id: newId(), name, grants, createdMs: Date.now(), ...nothing, ...rest };
}

export function checkedName(given: string): string {
  const name = given.trim().normalize("NFC");
  if (name === "") throw new GatewayError("INVALID_REQUEST", { detail: "The person has no name.", where: "name", cure: "Choose one." });
  if (isReserved(name)) throw nameTaken(name);
  return name;
}

/** Rejects with the error of the catalog, without which nobody can sign in. */
export async function openSession({ identity, people }: PeopleServiceParts, user: UserRecord, from: From): Promise<OpenedSession> {
  const { catalog } = people;
  const nowMs = Date.now();
  const secret = newSecret();
  const session: SessionRecord = {
    id: newId(),
    hash: secretHash(secret),
    userId: user.id,
    createdMs: nowMs,
    expiresMs: nowMs + identity.times.sessionAgeMs,
    usedMs: nowMs,
    address: from.address,
    agent: from.agent,
  };
  for (const { id } of (await catalog.sessions(user.id)).slice(sessionsOfOneMax - 1)) await endSession({ identity, people }, id);
  await catalog.addSession(session);
  // The password or the roles may have changed during the check. The change ended all sessions that were open then, and this one must not
  // escape that.
  const now = await catalog.user({ id: user.id });
  if (now === undefined || now.disabledMs !== null || now.password !== user.password) {
    await endSession({ identity, people }, session.id);
    throw changedMeanwhile(user.name);
  }
  await catalog.changeUser(user.id, { seenMs: nowMs });
  const replaced = from.replaces === null || from.replaces === undefined ? undefined : await catalog.session(secretHash(from.replaces));
  if (replaced !== undefined) await endSession({ identity, people }, replaced.session.id);
  return { secret, expiresMs: session.expiresMs, name: user.name };
}

export async function endSession({ identity, people }: PeopleServiceParts, id: string): Promise<boolean> {
  const removed = await people.catalog.removeSessions({ id });
  identity.forget({ credential: `session:${id}` });
  return removed > 0;
}

export async function mustHaveRoom({ people }: PeopleServiceParts): Promise<void> {
  if ((await people.catalog.users()).length < usersMax) return;
  const detail = `The catalog has ${usersMax} people already.`;
  throw new GatewayError("TOO_MANY_PEOPLE", { detail, where: "name", cure: "Let an identity provider keep them." });
}

export function nameTaken(name: string): GatewayError {
  return new GatewayError("NAME_TAKEN", { detail: `Somebody is called ${name} already.`, where: "name", cure: "Choose another name." });
}

/** Throws TOO_MANY_ATTEMPTS. */
function mayTry({ people }: PeopleServiceParts, account: string, address: string): Extract<Attempt, { kind: "go" }> {
  const attempt = people.attempts.begin(account.toLowerCase(), address, Date.now());
  if (attempt.kind === "go") return attempt;
  throw new GatewayError("TOO_MANY_ATTEMPTS", {
    detail: `The next try is possible in ${seconds(attempt.waitMs)} s.`,
    where: "name",
    cure: "Wait; with each wrong password it takes longer.",
    retryAfterMs: attempt.waitMs,
    unaudited: true,
  });
}

function loginFailed({ people }: PeopleServiceParts, account: string, address: string): GatewayError {
  const nowMs = Date.now();
  const waitMs = people.attempts.waitMs(account.toLowerCase(), address, nowMs);
  const next = waitMs > 0 ? ` The next try is possible in ${seconds(waitMs)} s.` : "";
  return new GatewayError("LOGIN_FAILED", {
    detail: `Name and password do not fit together.${next}`,
    where: "password",
    cure: "Check both; an admin of this gateway can give out a link for a new password.",
    ...(waitMs > 0 ? { retryAfterMs: waitMs } : {}),
  });
}

function changedMeanwhile(name: string): GatewayError {
  return new GatewayError("LOGIN_FAILED", {
    detail: `The password of ${name} was changed or taken back, or they were kept out, while they signed in.`,
    where: "password",
    cure: "Sign in again with what is good now.",
  });
}

function linkUsed(): GatewayError {
  return new GatewayError("SETUP_LINK_USED", {
    detail: "The link was used already, has run out, or is none of this gateway.",
    where: "code",
    cure: "Ask an admin for another; the first one is printed when the gateway starts and nobody can sign in yet.",
  });
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1_000);
}
