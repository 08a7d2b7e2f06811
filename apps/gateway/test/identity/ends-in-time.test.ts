/**
 * What happens when a credential ends by itself or during a call: a token that runs out while something is open, or is revoked while the
 * catalog is read.
 */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { IdentityCatalog, TokenRecord } from "../../src/catalog/identity-catalog.ts";
import type { Principal } from "../../src/contract/principal.ts";
import { Identity } from "../../src/identity/identity.ts";
import { isOver, type Watched } from "../../src/identity/standing.ts";
import { withUnmaskReason } from "../../src/identity/unmask-reason.ts";
import { asAssistant } from "../../src/surfaces/mcp/assistant-rights.ts";
import { whyNoMore } from "../../src/services/why-no-more.ts";
import { secretHash } from "../../src/identity/secrets.ts";

const secret = `sb_${"A".repeat(43)}`;
const hourMs = 3_600_000;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function token(more: Partial<TokenRecord> = {}): TokenRecord {
  return {
    id: "t1",
    name: "robot",
    hash: secretHash(secret),
    hint: "sb_AAAA",
    scram: null,
    grants: [{ role: "viewer", namespace: "shop" }],
    ingress: null,
    by: "ada",
    createdMs: 0,
    expiresMs: null,
    usedMs: null,
    revokedMs: null,
    ...more,
  };
}

function identityOver(read: () => Promise<TokenRecord | undefined>, tokens: TokenRecord[] = []): Identity {
  const catalog: Partial<IdentityCatalog> = { token: read, tokens: () => Promise.resolve(tokens), used: () => Promise.resolve() };
  return new Identity({
    catalog: catalog as IdentityCatalog,
    nowMs: () => Date.now(),
    onLoopback: true,
    setting: "on",
    warn: () => undefined,
    sessionAgeMs: hourMs,
    sessionIdleMs: hourMs,
  });
}

const asked = (identity: Identity): Promise<Principal> =>
  Promise.resolve(identity.principalOf({ authorization: `Bearer ${secret}`, cookie: undefined }, "http"));

test("streams of a token that expires end within ten seconds after it, and not before", async () => {
  const expiresMs = Date.now() + hourMs;
  const identity = identityOver(() => Promise.resolve(token({ expiresMs })));
  const ends = new AbortController();
  identity.run(ends.signal);
  const principal = await asked(identity);
  const watched = identity.standing.watch(principal.credential ?? "", principal);
  await vi.advanceTimersByTimeAsync(hourMs - 1);
  expect(watched.signal.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(10_001);
  expect(watched.signal.aborted).toBe(true);
  expect(watched.signal.reason).toMatchObject({ code: "UNAUTHENTICATED" });
  await expect(asked(identity)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  ends.abort();
});

test("streams of a client certificate that expires end within ten seconds after it, though its machine is known for longer", async () => {
  const untilMs = Date.now() + hourMs;
  const identity = identityOver(() => Promise.resolve(token({ expiresMs: untilMs + 100 * hourMs })));
  const ends = new AbortController();
  identity.run(ends.signal);
  const certificate = { kind: "verified", names: ["CN=robot"], untilMs } as const;
  const open: Watched[] = [];
  // The first one reads the catalog, the second one what was kept of it.
  for (const _ of [1, 2]) {
    const principal = withUnmaskReason(
      await identity.principalOf({ authorization: undefined, cookie: undefined, certificate }, "grpc"),
      "why",
    );
    open.push(identity.standing.watch(principal.credential ?? "", principal));
  }
  await vi.advanceTimersByTimeAsync(hourMs - 1);
  expect(open.map(({ signal }) => signal.aborted)).toEqual([false, false]);
  await vi.advanceTimersByTimeAsync(10_001);
  expect(open.map(({ signal }) => signal.reason as unknown)).toMatchObject([{ code: "UNAUTHENTICATED" }, { code: "UNAUTHENTICATED" }]);
  ends.abort();
});

test("what a machine began by a client certificate may go on until that runs out, though its machine is known for longer", async () => {
  const untilMs = Date.now() + hourMs;
  const known = token({ expiresMs: untilMs + 100 * hourMs });
  const identity = identityOver(() => Promise.resolve(known), [known]);
  const certificate = { kind: "verified", names: ["CN=robot"], untilMs } as const;
  const principal = await identity.principalOf({ authorization: undefined, cookie: undefined, certificate }, "http");
  const why = whyNoMore({ identity }, principal, { name: "entities.list", input: { type: "shop/cart" } });
  await vi.advanceTimersByTimeAsync(hourMs - 1);
  expect(await why()).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1);
  expect(await why()).toContain("the client certificate has ended");
});

test("a token that is revoked while the catalog is being read is not accepted from what was read before", async () => {
  let revokedMs: number | null = null;
  const reading: (() => void)[] = [];
  const identity = identityOver(async () => {
    const found = token({ revokedMs });
    await new Promise<void>((resolve) => reading.push(resolve));
    return found;
  });
  const asking = asked(identity);
  const refused = expect(asking).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  await expect.poll(() => reading.length).toBe(1);
  revokedMs = Date.now();
  identity.forget({ credential: "token:t1" });
  reading[0]?.();
  await expect.poll(() => reading.length).toBe(2);
  reading[1]?.();
  await refused;
});

test("a credential that was found before it ended is known as over, and a stream that it opens then ends at once", async () => {
  const identity = identityOver(() => Promise.resolve(token()));
  const principal = await asked(identity);
  expect(isOver(principal)).toBe(false);
  identity.forget({ credential: "token:t1" });
  expect(isOver(principal)).toBe(true);
  expect(identity.standing.watch(principal.credential ?? "", principal).signal.aborted).toBe(true);
  expect(isOver(await asked(identity))).toBe(false);
});

test("the end is known also after the catalog was asked again in between, and for a request that says why it unmasks", async () => {
  const identity = identityOver(() => Promise.resolve(token()));
  const principal = await asked(identity);
  const unmasking = withUnmaskReason(principal, "ticket 8812");
  await vi.advanceTimersByTimeAsync(20_000);
  await asked(identity);
  await vi.advanceTimersByTimeAsync(1);
  expect(isOver(principal)).toBe(false);
  identity.forget({ credential: "token:t1" });
  expect([isOver(principal), isOver(unmasking), isOver(asAssistant({ ...principal, kind: "person" }))]).toEqual([true, true, true]);
});

test("open streams end when the catalog says that the token may do something else now", async () => {
  let role: "viewer" | "admin" = "admin";
  const identity = identityOver(() => Promise.resolve(token({ grants: [{ role, namespace: "shop" }] })));
  const principal = await asked(identity);
  const watched = identity.standing.watch(principal.credential ?? "", principal);
  role = "viewer";
  await vi.advanceTimersByTimeAsync(20_000);
  await asked(identity);
  await expect.poll(() => watched.signal.aborted).toBe(true);
  expect(isOver(principal)).toBe(true);
  expect((await asked(identity)).rights).toEqual({ kind: "grants", grants: [{ role: "viewer", namespace: "shop" }] });
});
