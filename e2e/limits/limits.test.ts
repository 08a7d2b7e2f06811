/** Tenants take turns on real processes: what waits for one, however much, stands before another's first message with one batch at most. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { endpointYaml, Functions } from "../stack/functions.ts";
import { Gateway } from "../stack/gateway.ts";
import { until } from "../stack/until.ts";

const messages = 100_000;
const eachSeed = 5_000;

const limits = `kind: io.signalbox.limits.v1/limit
spec:
  id: gate/one-by-one
  functions: gate/task
  inFlight: 1
---
kind: io.signalbox.limits.v1/limit
spec:
  id: gate/tenants
  functions: gate/task
  per: prefix
`;

interface Limits {
  readonly limits: readonly { readonly id: string; readonly waitingMessages: number }[];
}

it("100 000 messages of one tenant delay another's first message by one batch at most", async () => {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-limits-"));
  const [gate, called] = [join(folder, "gate"), join(folder, "called")];
  writeFileSync(called, "");
  const calls = (): string[] => readFileSync(called, "utf8").split("\n").slice(0, -1);
  try {
    await using functions = await Functions.start("e2e/functions/gated-work.ts", { env: { GATE: gate, CALLED: called } });
    await using gateway = await Gateway.start({ SIGNALBOX_PARTITIONS: "1" });
    const { api } = gateway;
    await api.applyModule("gate", [endpointYaml("gate/*", functions.url), limits].join("---\n"));
    // The first reply of a function is awaited alone, whatever the limit is.
    writeFileSync(gate, "");
    await api.send({ type: "gate/task", id: "acme:first" }, { n: 0 }, { valueType: "test/work" });
    await until(async () => calls().length === 1 && (await api.entity({ type: "gate/task", id: "acme:first" })).status === "idle", {
      what: "a first reply",
      timeoutMs: 60_000,
    });
    rmSync(gate);
    for (let from = 0; from < messages; from += eachSeed)
      await api.send({ type: "gate/seeder", id: `${from}` }, { tenant: "acme", from, count: eachSeed }, { valueType: "test/seed" });
    const waiting = async (): Promise<number> =>
      (await api.request<Limits>("GET", "/v1/limits")).limits.find(({ id }) => id === "gate/one-by-one")?.waitingMessages ?? 0;
    await until(async () => (await waiting()) === messages && calls().length === 2, {
      what: "all of the first tenant to wait behind one",
      timeoutMs: 240_000,
    });

    await api.send({ type: "gate/task", id: "bolt:1" }, { n: 1 }, { valueType: "test/work" });
    expect(await api.request("GET", "/v1/entities/gate/task/bolt:1")).toMatchObject({ waitReason: { kind: "limit", module: "gate" } });
    writeFileSync(gate, "");
    await until(() => calls().includes("bolt:1"), { what: "the other tenant's message", timeoutMs: 120_000 });
    // The message comes after the first reply, what was under way, and one batch of the other tenant.
    expect(calls().indexOf("bolt:1")).toBeLessThanOrEqual(3);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 480_000);
