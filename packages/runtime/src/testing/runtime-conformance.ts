/**
 * Runtime conformance: what every runtime behind the port must do, stated once, facet by facet. A runtime hands in a stand; the suite of a
 * facet that it lacks asks instead that every verb is refused with CAPABILITY_MISSING, its reason and its cure. The functions are the
 * suite's own (conformance-functions.ts): what a message says, they do.
 */
import { describe, expect, test } from "vitest";
import { capabilityTexts } from "../capability.ts";
import { CapabilityMissing } from "../capability-missing.ts";
import { engineOver, facetMethods } from "../engine.ts";
import type { InvocationOutcome, InvocationRequest } from "../model/invocation.ts";
import type { FacetName } from "../runtime.ts";
import { bindings, Functions, say, shop, textOf } from "./conformance-functions.ts";
import type { Behaves, Opened, RuntimeStand } from "./conformance-stand.ts";
import { breakpointsConform } from "./breakpoints-conform.ts";
import { egressConform } from "./egress-conform.ts";
import { entitiesConform } from "./entities-conform.ts";
import { erasureConform } from "./erasure-conform.ts";
import { journalConform } from "./journal-conform.ts";
import { lifecycleConform, watchConform } from "./lifecycle-conform.ts";
import { messagesConform } from "./messages-conform.ts";
import { savepointsConform } from "./savepoints-conform.ts";

export type { RuntimeStand };

export interface RuntimeFactory {
  readonly name: string;
  /** Facets that the suite expects to be missing. */
  readonly lacks: readonly FacetName[];
  /** A new, empty runtime that calls functions by `call`; the suite stops it. */
  open(call: (request: InvocationRequest) => Promise<InvocationOutcome>): Promise<RuntimeStand>;
}

export function describeRuntimeConformance(factory: RuntimeFactory): void {
  const behaves: Behaves = (what, check) => {
    test(what, async () => {
      const stand = await open(factory);
      await check(stand);
      await stand.run(stand.engine.stop({ drainTimeoutMs: 1_000 }));
    });
  };
  describe(`${factory.name} is a runtime: capabilities`, () => capabilitiesConform(behaves, factory));
  for (const [facet, suite] of Object.entries(suites) as [FacetName, (behaves: Behaves) => void][]) {
    describe(`${factory.name} is a runtime: ${facet}`, () => (factory.lacks.includes(facet) ? isRefused(behaves, facet) : suite(behaves)));
  }
}

async function open(factory: RuntimeFactory): Promise<Opened> {
  const functions = new Functions();
  const stand = await factory.open((request) => functions.call(request));
  const { runtime } = stand;
  const engine = engineOver(runtime);
  await stand.run(engine.applyBindings(bindings));
  return {
    ...stand,
    engine,
    functions,
    tell: async (id, text) => {
      const { messageId } = await stand.run(engine.accept({ target: shop(id), value: say(text) }));
      await stand.run(engine.settled());
      return messageId;
    },
    count: async (id) => {
      const view = await stand.run(engine.entity(shop(id)));
      return textOf(view?.state.find(({ name }) => name === "count")?.value);
    },
  };
}

function capabilitiesConform(behaves: Behaves, { lacks }: RuntimeFactory): void {
  behaves("each is said to be there or not, and a facet is there exactly when its capability is", async ({ runtime }) => {
    expect(Object.keys(runtime.capabilities).toSorted()).toEqual(Object.keys(capabilityTexts).toSorted());
    for (const facet of Object.keys(facetMethods) as FacetName[]) {
      expect([facet, runtime[facet] !== undefined]).toEqual([facet, runtime.capabilities[facet].able]);
      expect([facet, runtime.capabilities[facet].able]).toEqual([facet, !lacks.includes(facet)]);
    }
  });

  behaves("what cannot be done has a reason and a cure, in words", async ({ runtime }) => {
    for (const capable of Object.values(runtime.capabilities)) {
      if (capable.able) continue;
      expect(capable.reason).not.toBe("");
      expect(capable.cure).toMatch(/\.$/);
    }
  });
}

function isRefused(behaves: Behaves, facet: FacetName): void {
  behaves(`is missing, and each of its verbs is refused with reason and cure`, async ({ runtime, engine }) => {
    const capable = runtime.capabilities[facet];
    for (const method of facetMethods[facet]) {
      const verb = engine[method] as (...parameters: readonly unknown[]) => unknown;
      const refused = await Promise.resolve()
        .then(() => verb("x", {}))
        .catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(CapabilityMissing);
      expect(refused).toMatchObject({ code: "CAPABILITY_MISSING", capability: facet, runtime: runtime.name });
      expect(refused).toMatchObject(capable.able ? {} : { reason: capable.reason, cure: capable.cure });
    }
  });
}

const suites: Readonly<Record<FacetName, (behaves: Behaves) => void>> = {
  messages: messagesConform,
  entities: entitiesConform,
  journal: journalConform,
  egress: egressConform,
  savepoints: savepointsConform,
  lifecycle: lifecycleConform,
  watch: watchConform,
  breakpoints: breakpointsConform,
  erasure: erasureConform,
};
