/**
 * kafka: from topic to topic exactly once through a gateway and a function, beside the limit (the client's own loop that reads and writes
 * in transactions with nothing between) on the same broker. Restate has no way out to Kafka, so beside its subscription stands our way in
 * alone: the same count by key.
 */
import type { Figures, Job, JobSettings, Sample } from "../job.ts";
import { NotAvailable } from "../job.ts";
import { kafkaLoop } from "../load/kafka-loop.ts";
import { cpuMicroseconds } from "../process-usage.ts";
import { Restate } from "../rivals/restate/restate.ts";
import { whyNoBroker } from "../../e2e/kafka/broker-jars.ts";
import { feed, makeTopics, RelayRun } from "../../e2e/kafka/relay-run.ts";
import { KafkaBroker } from "../../e2e/stack/kafka-broker.ts";
import { until } from "../../e2e/stack/until.ts";

/** The loop writes about this many a second, so this many are prepared for each second of the run. */
const recordsASecond = 10_000;
const feedRecords = 1_000;
const runMsMax = 600_000;
const from = "bench-in";

export const kafka: Job = {
  name: "kafka",
  what: "Kafka to function to Kafka exactly once, beside the client's own loop; Kafka to function alone, beside Restate's subscription",
  async run(settings) {
    const reason = whyNoBroker();
    if (reason !== undefined) throw new NotAvailable(`no Kafka broker can be started: ${reason}`);
    const records = recordsASecond * settings.seconds;
    await using broker = await KafkaBroker.start();
    await makeTopics(broker, from, "loop-out", "gateway-out");
    for (let first = 1; first <= records; first += feedRecords)
      await feed(broker, from, { from: first, through: Math.min(records, first + feedRecords - 1) });
    const samples: Sample[] = [
      { line: "kafka:loop", figures: { messagesPerSecond: await kafkaLoop(broker, { from, to: "loop-out", records }) } },
      { line: "kafka:through", figures: await gateway(broker, { records, to: "gateway-out", folder: settings.folder }) },
      { line: "kafka:in", figures: await gateway(broker, { records, to: undefined, folder: settings.folder }) },
    ];
    const rival = await restate(broker, records, settings);
    if (rival !== undefined) samples.push({ line: "kafka:restate", figures: rival });
    return samples;
  },
};

interface Way {
  readonly records: number;
  readonly to: string | undefined;
  readonly folder: string;
}

/**
 * Measures from the moment before the gateway is told of the module, so before the first record can flow, until each record counts in a
 * state and, if it leaves, is acknowledged by the broker. Applying the module, connecting, finding the topic and taking over the
 * transactional id are included.
 */
async function gateway(broker: KafkaBroker, { records, to, folder }: Way): Promise<Figures> {
  await using run = await RelayRun.ready({ to, folder });
  const pids = { gateway: run.gateway.pid, functions: run.functions.pid };
  return await timed(pids, records, async () => {
    await run.begin(broker, { from, to });
    const ended = async (): Promise<boolean> => (await run.counted()) >= records && (to === undefined || (await run.waiting()) === 0);
    await until(ended, { what: "the gateway to end", timeoutMs: runMsMax, everyMs: 100 });
  });
}

/** Undefined when it cannot be run here, or did not end; a note below the table says so, and our own figures stay. */
async function restate(broker: KafkaBroker, records: number, { folder, note }: JobSettings): Promise<Figures | undefined> {
  try {
    await using server = await Restate.start(folder, { kafka: broker.address });
    return await timed(server.pids, records, async () => {
      await server.subscribe(from);
      await server.untilHandled(records);
    });
  } catch (error) {
    note(`kafka:restate was left out: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

async function timed(
  pids: { readonly gateway: number | undefined; readonly functions: number | undefined },
  records: number,
  work: () => Promise<void>,
): Promise<Figures> {
  const before = { gateway: cpuMicroseconds(pids.gateway), functions: cpuMicroseconds(pids.functions) };
  const beganMs = performance.now();
  await work();
  const seconds = (performance.now() - beganMs) / 1000;
  const perRecord = (pid: number | undefined, was: number | undefined): number | undefined => {
    const now = cpuMicroseconds(pid);
    return now === undefined || was === undefined ? undefined : (now - was) / records;
  };
  return {
    messagesPerSecond: records / seconds,
    gatewayCpuMicroseconds: perRecord(pids.gateway, before.gateway),
    functionCpuMicroseconds: perRecord(pids.functions, before.functions),
    tookSeconds: seconds,
  };
}
