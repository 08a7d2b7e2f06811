/**
 * The tail's filter end to end: whatever happens and whatever the filter, each row that a browser gets matches, each row that matches comes (or
 * is counted), and the browser's own reading of the filter throws none of them away.
 */
import { DescriptorRegistry } from "@signalbox/proto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createValueCodec } from "../../src/values/value-codec.ts";
import { FlowCollector } from "../../src/flow/flow-collector.ts";
import type { TrackedFrame } from "../../src/flow/flow.ts";
import { LiveFlow } from "../../src/flow/live-flow.ts";
import { filterText } from "../../src/shared/row-filter-text.ts";
import { everyRow, matchesRow, parseFilter } from "../../src/shared/row-filter.ts";
import type { TailRow } from "../../src/contract/flow.ts";
import { quietEngine } from "../support/quiet-engine.ts";
import { attemptFailed, ended } from "./events.ts";

const types = fc.constantFrom("shop/cart", "shop/cart2", "my.shop/cart", "pay/ledger");
const ids = fc.constantFrom("ada", "ada2", "ada10", "a*a", "x y", "cart");
const events = fc.array(fc.tuple(fc.constantFrom("completed", "parked", "act", "failed"), types, ids), { minLength: 1, maxLength: 40 });
const quoted = (text: string): string => JSON.stringify(text);
const terms = fc.uniqueArray(
  fc.oneof(
    fc.oneof(types.map(quoted), fc.constantFrom("shop/*", "*cart", "*")).map((text) => ["type", `type:${text}`]),
    fc.oneof(ids.map(quoted), fc.constantFrom("ada*", "*a", "*")).map((text) => ["id", `id:${text}`]),
    fc.constantFrom("completed", "failed", "parked", "act", "p*").map((text) => ["is", `is:${text}`]),
    fc.constantFrom("cart", "MALFORMED", "nothing-has-this", '"n":1').map((text) => ["text", text.includes('"') ? quoted(text) : text]),
    fc.nat(40).map((trace) => ["trace", `trace:${trace}`]),
  ),
  { maxLength: 3, selector: ([field]) => field },
);
const failure = { code: "REPLY_MALFORMED", scope: "entity", message: "", cure: "", retryAfterMs: undefined, raw: undefined } as const;

async function rowsOf(filters: readonly string[], happened: readonly (readonly [string, string, string])[]): Promise<TailRow[][]> {
  let nowMs = 1_000_000_000;
  const flow = new LiveFlow({
    values: createValueCodec(new DescriptorRegistry()),
    counts: () => ({ modules: 0, savepoints: 0 }),
    nowMs: () => nowMs,
  });
  const collector = new FlowCollector();
  const ending = new AbortController();
  flow.start(quietEngine(), ending.signal);
  flow.join(collector);
  const options = { lastEventId: null, timelineAfterMs: null, signal: ending.signal };
  const frames = flow.watch({ flow: false, tails: [...filters], entities: [] }, options);
  await frames.next();
  for (const [n, [kind, type, id]] of happened.entries()) {
    if (kind === "failed") collector.on(attemptFailed({ type, id }));
    else if (kind === "parked") collector.on(ended(n + 1, { type, id }, { outcome: { kind, failure } }));
    else if (kind === "act") collector.on(ended(n + 1, { type, id }, { outcome: { kind, act: "retry" } } as never));
    else collector.on(ended(n + 1, { type, id }));
  }
  const digest = collector.digest();
  if (digest !== undefined) flow.add(structuredClone(digest));
  nowMs += 250;
  flow.tick();
  const result = await frames.next();
  const tracked: TrackedFrame | undefined = result.done === true ? undefined : result.value;
  ending.abort();
  await frames.return(undefined);
  return filters.map((filter) => tracked?.frame.tails.find((tail) => tail.filter === filter)?.rows ?? []);
}

test("every row that is shown matches, every row that matches is shown, and both sides agree", async () => {
  await fc.assert(
    fc.asyncProperty(terms, events, async (parts, happened) => {
      const parsed = parseFilter(parts.map(([, text]) => text).join(" "));
      if (parsed.kind === "error") throw new Error(parsed.message);
      const text = filterText(parsed.filter);
      const [all = [], shown = []] = await rowsOf(text === "" ? ["", ""] : ["", text], happened);
      expect(all.length).toBe(happened.length);
      expect(all.every((row) => matchesRow(everyRow, row))).toBe(true);
      expect(shown).toEqual(all.filter((row) => matchesRow(parsed.filter, row)));
    }),
    { numRuns: 300 },
  );
});
