/**
 * prepare: makes what must have happened before pictures are worth taking, on a gateway of its own: both demos run, entities are parked, a
 * breaker is open, an invariant is broken, two savepoints have changes between them, a field is masked, people and a token exist, and one
 * trace has a delayed message.
 * Neighbours: pictures.ts shows what is prepared here. Everything goes through the API that people have.
 */
import type { Gateway } from "../../e2e/stack/gateway.ts";
import { until } from "../../e2e/stack/until.ts";

/** What pictures link to. */
export interface Prepared {
  /** The trace of an item that was put in a basket and given back 20 s later. */
  readonly storyTrace: number;
  readonly firstSavepoint: string;
  /** A moment with traffic and failures in it. */
  readonly pastIso: string;
}

const masked = "kind: io.signalbox.masks.v1/mask\nspec:\n  functions: shop/receipt\n  fields: [receipt.customer, customer]\n";
const absentMail = "kind: io.statefun.endpoints.v2/http\nspec:\n  functions: mail/*\n  urlPathTemplate: http://127.0.0.1:9/\n";
const everyTenSeconds = [
  "kind: io.signalbox.schedule.v1/ingress",
  "spec:",
  "  id: shop/window",
  "  when: {type: every, every: 10s}",
  "  target: shop/cart",
  "  entityId: window",
  `  value: '{"item":"lamp","quantity":1}'`,
  "  valueType: shop/AddItem",
  "",
].join("\n");

/** Resolves when everything is there; the charts then show `trafficMs` of traffic. */
export async function prepare(gateway: Gateway, trafficMs: number): Promise<Prepared> {
  const { api } = gateway;
  const startedMs = Date.now();
  for (const name of ["shop", "ride-sharing"]) await post(gateway, "/trpc/demo.start", { name });
  await api.applyModule("shop-masks", masked);
  await api.applyModule("shop-window", everyTenSeconds);
  await people(gateway);
  await watch(gateway);
  await until(async () => (await api.entities("shop/receipt")).length > 4, { what: "some orders", timeoutMs: 60_000 });
  const { traceId: storyTrace } = await add(gateway, "zoe", { item: "lamp", quantity: 2 });
  const { id: firstSavepoint } = await api.takeSavepoint();
  for (const customer of ["mira", "nils", "olga"]) await add(gateway, customer, { item: "teapot", quantity: "two" });
  await api.applyModule("mail", absentMail);
  for (const id of ["welcome", "invoice", "reminder"]) await api.send({ type: "mail/letter", id }, "hello");
  await until(async () => (await api.summary()).parked >= 3, { what: "three parked carts", timeoutMs: 60_000 });
  await until(async () => (await api.request<{ complete: boolean }>("GET", `/v1/traces/${storyTrace}`)).complete, {
    what: "the basket to be given back",
    timeoutMs: 90_000,
  });
  const left = trafficMs - (Date.now() - startedMs);
  if (left > 0) await new Promise((done) => setTimeout(done, left));
  const pastIso = new Date(Date.now() - 25_000).toISOString();
  await api.takeSavepoint();
  return { storyTrace, firstSavepoint, pastIso };
}

/** Holds messages at a breakpoint while `act` runs. */
export async function holding(gateway: Gateway, act: () => Promise<void>): Promise<void> {
  const { id } = await post<{ id: string }>(gateway, "/v1/breakpoints", { functions: "shop/cart", prefix: "h", seconds: 300 });
  try {
    for (const item of ["lamp", "socks", "umbrella"]) await add(gateway, "hana", { item, quantity: 1 });
    await add(gateway, "hugo", { item: "notebook", quantity: 3 });
    await act();
  } finally {
    await gateway.api.request("DELETE", `/v1/breakpoints/${encodeURIComponent(id)}`);
  }
}

async function people(gateway: Gateway): Promise<void> {
  const grant = (role: string, namespace: string) => [{ role, namespace }];
  await post(gateway, "/v1/people", { name: "ada", grants: grant("admin", "*") });
  await post(gateway, "/v1/people", { name: "bela", grants: grant("operator", "shop") });
  await post(gateway, "/v1/people", { name: "chen", grants: grant("viewer", "*") });
  await post(gateway, "/v1/tokens", { name: "checkout service", grants: grant("sender", "shop") });
}

/** The demo brings an invariant that holds; this one is broken by the first item that runs out. */
async function watch(gateway: Gateway): Promise<void> {
  const rule = { kind: "entity", type: "shop/stock", holds: "state.level.restocks == 0" };
  await post(gateway, "/v1/invariants", { name: "Nothing has to be ordered again", rule });
}

function add(gateway: Gateway, customer: string, value: { item: string; quantity: number | string }) {
  return gateway.api.send({ type: "shop/cart", id: customer }, value, { valueType: "shop/AddItem" });
}

function post<T>(gateway: Gateway, path: string, body: unknown): Promise<T> {
  return gateway.api.request<T>("POST", path, { body: JSON.stringify(body), headers: { "content-type": "application/json" } });
}
