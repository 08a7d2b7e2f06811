/**
 * The tail's filter end to end: for any events and any filter, in the older form or in CEL, each row that a browser gets fits, and each row
 * that fits comes or is counted. Plain code here decides from the row itself what fits.
 */
import { DescriptorRegistry } from "@signalbox/proto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { noMasks } from "../../src/masking/masks.ts";
import { createValueCodec } from "../../src/values/value-codec.ts";
import { FlowCollector } from "../../src/flow/flow-collector.ts";
import type { TrackedFrame } from "../../src/flow/flow.ts";
import { LiveFlow } from "../../src/flow/live-flow.ts";
import { compileFilter } from "../../src/shared/filter/compile-filter.ts";
import type { TailRow } from "../../src/contract/overview/flow.ts";
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

interface Shown {
  readonly rows: readonly TailRow[];
  /** The number of rows that a busy machine had no time to look at; the frame reports it. */
  readonly dropped: number;
}

async function rowsOf(filters: readonly string[], happened: readonly (readonly [string, string, string])[]): Promise<Shown[]> {
  let nowMs = 1_000_000_000;
  const flow = new LiveFlow({
    values: createValueCodec(new DescriptorRegistry()),
    masks: noMasks,
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
  return filters.map((filter) => tracked?.frame.tails.find((tail) => tail.filter === filter) ?? { rows: [], dropped: 0 });
}

/** The meaning of a term, written a second time without the filter language. */
function fits(term: string, { address, status, trace, preview, valueType, word }: TailRow): boolean {
  const [name = "", ...rest] = term.split(":");
  const field = { type: address.type, id: address.id, is: status, trace: String(trace) }[name];
  const text = rest.join(":");
  if (field === undefined) {
    const wanted = term.startsWith('"') ? String(JSON.parse(term)) : term;
    return [preview, address.type, address.id, valueType, word].join("\n").toLowerCase().includes(wanted.toLowerCase());
  }
  if (text.startsWith('"')) return field === JSON.parse(text);
  const pattern = text.split("*").map((piece) => piece.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${pattern.join(".*")}$`, "s").test(field);
}

test("every row that is shown fits, and every row that fits is shown, in both spellings", async () => {
  await fc.assert(
    fc.asyncProperty(terms, events, async (parts, happened) => {
      const older = parts.map(([, text]) => text).join(" ");
      const compiled = compileFilter(older, "row");
      if (compiled.kind === "error") throw new Error(compiled.message);
      const [all, ...filtered] = await rowsOf(older === "" ? ["", "", ""] : ["", older, compiled.filter.text], happened);
      // The unfiltered tail has every row, or counts it as dropped.
      expect((all?.rows.length ?? 0) + (all?.dropped ?? 0)).toBe(happened.length);
      const expected = (all?.rows ?? []).filter((row) => parts.every(([, text]) => fits(text ?? "", row)));
      expect(filtered).toHaveLength(2);
      for (const { rows, dropped } of filtered) {
        const known = rows.filter((row) => all?.rows.some(({ sequence }) => sequence === row.sequence));
        expect(expected.filter(({ sequence }) => known.some((row) => row.sequence === sequence))).toEqual(known);
        expect(expected.length - known.length).toBeLessThanOrEqual(dropped);
      }
    }),
    { numRuns: 300 },
  );
});
