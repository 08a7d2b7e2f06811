/** The in-memory store keeps the promises of the Store port. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { anyCharacter } from "../../../e2e/stack/any-character.ts";
import { compareUtf8 } from "@signalbox/runtime/model/utf8-order";
import { createMemoryStore } from "../src/adapters/store-memory.ts";
import { describeStoreConformance } from "../src/testing/store-conformance.ts";

describeStoreConformance("the memory store", { open: async () => createMemoryStore() });

test("texts compare as their UTF-8 bytes do", () => {
  const text = fc.string({ unit: anyCharacter, maxLength: 6 });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
});

test("any program of batches and scans gives the results of a plain map", async () => {
  const key = fc.integer({ min: 0, max: 999 }).map((number) => `k${String(number).padStart(3, "0")}`);
  const write = fc.record({ key, value: fc.option(fc.uint8Array({ maxLength: 3 }), { nil: undefined, freq: 3 }) });
  const range = fc.record({ from: key, to: key, reverse: fc.boolean(), limit: fc.integer({ min: 0, max: 40 }), after: fc.boolean() });
  const batches = fc.array(fc.array(write, { minLength: 1, maxLength: 800 }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(batches, fc.array(range, { maxLength: 8 }), async (program, ranges) => {
      const store = createMemoryStore();
      const model = new Map<string, Uint8Array>();
      for (const batch of program) {
        await store.writeSynced(batch);
        for (const { key, value } of batch) {
          if (value === undefined) model.delete(key);
          else model.set(key, value);
        }
      }
      for (const { from, to, reverse, limit, after } of ranges) {
        const expected = [...model.keys()].filter((name) => (after ? name > from : name >= from) && name < to).toSorted();
        if (reverse) expected.reverse();
        const bound = after ? { gt: from } : { gte: from };
        const found = [];
        for await (const name of store.scanKeys({ ...bound, lt: to, reverse, limit })) found.push(name);
        expect(found).toEqual(expected.slice(0, limit));
      }
    }),
    { numRuns: 60 },
  );
});
