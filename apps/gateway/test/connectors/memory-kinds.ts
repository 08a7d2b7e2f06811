/**
 * An ingress that reads a list and an egress that fills one: complete kinds without another system. docs/write-a-connector.md shows them.
 */
import {
  egress,
  ingress,
  type IngressContext,
  type OpenIngress,
  type SeekContext,
  type SeekStep,
  type SeekTarget,
} from "../../src/connectors/connector.ts";
import { Wake } from "../../src/connectors/wake.ts";
import { ioId, readId } from "../../src/connectors/io-id.ts";
import type { TestReceiver } from "./egress-conformance.ts";
import type { TestSource } from "./ingress-conformance.ts";

export function memorySource(): TestSource {
  const list: string[] = [];
  const wake = new Wake();
  let open = 0;
  let durable = 0;
  let isDown = false;
  let cut: ((reason: Error) => void) | undefined;

  async function read(context: IngressContext): Promise<void> {
    let index = Number((await context.position()) ?? 0);
    while (!context.signal.aborted) {
      const texts = list.slice(index, index + 100);
      if (texts.length === 0) {
        await wake.wait(context.signal);
        continue;
      }
      index += texts.length;
      const records = texts.map((text) => ({
        target: { type: "shop/cart", id: "anna" },
        value: { typename: "t/v", bytes: Buffer.from(text) },
      }));
      await context.accept(records, { position: String(index) });
    }
  }

  async function openList(context: IngressContext): Promise<OpenIngress> {
    if (isDown) throw new Error("nobody answers");
    open++;
    const broken = new Promise<never>((_, reject) => {
      cut = reject;
    });
    const reading = read(context).catch((error: unknown) => {
      if (!context.signal.aborted) throw error;
    });
    return {
      ended: Promise.race([reading, broken]),
      durable: (position) => {
        durable = Number(position);
      },
      close: async () => {
        open--;
        await reading.catch(() => undefined);
      },
    };
  }

  return {
    connector: ingress({
      direction: "ingress",
      kind: "test.memory.v1/ingress",
      word: "memory",
      meaning: "Reads a list.",
      shape: { id: ioId },
      read: (spec) => ({ ...readId(spec, "ingress"), spec: {} }),
      open: (_spec, context) => openList(context),
      seek: (_spec, context, to) => seekInList(context, to),
    }),
    spec: {},
    put: (...texts) => {
      list.push(...texts);
      wake.ring();
    },
    breakOff: () => cut?.(new Error("cut off")),
    down: (value) => {
      isDown = value;
    },
    open: () => open,
    durable: () => durable,
  };
}

async function seekInList(context: SeekContext, to: SeekTarget): Promise<SeekStep[]> {
  if (to.kind !== "positions") throw new Error("a list knows positions only");
  const from = await context.position();
  return Object.entries(to.positions).map(([part, at]) => {
    return { part, position: at, from, to: at, again: from === undefined ? undefined : Number(from) - Number(at) };
  });
}

export function memoryReceiver(): TestReceiver {
  const got: string[] = [];
  let open = 0;
  let failures = 0;
  let refused: string | undefined;
  return {
    connector: egress<{ deadLetters: string | undefined }>({
      direction: "egress",
      kind: "test.memory.v1/egress",
      word: "memory",
      meaning: "Fills a list.",
      shape: { id: ioId },
      read: (spec) => ({ ...readId(spec, "egress"), spec: { deadLetters: undefined } }),
      async open({ deadLetters }) {
        open++;
        return {
          deadLetters,
          deliver: async (records) => {
            if (failures-- > 0) return { kind: "retry", afterMs: 10, what: "nobody answers", cure: "Start the receiver." };
            for (const { sequence, value } of records) {
              const text = Buffer.from(value.bytes).toString();
              if (text === refused) return { kind: "rejected", sequence, what: "not that", cure: "Send another.", excerpt: "no" };
              got.push(text);
            }
            return { kind: "delivered", through: records.at(-1)?.sequence ?? 0 };
          },
          close: async () => {
            open--;
          },
        };
      },
    }),
    spec: {},
    specWithDeadLetters: { deadLetters: "shop/dead" },
    received: () => got,
    fail: (times) => {
      failures = times;
    },
    refuse: (text) => {
      refused = text;
    },
    open: () => open,
  };
}
