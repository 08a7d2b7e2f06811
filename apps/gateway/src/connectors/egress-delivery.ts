/**
 * deliverRecords: the loop that hands an egress' durable records to its connector, in order and one batch at a time, and then acknowledges,
 * waits or puts a record aside as the answer says. It ends when the signal is aborted, and rejects with the error of the connector or the
 * engine. A record is removed from the outbox only once it was delivered or is durable as a dead letter.
 */
import type { EgressRecord, Engine } from "@signalbox/runtime";
import { backoffMs } from "./backoff.ts";
import { egressBatchRecordsMax, type OpenEgress } from "./connector.ts";
import type { ConnectorProblem } from "./connector-state.ts";
import type { Delivery } from "./delivery.ts";
import type { Wake } from "./wake.ts";

export type EgressEngine = Pick<Engine, "egressRecords" | "egressAcknowledge" | "accept">;

export interface EgressDeliveryParts {
  readonly engine: EgressEngine;
  readonly id: string;
  readonly signal: AbortSignal;
  readonly messageBytesMax: number;
  /** Rung when records of the egress became durable. */
  readonly wake: Wake;
  wait(ms: number): Promise<void>;
  draw(): number;
  held(problem: ConnectorProblem | undefined): void;
}

type Deliver = NonNullable<OpenEgress["deliver"]>;

export async function deliverRecords(parts: EgressDeliveryParts, open: OpenEgress & { readonly deliver: Deliver }): Promise<void> {
  const { engine, id, signal, wake } = parts;
  const limit = open.batchRecordsMax ?? egressBatchRecordsMax;
  let attempts = 0;
  while (!signal.aborted) {
    const records = await engine.egressRecords({ egress: id, limit });
    if (records.length === 0) {
      await wake.wait(signal);
      continue;
    }
    const delivery = await open.deliver(records, signal);
    if (signal.aborted && delivery.kind !== "delivered") return;
    attempts = (await settle(parts, { delivery, records, deadLetters: open.deadLetters, attempts })) ? 0 : attempts + 1;
  }
}

interface Settling {
  readonly delivery: Delivery;
  readonly records: readonly EgressRecord[];
  readonly deadLetters: string | undefined;
  readonly attempts: number;
}

/** Returns true when the loop may go on at once. */
async function settle(parts: EgressDeliveryParts, { delivery, records, deadLetters, attempts }: Settling): Promise<boolean> {
  const { engine, id, wait, draw, held } = parts;
  switch (delivery.kind) {
    case "delivered":
      await engine.egressAcknowledge(id, delivery.through);
      held(undefined);
      return true;
    case "retry":
      if (delivery.through !== undefined) await engine.egressAcknowledge(id, delivery.through);
      held({ what: delivery.what, cure: delivery.cure });
      await wait(Math.max(delivery.afterMs, backoffMs(attempts, draw())));
      return false;
    case "rejected": {
      const record = records.find(({ sequence }) => sequence === delivery.sequence);
      if (record === undefined) throw new Error(`the connector rejected ${delivery.sequence}, which it was not given`);
      const before = records.filter(({ sequence }) => sequence < record.sequence).at(-1);
      if (before !== undefined) await engine.egressAcknowledge(id, before.sequence);
      if (deadLetters !== undefined) {
        const { messageBytesMax } = parts;
        await engine.accept(deadLetterOf(id, record, { ...delivery, function: deadLetters, messageBytesMax }), `dead letters of ${id}`);
        await engine.egressAcknowledge(id, record.sequence);
        return true;
      }
      held({ what: `record ${record.sequence} is refused: ${delivery.what}`, cure: delivery.cure });
      await wait(backoffMs(attempts, draw()));
      return false;
    }
  }
}

/** The dead letter: a message with the id of the record's sender. Its idempotency key makes a repeat after a crash harmless. */
function deadLetterOf(
  egress: string,
  record: EgressRecord,
  why: { readonly function: string; readonly what: string; readonly excerpt: string; readonly messageBytesMax: number },
): Parameters<Engine["accept"]>[0] {
  const { bytes } = record.value;
  // Base64 makes the value longer. One that would be too large for a message is cut, so that it does not hold up the records after it.
  const kept = bytes.subarray(0, Math.max(0, Math.floor((why.messageBytesMax - overheadBytes) * 0.7)));
  const letter = {
    egress,
    sequence: record.sequence,
    from: record.from,
    atMs: record.atMs,
    typename: record.value.typename,
    valueBytes: bytes.length,
    valueBase64: Buffer.from(kept).toString("base64"),
    what: why.what,
    excerpt: why.excerpt,
  };
  return {
    target: { type: why.function, id: record.from.id },
    value: { typename: deadLetterType, bytes: Buffer.from(JSON.stringify(letter)) },
    idempotencyKey: `dead-letter ${record.sequence} ${egress}`.slice(0, 256),
  };
}

/** Room for the JSON around the bytes: addresses, reason, excerpt. */
const overheadBytes = 16 * 1024;

/**
 * JSON: egress, sequence, from, atMs, typename, valueBytes, valueBase64 (only its beginning when all of it would be too large), what,
 * excerpt.
 */
const deadLetterType = "io.signalbox/dead-letter";
