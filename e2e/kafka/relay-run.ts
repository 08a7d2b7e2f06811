/** A run from topic to topic: broker, gateway, functions, a module as people write it, and what Java's consumer says of the end. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryRoot } from "../../tools/stale-step.ts";
import { endpointYaml, Functions } from "../stack/functions.ts";
import { Gateway } from "../stack/gateway.ts";
import type { KafkaBroker } from "../stack/kafka-broker.ts";
import { until } from "../stack/until.ts";

export const plantedBy = (settings: Record<string, string>): Record<string, string> => ({
  ...settings,
  NODE_OPTIONS: `--import=${join(repositoryRoot, "e2e/kafka/plant.mjs")}`,
});

export const relayKeys = 17;

export interface Verdict {
  readonly lost: number;
  readonly doubled: number;
  readonly outOfOrder: number;
  /** How many messages counted in a state more than once, or not at all. */
  readonly miscounted: number;
}

/** Takes lines of Java's console consumer: partition, key, `number count`. Numbers must rise within a key, counts by one. */
export function judge(lines: readonly string[], records: number): Verdict {
  const seen = new Set<number>();
  const last = new Map<string, number>();
  const counts = new Map<string, number>();
  let doubled = 0;
  let outOfOrder = 0;
  let miscounted = 0;
  for (const line of lines) {
    const [, key = "", value = ""] = line.split("\t");
    const [number = Number.NaN, count] = value.split(" ").map(Number);
    if (seen.has(number)) doubled++;
    else if (number < (last.get(key) ?? 0)) outOfOrder++;
    else if (count !== (counts.get(key) ?? 0) + 1) miscounted++;
    seen.add(number);
    last.set(key, Math.max(number, last.get(key) ?? 0));
    counts.set(key, count ?? 0);
  }
  return { lost: records - seen.size, doubled, outOfOrder, miscounted };
}

/** `to` is undefined when nothing leaves. */
interface Ends {
  readonly from: string;
  readonly to?: string | undefined;
}

export function relayYaml(broker: KafkaBroker, functions: Functions, { from, to }: Ends): string {
  const common = `  address: ${broker.address}\n  properties:\n    - socket.connection.setup.timeout.ms: 5000\n`;
  return [
    endpointYaml("test/*", functions.url),
    `kind: io.statefun.kafka.v1/ingress\nspec:\n  id: test/in\n  consumerGroupId: relay\n  startupPosition: {type: earliest}\n${common}    - fetch.max.wait.ms: 50\n  topics:\n    - topic: ${from}\n      valueType: test/record\n      targets: [test/relay]\n`,
    ...(to === undefined
      ? []
      : [
          `kind: io.statefun.kafka.v1/egress\nspec:\n  id: test/out\n  deliverySemantic: {type: exactly-once, transactionTimeout: 60s}\n${common}`,
        ]),
  ].join("---\n");
}

export async function feed(
  broker: KafkaBroker,
  topic: string,
  numbers: { readonly from: number; readonly through: number },
): Promise<void> {
  const all = Array.from({ length: numbers.through - numbers.from + 1 }, (_, index) => {
    const number = numbers.from + index;
    return { key: `k${number % relayKeys}`, value: String(number), partition: (number % relayKeys) % 3 };
  });
  await broker.produce(topic, all);
}

/** Makes new topics with three partitions, and waits until they can be written to. */
export async function makeTopics(broker: KafkaBroker, ...topics: readonly string[]): Promise<void> {
  for (const topic of topics) {
    await broker.createTopic(topic, { partitions: 3 });
    await until(() => broker.isReady(topic, 3), { what: `${topic} to have leaders`, timeoutMs: 60_000 });
  }
}

interface RelayPlace {
  readonly to?: string | undefined;
  readonly env?: Record<string, string>;
  /** The folder of the data directory. */
  readonly folder?: string;
}

export class RelayRun implements AsyncDisposable {
  readonly functions: Functions;
  readonly #dataDir: string;
  #gateway: Gateway | undefined;

  private constructor(functions: Functions, folder: string) {
    this.functions = functions;
    this.#dataDir = mkdtempSync(join(folder, "signalbox-relay-"));
  }

  get gateway(): Gateway {
    if (this.#gateway === undefined) throw new Error("no gateway was started");
    return this.#gateway;
  }

  static async start(broker: KafkaBroker, { from, to, ...place }: Ends & Omit<RelayPlace, "to">): Promise<RelayRun> {
    const run = await RelayRun.ready({ to, ...place });
    await run.begin(broker, { from, to });
    return run;
  }

  /** Starts the gateway and the functions; no record can flow before begin(). */
  static async ready({ to, env = {}, folder = tmpdir() }: RelayPlace): Promise<RelayRun> {
    const functions = await Functions.start("e2e/functions/kafka-relay.ts", { env: { TOPIC: to ?? "" } });
    const run = new RelayRun(functions, folder);
    await run.startGateway(env);
    return run;
  }

  async begin(broker: KafkaBroker, ends: Ends): Promise<void> {
    await this.gateway.api.applyModule("relay", relayYaml(broker, this.functions, ends));
  }

  /** Starts another gateway on the same data, with other settings, once the one before is gone. */
  async startGateway(env: Record<string, string>): Promise<void> {
    await this.#gateway?.kill();
    this.#gateway = await Gateway.start(env, { dataDir: this.#dataDir });
  }

  /** Returns how many messages the functions' states have counted. */
  async counted(): Promise<number> {
    const counts = await Promise.all(
      Array.from({ length: relayKeys }, (_, key) => this.gateway.api.state({ type: "test/relay", id: `k${key}` }, "count")),
    );
    return counts.reduce<number>((sum, count) => sum + Number(count ?? 0), 0);
  }

  /** Returns how many rows of the egress wait; undefined when the gateway does not answer. */
  async waiting(): Promise<number | undefined> {
    const found = (await this.gateway.api.egresses()).find(({ id }) => id === "test/out");
    return found?.waitingRecords;
  }

  async connector(direction: "ingress" | "egress"): Promise<{ state: string; what: string; cure: string }> {
    const { connectors } = await this.gateway.api.request<{
      connectors: { direction: string; state: string; what: string; cure: string }[];
    }>("GET", "/v1/connectors");
    const found = connectors.find((one) => one.direction === direction);
    if (found === undefined) throw new Error(`there is no ${direction}`);
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#gateway?.[Symbol.asyncDispose]();
    await this.functions[Symbol.asyncDispose]();
    rmSync(this.#dataDir, { recursive: true, force: true });
  }
}
