/**
 * runKafkaCrash: records from topic to topic, in pieces, and a kill -9 in the middle of each: of the gateway always, of the functions and
 * of the broker in turn. What Java's read_committed console consumer sees at the end is the verdict. crash.test.ts runs a short one, `npm
 * run crash -- --kafka` a long one.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { KafkaBroker } from "../stack/kafka-broker.ts";
import { until } from "../stack/until.ts";
import { feed, judge, makeTopics, RelayRun, type Verdict } from "./relay-run.ts";

export interface KafkaCrash {
  readonly kills: number;
  readonly records: number;
  readonly log: (line: string) => void;
  /** The beginning of its topics' names, because a broker takes a name once. */
  readonly topics: string;
}

/** The longest time of a run on a busy machine. */
export const crashMsMax = ({ kills, records }: Pick<KafkaCrash, "kills" | "records">): number => 120_000 + kills * 20_000 + records * 5;

export async function runKafkaCrash(broker: KafkaBroker, { kills, records, log, topics }: KafkaCrash): Promise<Verdict> {
  const [from, to] = [`${topics}-in`, `${topics}-out`];
  const timeoutMs = crashMsMax({ kills, records });
  const pieces = kills + 1;
  const piece = Math.ceil(records / pieces);
  await makeTopics(broker, from, to);
  await using run = await RelayRun.start(broker, { from, to });
  for (let turn = 0; turn < pieces; turn++) {
    await feed(broker, from, { from: turn * piece + 1, through: Math.min(records, (turn + 1) * piece) });
    if (turn === kills) break;
    // The kill comes when a random part of this piece was reached; the clock does not decide it.
    const reached = Math.min(records, turn * piece + Math.ceil(Math.random() * piece * 0.5));
    await until(async () => (await run.counted()) >= reached, { what: `${reached} records`, timeoutMs });
    await delay(Math.random() * 50);
    const killed = await kill(run, broker, turn);
    log(`kill ${turn + 1} of ${kills}: ${killed} after ${reached} records`);
  }
  await wentThrough(run, records, timeoutMs);
  return judge(await broker.consumed(to, { atLeast: records }), records);
}

async function kill(run: RelayRun, broker: KafkaBroker, turn: number): Promise<string> {
  let killed = "the gateway";
  if (turn % 4 === 2) {
    killed = "broker and gateway";
    await broker.kill();
    await broker.start();
  } else if (turn % 4 === 3) {
    killed = "functions and gateway";
    await run.functions.kill();
    await run.functions.start();
  }
  await run.gateway.kill();
  await run.gateway.start();
  return killed;
}

export async function wentThrough(run: RelayRun, through: number, timeoutMs: number): Promise<void> {
  await until(async () => (await run.counted()) >= through && (await run.waiting()) === 0, {
    what: `${through} records to go through`,
    said: () => run.gateway.output,
    timeoutMs,
    everyMs: 100,
  });
}
