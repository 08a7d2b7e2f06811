/** engineOver and facetOf: a verb of a facet that is missing refuses, whatever it would have answered; the others are the facet's own. */
import { describe, expect, test } from "vitest";
import { able, unable, type Capabilities } from "../src/capability.ts";
import { CapabilityMissing } from "../src/capability-missing.ts";
import { engineOver, facetMethods, facetOf } from "../src/engine.ts";
import { memoryCapabilities, openMemoryRuntime } from "../src/memory/memory-runtime.ts";
import type { FacetName, Runtime } from "../src/runtime.ts";

const whole = openMemoryRuntime({
  call: () => Promise.reject(new Error("no function is called here")),
  clock: { nowMs: () => 0, steadyMs: () => 0, schedule: () => () => undefined },
});

function without(name: Exclude<FacetName, "lifecycle">): Runtime {
  const capabilities: Capabilities = { ...memoryCapabilities, [name]: unable("it was taken out", "Put it back.") };
  return { ...whole, name: "smaller", capabilities, [name]: undefined };
}

describe("engineOver", () => {
  test("has every verb of every facet, and each is its facet's own", async () => {
    const engine = engineOver(whole);
    expect(Object.keys(engine).toSorted()).toEqual(Object.values(facetMethods).flat().toSorted());
    expect(engine.status()).toMatchObject({ health: { kind: "running" } });
    expect(await engine.journal({ limit: 1 })).toEqual({ items: [], cursor: undefined });
  });

  test.each(["messages", "entities", "journal", "egress", "savepoints", "watch"] as const)(
    "refuses each verb of %s when it is missing, and no other",
    async (name) => {
      const engine = engineOver(without(name));
      for (const method of facetMethods[name]) expect(engine[method]).toThrow(CapabilityMissing);
      expect(engine.status()).toMatchObject({ health: { kind: "running" } });
    },
  );

  test("the refusal names the runtime, what it cannot do, why, and what to do", () => {
    expect(() => engineOver(without("journal")).nextSequence()).toThrow(
      'the runtime "smaller" cannot tell the history of entities and traces: it was taken out',
    );
    expect(() => engineOver(without("journal")).nextSequence()).toThrow(
      expect.objectContaining({ code: "CAPABILITY_MISSING", cure: "Put it back.", capability: "journal", runtime: "smaller" }),
    );
  });

  test("a facet that lacks a verb of its list is a fault that is found at once", () => {
    const egress = { egresses: () => [] };
    expect(() => engineOver({ ...whole, egress: egress as never })).toThrow("a facet has no method egressRecords");
  });
});

describe("facetOf", () => {
  test("gives the facet, or refuses", () => {
    expect(facetOf(whole, "journal")).toBe(whole.journal);
    expect(() => facetOf(without("journal"), "journal")).toThrow(CapabilityMissing);
  });

  test("a runtime that claims a facet which it does not have is reported as faulty", () => {
    const lying = { ...whole, capabilities: { ...memoryCapabilities, savepoints: able } };
    expect(() => facetOf(lying, "savepoints")).toThrow(expect.objectContaining({ cure: expect.stringContaining("fault of the runtime") }));
  });
});
