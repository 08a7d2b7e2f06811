/**
 * From topic to topic through kill -9 of the gateway, its functions and the broker: what a consumer that is not ours sees at the end is
 * every record once, each key in order. The planted bug must be seen by the same eyes. `npm run crash -- --kafka --kills 100 --records
 * 100000` is a longer run.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KafkaBroker } from "../stack/kafka-broker.ts";
import { until } from "../stack/until.ts";
import { whyNoBroker } from "./broker-jars.ts";
import { crashMsMax, runKafkaCrash, wentThrough } from "./crash-run.ts";
import { feed, judge, makeTopics, plantedBy, RelayRun } from "./relay-run.ts";

const reason = whyNoBroker();
const kills = 4;
const records = 4000;
const clean = { lost: 0, doubled: 0, outOfOrder: 0, miscounted: 0 };

describe.skipIf(reason !== undefined)(
  `a gateway from topic to topic on a real Kafka broker${reason === undefined ? "" : ` (skipped: ${reason})`}`,
  () => {
    let broker: KafkaBroker;
    // A test that is repeated meets the same broker, so its topics get other names.
    let runs = 0;
    beforeAll(async () => {
      broker = await KafkaBroker.start();
    }, 180_000);
    afterAll(async () => broker?.[Symbol.asyncDispose]());

    it(
      "loses, doubles and reorders nothing, whichever process is killed",
      async () => {
        expect(await runKafkaCrash(broker, { kills, records, log: () => undefined, topics: `crash-${++runs}` })).toEqual(clean);
      },
      crashMsMax({ kills, records }) * 2,
    );

    it.each([
      ["takes up a transaction that counts and was not acknowledged", {}],
      ["that does not read the marker is caught", { KAFKA_MARKER_NOT_READ: "1" }],
    ])(
      "a gateway %s",
      async (_what, plant) => {
        const isHonest = !("KAFKA_MARKER_NOT_READ" in plant);
        const topic = `one-${++runs}`;
        await makeTopics(broker, `${topic}-in`, `${topic}-out`);
        await feed(broker, `${topic}-in`, { from: 1, through: 600 });
        await using run = await RelayRun.start(broker, {
          ...{ from: `${topic}-in`, to: `${topic}-out` },
          env: plantedBy({ ...plant, KAFKA_DIE_AFTER_COMMIT: "1" }),
        });
        await until(() => !run.gateway.running, { what: "the gateway to die after its commit", timeoutMs: 60_000 });
        await run.startGateway(plantedBy(plant));
        await wentThrough(run, 600, 200_000);
        const seen = judge(await broker.consumed(`${topic}-out`, { atLeast: 600 }), 600);
        if (isHonest) expect(seen).toEqual(clean);
        else expect(seen.doubled).toBeGreaterThan(0);
      },
      240_000,
    );
  },
);
