/** The gateway over a runtime that cannot do everything: it starts, serves what there is, and refuses the rest with reason and cure. */
import { openMemoryRuntime } from "@signalbox/runtime/memory";
import { openRuntime, systemClock, type OpenEngineOptions } from "@signalbox/engine";
import { EngineError, unable, type FacetName, type Runtime } from "@signalbox/runtime";
import { describe, expect, test } from "vitest";
import { callerOf } from "./support/caller.ts";
import { moduleYaml, startFunctions, startGateway } from "./support/start-gateway.ts";

const string = "io.statefun.types/string";

function without(runtime: Runtime, names: readonly Exclude<FacetName, "lifecycle">[]): Runtime {
  const gone = unable("this runtime was made smaller", "Start the embedded engine.");
  const capabilities = { ...runtime.capabilities, ...Object.fromEntries(names.map((name) => [name, gone])) };
  return { ...runtime, name: "smaller", capabilities, ...Object.fromEntries(names.map((name) => [name, undefined])) };
}

/** A runtime in memory: the data directory is held and has no store. */
async function inMemory({ transport, data, observer }: OpenEngineOptions): Promise<Runtime> {
  const runtime = openMemoryRuntime({ call: (request) => transport.invoke(request), clock: systemClock });
  if (observer !== undefined) runtime.watch?.observe(observer);
  const { lifecycle } = runtime;
  const stop: typeof lifecycle.stop = async (options) => {
    await lifecycle.stop(options);
    await transport.close();
    for (const store of (await data.opening) ?? []) await store.close();
    data.directory.close();
  };
  return { ...runtime, lifecycle: { ...lifecycle, stop } };
}

describe("a runtime in memory", () => {
  test("takes modules and messages, calls functions, shows entities and traces, and names what it cannot do", async () => {
    const functions = await startFunctions();
    await using box = await startGateway({ openRuntime: inMemory });
    const caller = await callerOf(box);
    await caller.modules.put({ name: "test", yaml: moduleYaml(functions.url) });
    const sent = await caller.send.message({ type: "test/visits", id: "anna", valueType: string, text: '"hello"' });
    await box.gateway.core.engine.settled();
    const entity = await caller.entities.get({ type: "test/visits", id: "anna" });
    expect(entity?.state.find(({ name }) => name === "seen")?.value).toMatchObject({ text: "1" });
    expect(await caller.traces.get({ trace: sent.traceId })).toMatchObject({ complete: true });
    expect((await caller.flow.graph()).nodes.map(({ id }) => id)).toContain("type:test/visits");
    const { name, capabilities } = await caller.runtime.capabilities();
    expect(name).toBe("memory");
    expect(capabilities.filter(({ able }) => !able)).toMatchObject([
      { name: "durability", reason: expect.stringContaining("memory"), cure: expect.stringMatching(/./) },
      { name: "savepoints", text: "take savepoints and restore them", reason: "it has no files" },
      { name: "breakpoints", reason: expect.stringContaining("holds nobody"), cure: expect.stringMatching(/./) },
      { name: "erasure", reason: expect.stringContaining("memory"), cure: expect.stringMatching(/./) },
    ]);
    await expect(caller.savepoints.take({})).rejects.toMatchObject({ message: expect.stringContaining("it has no files") });
    await functions.close();
  });
});

describe("a runtime that may refuse a module", () => {
  test("goes on with the revision of before, and the history tells of the refused one and of its rollback", async () => {
    let refusal: EngineError | undefined;
    await using box = await startGateway({
      openRuntime: async (options) => {
        const runtime = await inMemory(options);
        const { lifecycle } = runtime;
        const applyBindings: typeof lifecycle.applyBindings = async (bindings) => {
          if (refusal !== undefined) throw refusal;
          await lifecycle.applyBindings(bindings);
        };
        return { ...runtime, lifecycle: { ...lifecycle, applyBindings } };
      },
    });
    const caller = await callerOf(box);
    const [first, second] = ["http://127.0.0.1:1/", "http://127.0.0.1:2/"].map((url) => moduleYaml(url));
    refusal = new EngineError("CLUSTER_REFUSED", "the cluster says no", "Correct it.");
    await expect(caller.modules.put({ name: "test", yaml: first ?? "" })).rejects.toThrow("the cluster says no");
    expect(await caller.modules.list()).toEqual([]);
    refusal = undefined;
    await caller.modules.put({ name: "test", yaml: first ?? "" });
    refusal = new EngineError("CLUSTER_UNREACHABLE", "it is away", "Start it.");
    await expect(caller.modules.put({ name: "test", yaml: second ?? "" })).rejects.toThrow("it is away");
    const { yaml, revisions } = await caller.modules.get({ name: "test" });
    expect(yaml).toBe(first);
    expect(revisions.slice(0, 3).map((revision) => revision.yaml)).toEqual([first, second, first]);
  });
});

describe("a runtime without entities, journal and savepoints", () => {
  test("is served all the same; a missing ability is refused with 501, the reason and the cure, over every door", async () => {
    await using box = await startGateway({
      openRuntime: async (options) => without(await openRuntime(options), ["entities", "journal", "savepoints"]),
    });
    expect(await (await box.fetch("/health")).json()).toMatchObject({ status: "running" });
    const refused = {
      code: "CAPABILITY_MISSING",
      status: 501,
      detail: expect.stringContaining("this runtime was made smaller"),
      cure: "Start the embedded engine.",
    };
    for (const path of ["/v1/traces", "/v1/history?type=test/visits&id=anna", "/v1/entities/test/visits/anna"]) {
      const answer = await box.fetch(path);
      expect([path, answer.status, await answer.json()]).toMatchObject([path, 501, refused]);
    }
    for (const path of ["/v1/summary", "/v1/pulse", "/v1/flow", "/v1/functions", "/v1/endpoints", "/metrics", "/v1/connectors"])
      expect([path, (await box.fetch(path)).status]).toEqual([path, 200]);
    const taken = await box.fetch("/v1/savepoints", { method: "POST" });
    expect([taken.status, await taken.json()]).toMatchObject([501, refused]);
    const told = (await (await box.fetch("/v1/runtime")).json()) as { capabilities: { name: string; able: boolean }[] };
    expect(told.capabilities.filter(({ able }) => !able).map(({ name }) => name)).toEqual(["entities", "journal", "savepoints"]);
    expect(box.logged).toEqual([]);
  });
});
