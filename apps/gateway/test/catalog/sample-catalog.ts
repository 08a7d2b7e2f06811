/**
 * SampleCatalog: a row of each kind that a catalog holds, and what is read of them again as plain JSON. Neighbours: record-catalog.ts
 * writes them into a new catalog and keeps its tables; recorded-catalogs.test.ts opens those that were kept.
 */
import type { Catalog } from "../../src/catalog/catalog.ts";

const atMs = 1_795_000_000_000;
const principal = { kind: "person", name: "ada", door: "console" } as const;

const cause: Parameters<Catalog["causes"]["put"]>[0] = {
  fingerprint: "f1",
  code: "FUNCTION_FAILED",
  title: "TypeError",
  message: "m",
  cure: "c",
  where: "shop/cart",
  frames: ["at a"],
  raw: undefined,
  endpoint: "shop/*",
  state: "ignored",
  ignoredUntilMs: atMs,
  by: "ada",
  changedMs: atMs,
  attempts: 4,
  firstMs: atMs,
  lastMs: atMs,
  firstModule: "shop",
  firstRevision: 2,
  sampleType: "shop/cart",
  sampleId: "a",
  trace: 9,
  buckets: new Map([[2_991_666, 4]]),
};

export async function fillCatalog(catalog: Catalog): Promise<void> {
  const { identity } = catalog;
  for (const yaml of ["kind: one", "kind: two"])
    await catalog.modules.append({ name: "shop", yaml, appliedMs: atMs, origin: "person", principal });
  await catalog.modules.append({ name: "gone", yaml: "kind: three", appliedMs: atMs, origin: "api", principal });
  await catalog.modules.remove("gone", atMs);
  const counts = { epoch: 7, entities: 3, messages: 2, delayedMessages: 1, egressRecords: 0, sizeBytes: 2 ** 40, durationMs: 12 };
  const path = "/data/savepoints/s1.db";
  await catalog.savepoints.put({
    id: "s1",
    createdMs: atMs,
    status: "ready",
    origin: "person",
    path,
    checksum: "ab",
    error: undefined,
    modules: [{ name: "shop", revision: 31 }],
    types: [{ type: "shop/cart", entities: 1 }],
    ...counts,
  });
  await catalog.savedMessages.put({ id: "m1", name: "m", type: "shop/cart", entityId: "a", valueType: "t/v", body: "{}", createdMs: atMs });
  await catalog.savedFilters.put({ owner: "user:u1", subject: "entity", name: "few", text: "state.visits < 5", changedMs: atMs });
  await catalog.descriptorSets.put({ name: "d", bytes: new Uint8Array([1, 2, 255]), types: ["shop.Cart"], createdMs: atMs });
  await catalog.secrets.put({ name: "HOOK", sealed: "sealed text", by: "ada", changedMs: atMs });
  await catalog.pauses.put({ what: "function:shop/cart", by: "ada", sinceMs: atMs, untilMs: atMs + 1 });
  await catalog.pauses.put({ what: "endpoint:shop/*", by: "ada", sinceMs: atMs, untilMs: undefined });
  await catalog.pauses.put({ what: "entity:shop/cart/anna/1", by: "ada", sinceMs: atMs, untilMs: atMs + 1 });
  const alert = { id: "a1", name: "ops", kind: "p99-over", threshold: 250.5, enabled: true, by: "ada", createdMs: atMs } as const;
  await catalog.alertRules.put({ ...alert, url: "https://hooks.example/${secret.HOOK}", header: "X-Key: ${secret.HOOK}" });
  const rule = { kind: "entity", type: "shop/cart", holds: "state.total >= 0" } as const;
  await catalog.invariants.put({ id: "i1", name: "money", rule, by: "ada", createdMs: atMs, standing: undefined });
  await catalog.causes.put(cause);
  await fillIdentity(identity);
  const entry = {
    atMs,
    ...principal,
    operation: "modules.put",
    subject: "shop",
    input: "",
    before: null,
    after: "revision 2",
    problem: null,
  };
  await catalog.audit.record({ ...entry, outcome: "done" });
}

async function fillIdentity(identity: Catalog["identity"]): Promise<void> {
  const nothing = { password: null, subject: null, disabledMs: null, seenMs: null, setupHash: null, setupExpiresMs: null };
  const grants = [{ role: "admin", namespace: "*" }] as const;
  await identity.addUser({
    id: "u1",
    name: "ada",
    grants,
    createdMs: atMs,
    ...nothing,
    password: "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$dGFn",
  });
  const times = { createdMs: atMs, expiresMs: 2 ** 52, usedMs: atMs };
  await identity.addSession({ id: "s1", hash: "h1", userId: "u1", address: "192.0.2.1", agent: "a browser", ...times });
  const token = { id: "t1", name: "robot", hash: "h2", hint: "sb_ab…cd", scram: null, ingress: null, by: "ada", createdMs: atMs };
  await identity.addToken({ ...token, grants, expiresMs: null, usedMs: null, revokedMs: null });
}

/** Reads what somebody sees of the catalog, through its own verbs. */
export async function readCatalog(catalog: Catalog): Promise<unknown> {
  const { identity } = catalog;
  const read = {
    modules: await catalog.modules.list(),
    revisions: await catalog.modules.revisions("shop", { limit: 10 }),
    removed: await catalog.modules.revisions("gone", { limit: 10 }),
    savepoints: await catalog.savepoints.list(),
    savedMessages: await catalog.savedMessages.list(),
    savedFilters: await catalog.savedFilters.list({ owner: "user:u1", subject: "entity" }),
    descriptorSets: await catalog.descriptorSets.list(),
    secrets: await catalog.secrets.list(),
    alerts: await catalog.alertRules.list(),
    pauses: await catalog.pauses.list(),
    invariants: await catalog.invariants.list(),
    causes: await catalog.causes.list(),
    users: await identity.users(),
    session: await identity.session("h1"),
    tokens: await identity.tokens(),
    audit: await catalog.audit.list({ limit: 10 }),
  };
  return JSON.parse(JSON.stringify(read, plain));
}

function plain(_name: string, value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries(value);
  return value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value;
}
