import { describe, expect, it } from "vitest";
import type { CauseCatalog, CauseRecord } from "../../src/catalog/catalog.ts";
import type { CauseDigest } from "../../src/flow/cause-collector.ts";
import { causeRows } from "../../src/services/failures/cause-rows.ts";
import { FailureMemory } from "../../src/services/failures/failure-memory.ts";

const dayMs = 86_400_000;
const atMs = 1_795_862_400_000;

function memoryCatalog(): CauseCatalog & { rows: Map<string, CauseRecord> } {
  const rows = new Map<string, CauseRecord>();
  return {
    rows,
    list: async () => [...rows.values()],
    put: async (record) => void rows.set(record.fingerprint, record),
    remove: async (fingerprint) => void rows.delete(fingerprint),
  };
}

function digest(more: Partial<CauseDigest> = {}): CauseDigest {
  return {
    fingerprint: "f1",
    code: "ENDPOINT_ERROR",
    title: "TypeError",
    message: "m",
    cure: "c",
    where: "pay/payment",
    frames: ["charge.ts:48 in takePrice"],
    attempts: 1,
    endpoint: "pay/*",
    firstMs: atMs,
    lastMs: atMs,
    type: "pay/payment",
    id: "o-1",
    trace: 7,
    raw: "raw",
    ...more,
  };
}

let revision = 7;
async function opened(catalog = memoryCatalog()): Promise<{ memory: FailureMemory; catalog: typeof catalog; heard: string[] }> {
  const memory = new FailureMemory({ catalog, revisionOf: () => ({ module: "pay", revision }), nowMs: () => atMs, warn: () => undefined });
  await memory.load();
  const heard: string[] = [];
  memory.onOpened((cause) => heard.push(`${cause.fingerprint} ${cause.state}`));
  return { memory, catalog, heard };
}

describe("the memory of failures", () => {
  it("counts attempts and keeps when and in which revision a cause was first seen, also through a restart", async () => {
    revision = 7;
    const { memory, catalog, heard } = await opened();
    memory.add([digest(), digest({ attempts: 3, lastMs: atMs + 60_000, firstMs: atMs + 50_000 })]);
    await memory.close();
    revision = 8;
    const again = await opened(catalog);
    again.memory.add([digest({ lastMs: atMs + 700_000 })]);
    expect(again.memory.find("f1")).toMatchObject({
      attempts: 5,
      firstMs: atMs,
      lastMs: atMs + 700_000,
      firstModule: "pay",
      firstRevision: 7,
    });
    const [row] = causeRows(again.memory.list(), [], atMs + 700_000);
    expect(row?.buckets.slice(-2)).toEqual([4, 1]);
    expect(row?.trace).toBe(7);
    expect(heard).toEqual(["f1 open"]);
    expect(again.heard).toEqual([]);
    await again.memory.close();
  });
  it("opens a resolved cause when it comes back, and reports it once", async () => {
    const { memory, heard } = await opened();
    memory.add([digest()]);
    memory.mark("f1", { state: "resolved", untilMs: null, by: "mira" });
    expect(memory.find("f1")).toMatchObject({ state: "resolved", by: "mira" });
    memory.add([digest()]);
    memory.add([digest()]);
    expect(memory.find("f1")).toMatchObject({ state: "open", by: "" });
    expect(heard).toEqual(["f1 open", "f1 open"]);
    await memory.close();
  });
  it("leaves an ignored cause alone until its time has passed", async () => {
    const { memory, heard } = await opened();
    memory.add([digest()]);
    memory.mark("f1", { state: "ignored", untilMs: atMs + dayMs, by: "mira" });
    memory.add([digest({ lastMs: atMs + 60_000 })]);
    expect(memory.find("f1")?.state).toBe("ignored");
    expect(causeRows(memory.list(), [], atMs + dayMs + 1)[0]?.state).toBe("open");
    memory.add([digest({ lastMs: atMs + dayMs + 1 })]);
    expect(memory.find("f1")?.state).toBe("open");
    expect(heard).toHaveLength(2);
    await memory.close();
  });
  it("is bounded: resolved causes go first, in the catalog too", async () => {
    const { memory, catalog } = await opened();
    memory.add([digest({ fingerprint: "old-open", lastMs: atMs - 10 }), digest({ fingerprint: "resolved" })]);
    memory.mark("resolved", { state: "resolved", untilMs: null, by: "mira" });
    memory.add(Array.from({ length: 999 }, (_none, index) => digest({ fingerprint: `n${index}`, lastMs: atMs + 10 })));
    expect(memory.list()).toHaveLength(1_000);
    expect(memory.find("resolved")).toBeUndefined();
    expect(memory.find("old-open")).toBeDefined();
    await memory.close();
    expect(catalog.rows.size).toBe(1_000);
  });
  it("writes again the rows that the catalog did not take", async () => {
    const catalog = memoryCatalog();
    let refuses = true;
    const { put } = catalog;
    const failing = { ...catalog, put: async (record: CauseRecord) => (refuses ? Promise.reject(new Error("locked")) : put(record)) };
    const memory = new FailureMemory({ catalog: failing, revisionOf: () => undefined, nowMs: () => atMs, warn: () => undefined });
    await memory.load();
    memory.add([digest()]);
    await memory.close();
    expect(catalog.rows.size).toBe(0);
    refuses = false;
    await memory.close();
    expect(catalog.rows.size).toBe(1);
  });
});
