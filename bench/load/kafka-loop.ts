/**
 * kafkaLoop: the limit for what goes from topic to topic: the gateway's own client reads and writes in transactions, exactly once, with
 * nothing between. Neighbour: jobs/kafka.ts sends the same records through a gateway and a function.
 */
import { performance } from "node:perf_hooks";
import { KafkaClient } from "../../apps/gateway/src/connectors/kafka/kafka-client.ts";
import { kafkaSettings } from "../../apps/gateway/src/connectors/kafka/kafka-properties.ts";
import { KafkaReader } from "../../apps/gateway/src/connectors/kafka/kafka-reader.ts";
import { KafkaSender } from "../../apps/gateway/src/connectors/kafka/kafka-sender.ts";
import { KafkaTransactions } from "../../apps/gateway/src/connectors/kafka/kafka-transactions.ts";
import type { KafkaBroker } from "../../e2e/stack/kafka-broker.ts";
import { until } from "../../e2e/stack/until.ts";

const runMsMax = 600_000;

export interface LoopOptions {
  readonly from: string;
  readonly to: string;
  readonly records: number;
}

/**
 * Returns records a second, including connecting and taking over the transactional id; each hand-over is one transaction. `from` must hold
 * the records already.
 */
export async function kafkaLoop(broker: KafkaBroker, { from, to, records }: LoopOptions): Promise<number> {
  const beganMs = performance.now();
  const { settings } = kafkaSettings({ address: broker.address, properties: new Map(), clientId: "bench" });
  const client = new KafkaClient({ ...settings.connection, tls: undefined, sasl: undefined, refusal: async () => undefined });
  const end = new AbortController();
  const wait = (ms: number, more?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      for (const signal of [end.signal, ...(more === undefined ? [] : [more])])
        signal.addEventListener(
          "abort",
          () => {
            clearTimeout(timer);
            resolve();
          },
          { once: true },
        );
    });
  const sender = new KafkaSender(client, { ...settings.producer, metadataAgeMs: settings.metadataAgeMs, nowMs: () => performance.now() });
  const transactions = new KafkaTransactions(
    { client, sender },
    { egress: "bench", incarnation: "loop", transactionTimeoutMs: 60_000, signal: end.signal, wait, steadyMs: () => performance.now() },
  );
  await transactions.begin([to]);
  let sequence = 0;
  let turn = Promise.resolve();
  const reader = new KafkaReader(
    client,
    {
      topics: [from],
      rules: { startup: { kind: "earliest" }, reset: "earliest", groupId: undefined },
      limits: settings.consumer,
      refreshMs: 10_000,
      recordsMax: settings.consumer.recordsMax,
    },
    {
      hasBegun: async () => false,
      begun: async () => undefined,
      position: async () => undefined,
      take: ({ records: some }) => {
        turn = turn.then(async () => {
          const rows = some.map(({ key, value }) => ({
            ...{ sequence: ++sequence, topic: to, headers: [] },
            ...{ key: key ?? undefined, value: value ?? new Uint8Array() },
          }));
          if (rows.length > 0) await transactions.write(rows);
        });
        return turn;
      },
      trouble: () => undefined,
      reset: () => undefined,
      wait,
      draw: Math.random,
    },
  );
  await reader.begin(end.signal);
  const running = reader.run(end.signal);
  const ended = until(() => sequence >= records, { what: "the loop to end", timeoutMs: runMsMax });
  // When the reader ends before the last record, its error is the result.
  await Promise.race([ended, running.then(() => Promise.reject(new Error("the reader ended before the last record")))]);
  await turn;
  const perSecond = (records * 1000) / (performance.now() - beganMs);
  end.abort();
  await client.close();
  await reader.ended();
  await running.catch(() => undefined);
  return perSecond;
}
