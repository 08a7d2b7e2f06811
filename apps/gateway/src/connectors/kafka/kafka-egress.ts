/**
 * KafkaEgress: an open Kafka egress: delivers rows of the outbox to the topics that they name, with the module's deliverySemantic. With
 * exactly-once it first takes over: the previous writer is fenced, and the marker says how far it came. Guarantee: rows go in order; with
 * exactly-once a row is in its topic once, or is kept here as refused.
 */
import type { EgressRecord } from "@signalbox/runtime";
import { ConnectorFailure } from "../connector-failure.ts";
import type { EgressContext, OpenEgress } from "../connector.ts";
import type { Delivery } from "../delivery.ts";
import type { KafkaCalls } from "./kafka-client.ts";
import { connectKafka, type ConnectKafka } from "./kafka-connect.ts";
import { KafkaDelivery, plainWriter, type KafkaWriter } from "./kafka-delivery.ts";
import { connectorFailureOf, failureOf } from "./kafka-failure.ts";
import { outgoingRow } from "./kafka-outgoing.ts";
import type { KafkaSettings } from "./kafka-properties.ts";
import { KafkaSender, type OutgoingRow } from "./kafka-sender.ts";
import { settingsOf, type KafkaEgressSpec } from "./kafka-spec.ts";
import { KafkaTransactions } from "./kafka-transactions.ts";

/** Many rows per batch, because a transaction takes some milliseconds for any number of rows. */
const batchRecordsMax = 500;

export async function openKafkaEgress(
  spec: KafkaEgressSpec,
  context: EgressContext,
  connect: ConnectKafka = connectKafka,
): Promise<OpenEgress> {
  const { settings } = settingsOf(spec);
  let client: KafkaCalls | undefined;
  try {
    const opened = await connect(settings, context);
    client = opened;
    await opened.metadata([], { create: false });
    const delivery = new KafkaDelivery(await writerOf({ spec, settings, client: opened }, context));
    // The waiting rows name the topics whose markers may be under way.
    if (spec.semantic === "exactly-once") await takeOver(delivery, context);
    return {
      batchRecordsMax,
      deadLetters: spec.deadLetters,
      deliver: (records) => deliver(delivery, records),
      close: () => opened.close(),
    };
  } catch (error) {
    await client?.close();
    throw error instanceof ConnectorFailure ? error : connectorFailureOf(error);
  }
}

interface KafkaEgressParts {
  readonly spec: KafkaEgressSpec;
  readonly settings: KafkaSettings;
  readonly client: KafkaCalls;
}

async function writerOf({ spec, settings, client }: KafkaEgressParts, context: EgressContext): Promise<KafkaWriter> {
  const { producer, metadataAgeMs } = settings;
  const sender = new KafkaSender(client, { ...producer, metadataAgeMs, nowMs: () => context.steadyMs() });
  switch (spec.semantic) {
    case "none":
      return plainWriter(sender, 0);
    case "at-least-once":
      return plainWriter(sender, producer.acks === 0 ? -1 : producer.acks);
    case "exactly-once":
      return new KafkaTransactions(
        { client, sender },
        {
          egress: context.id,
          incarnation: await context.incarnation(),
          transactionTimeoutMs: spec.transactionTimeoutMs,
          signal: context.signal,
          wait: (ms) => context.wait(ms),
          steadyMs: () => context.steadyMs(),
        },
      );
  }
}

/**
 * A row is durable here before it goes to Kafka. So the row that the marker names waits here, or was acknowledged with all before it.
 * Otherwise this data is an older copy, whose rows have sequences that Kafka has seen with other rows; skipping them would lose them.
 */
async function takeOver(delivery: KafkaDelivery, context: EgressContext): Promise<void> {
  const waiting = await context.records({ limit: batchRecordsMax });
  const through = await delivery.begin(waiting.flatMap((record) => rowOf(record)?.topic ?? []));
  const [first] = waiting;
  if (first === undefined || first.sequence > through) return;
  const [named] = await context.records({ after: through - 1, limit: 1 });
  if (named?.sequence === through) return;
  throw new ConnectorFailure("refused", {
    what: `Kafka has records of this egress up to ${through}, which this data directory never wrote: it is an older copy`,
    cure: "Restore a savepoint (it begins a new count), or start the gateway that has the newer data.",
  });
}

function rowOf(record: EgressRecord): OutgoingRow | undefined {
  const outgoing = outgoingRow(record);
  return outgoing.kind === "row" ? outgoing.row : undefined;
}

async function deliver(delivery: KafkaDelivery, records: readonly EgressRecord[]): Promise<Delivery> {
  const rows: OutgoingRow[] = [];
  let invalid: (Delivery & { readonly kind: "rejected" }) | undefined;
  for (const record of records) {
    const outgoing = outgoingRow(record);
    if (outgoing.kind === "row") rows.push(outgoing.row);
    else invalid = { kind: "rejected", sequence: record.sequence, what: outgoing.reason, cure: outgoing.cure, excerpt: "" };
    if (invalid !== undefined) break;
  }
  try {
    const rejected = rows.length === 0 ? undefined : await delivery.deliver(rows);
    if (rejected === undefined) return invalid ?? { kind: "delivered", through: rows.at(-1)?.sequence ?? 0 };
    const { cause, cure, code } = rejected.failure;
    return { kind: "rejected", sequence: rejected.sequence, what: cause, cure, excerpt: code };
  } catch (error) {
    const { kind, cause, cure } = failureOf(error);
    if (kind === "fenced") throw connectorFailureOf(error);
    return { kind: "retry", afterMs: 0, what: cause, cure };
  }
}
