/**
 * The work of a login does not tell whether a name exists. The test counts the work and does not measure time.
 */
import { expect, test } from "vitest";
import type { UserRecord } from "../../src/catalog/identity-catalog.ts";
import { AttemptLimit } from "../../src/identity/attempt-limit.ts";
import { Passwords } from "../../src/identity/password.ts";
import type { PeopleServiceParts } from "../../src/services/people/people-parts.ts";
import { newUser, signIn } from "../../src/services/people/sign-in.ts";

const cheap = { memoryKib: 64, passes: 1 };
const passwords = new Passwords(cheap);
const stored = await passwords.hash("the password of ada");
const users = new Map<string, UserRecord>([
  ["ada", newUser("ada", [], { password: stored })],
  ["kept out", newUser("kept out", [], { password: stored, disabledMs: 1 })],
  ["by the provider", newUser("by the provider", [], { subject: "https://id.example 17" })],
  ["invited", newUser("invited", [], { setupHash: "h", setupExpiresMs: 1 })],
]);

test("a wrong password of a person who is known, locked out, of the provider, invited or absent asks the same and hashes once", async () => {
  const said: Record<string, unknown> = {};
  for (const name of [...users.keys(), "nobody"]) {
    const work: string[] = [];
    const parts = {
      identity: {},
      people: {
        attempts: new AttemptLimit(),
        catalog: new Proxy({}, { get: (_catalog, verb) => async (by: { name: string }) => (work.push(String(verb)), users.get(by.name)) }),
        passwords: {
          fits: (password: string, kept: string | null) => {
            work.push("fits");
            return passwords.fits(password, kept);
          },
        },
      },
    } as unknown as PeopleServiceParts;
    const error = await signIn(parts, { name, password: "a wrong one", address: "192.0.2.1", agent: "" }).catch(
      (reason: unknown) => reason,
    );
    said[name] = [work, (error as Error).message, (error as { code: string }).code];
  }
  const same = [["user", "fits"], "Name and password do not fit together.", "LOGIN_FAILED"];
  expect(said).toEqual(Object.fromEntries(Object.keys(said).map((name) => [name, same])));
});

test("a password of an absent person waits in the same line as any other, and costs one hash too", async () => {
  const results = await Promise.allSettled(
    Array.from({ length: 40 }, async (_, n) => await passwords.fits("x", n % 2 === 0 ? null : stored)),
  );
  // After 32 logins of either kind there is no room, so each login of an unknown name counted as one too.
  expect(results.map(({ status }) => status)).toEqual([...Array(32).fill("fulfilled"), ...Array(8).fill("rejected")]);
});
