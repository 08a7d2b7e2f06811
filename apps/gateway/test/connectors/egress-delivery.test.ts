/**
 * A record that the other system refuses for good becomes a message, whatever the record was.
 */
import type { EgressRecord } from "@signalbox/runtime";
import { expect, it } from "vitest";
import { deliverRecords, type EgressEngine } from "../../src/connectors/egress-delivery.ts";
import { Wake } from "../../src/connectors/wake.ts";

const messageBytesMax = 200_000;

it("a refused record of the largest size is put aside, cut, and holds up no other", async () => {
  const from = { type: "shop/cart", id: "a" };
  const record = (sequence: number, bytes: number): EgressRecord => ({
    ...{ sequence, egress: "shop/out", trace: 1, from, atMs: 1, headers: undefined },
    value: { typename: "shop/x", bytes: new Uint8Array(bytes).fill(7) },
  });
  let waiting = [record(1, messageBytesMax), record(2, 3)];
  const letters: Record<string, unknown>[] = [];
  const end = new AbortController();
  const engine: EgressEngine = {
    egressRecords: async () => waiting,
    egressAcknowledge: async (_, through) => {
      waiting = waiting.filter(({ sequence }) => sequence > through);
      if (waiting.length === 0) end.abort();
    },
    accept: async ({ value }) => {
      if (value.bytes.length > messageBytesMax) throw new Error("PAYLOAD_TOO_LARGE");
      letters.push(JSON.parse(Buffer.from(value.bytes).toString()));
      return { kind: "accepted" } as never;
    },
  };
  const parts = { engine, id: "shop/out", signal: end.signal, messageBytesMax, wake: new Wake(), wait: async () => undefined };
  await deliverRecords(
    { ...parts, draw: () => 0, held: () => undefined },
    {
      deadLetters: "shop/dead",
      deliver: async ([first]) => ({
        kind: "rejected",
        sequence: first?.sequence ?? 0,
        what: "no",
        cure: "none",
        excerpt: "x".repeat(500),
      }),
      close: async () => undefined,
    },
  );
  expect(letters.map(({ sequence, valueBytes }) => [sequence, valueBytes])).toEqual([
    [1, messageBytesMax],
    [2, 3],
  ]);
  expect(letters[1]?.["valueBase64"]).toBe("BwcH");
  expect(String(letters[0]?.["valueBase64"]).length).toBeGreaterThan(messageBytesMax / 2);
});
