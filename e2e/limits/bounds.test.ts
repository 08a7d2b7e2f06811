/**
 * Each bound of a limit on real processes, counted: how many calls are begun, what is accepted and what is refused, never how fast.
 * Neighbour: limits.test.ts has the turns of tenants.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { endpointYaml, Functions } from "../stack/functions.ts";
import { Gateway } from "../stack/gateway.ts";
import { until } from "../stack/until.ts";

interface LimitRow {
  readonly id: string;
  readonly waitingMessages: number;
  readonly held: boolean;
}

/** Functions that do not answer while the gate is shut, and a gateway that calls them. */
class Gated implements AsyncDisposable {
  readonly gateway: Gateway;
  readonly #functions: Functions;
  readonly #folder: string;

  private constructor(gateway: Gateway, functions: Functions, folder: string) {
    this.gateway = gateway;
    this.#functions = functions;
    this.#folder = folder;
  }

  static async start(limit: string): Promise<Gated> {
    const folder = mkdtempSync(join(tmpdir(), "signalbox-bounds-"));
    writeFileSync(join(folder, "called"), "");
    const env = { GATE: join(folder, "gate"), CALLED: join(folder, "called") };
    const functions = await Functions.start("e2e/functions/gated-work.ts", { env });
    const gated = new Gated(await Gateway.start({ SIGNALBOX_PARTITIONS: "1" }), functions, folder);
    gated.open();
    await gated.apply("");
    // The first reply of a function is awaited alone, whatever the limit is.
    await gated.send("first");
    await until(async () => (await gated.status("first")) === "idle", { what: "a first reply", timeoutMs: 60_000 });
    gated.shut();
    await gated.apply(limit);
    return gated;
  }

