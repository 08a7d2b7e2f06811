/** OperationCalls: an input for each operation of the contract, enough for its parser, and the HTTP request that it makes. */
import type { HttpDoor } from "../../src/contract/operation.ts";

/** Inputs that are enough for the parsers, so that the guard gets to the question of who asks. */
export const operationInputs: Readonly<Record<string, unknown>> = {
  "live.stream": { flow: false, tails: [], entities: [] },
  "flow.hottest": { type: "test/visits" },
  "functions.output": { endpoint: "test/*" },
  "functions.check": { functions: "test/*", urlTemplate: "http://127.0.0.1:1/x", typeNames: [] },
  "functions.try": { code: "const a = 1;" },
  "functions.register": { functions: "test/*", urlTemplate: "http://127.0.0.1:1/x", typeNames: [] },
  "modules.get": { name: "none" },
  "modules.preview": { name: "none", yaml: "" },
  "modules.put": { name: "none", yaml: "" },
  "modules.remove": { name: "none" },
  "modules.rollback": { name: "none", revision: 1 },
  "doors.egress": { egress: "test/out" },
  "entities.list": { type: "test/visits" },
  "entities.get": { type: "test/visits", id: "a" },
  "entities.history": { type: "test/visits", id: "a" },
  "entities.act": { type: "test/visits", id: "a", action: "retry" },
  "entities.actAll": { type: "test/visits", action: "retry", status: "parked" },
  "entities.editState": { type: "test/visits", id: "a", name: "seen", value: null },
  "entities.editHead": { type: "test/visits", id: "a", value: { typename: "io.statefun.types/string", text: '"x"' } },
  "past.reach": {},
  "past.moment": { atMs: 0 },
  "past.records": { fromMs: 0, toMs: 60_000 },
  "rollups.range": { of: "type:test/visits", fromMs: 0, toMs: 60_000, stepMs: 60_000 },
  "rollups.busiest": { fromMs: 0, toMs: 60_000, stepMs: 60_000 },
  "rollups.marks": { fromMs: 0, toMs: 60_000 },
  "entities.asOf": { type: "test/visits", id: "a", sequence: 1 },
  "entities.blame": { type: "test/visits", id: "a" },
  "traces.get": { trace: 1 },
  "reproductions.start": { type: "test/visits", id: "a" },
  "reproductions.get": { type: "test/visits", id: "a" },
  "reproductions.cancel": { type: "test/visits", id: "a" },
  "savedFilters.list": { subject: "row" },
  "savedFilters.save": { subject: "row", name: "n", text: 'type == "test/visits"' },
  "savedFilters.forget": { subject: "row", name: "n" },
  "pauses.set": { id: "function:test/visits", seconds: 1 },
  "pauses.resume": { id: "function:test/visits" },
  "breakpoints.set": { functions: "test/visits", entity: "nobody-waits-here", seconds: 1 },
  "breakpoints.release": { id: "test/visits~none" },
  "breakpoints.held": { id: "test/visits~none" },
  "breakpoints.step": { type: "test/visits", id: "a" },
  "failures.mark": { fingerprint: "none", state: "resolved" },
  "failures.dryRun": { fingerprint: "none" },
  "failures.act": { fingerprint: "none", action: "retry" },
  "failures.oneAct": { id: "none" },
  "failures.cancelAct": { id: "none" },
  "alerts.put": { id: "none", name: "n", kind: "failure-opens" },
  "erasures.count": { targets: [{ id: "nobody-is-called-so" }] },
  "erasures.get": { id: "none" },
  "erasures.erase": { targets: [{ id: "nobody-is-called-so" }], reason: "a test" },
  "secrets.put": { name: "none", value: "x" },
  "secrets.remove": { name: "none" },
  "entities.rows": { type: "test/visits" },
  "entities.tally": { type: "test/visits" },
  "entities.export": { type: "test/visits" },
  "entities.actOnMatching": { type: "test/visits", filter: "false", action: "retry" },
  "alerts.remove": { id: "none" },
  "alerts.test": { id: "none" },
  "invariants.put": { id: "none", name: "n", rule: { kind: "entity", type: "shop/cart", holds: "state.total >= 0" } },
  "invariants.remove": { id: "none" },
  "invariants.preview": { rule: { kind: "entity", type: "shop/cart", holds: "state.total >= 0" } },
  "invariants.checkBack": { id: "none" },
  "invariants.cancelCheck": { id: "none" },
  "schedules.get": { namespace: "test", name: "none" },
  "schedules.act": { namespace: "test", name: "none", act: "pause" },
  "comparisons.types": { from: "none", to: "now" },
  "comparisons.changed": { from: "none", to: "now" },
  "comparisons.entity": { from: "none", to: "now", type: "test/visits", id: "a" },
  "savepoints.file": { id: "none" },
  "savepoints.impact": { id: "none" },
  "savepoints.ledger": { era: 1 },
  "savepoints.restore": { id: "none" },
  "savepoints.remove": { id: "none" },
  "doors.connector": { direction: "ingress", id: "test/in" },
  "doors.retry": { direction: "ingress", id: "test/in" },
  "doors.stop": { direction: "ingress", id: "test/in" },
  "doors.start": { direction: "ingress", id: "test/in" },
  "doors.check": { direction: "ingress", id: "test/in" },
  "doors.seek": { id: "test/in", to: { kind: "latest" } },
  "doors.seekPlan": { id: "test/in", to: { kind: "latest" } },
  "sql.query": { sql: "SELECT 1" },
  "backups.file": { id: "none" },
  "backups.remove": { id: "none" },
  "bootstrap.remove": { name: "none" },
  "calls.answers": { messageId: 1 },
  "runtime.rescale": { parallelism: 1 },
  "moves.toFlink": { savepoint: "none" },
  "moves.toEmbedded": { folder: "none" },
  "bootstrap.run": { sql: "x", sources: [{ kind: "csv", name: "x", file: "none" }] },
  "people.leaveForProvider": { redirectUri: "http://127.0.0.1/", next: "/" },
  "people.signInByProvider": { returned: "http://127.0.0.1/", flow: null, address: "", agent: "" },
  "send.message": { type: "test/visits", id: "a", valueType: "io.statefun.types/string", text: '"x"' },
  "send.ask": { type: "test/visits", id: "a", valueType: "io.statefun.types/string", text: '"x"', waitMs: 0 },
  "send.answer": { type: "test/visits", id: "a", messageId: 1, waitMs: 0 },
  "descriptors.shape": { typename: "none/None" },
  "send.many": { type: "test/visits", id: "a", valueType: "io.statefun.types/string", text: '"x"', count: 1, counterIn: "id" },
  "send.save": { name: "n", type: "test/visits", entityId: "a", valueType: "io.statefun.types/string", body: '"x"' },
  "send.forget": { id: "none" },
  "descriptors.upload": { name: "none", base64: "" },
  "descriptors.remove": { name: "none" },
  "people.invite": { name: "nobody", grants: [{ role: "viewer", namespace: "nowhere" }] },
  "people.change": { id: "none" },
  "people.changePassword": { current: "x", password: "long enough for it" },
  "people.resetPassword": { id: "none" },
  "sessions.end": { id: "none" },
  "tokens.create": { name: "t" },
  "tokens.revoke": { id: "none" },
};

