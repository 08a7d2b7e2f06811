/**
 * Changes during a sign-in or a decision count: a session by a password that was replaced meanwhile, and two admins who disable each other
 * at once.
 */
import { describe, expect, test } from "vitest";
import type { IdentityCatalog, SessionRecord, UserRecord } from "../../src/catalog/identity-catalog.ts";
import { AttemptLimit } from "../../src/identity/attempt-limit.ts";
import { localPerson } from "../../src/contract/principal.ts";
import { GatewayError } from "../../src/contract/problem.ts";
import { inTurn } from "../../src/services/in-turn.ts";
import type { PeopleServiceParts } from "../../src/services/people/people-parts.ts";
import { peopleService } from "../../src/services/people/people-service.ts";
import { newUser, signIn } from "../../src/services/people/sign-in.ts";
import { everywhere, goodPassword } from "../support/people-stand.ts";

/** Signs in over a catalog with one person, who changes while the password is being checked. */
async function signedInWhile(
  change: Partial<UserRecord>,
): Promise<{ readonly answer: unknown; readonly sessions: readonly SessionRecord[] }> {
  let user: UserRecord = newUser("eve", everywhere("viewer"), { password: "the hash" });
  let sessions: SessionRecord[] = [];
  const catalog: Partial<IdentityCatalog> = {
    user: async () => user,
    changeUser: async () => true,
    sessions: async () => sessions,
    session: async () => undefined,
    addSession: async (session) => void sessions.push(session),
    removeSessions: async (which) => {
      sessions = sessions.filter(({ id }) => "id" in which && id !== which.id);
      return 1;
    },
  };
  const fits = async (): Promise<boolean> => {
    user = { ...user, ...change };
    return true;
  };
  const parts = {
    identity: { times: { sessionAgeMs: 1_000, sessionIdleMs: 1_000 }, forget: () => undefined },
    people: { catalog, attempts: new AttemptLimit(), passwords: { fits } },
  } as unknown as PeopleServiceParts;
  const given = { name: "eve", password: goodPassword, address: "192.0.2.1", agent: "" };
  const answer = await signIn(parts, given).catch((error: unknown) => (error as { code: string }).code);
  return { answer, sessions };
}

describe("a person who signs in while", () => {
  test.each<[string, Partial<UserRecord>]>([
    ["their password is changed", { password: "another hash" }],
    ["it is taken back", { password: null, setupHash: "a link" }],
    ["they are kept out", { disabledMs: 1 }],
  ])("%s has no session afterwards", async (_what, change) => {
    expect(await signedInWhile(change)).toEqual({ answer: "LOGIN_FAILED", sessions: [] });
  });

  test("nothing happens is in", async () => {
    const { answer, sessions } = await signedInWhile({});
    expect(answer).toMatchObject({ name: "eve" });
    expect(sessions).toHaveLength(1);
  });
});

test("no time is left to check the password has lost no try", async () => {
  const attempts = new AttemptLimit();
  const fits = () => Promise.reject(new GatewayError("LOGIN_BUSY", { detail: "many wait", where: "password", cure: "wait" }));
  const catalog: Partial<IdentityCatalog> = { user: async () => newUser("eve", [], { password: "the hash" }) };
  const parts = { identity: {}, people: { catalog, attempts, passwords: { fits } } } as unknown as PeopleServiceParts;
  const given = { name: "eve", password: goodPassword, address: "192.0.2.1", agent: "" };
  for (let at = 0; at < 20; at++) await expect(signIn(parts, given)).rejects.toMatchObject({ code: "LOGIN_BUSY" });
});

test("two admins who lock each other out at once leave one of them", async () => {
  const [ada, bea] = ["ada", "bea"].map((name) => newUser(name, everywhere("admin"), { password: "the hash" }));
  const users = new Map([ada, bea].flatMap((user) => (user === undefined ? [] : [[user.id, user] as const])));
  const catalog: Partial<IdentityCatalog> = {
    users: async () => [...users.values()],
    user: async (by) => ("id" in by ? users.get(by.id) : undefined),
    changeUser: async (id, change) => users.set(id, { ...(users.get(id) ?? expect.unreachable()), ...change }).size > 0,
    removeSessions: async () => 0,
  };
  const people = peopleService({
    identity: { forget: () => undefined, refresh: async () => undefined },
    people: { catalog, inTurn: inTurn() },
  } as unknown as Parameters<typeof peopleService>[0]);
  const call = { signal: new AbortController().signal, changed: () => undefined };
  const by = localPerson("http");
  const done = await Promise.allSettled([...users.keys()].map(async (id) => await people.change(by, { id, disabled: true }, call)));
  expect(done.map((one) => (one.status === "fulfilled" ? "done" : (one.reason as { code: string }).code))).toEqual(["done", "LAST_ADMIN"]);
});
