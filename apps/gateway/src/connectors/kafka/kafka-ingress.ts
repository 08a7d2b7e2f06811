/**
 * KafkaIngress: an open Kafka ingress, which connects KafkaReader with the framework. Each partition is a part with a position of its own,
 * which is kept in the epoch of its messages. Positions are also committed to the consumer group (which is never joined), for tools that
 * watch it. Guarantee: a record is taken once, in the order of its partition; one that cannot become a message stops nothing.
 */
import type { IngressContext, IngressRecord, OpenIngress, PartProgress } from "../connector.ts";
import { recordsPerAcceptMax } from "../connector.ts";
import { ConnectorFailure } from "../connector-failure.ts";
import { messageOfInvalid } from "../invalid-handling.ts";
import { messageHeaders } from "../record-headers.ts";
import type { ReadRecord } from "./committed-records.ts";
import type { KafkaCalls } from "./kafka-client.ts";
import { connectKafka, type ConnectKafka } from "./kafka-connect.ts";
import { connectorFailureOf, failureOf } from "./kafka-failure.ts";
import { GroupOffsets } from "./kafka-group-offsets.ts";
import type { KafkaSettings } from "./kafka-properties.ts";
import { formatPosition, parsePosition, partOf, type PartitionPosition } from "./kafka-position.ts";
import { KafkaReader, type Taken } from "./kafka-reader.ts";
import { routeRecord, type TopicRoute } from "./kafka-routing.ts";
import { settingsOf, type KafkaIngressSpec } from "./kafka-spec.ts";
import { startupOf } from "./kafka-startup.ts";
import type { TopicPartition } from "./kafka-wire.ts";

/** New partitions and topics are noticed within this time, even when a module sets a longer one. */
const refreshMsMax = 10_000;
/** The part whose position says that the first positions of all partitions are durable. */
export const begunPart = "";
export const begunText = "begun";

export async function openKafkaIngress(
  spec: KafkaIngressSpec,
  context: IngressContext,
  connect: ConnectKafka = connectKafka,
): Promise<OpenIngress> {
  const { settings } = settingsOf(spec);
  let client: KafkaCalls | undefined;
  try {
    client = await connect(settings, context);
    const ingress = new KafkaIngress({ spec, settings, client }, context);
    await ingress.begin();
    return ingress;
  } catch (error) {
    await client?.close();
    throw error instanceof ConnectorFailure ? error : connectorFailureOf(error);
  }
}

interface KafkaIngressParts {
  readonly spec: KafkaIngressSpec;
  readonly settings: KafkaSettings;
  readonly client: KafkaCalls;
}

class KafkaIngress implements OpenIngress {
  readonly #spec: KafkaIngressSpec;
  readonly #client: KafkaCalls;
  readonly #context: IngressContext;
  readonly #routes: ReadonlyMap<string, TopicRoute>;
  readonly #reader: KafkaReader;
  readonly #group: GroupOffsets | undefined;
  readonly #work: Promise<void>[] = [];
  ended: Promise<void> = Promise.resolve();

  constructor({ spec, settings, client }: KafkaIngressParts, context: IngressContext) {
    this.#spec = spec;
    this.#client = client;
    this.#context = context;
    this.#routes = new Map(spec.topics.map((route) => [route.topic, route]));
    const { consumer, metadataAgeMs } = settings;
    const groupId = spec.groupId ?? consumer.groupId;
    this.#group = groupId === undefined ? undefined : new GroupOffsets(client, groupId, context);
    const startup = startupOf(spec.startup);
    if (startup.kind === "error") throw new ConnectorFailure("refused", { what: startup.reason, cure: "Mend startupPosition." });
    const targets = Math.max(1, ...spec.topics.map((route) => route.targets.length));
    this.#reader = new KafkaReader(
      client,
      {
        topics: [...this.#routes.keys()],
        rules: { startup: startup.startup, reset: spec.reset ?? consumer.reset ?? "latest", groupId },
        limits: consumer,
        refreshMs: Math.max(100, Math.min(metadataAgeMs, refreshMsMax)),
        recordsMax: Math.max(1, Math.min(consumer.recordsMax, Math.floor(recordsPerAcceptMax / targets))),
      },
      {
        hasBegun: async () => (await context.position(begunPart)) !== undefined,
        begun: () => context.accept([], { part: begunPart, position: begunText }),
        position: (of) => this.#position(of),
        take: (taken) => this.#take(taken),
        trouble: (troubles) => this.#trouble(troubles),
        reset: (of, { from, to }) => this.#lost(of, { from, to }),
        wait: (ms, until) => context.wait(ms, until),
        draw: () => context.draw(),
      },
    );
  }