  apply(limit: string): Promise<unknown> {
    return this.gateway.api.applyModule("gate", endpointYaml("gate/*", this.#functions.url) + (limit === "" ? "" : `---\n${limit}`));
  }

  send(id: string): Promise<unknown> {
    return this.gateway.api.send({ type: "gate/task", id }, { n: 0 }, { valueType: "test/work" });
  }

  /** Returns what a refusal says, and whether it names the time to wait. */
  async refusal(id: string): Promise<{ readonly code: string; readonly detail: string; readonly comesAgain: boolean }> {
    const answer = await fetch(`${this.gateway.url}/v1/messages/gate/task/${id}`, {
      method: "POST",
      headers: { "content-type": "application/vnd.test/work" },
      body: '{"n":0}',
    });
    expect(answer.status).toBe(429);
    const { code, detail } = (await answer.json()) as { code: string; detail: string };
    return { code, detail, comesAgain: Number(answer.headers.get("retry-after")) > 0 };
  }

  async status(id: string): Promise<string> {
    return (await this.gateway.api.entity({ type: "gate/task", id })).status;
  }

  /** Lists the entities that the functions were called for, in order, without the first. */
  calls(): string[] {
    return readFileSync(join(this.#folder, "called"), "utf8").split("\n").slice(1, -1);
  }

  async limit(id: string): Promise<LimitRow | undefined> {
    return (await this.gateway.api.request<{ limits: readonly LimitRow[] }>("GET", "/v1/limits")).limits.find((row) => row.id === id);
  }

  waitReason(id: string): Promise<{ waitReason: unknown }> {
    return this.gateway.api.request("GET", `/v1/entities/gate/task/${id}`);
  }

  open(): void {
    writeFileSync(join(this.#folder, "gate"), "");
  }

  shut(): void {
    rmSync(join(this.#folder, "gate"), { force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gateway[Symbol.asyncDispose]();
    await this.#functions[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const limitYaml = (id: string, ...lines: readonly string[]): string =>
  `kind: io.signalbox.limits.v1/limit\nspec:\n  id: ${id}\n${lines.map((line) => `  ${line}\n`).join("")}`;

test("inFlight: no more calls run at once than the limit says, the others wait and say for what, and each has its turn", async () => {
  await using gated = await Gated.start(limitYaml("gate/two", "functions: gate/task", "inFlight: 2"));
  const ids = ["a", "b", "c", "d", "e"];
  for (const id of ids) await gated.send(id);
  await until(async () => gated.calls().length === 2 && (await gated.limit("gate/two"))?.held === true, {
    what: "two to run and the limit to hold the others",
    timeoutMs: 60_000,
  });
  const waiting = ids.filter((id) => !gated.calls().includes(id));
  for (const id of waiting) expect(await gated.waitReason(id)).toMatchObject({ waitReason: { kind: "limit", limit: "gate/two" } });
  expect(gated.calls()).toHaveLength(2);
  gated.open();
  await until(() => gated.calls().length === ids.length, { what: "all to be called", timeoutMs: 60_000 });
  expect(gated.calls().toSorted()).toEqual(ids);
}, 180_000);

test("messages: nothing starts beyond the rate, nothing is lost, and a revision that raises it lets all go", async () => {
  await using gated = await Gated.start(limitYaml("gate/rate", "functions: gate/task", "messages: 1", "every: 24 h"));
  gated.open();
  const ids = ["a", "b", "c", "d"];
  for (const id of ids) await gated.send(id);
  await until(async () => (await gated.limit("gate/rate"))?.waitingMessages === ids.length, { what: "all to wait", timeoutMs: 60_000 });
  for (const id of ids) expect(await gated.waitReason(id)).toMatchObject({ waitReason: { kind: "limit", bound: "rate" } });
  expect(gated.calls()).toEqual([]);
  await gated.apply(limitYaml("gate/rate", "functions: gate/task", "messages: 1000"));
  await until(() => gated.calls().length === ids.length, { what: "all to be called", timeoutMs: 60_000 });
}, 180_000);

test("an ingress: messages beyond its rate are refused with the limit and the time to come again, and none of them is kept", async () => {
  await using gated = await Gated.start(limitYaml("gate/door", "ingress: http", "messages: 1", "every: 24 h"));
  gated.open();
  expect(await gated.refusal("a")).toEqual({ code: "OVERLOADED", detail: expect.stringContaining("gate/door"), comesAgain: true });
  // Messages from functions do not come by an ingress.
  expect((await gated.gateway.api.summary()).waiting).toBe(0);
  await gated.apply("");
  await gated.send("b");
  await until(() => gated.calls().length === 1, { what: "what was accepted to be called", timeoutMs: 60_000 });
  expect(gated.calls()).toEqual(["b"]);
}, 180_000);

test("waiting by key prefix: a tenant at its bound is refused, another is not, and it is let in again when its own messages are processed", async () => {
  await using gated = await Gated.start(limitYaml("gate/tenants", "functions: gate/task", "per: prefix", "inFlight: 1", "waiting: 3"));
  for (const id of ["acme:1", "acme:2", "acme:3"]) await gated.send(id);
  expect(await gated.refusal("acme:4")).toEqual({
    code: "OVERLOADED",
    detail: expect.stringMatching(/gate\/tenants.*"acme"/),
    comesAgain: true,
  });
  await gated.send("bolt:1");
  // One call of each tenant runs.
  await until(() => gated.calls().length === 2, { what: "one of each tenant to be called", timeoutMs: 60_000 });
  expect(gated.calls().map((id) => id.split(":")[0])).toEqual(expect.arrayContaining(["acme", "bolt"]));
  gated.open();
  await until(async () => gated.calls().length === 4 && (await gated.limit("gate/tenants"))?.waitingMessages === 0, {
    what: "all to have been done",
    timeoutMs: 60_000,
  });
  await gated.send("acme:4");
  await until(() => gated.calls().includes("acme:4"), { what: "the tenant to be let in again", timeoutMs: 60_000 });
}, 180_000);
