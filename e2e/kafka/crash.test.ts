/**
 * From topic to topic through kill -9 of the gateway, its functions and the broker: what a consumer that is not ours sees at the end is every
 * record once, each key in order. The planted bug must be seen by the same eyes. KAFKA_CRASH_KILLS and KAFKA_CRASH_RECORDS make a longer run.
 */
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KafkaBroker } from "../stack/kafka-broker.ts";
import { until } from "../stack/until.ts";
import { whyNoBroker } from "./broker-jars.ts";
import { feed, judge, makeTopics, plantedBy, RelayRun } from "./relay-run.ts";

const reason = whyNoBroker();
const kills = Number(process.env["KAFKA_CRASH_KILLS"] ?? 4);
const records = Number(process.env["KAFKA_CRASH_RECORDS"] ?? 4000);
const pieces = kills + 1;
const runMsMax = 120_000 + kills * 20_000;
const clean = { lost: 0, doubled: 0, outOfOrder: 0, miscounted: 0 };

describe.skipIf(reason !== undefined)(
  `a gateway from topic to topic on a real Kafka broker${reason === undefined ? "" : ` (skipped: ${reason})`}`,
  () => {
    let broker: KafkaBroker;
    beforeAll(async () => {
      broker = await KafkaBroker.start();
    }, 180_000);
    afterAll(async () => broker?.[Symbol.asyncDispose]());

    /** All that was written to `to` by transactions that count. */
    async function verdict(to: string, through: number): Promise<ReturnType<typeof judge>> {
      return judge(await broker.consumed(to, { atLeast: through }), through);
    }

    async function wentThrough(run: RelayRun, through: number): Promise<void> {
      await until(async () => (await run.counted()) >= through && (await run.waiting()) === 0, {
        what: `${through} records to go through; the gateway said:\n${run.gateway.output}`,
        timeoutMs: runMsMax,
        everyMs: 100,
      });
    }

    it(
      "loses, doubles and reorders nothing, whoever is killed",
      async () => {
        await makeTopics(broker, "crash-in", "crash-out");
        const piece = Math.ceil(records / pieces);
        await using run = await RelayRun.start(broker, { from: "crash-in", to: "crash-out" });
        for (let turn = 0; turn < pieces; turn++) {
          await feed(broker, "crash-in", { from: turn * piece + 1, through: Math.min(records, (turn + 1) * piece) });
          if (turn === kills) break;
          // Somewhere in this piece's way: what it has reached says where, not the clock.
          const reached = turn * piece + Math.ceil(Math.random() * piece * 0.5);
          await until(async () => (await run.counted()) >= reached, { what: `${reached} records`, timeoutMs: runMsMax });
          await delay(Math.random() * 50);
          if (turn % 4 === 2) {
            await broker.kill();
            await broker.start();
          } else if (turn % 4 === 3) {
            await run.functions.kill();
            await run.functions.start();
          }
          await run.gateway.kill();
          await run.gateway.start();
        }
        await wentThrough(run, records);
        expect(await verdict("crash-out", records)).toEqual(clean);
      },
      runMsMax * 2,
    );

    it.each([
      ["takes up a transaction that counts and was not acknowledged", {}],
      ["that does not read the marker is caught", { KAFKA_MARKER_NOT_READ: "1" }],
    ])(
      "a gateway %s",
      async (_what, plant) => {
        const topic = "KAFKA_MARKER_NOT_READ" in plant ? "planted" : "honest";
        await makeTopics(broker, `${topic}-in`, `${topic}-out`);
        await feed(broker, `${topic}-in`, { from: 1, through: 600 });
        await using run = await RelayRun.start(broker, {
          ...{ from: `${topic}-in`, to: `${topic}-out` },
          env: plantedBy({ ...plant, KAFKA_DIE_AFTER_COMMIT: "1" }),
        });
        await until(() => !run.gateway.running, { what: "the gateway to die after its commit", timeoutMs: 60_000 });
        await run.startGateway(plantedBy(plant));
        await wentThrough(run, 600);
        const seen = await verdict(`${topic}-out`, 600);
        if (topic === "honest") expect(seen).toEqual(clean);
        else expect(seen.doubled).toBeGreaterThan(0);
      },
      240_000,
    );
  },
);
