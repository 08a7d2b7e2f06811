/**
 * A piece of time out of a journal that is read by number, compared with reading all of it.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { outlineOf, type Engine, type JournalRecord } from "@signalbox/runtime";
import { dotsOf } from "../../src/flow/past-dots.ts";
import { momentOf, recordsReadMax, recordsWithin } from "../../src/flow/past-window.ts";
import { ended, kept } from "./events.ts";

function recordsAt(times: readonly number[], gap: number): JournalRecord[] {
  return times.map((endedMs, place) => {
    const event = ended(
      10 + place * gap,
      { type: place % 3 === 0 ? "shop/cart" : "shop/stock", id: "a" },
      { startedMs: endedMs - 1, endedMs },
    );
    if (event.kind !== "invocation-ended") throw new Error("not a record");
    return event.record;
  });
}

function journalOf(
  records: readonly JournalRecord[],
): Pick<Engine, "journal" | "journalOutlines" | "journalReach" | "nextSequence"> & { pages: number } {
  return {
    pages: 0,
    async journal({ cursor, limit }) {
      this.pages += 1;
      const below = records.filter(({ sequence }) => cursor === undefined || sequence < Number(cursor)).toReversed();
      const items = below.slice(0, limit);
      return { items, cursor: items.length < limit ? undefined : String(items.at(-1)?.sequence) };
    },
    async journalOutlines(query) {
      const { items, cursor } = await this.journal(query);
      return { items: items.map(outlineOf), cursor };
    },
    async journalReach() {
      return records[0];
    },
    nextSequence: () => (records.at(-1)?.sequence ?? 0) + 5,
  };
}

const times = fc.array(fc.nat({ max: 30 }), { maxLength: 400 }).map((gaps) =>
  gaps.map(
    (
      (sum) => (gap: number) =>
        (sum += gap)
    )(1_000),
  ),
);
const { signal } = new AbortController();

test("a moment is that of the last record that had ended by then", async () => {
  // Tries every time of a record, and the millisecond before and after it, because a binary search fails first at its edges.
  await fc.assert(
    fc.asyncProperty(times, fc.integer({ min: 1, max: 5 }), async (at, gap) => {
      const records = recordsAt(at.slice(0, 40), gap);
      for (const moment of new Set([900, 9_000, ...records.flatMap(({ endedMs }) => [endedMs - 1, endedMs, endedMs + 1])]))
        expect((await momentOf(journalOf(records), moment))?.sequence).toBe(records.findLast(({ endedMs }) => endedMs <= moment)?.sequence);
    }),
  );
});

test("a range is complete from either end, and a limit is reported", async () => {
  await fc.assert(
    fc.asyncProperty(
      times,
      fc.tuple(fc.integer({ min: 900, max: 8_000 }), fc.nat({ max: 4_000 })),
      fc.constantFrom("", "shop/cart"),
      fc.constantFrom(5, 1_000),
      async (at, [fromMs, length], type, limit) => {
        const records = recordsAt(at, 2);
        const toMs = fromMs + length;
        const wanted = records.filter((one) => one.endedMs >= fromMs && one.endedMs <= toMs && (type === "" || one.address.type === type));
        for (const order of ["newest", "oldest"] as const) {
          const found = await recordsWithin(journalOf(records), { fromMs, toMs, type, only: "all", order, limit, signal });
          const expected = (order === "newest" ? wanted.toReversed() : wanted).slice(0, limit);
          expect(found.records.map(({ sequence }) => sequence)).toEqual(expected.map(({ sequence }) => sequence));
          if (wanted.length < limit) expect(found.complete).toBe(true);
          if (wanted.length > limit) expect(found).toMatchObject({ complete: false, readToMs: expected.at(-1)?.endedMs });
        }
      },
    ),
  );
});

test("no question reads more than its number of records, however long the journal is", async () => {
  const records = recordsAt(
    Array.from({ length: 30_000 }, (_, place) => 1_000 + place),
    1,
  );
  const journal = journalOf(records);
  const found = await recordsWithin(journal, { fromMs: 0, toMs: 50_000, type: "no/such", only: "all", order: "newest", limit: 10, signal });
  expect(found).toMatchObject({ records: [], read: recordsReadMax, complete: false });
  expect(journal.pages).toBeLessThan(80);
});

test("each dot is a message that a record moved, once", () => {
  const cart = { type: "shop/cart", id: "a" };
  const stock = { type: "shop/stock", id: "b" };
  const [first, second] = [
    ended(5, cart, {
      messages: [kept(1, cart)],
      sent: [kept(3, stock, cart)],
      egress: [{ sequence: 4, egress: "out/x", value: kept(4, cart).value }],
    }),
    ended(8, stock, { messages: [kept(3, stock, cart)] }),
  ];
  if (first.kind !== "invocation-ended" || second.kind !== "invocation-ended") throw new Error("not records");
  const edge = {
    id: "ingress:web→type:shop/cart",
    from: "ingress:web",
    to: "type:shop/cart",
    ratePerSecond: 0,
    total: 4,
    p50Ms: null,
    p99Ms: null,
  };
  expect(dotsOf([first.record, second.record], [{ ...edge, failed: false }]).map((dot) => [dot.edge, dot.sequence])).toEqual([
    ["ingress:web→type:shop/cart", 1],
    ["type:shop/cart→type:shop/stock", 3],
    ["type:shop/cart→egress:out/x", 4],
  ]);
});
