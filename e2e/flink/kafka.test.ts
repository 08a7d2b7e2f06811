/**
 * Kafka on Flink: a module with StateFun's Kafka kinds runs with StateFun's own connectors in the job, from topic to function to topic, and
 * not through the gateway's log. What a consumer that is not ours sees at the end, through kill -9 of the whole Flink JVM and through
 * changes of the module, is every record once, each key in order.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { whyNoBroker } from "../kafka/broker-jars.ts";
import { feed, judge, makeTopics, relayKeys, relayYaml } from "../kafka/relay-run.ts";
import { endpointYaml } from "../stack/functions.ts";
import { KafkaBroker } from "../stack/kafka-broker.ts";
import { until } from "../stack/until.ts";
import { whyNoFlink } from "./flink-stand.ts";
import { RelayStand } from "./relay-stand.ts";

const reason = whyNoFlink ?? whyNoBroker();
const clean = { lost: 0, doubled: 0, outOfOrder: 0, miscounted: 0 };

interface JobRow {
  readonly jid: string;
  readonly state: string;
}

describe.skipIf(reason !== undefined)(
  `Kafka on Flink, by StateFun's own connectors${reason === undefined ? "" : ` (skipped: ${reason})`}`,
  () => {
    let stand: RelayStand<KafkaBroker>;
    beforeAll(async () => {
      stand = await RelayStand.start({
        system: () => KafkaBroker.start(),
        relay: "e2e/functions/kafka-relay.ts",
        relayEnv: { TOPIC: "out" },
      });
      await makeTopics(stand.system, "in", "out");
    }, 300_000);
    afterAll(async () => stand?.[Symbol.asyncDispose]());

    /** Resolves when the gateway's last look shows that functions counted this many records. */
    const counted = (records: number): Promise<unknown> =>
      until(
        async () => {
          const counts = await Promise.all(
            Array.from({ length: relayKeys }, (_, key) => stand.gateway.api.state({ type: "test/relay", id: `k${key}` }, "count")),
          );
          return counts.reduce<number>((sum, count) => sum + Number(count ?? 0), 0) >= records;
        },
        { what: `${records} records to be counted`, said: () => stand.gateway.output, timeoutMs: 180_000, everyMs: 20 },
      );

    const runningJob = async (): Promise<JobRow | undefined> => {
      const { jobs } = (await stand.cluster.rest("/jobs/overview")) as { jobs: JobRow[] };
      return jobs.find(({ state }) => state === "RUNNING");
    };

    test("topic to function to topic, each record once, through a kill of the whole JVM", async () => {
      const { system: broker, cluster, functions, gateway } = stand;
      await gateway.api.applyModule("relay", relayYaml(broker, functions, { from: "in", to: "out" }));
      const job = await until(runningJob, { what: "the job", timeoutMs: 60_000 });
      const { vertices } = (await cluster.rest(`/jobs/${job.jid}`)) as { vertices: { name: string }[] };
      const names = vertices.map(({ name }) => name).join(" ");
      expect(names).toContain("test-in-ingress");
      expect(names).toContain("test-out-egress");

      await feed(broker, "in", { from: 1, through: 2_000 });
      // This is amid the records: what functions answered is seen here before it is committed.
      await counted(300);
      await cluster.kill();
      await cluster.start();
      expect(judge(await broker.consumed("out", { atLeast: 2_000 }), 2_000)).toEqual(clean);
    }, 400_000);

    test("a change that takes the connectors out leaves no record behind in a transaction", async () => {
      const { system: broker, functions, gateway } = stand;
      await feed(broker, "in", { from: 2_001, through: 2_600 });
      await counted(2_600);
      await gateway.api.applyModule("relay", endpointYaml("test/*", functions.url));
      expect(judge(await broker.consumed("out", { atLeast: 2_600 }), 2_600)).toEqual(clean);
    }, 400_000);
  },
);