const words: Readonly<Record<string, string>> = {
  namespace: "test",
  type: "test/visits",
  action: "retry",
  act: "pause",
  trace: "1",
  messageId: "1",
};

function queryOf(input: unknown): string {
  const flat = Object.entries(input ?? {}).filter(([, value]) => ["string", "number"].includes(typeof value));
  return new URLSearchParams([
    ...flat.map(([field, value]): [string, string] => [field, String(value)]),
    ["through", "1"],
    ["timeout", "1ms"],
  ]).toString();
}

export function urlOf({ path }: HttpDoor, input: unknown): string {
  const given: Readonly<Record<string, unknown>> = { ...Object(input) };
  const named = path
    .replace("/connectors/{direction}/{id}", "/connectors/ingress/test%2Fin")
    .replace("/ingresses/{id}", "/ingresses/test%2Fin");
  const typed = named.replace("{type}/{id}", "test/visits/a").replace(/\/\{type\}$/, "/test/visits");
  const whole = typed.replace("/egresses/{namespace}/{name}", "/egresses/test/greetings");
  const filled = whole.replaceAll(/\{(\w+)\}/g, (_whole, word: string) => textOf(given[word]) ?? words[word] ?? "none");
  return `${filled}?${queryOf(input)}`;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" ? encodeURIComponent(String(value)) : undefined;
}

export function bodyFor(name: string, { method }: HttpDoor, input: unknown): { body?: string } {
  if (method === "GET" || method === "DELETE") return {};
  return { body: name === "messages.accept" || name === "calls.call" ? "x" : JSON.stringify(input ?? {}) };
}
