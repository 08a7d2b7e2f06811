/** What the tests of the Kafka connector do with a real broker: a client, a reader that keeps what it saw, rows, an exactly-once writer. */
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "vitest";
import { KafkaClient } from "../../apps/gateway/src/connectors/kafka/kafka-client.ts";
import type { PartitionPosition } from "../../apps/gateway/src/connectors/kafka/kafka-position.ts";
import { kafkaSettings } from "../../apps/gateway/src/connectors/kafka/kafka-properties.ts";
import { KafkaReader, type Taken } from "../../apps/gateway/src/connectors/kafka/kafka-reader.ts";
import { connectionOptions } from "../../apps/gateway/src/connectors/kafka/kafka-security.ts";
import { KafkaSender, type OutgoingRow } from "../../apps/gateway/src/connectors/kafka/kafka-sender.ts";
import type { StartRules } from "../../apps/gateway/src/connectors/kafka/kafka-start.ts";
import { KafkaTransactions } from "../../apps/gateway/src/connectors/kafka/kafka-transactions.ts";
import { readRegularFile } from "@signalbox/runtime/regular-file";
import { until } from "../stack/until.ts";

const fileBytesMax = 1024 * 1024;

export async function clientOf(address: string, properties: Record<string, string> = {}): Promise<KafkaClient> {
  const { settings, issues } = kafkaSettings({ address, properties: new Map(Object.entries(properties)), clientId: "signalbox-test" });
  expect(issues.filter(({ severity }) => severity === "error")).toEqual([]);
  const readFile = (location: string) => readRegularFile(location, fileBytesMax);
  return new KafkaClient(await connectionOptions(settings, { readFile, nowMs: Date.now, refusal: async () => undefined }));
}

export type Positions = Map<string, PartitionPosition>;

/** Reads until it is disposed, and keeps what it saw. */
export class Reading implements AsyncDisposable {
  readonly seen: string[] = [];
  /** The codes of what failed meanwhile. */
  readonly troubles = new Set<string>();
  readonly resets: string[] = [];
  readonly positions: Positions;
  failure: unknown;
  readonly #end = new AbortController();
  readonly #reader: KafkaReader;
  readonly #run: Promise<void>;
  readonly #client: KafkaClient;
  #began = false;

  constructor(
    client: KafkaClient,
    topics: readonly string[],
    options: { rules?: Partial<StartRules>; positions?: Positions | undefined } = {},
  ) {
    this.#client = client;
    this.positions = new Map(options.positions);
    const rules: StartRules = { startup: { kind: "earliest" }, reset: "latest", groupId: undefined, ...options.rules };
    const limits = { maxWaitMs: 100, minBytes: 1, maxBytes: 1 << 20, partitionMaxBytes: 1 << 20, committedOnly: true };
    this.#reader = new KafkaReader(
      client,
      { topics, rules, limits, refreshMs: 500, recordsMax: 7 },
      {
        hasBegun: async () => this.positions.size > 0,
        begun: async () => {
          this.#began = true;
        },
        position: async ({ topic, partition }) => this.positions.get(`${topic}/${partition}`),
        take: async (taken) => this.#take(taken),
        trouble: (troubles) => {
          for (const { code } of troubles) this.troubles.add(code);
        },
        reset: ({ topic, partition }, { from, to }) => this.resets.push(`${topic}/${partition} ${from} to ${to}`),
        wait: (ms, until) =>
          delay(ms, undefined, { signal: until === undefined ? this.#end.signal : AbortSignal.any([until, this.#end.signal]) }).catch(
            () => undefined,
          ),
        draw: () => 0.5,
      },
    );
    this.#run = this.#read().catch((error: unknown) => {
      this.failure = error;
    });
  }

  async #read(): Promise<void> {
    await this.#reader.begin(this.#end.signal);
    await this.#reader.run(this.#end.signal);
  }

  #take({ topic, partition, records, position }: Taken): void {
    for (const { value } of records) this.seen.push(Buffer.from(value ?? []).toString());
    this.positions.set(`${topic}/${partition}`, position);
  }

  async saw(count: number): Promise<string[]> {
    await until(() => this.seen.length >= count, { what: `${count} records; ${this.seen.length} came`, timeoutMs: 60_000 });
    return [...this.seen];
  }

  async started(): Promise<void> {
    await until(() => this.#began, { what: "a first position", timeoutMs: 60_000 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    await this.#client.close();
    await this.#reader.ended();
    await this.#run;
  }
}

export function numbered(from: number, through: number): { key: string; value: string; partition: number }[] {
  return Array.from({ length: through - from + 1 }, (_, index) => ({ key: `k${index % 5}`, value: String(from + index), partition: 0 }));
}

export function valuesOf(lines: readonly string[]): string[] {
  return lines.map((line) => line.slice(line.lastIndexOf("\t") + 1));
}

export function isRising(values: readonly string[]): boolean {
  return values.every((value, index) => index === 0 || Number(values[index - 1]) < Number(value));
}

export function row(sequence: number, topic: string, value = String(sequence)): OutgoingRow {
  return { sequence, topic, key: Buffer.from(`k${sequence % 7}`), value: Buffer.from(value), headers: [] };
}

/** Repeats the work, because coordinators and leaders need a moment after a start, a new topic or the end of a transaction. */
export async function settled<Result>(work: () => Promise<Result>): Promise<Result> {
  const done = await until(async () => ({ result: await work() }), { what: "the broker to settle", timeoutMs: 60_000 });
  return done.result;
}

export function exactlyOnce(client: KafkaClient, incarnation: string): KafkaTransactions {
  const sender = new KafkaSender(client, {
    compression: "none",
    requestBytesMax: 100_000,
    metadataAgeMs: 60_000,
    nowMs: () => performance.now(),
  });
  const signal = new AbortController().signal;
  return new KafkaTransactions(
    { client, sender },
    {
      ...{ egress: "test/out", incarnation, transactionTimeoutMs: 60_000, signal },
      wait: (ms: number) => delay(ms, undefined, { signal }),
      steadyMs: () => performance.now(),
    },
  );
}
