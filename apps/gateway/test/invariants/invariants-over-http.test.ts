/** Invariants over HTTP: followed while messages flow, the invocation named, over restarts and restores, back through the journal, refused at the character. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { invariantRow, type InvariantRow, type InvariantRule } from "../../src/contract/entities/invariants.ts";
import { moduleYaml, startFunctions, startGateway, type TestGateway } from "../support/start-gateway.ts";

const intType = "io.statefun.types/int";
/** The rule: every visit is in the total, or on the way to it. */
const counted: InvariantRule = {
  kind: "total",
  terms: [
    { over: "states", type: "test/visits", value: "state.seen", where: "", minus: false },
    { over: "states", type: "test/total", value: "state.sum", where: "", minus: true },
    { over: "messages", type: intType, value: "value", where: 'type == "test/total"', minus: true },
  ],
  compare: { kind: "equals", number: "0" },
};
const few: InvariantRule = { kind: "entity", type: "test/visits", holds: "state.seen <= 3" };

let dataDir: string;
let box: TestGateway;
let functions: Awaited<ReturnType<typeof startFunctions>>;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "signalbox-invariants-"));
  functions = await startFunctions();
  box = await startGateway({ dataDir });
  await box.fetch("/v1/modules/test", { method: "PUT", body: moduleYaml(functions.url) });
});
afterAll(async () => {
  await box[Symbol.asyncDispose]();
  await functions.close();
  rmSync(dataDir, { recursive: true, force: true });
});

function post(path: string, body: unknown = {}): Promise<Response> {
  return box.fetch(path, { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } });
}

async function visit(id: string): Promise<number> {
  const response = await box.fetch(`/v1/messages/test/visits/${id}`, {
    method: "POST",
    body: "hello",
    headers: { "content-type": "text/plain" },
  });
  return ((await response.json()) as { traceId: number }).traceId;
}

async function put(name: string, rule: InvariantRule): Promise<InvariantRow> {
  const response = await post("/v1/invariants", { name, rule });
  expect(response.status).toBe(200);
  return invariantRow.parse(await response.json());
}

async function until(name: string, check: (row: InvariantRow) => boolean): Promise<InvariantRow> {
  const find = (body: unknown): InvariantRow | undefined =>
    invariantRow
      .array()
      .parse((body as { invariants: unknown }).invariants)
      .find((row) => row.name === name);
  const body = await box.until("/v1/invariants", (answer) => {
    const row = find(answer);
    return row !== undefined && check(row);
  });
  const row = find(body);
  if (row === undefined) throw new Error(`${name} is gone`);
  return row;
}

describe("an invariant over the gateway", () => {
  test("holds while messages flow, and counts those on the way", async () => {
    await visit("ada");
    await put("every visit is counted", counted);
    await until("every visit is counted", ({ status }) => status.kind === "holds");
    for (let index = 0; index < 20; index += 1) await visit(`flow-${index % 7}`);
    const row = await until("every visit is counted", ({ records }) => records >= 40);
    expect(row).toMatchObject({ status: { kind: "holds" }, value: "0", expected: "0", earlier: null });
    expect(row.points.every(({ held, last }) => held && last === 0)).toBe(true);
  });

  test("that is violated names the first invocation, with its trace", async () => {
    await put("few visits", few);
    await until("few visits", ({ status }) => status.kind === "holds");
    const traces: number[] = [];
    for (let index = 0; index < 6; index += 1) traces.push(await visit("bob"));
    const { status, value } = await until("few visits", (row) => row.status.kind === "violated" && row.records >= 6);
    expect(status).toMatchObject({ kind: "violated", first: { type: "test/visits", id: "bob", what: "completed" } });
    expect(status.kind === "violated" && status.first !== null && traces.indexOf(status.first.trace ?? 0)).toBeGreaterThanOrEqual(0);
    expect(value).toBe("1");
  });

  test("is violated by a person's edit too, and the act is named", async () => {
    const body = JSON.stringify({ name: "sum", value: 1 });
    const edit = { method: "PATCH", body, headers: { "content-type": "application/json" } };
    expect((await box.fetch("/v1/entities/test/total/all", edit)).status).toBe(200);
    const { status } = await until("every visit is counted", (row) => row.status.kind === "violated");
    expect(status).toMatchObject({ first: { type: "test/total", id: "all", what: "edit-state", trace: null, before: "0" } });
  });

  test("goes on after a restart at its place, and still knows the violator", async () => {
    const before = await until("every visit is counted", (row) => row.status.kind === "violated");
    await box[Symbol.asyncDispose]();
    box = await startGateway({ dataDir });
    await box.fetch("/v1/modules/test", { method: "PUT", body: moduleYaml(functions.url) });
    const after = await until("every visit is counted", (row) => row.status.kind === "violated");
    expect(after.status).toEqual(before.status);
    await visit("after");
    const { value } = await until("every visit is counted", ({ records }) => records > before.records + 1);
    expect(value).toBe(before.value);
  });

  test("looks back through the journal for its first violation, and says from when", async () => {
    await put("few from the beginning", few);
    const { id } = await until("few from the beginning", (row) => row.status.kind === "violated");
    // The rule was violated when it was defined; the journal tells which invocation did it.
    expect((await post(`/v1/invariants/${id}/check-back`)).status).toBe(200);
    const { past } = await until("few from the beginning", (row) => row.past?.state === "done");
    const live = (await until("few visits", (row) => row.status.kind === "violated")).status;
    expect(past?.found).toMatchObject({ type: "test/visits", sequence: live.kind === "violated" ? live.first?.sequence : 0 });
    expect(past?.fromMs).toBeGreaterThan(0);

    const all = await until("every visit is counted", (row) => row.status.kind === "violated");
    await post(`/v1/invariants/${all.id}/check-back`);
    const back = await until("every visit is counted", (row) => row.past?.state === "done");
    expect(back.past?.found).toEqual(all.status.kind === "violated" ? all.status.first : undefined);
  });

  test("shows what a rule gives now without adding it, and leaves no file", async () => {
    const sum: InvariantRule = {
      ...counted,
      terms: counted.kind === "total" ? counted.terms.slice(0, 1) : [],
      compare: { kind: "never-changes" },
    };
    const response = await post("/v1/invariants/preview", { rule: sum });
    const preview = (await response.json()) as { value: string; why: string | null; entities: number };
    expect(preview).toMatchObject({ why: null });
    expect(Number(preview.value)).toBeGreaterThan(26);
    expect(preview.entities).toBeGreaterThan(8);
    expect(readdirSync(join(dataDir, "invariants"))).toEqual([]);
    const wrong = (await (await post("/v1/invariants/preview", { rule: { ...few, holds: 'state.seen.startsWith("a")' } })).json()) as {
      why: string;
    };
    expect(wrong.why).toContain("test/visits/");
  });

  test("begins anew after a restore, with other data", async () => {
    const taken = (await (await box.fetch("/v1/savepoints", { method: "POST" })).json()) as { id?: string };
    expect(taken.id, JSON.stringify(taken)).toBeDefined();
    const id = taken.id ?? "";
    await box.until(`/v1/savepoints/${id}`, (answer) => (answer as { status?: string }).status === "ready");
    await visit("lost");
    await until("few visits", ({ lookedMs }) => lookedMs !== null);
    expect((await box.fetch(`/v1/savepoints/${id}:restore`, { method: "POST" })).status).toBe(200);
    const restoredMs = Date.now();
    const row = await until("few visits", ({ status, sinceMs }) => status.kind === "violated" && (sinceMs ?? 0) >= restoredMs - 10_000);
    expect(row.status).toMatchObject({ kind: "violated" });
  });
});

