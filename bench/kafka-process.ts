/**
 * `node bench/kafka-process.ts [records]`: from topic to topic exactly once through a gateway and a function, beside the limit: the client's own
 * loop that reads and writes in transactions with nothing between, on the same broker. Prints records a second of both and their ratio.
 */
import { performance } from "node:perf_hooks";
import { KafkaClient } from "../apps/gateway/src/connectors/kafka/kafka-client.ts";
import { kafkaSettings } from "../apps/gateway/src/connectors/kafka/kafka-properties.ts";
import { KafkaReader } from "../apps/gateway/src/connectors/kafka/kafka-reader.ts";
import { KafkaSender } from "../apps/gateway/src/connectors/kafka/kafka-sender.ts";
import { KafkaTransactions } from "../apps/gateway/src/connectors/kafka/kafka-transactions.ts";
import { feed, makeTopics, RelayRun } from "../e2e/kafka/relay-run.ts";
import { KafkaBroker } from "../e2e/stack/kafka-broker.ts";
import { until } from "../e2e/stack/until.ts";

const records = Number(process.argv[2] ?? 50_000);
const feedRecords = 1_000;
const runMsMax = 600_000;

/** Records a second of the loop; each hand-over is one transaction. */
async function loop(broker: KafkaBroker): Promise<number> {
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
  await transactions.begin(["loop-out"]);
  let sequence = 0;
  let turn = Promise.resolve();
  const reader = new KafkaReader(
    client,
    {
      topics: ["bench-in"],
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
            ...{ sequence: ++sequence, topic: "loop-out", headers: [] },
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
  const beganMs = performance.now();
  await reader.begin(end.signal);
  const running = reader.run(end.signal);
  await until(() => sequence >= records, { what: "the loop to end", timeoutMs: runMsMax });
  await turn;
  const perSecond = (records * 1000) / (performance.now() - beganMs);
  end.abort();
  await client.close();
  await reader.ended();
  await running.catch(() => undefined);
  return perSecond;
}

async function gateway(broker: KafkaBroker): Promise<number> {
  const beganMs = performance.now();
  await using run = await RelayRun.start(broker, { from: "bench-in", to: "gateway-out" });
  const startedMs = performance.now();
  await until(async () => (await run.counted()) >= records && (await run.waiting()) === 0, {
    what: "the gateway to end",
    timeoutMs: runMsMax,
    everyMs: 200,
  });
  console.log(`the gateway started and took its module in ${Math.round(startedMs - beganMs)} ms`);
  return (records * 1000) / (performance.now() - startedMs);
}

await using broker = await KafkaBroker.start();
await makeTopics(broker, "bench-in", "loop-out", "gateway-out");
for (let from = 1; from <= records; from += feedRecords)
  await feed(broker, "bench-in", { from, through: Math.min(records, from + feedRecords - 1) });
const limit = await loop(broker);
const through = await gateway(broker);
console.log(`the client's own loop: ${Math.round(limit)} records/s`);
console.log(`through gateway and function: ${Math.round(through)} records/s, ${((100 * through) / limit).toFixed(0)} % of it`);
