/**
 * A relay from topic to topic in a process of its own, to be killed: the connector's reader and writer around the smallest store that commits
 * position and outbox together, as the engine's epochs do. crash.test.ts starts it again on the same folder.
 * Settings: ADDRESS, FROM, TO, FOLDER, INCARNATION (of the folder), RECORDS (it ends when so many are acknowledged); PLANT=marker-not-read plants that bug;
 * DIE_AFTER_COMMIT=n: it dies by SIGKILL between the n-th commit at Kafka and its acknowledgement here.
 */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { KafkaClient } from "../../apps/gateway/src/connectors/kafka/kafka-client.ts";
import { KafkaDelivery, type KafkaWriter } from "../../apps/gateway/src/connectors/kafka/kafka-delivery.ts";
import { failureOf } from "../../apps/gateway/src/connectors/kafka/kafka-failure.ts";
import { formatPosition, parsePosition, type KafkaPosition } from "../../apps/gateway/src/connectors/kafka/kafka-position.ts";
import { kafkaSettings } from "../../apps/gateway/src/connectors/kafka/kafka-properties.ts";
import { KafkaReader, type Taken } from "../../apps/gateway/src/connectors/kafka/kafka-reader.ts";
import { routeRecord } from "../../apps/gateway/src/connectors/kafka/kafka-routing.ts";
import { KafkaSender } from "../../apps/gateway/src/connectors/kafka/kafka-sender.ts";
import { KafkaTransactions } from "../../apps/gateway/src/connectors/kafka/kafka-transactions.ts";

const settingsOf = z.object({
  ADDRESS: z.string(),
  FROM: z.string(),
  TO: z.string(),
  FOLDER: z.string(),
  INCARNATION: z.string(),
  RECORDS: z.coerce.number(),
  PLANT: z.literal("marker-not-read").optional(),
  DIE_AFTER_COMMIT: z.coerce.number().optional(),
});
const env = settingsOf.parse(process.env);
const waitingMax = 1000;
const transactionRowsMax = 100;

const storedState = z.object({
  position: z.string().optional(),
  nextSequence: z.number(),
  acknowledged: z.number(),
  rows: z.array(z.object({ sequence: z.number(), key: z.string(), value: z.string() })),
});
type State = z.infer<typeof storedState>;

/** Whole on disk or not at all. */
class Store {
  readonly #file = join(env.FOLDER, "state.json");
  state: State = { nextSequence: 1, acknowledged: 0, rows: [] };

  constructor() {
    if (existsSync(this.#file)) this.state = storedState.parse(JSON.parse(readFileSync(this.#file, "utf8")));
  }

  commit(state: State): void {
    const file = openSync(`${this.#file}.new`, "w");
    writeSync(file, JSON.stringify(state));
    fsyncSync(file);
    closeSync(file);
    renameSync(`${this.#file}.new`, this.#file);
    this.state = state;
  }
}

const store = new Store();
const end = new AbortController();
const { settings } = kafkaSettings({ address: env.ADDRESS, properties: new Map(), clientId: "relay" });
const connection = { ...settings.connection, tls: undefined, sasl: undefined };

function positionInForce(): KafkaPosition | undefined {
  if (store.state.position === undefined) return undefined;
  const parsed = parsePosition(store.state.position);
  if (parsed.kind === "unreadable") throw new Error(parsed.reason);
  return parsed.position;
}

/** Records and the position behind them in one commit; while too much waits, nothing is taken. */
async function take({ records, position }: Taken): Promise<void> {
  while (store.state.rows.length > waitingMax) await delay(10, undefined, { signal: end.signal });
  const rows = [...store.state.rows];
  let { nextSequence } = store.state;
  for (const { record } of records) {
    const routed = routeRecord(record, { topic: env.FROM, valueType: "test/value", targets: ["test/relay"] });
    if (routed.kind === "invalid") throw new Error(routed.reason);
    for (const { target, value } of routed.messages)
      rows.push({ sequence: nextSequence++, key: target.id, value: Buffer.from(value.bytes).toString("utf8") });
  }
  store.commit({ ...store.state, rows, nextSequence, position: formatPosition(position) });
}

async function read(): Promise<void> {
  const client = new KafkaClient(connection);
  const reader = new KafkaReader(client, positionInForce(), {
    topics: [env.FROM],
    rules: { startup: { kind: "earliest" }, reset: "earliest", groupId: undefined },
    limits: { ...settings.consumer, maxWaitMs: 50 },
    refreshMs: 1000,
    recordsMax: 50,
    take,
    report: () => undefined,
  });
  await reader.run(end.signal);
  await client.close();
}

async function write(): Promise<void> {
  const client = new KafkaClient(connection);
  const sender = new KafkaSender(client, { ...settings.producer, metadataAgeMs: settings.metadataAgeMs, nowMs: () => performance.now() });
  const options = { egress: "test/relay", incarnation: env.INCARNATION, transactionTimeoutMs: 60_000, signal: end.signal };
  const transactions = new KafkaTransactions({ client, sender }, options);
  const forgetful: KafkaWriter = {
    begin: (topics) => transactions.begin(topics).then(() => 0),
    write: (rows) => transactions.write(rows),
  };
  const delivery = new KafkaDelivery(env.PLANT === undefined ? transactions : forgetful);
  let commits = 0;
  while (store.state.acknowledged < env.RECORDS) {
    const rows = store.state.rows.slice(0, transactionRowsMax);
    const last = rows.at(-1);
    if (last === undefined) {
      await delay(5);
      continue;
    }
    try {
      const outgoing = rows.map(({ sequence, key, value }) => ({
        sequence,
        topic: env.TO,
        key: Buffer.from(key),
        value: Buffer.from(value),
        headers: [],
      }));
      if ((await delivery.deliver(outgoing)) !== undefined) throw new Error("no row here is too large");
    } catch (error) {
      if (failureOf(error).kind === "fenced") throw error;
      await delay(50);
      continue;
    }
    if (++commits === env.DIE_AFTER_COMMIT) process.kill(process.pid, "SIGKILL");
    // Where kills are to strike: Kafka is ahead of us.
    await delay(commits % 3 === 0 ? 20 : 0);
    store.commit({
      ...store.state,
      acknowledged: last.sequence,
      rows: store.state.rows.filter(({ sequence }) => sequence > last.sequence),
    });
  }
  await client.close();
}

const reading = read();
console.log("started");
await write();
end.abort();
await reading;
console.log("done");