  async begin(): Promise<void> {
    const { signal } = this.#context;
    await this.#reader.begin(signal);
    const reading = this.#reader.run(signal).catch((error: unknown) => {
      if (!signal.aborted) throw error instanceof ConnectorFailure ? error : connectorFailureOf(error);
    });
    this.#work.push(reading);
    if (this.#group !== undefined) this.#work.push(this.#group.run());
    this.ended = reading;
  }

  durable(position: string, part: string): void {
    if (part !== begunPart) this.#group?.moved(part, position);
  }

  progress(): readonly PartProgress[] {
    return this.#reader.lags().map((lag) => ({
      part: partOf(lag),
      position: String(lag.next),
      lag: lag.end === undefined ? undefined : Number(lag.end > lag.next ? lag.end - lag.next : 0n),
    }));
  }

  async close(): Promise<void> {
    await this.#group?.last();
    await this.#client.close();
    await this.#reader.ended();
    await Promise.allSettled(this.#work);
  }

  async #position(of: TopicPartition): Promise<PartitionPosition | undefined> {
    const text = await this.#context.position(partOf(of));
    if (text === undefined) return undefined;
    const parsed = parsePosition(text);
    if (parsed.kind === "position") return parsed.position;
    const what = `the position of ${partOf(of)} cannot be read: ${parsed.reason}`;
    throw new ConnectorFailure("refused", { what, cure: "Start the version of Signalbox that wrote it, or give the ingress another id." });
  }

  async #take({ topic, partition, records, position }: Taken): Promise<void> {
    const route = this.#routes.get(topic);
    const messages = route === undefined ? [] : records.flatMap((record) => this.#messagesOf(record, { topic, partition, route }));
    await this.#context.accept(messages, { part: partOf({ topic, partition }), position: formatPosition(position) });
  }

  #messagesOf(record: ReadRecord, { route, ...of }: TopicPartition & { route: TopicRoute }): readonly IngressRecord[] {
    const { messageBytesMax, messageHeadersBytesMax } = this.#context;
    const routed = routeRecord(record, route, messageBytesMax);
    const headers = messageHeaders(record.headers, messageHeadersBytesMax);
    if (routed.kind === "messages")
      return headers === undefined ? routed.messages : routed.messages.map((message) => ({ ...message, headers }));
    const part = partOf(of);
    const position = String(record.offset);
    const what = `the record at ${part} offset ${position} is no message: ${routed.reason}`;
    const message = messageOfInvalid(this.#spec.invalid, {
      ...{ ingress: this.#context.id, part, position, what, atMs: record.timestampMs, messageBytesMax },
      ...{ key: record.key, value: record.value, headers: record.headers },
    });
    this.#context.invalid({ part, position, what: routed.reason, done: this.#spec.invalid.kind });
    return message === undefined ? [] : [message];
  }

  #trouble(troubles: readonly Error[]): void {
    const [first] = troubles;
    if (first === undefined) return this.#context.slowed(undefined);
    const { cause, cure } = failureOf(first);
    const others = troubles.length === 1 ? "" : `, and ${troubles.length - 1} more`;
    this.#context.slowed({ what: `${cause}${others}; the rest is read`, cure });
  }

  /** Reports lost offsets as a note, because records that were deleted before they were read would otherwise be lost unnoticed. */
  #lost(of: TopicPartition, { from, to }: { readonly from: bigint; readonly to: bigint }): void {
    const passed = to > from ? `${to - from} offsets were passed by` : "records may come again";
    this.#context.count("offset-gone");
    this.#context.note({
      what: `Offset ${from} of ${partOf(of)} is gone at the broker; reading went on at ${to}: ${passed}.`,
      cure: "Raise retention.ms or retention.bytes of the topic. autoOffsetResetPosition says where to go on; move the ingress to read what is still there before that.",
    });
  }
}
