/**
 * Guessing is slowed down by account and by address. It locks out nobody who knows the password, and knowing another password does not
 * avoid it. Time is a number here.
 */
import { describe, expect, test } from "vitest";
import { addressKey } from "../../src/identity/address-key.ts";
import { AttemptLimit, attemptLimits } from "../../src/identity/attempt-limit.ts";

const minuteMs = 60_000;
const victim = "victim";
const home = "192.0.2.1";

/** Tries whenever it is allowed during this time, checking each second, and returns the number of tries. */
function guess(limit: AttemptLimit, account: string, of: { address: (at: number) => string; fromMs: number; forMs: number }): number {
  let tries = 0;
  for (let nowMs = of.fromMs; nowMs < of.fromMs + of.forMs; nowMs += 1_000)
    if (limit.begin(account, of.address(nowMs), nowMs).kind === "go") tries++;
  return tries;
}

function signIn(limit: AttemptLimit, account: string, address: string, nowMs: number): "in" | number {
  const attempt = limit.begin(account, address, nowMs);
  if (attempt.kind === "wait") return attempt.waitMs;
  attempt.succeeded();
  return "in";
}

describe("guessing at one account", () => {
  test("from one address is a few tries, and soon only that address has to wait", () => {
    const limit = new AttemptLimit();
    expect(guess(limit, victim, { address: () => "192.0.2.66", fromMs: 0, forMs: 60 * minuteMs })).toBeLessThan(25);
    const wait = signIn(limit, victim, home, 60 * minuteMs);
    if (wait !== "in") expect(wait).toBeLessThanOrEqual(attemptLimits.accountWaitMsMax);
    expect(signIn(limit, victim, home, 60 * minuteMs + attemptLimits.accountWaitMsMax)).toBe("in");
  });

  test("from everywhere at once is two tries a minute, and locks nobody out at an address of an earlier sign-in", () => {
    const limit = new AttemptLimit();
    expect(signIn(limit, victim, home, 0)).toBe("in");
    const everywhere = (at: number): string => `198.51.100.${at}`;
    expect(guess(limit, victim, { address: everywhere, fromMs: 1, forMs: 30 * minuteMs })).toBeLessThan(75);
    expect(limit.waitMs(victim, "203.0.113.9", 30 * minuteMs)).toBeGreaterThan(0);
    expect(signIn(limit, victim, home, 30 * minuteMs)).toBe("in");
  });

  test("at an address of an earlier sign-in is slowed by that address", () => {
    const limit = new AttemptLimit();
    signIn(limit, victim, home, 0);
    expect(guess(limit, victim, { address: () => home, fromMs: 1, forMs: 60 * minuteMs })).toBeLessThan(25);
  });
});

describe("a person with an account", () => {
  test("gets no more guesses at others by signing in between them", () => {
    const limit = new AttemptLimit();
    let tries = 0;
    for (let at = 0; at < 3_600; at++) {
      if (limit.begin(`other ${at}`, home, at * 1_000).kind === "go") tries++;
      signIn(limit, "mallory", home, at * 1_000);
    }
    expect(tries).toBeLessThan(25);
  });

  test("clears their own mistakes by signing in", () => {
    const limit = new AttemptLimit();
    for (let at = 0; at < 4; at++) limit.begin("ada", home, at);
    expect(signIn(limit, "ada", home, 5)).toBe("in");
    for (let at = 6; at < 10; at++) expect(limit.begin("ada", home, at).kind).toBe("go");
  });
});

test("has no try counted that could not be judged, and clears no other by it", () => {
  const limit = new AttemptLimit();
  for (let at = 0; at < 100; at++) {
    const attempt = limit.begin("ada", home, at);
    if (attempt.kind !== "go") return expect.unreachable();
    attempt.notJudged();
  }
  expect([limit.waitMs("ada", home, 100), limit.size]).toEqual([0, 0]);
  for (let at = 0; at < 4; at++) limit.begin("ada", home, 100 + at);
  const fifth = limit.begin("ada", home, 104);
  expect(limit.waitMs("ada", home, 105)).toBeGreaterThan(0);
  if (fifth.kind === "go") fifth.notJudged();
  expect(limit.waitMs("ada", home, 105)).toBe(0);
  limit.begin("ada", home, 106);
  expect(limit.waitMs("ada", home, 107)).toBeGreaterThan(0);
});

test("with a network of IPv6 addresses, or another port for each try, counts as one address", () => {
  for (const address of [
    (at: number) => `2001:db8:1:2::${at.toString(16)}`,
    (at: number) => `192.0.2.7:${at}`,
    (at: number) => `[::ffff:192.0.2.8]:${at}`,
  ]) {
    const limit = new AttemptLimit();
    let tries = 0;
    for (let at = 1; at < 1_000; at++) if (limit.begin(`name ${at}`, address(at), at).kind === "go") tries++;
    expect(tries).toBe(attemptLimits.freeAttempts);
  }
});

test.each([
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:DB8:1:2::", "2001:db8:1:2::/64"],
  ["::1", "0:0:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["::ffff:c000:201", "192.0.2.1"],
  ["[2001:db8::1]:443", "2001:db8:0:0::/64"],
  ["192.0.2.1:443", "192.0.2.1"],
  ["unknown", "unknown"],
  ["", ""],
])("wrong passwords from %s are counted for %s", (address, key) => {
  expect(addressKey(address)).toBe(key);
});

test("the number of remembered tries is bounded", () => {
  const limit = new AttemptLimit({ ...attemptLimits, keysMax: 100 });
  for (let at = 0; at < 10_000; at++) signIn(limit, `name ${at}`, `address ${at}`, at);
  for (let at = 0; at < 10_000; at++) limit.begin(`name ${at}`, `address ${at}`, at);
  expect(limit.size).toBeLessThanOrEqual(400);
});