test("partitions in threads are followed together: a message from one to the other is on the way, and nothing is blamed for it", async () => {
  await using two = await startGateway({ partitions: 2 });
  await two.fetch("/v1/modules/test", { method: "PUT", body: moduleYaml(functions.url) });
  const send = (id: string): Promise<Response> =>
    two.fetch(`/v1/messages/test/visits/${id}`, { method: "POST", body: "hello", headers: { "content-type": "text/plain" } });
  await send("first");
  const body = JSON.stringify({ name: "counted", rule: counted });
  await two.fetch("/v1/invariants", { method: "POST", body, headers: { "content-type": "application/json" } });
  const row = (answer: unknown) => invariantRow.array().parse((answer as { invariants: unknown }).invariants)[0];
  await two.until("/v1/invariants", (answer) => row(answer)?.status.kind === "holds");
  for (let round = 0; round < 5; round += 1) await Promise.all(Array.from({ length: 12 }, (_, index) => send(`id-${index}`)));
  await two.until("/v1/entities/test/total/all", (answer) => JSON.stringify(answer).includes('"value":61'));
  // There were 60 visits; an invocation may take several, and the total takes many at once.
  await two.until("/v1/invariants", (answer) => (row(answer)?.records ?? 0) > 30);
  const settled = row(await (await two.fetch("/v1/invariants")).json());
  expect(settled).toMatchObject({ status: { kind: "holds" }, value: "0", earlier: null });
  expect(settled?.points.every(({ held }) => held)).toBe(true);
});

describe("it is refused", () => {
  test("at the character where it is wrong", async () => {
    for (const [rule, part] of [
      [{ ...few, holds: "state.seen <=" }, "rule.holds"],
      [{ ...few, holds: "state.seen + 1" }, undefined],
      [{ ...few, holds: 'state.name.matches("(a+)+$")' }, "rule.holds"],
      [{ ...counted, terms: [{ over: "messages", type: intType, value: "state.seen", where: "", minus: false }] }, "rule.terms.0.value"],
    ] as const) {
      const response = await post("/v1/invariants", { name: "wrong", rule });
      if (part === undefined) continue;
      expect([part, response.status]).toEqual([part, 400]);
      expect(JSON.stringify(await response.json())).toContain("character");
    }
  });

  test("to change, remove or look back at an absent one", async () => {
    expect((await box.fetch("/v1/invariants/none", { method: "DELETE" })).status).toBe(404);
    expect((await post("/v1/invariants/none/check-back")).status).toBe(404);
    expect((await post("/v1/invariants", { id: "none", name: "n", rule: few })).status).toBe(404);
  });
});

test("people's changes of invariants are in the audit", async () => {
  const { id } = await until("few visits", () => true);
  expect((await box.fetch(`/v1/invariants/${id}`, { method: "DELETE" })).status).toBe(200);
  const rows = JSON.stringify(await (await box.fetch("/v1/audit?limit=100")).json());
  for (const part of ["invariants.put", "invariants.checkBack", "invariants.remove", "few visits"]) expect(rows).toContain(part);
});
