/**
 * From topic to topic through kill -9 of the relay and of the broker: what a consumer that is not ours sees at the end is every record once,
 * each key in order. The planted bug must be seen by the same eyes.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { repositoryRoot } from "../../tools/stale-step.ts";
import { Child } from "../stack/child.ts";
import { KafkaBroker } from "../stack/kafka-broker.ts";
import { until } from "../stack/until.ts";
import { whyNoBroker } from "./broker-jars.ts";

const reason = whyNoBroker();
const keys = 17;
const partitions = 3;
const relayKills = 12;
const brokerKills = 2;
const runMsMax = 120_000;

interface Verdict {
  readonly lost: number;
  readonly doubled: number;
  readonly outOfOrder: number;
}

/** Lines of Java's console consumer: partition, key, number. Numbers rise within a key. */
function judge(lines: readonly string[], records: number): Verdict {
  const seen = new Set<number>();
  const last = new Map<string, number>();
  let doubled = 0;
  let outOfOrder = 0;
  for (const line of lines) {
    const [, key = "", value = ""] = line.split("\t");
    const number = Number(value);
    if (seen.has(number)) doubled++;
    else if (number < (last.get(key) ?? 0)) outOfOrder++;
    seen.add(number);
    last.set(key, Math.max(number, last.get(key) ?? 0));
  }
  return { lost: records - seen.size, doubled, outOfOrder };
}

describe.skipIf(reason !== undefined)(
  `from topic to topic on a real Kafka broker${reason === undefined ? "" : ` (skipped: ${reason})`}`,
  () => {
    let broker: KafkaBroker;
    beforeAll(async () => {
      broker = await KafkaBroker.start();
    }, 180_000);
    afterAll(async () => broker?.[Symbol.asyncDispose]());

    async function feed(topic: string, records: number): Promise<void> {
      await broker.createTopic(topic, { partitions });
      const all = Array.from({ length: records }, (_, index) => ({ key: `k${index % keys}`, value: String(index + 1) }));
      // One batch each: a repeat of one that went half through would double records before the relay sees them.
      await until(() => broker.produce(topic, [{ key: "k0", value: "0" }]).then(() => true), { what: "the new topic to take records" });
      for (let from = 0; from < records; from += 1000) await broker.produce(topic, all.slice(from, from + 1000));
    }

    function relay(folder: string, settings: Record<string, string>): Child {
      return new Child("relay", [process.execPath, join(repositoryRoot, "e2e/kafka/relay-process.ts")], {
        cwd: repositoryRoot,
        env: { ...process.env, ADDRESS: broker.address, FOLDER: folder, INCARNATION: basename(folder), ...settings },
      });
    }

    it(
      "no record is lost, doubled or out of its key's order",
      async () => {
        const records = 8000;
        await feed("crash-in", records);
        await broker.createTopic("crash-out", { partitions });
        const folder = mkdtempSync(join(tmpdir(), "signalbox-relay-"));
        // The first record of the feed (number 0) may stand there more than once: it is counted, not judged.
        const settings = { FROM: "crash-in", TO: "crash-out", RECORDS: String(records + 1) };
        const deadline = performance.now() + runMsMax;
        let kills = 0;
        let brokersKilled = 0;
        for (;;) {
          const running = relay(folder, settings);
          await until(() => !running.running || running.output.includes("started"), { what: "the relay to start", timeoutMs: 60_000 });
          if (kills < relayKills) {
            await delay(200 + Math.random() * 900);
            if (kills % 5 === 4 && brokersKilled < brokerKills) {
              brokersKilled++;
              await broker.kill();
              await broker.start();
            }
            if (running.running) kills++;
            await running.kill();
            if (running.exitCode === 0) break;
            continue;
          }
          await until(() => !running.running, {
            what: `the relay to end; it said:\n${running.output}`,
            timeoutMs: deadline - performance.now(),
          });
          expect(running.output).toContain("done");
          break;
        }
        rmSync(folder, { recursive: true, force: true });
        const lines = (await broker.consumed("crash-out", { atLeast: records })).filter((line) => !line.endsWith("\t0"));
        expect(judge(lines, records)).toEqual({ lost: 0, doubled: 0, outOfOrder: 0 });
        expect(kills).toBeGreaterThan(relayKills / 2);
      },
      runMsMax * 2,
    );

    it("a relay that does not read the marker is caught", async () => {
      const records = 600;
      for (const [plant, topic] of [
        [undefined, "honest"],
        ["marker-not-read", "planted"],
      ] as const) {
        await feed(`${topic}-in`, records);
        await broker.createTopic(`${topic}-out`, { partitions });
        const folder = mkdtempSync(join(tmpdir(), "signalbox-relay-"));
        const settings = {
          FROM: `${topic}-in`,
          TO: `${topic}-out`,
          RECORDS: String(records + 1),
          ...(plant === undefined ? {} : { PLANT: plant }),
        };
        for (const dieAfter of ["1", "2"]) await relay(folder, { ...settings, DIE_AFTER_COMMIT: dieAfter }).ended();
        const last = relay(folder, settings);
        await last.ended();
        expect(last.output).toContain("done");
        rmSync(folder, { recursive: true, force: true });
        const lines = (await broker.consumed(`${topic}-out`, { atLeast: records })).filter((line) => !line.endsWith("\t0"));
        const verdict = judge(lines, records);
        if (plant === undefined) expect(verdict).toEqual({ lost: 0, doubled: 0, outOfOrder: 0 });
        else expect(verdict.doubled).toBeGreaterThan(0);
      }
    }, 180_000);
  },
);
