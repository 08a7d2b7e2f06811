/**
 * openKinesisEgress: records of the outbox into the streams that they name. Neighbours: kinesis-outgoing.ts (what a record must be),
 * kinesis-delivery.ts (puts and their order).
 */
import type { EgressRecord } from "@signalbox/runtime";
import type { EgressContext, OpenEgress } from "../connector.ts";
import type { Delivery } from "../delivery.ts";
import { connectKinesis, type ConnectKinesis } from "./kinesis-client.ts";
import { KinesisDelivery } from "./kinesis-delivery.ts";
import { outgoingEntry, type OutgoingEntry } from "./kinesis-outgoing.ts";
import type { KinesisEgressSpec } from "./kinesis.ts";

/** How many records of the outbox are read at once; a put has a smaller limit of its own. */
const batchRecordsMax = 2000;
const cureOfRecord = "Let the function build it with its SDK's Kinesis egress builder.";

export async function openKinesisEgress(
  { access, outstandingMax, deadLetters }: KinesisEgressSpec,
  context: EgressContext,
  connect: ConnectKinesis = connectKinesis,
): Promise<OpenEgress> {
  const calls = connect(access, context);
  const delivery = new KinesisDelivery(calls, context, access.settings);
  return {
    deadLetters,
    batchRecordsMax: Math.min(outstandingMax, batchRecordsMax),
    deliver: (records, signal) => deliver(records, (entries) => delivery.deliver(entries, signal)),
    close: async () => calls.close(),
  };
}

/** An invalid record is rejected only after those before it are delivered. */
async function deliver(
  records: readonly EgressRecord[],
  send: (entries: readonly OutgoingEntry[]) => Promise<Delivery>,
): Promise<Delivery> {
  const entries: OutgoingEntry[] = [];
  for (const record of records) {
    const outgoing = outgoingEntry(record);
    if (outgoing.kind === "entry") {
      entries.push(outgoing.entry);
      continue;
    }
    const before: Delivery = entries.length === 0 ? { kind: "delivered", through: 0 } : await send(entries);
    if (before.kind !== "delivered") return before;
    return { kind: "rejected", sequence: record.sequence, what: outgoing.reason, cure: cureOfRecord, excerpt: "" };
  }
  return send(entries);
}
