/**
 * CrashRun: random programs through the official JavaScript SDK while the gateway is killed with -9 at random moments, and now and
 * then the functions too. Every send carries an idempotency key and is repeated until it is acknowledged. At the end each counter
 * and the number of egress records must be exactly what the programs come to (G2, G3, G4).
 */
import { setTimeout as delay } from "node:timers/promises";
import { Functions, endpointYaml } from "../stack/functions.ts";
import { Gateway } from "../stack/gateway.ts";
import { foldProgram, ProgramGenerator, seededRandom, type SourceCommand } from "../functions/program.ts";
import { ApiError } from "../stack/api.ts";

const functionType = "statefun.smoke.e2e/command-interpreter-fn";
const commandsType = "statefun.smoke.e2e/commands";
const discardSinkId = "statefun.smoke.e2e/discard-sink";
/** Kafka egresses are recognised and not delivered yet: their records wait, so they can be counted. */
const discardSink = `---
kind: io.statefun.kafka.v1/egress
spec:
  id: ${discardSinkId}
  address: 127.0.0.1:9092
`;

export interface CrashOptions {
  readonly seed: number;
  readonly kills: number;
  /** Every so many kills of the gateway the functions die as well. */
  readonly functionKillEvery: number;
  readonly entities: number;
  readonly programsInFlightMax: number;
  /** The longest pause between two kills. */
  readonly upMsMax: number;
  readonly log?: (line: string) => void;
}

export interface CrashReport {
  readonly kills: number;
  readonly programs: number;
  readonly messages: number;
  /** Sends that had to be repeated because the gateway died under them. */
  readonly repeatedSends: number;
  readonly expected: Outcome;
  readonly actual: Outcome;
}

/** What must come out: one counter an entity, and the records that wait in the outbox of the egress. */
export interface Outcome {
  readonly counters: readonly number[];
  readonly egressRecords: number;
}

interface Run {
  readonly options: CrashOptions;
  readonly gateway: Gateway;
  readonly expected: number[];
  readonly generator: ProgramGenerator;
  programs: number;
  messages: number;
  egressRecords: number;
  repeatedSends: number;
  stopping: boolean;
}

export async function runCrash(options: CrashOptions): Promise<CrashReport> {
  const log = options.log ?? (() => undefined);
  await using functions = await Functions.start("e2e/functions/interpreter.ts");
  await using gateway = await Gateway.start();
  await gateway.api.applyModule("smoke", endpointYaml(functionType, functions.url, discardSink));
  const random = seededRandom(options.seed);
  const shape = { entities: options.entities, depthMax: 6, commandsPerDepthMax: 4, delayMsMax: 400 };
  const run: Run = {
    options,
    gateway,
    expected: Array.from({ length: options.entities }, () => 0),
    generator: new ProgramGenerator(seededRandom(options.seed + 1), shape),
    programs: 0,
    messages: 0,
    egressRecords: 0,
    repeatedSends: 0,
    stopping: false,
  };
  const senders = Promise.all(Array.from({ length: options.programsInFlightMax }, () => sendUntilStopped(run)));
  try {
    for (let kill = 1; kill <= options.kills; kill++) {
      await delay(random() * options.upMsMax);
      if (kill % options.functionKillEvery === 0) {
        await functions.kill();
        await functions.start();
      }
      await gateway.kill();
      await gateway.start();
      log(`kill ${kill}/${options.kills}: ${run.programs} programs acknowledged, ${run.repeatedSends} sends repeated`);
    }
  } finally {
    run.stopping = true;
    await senders;
  }
  const actual = { counters: await settledCounters(run), egressRecords: await outbox(gateway) };
  const expected = { counters: run.expected, egressRecords: run.egressRecords };
  return { kills: options.kills, programs: run.programs, messages: run.messages, repeatedSends: run.repeatedSends, expected, actual };
}

async function outbox(gateway: Gateway): Promise<number> {
  const found = (await gateway.api.egresses()).find((egress) => egress.id === discardSinkId);
  return found?.waitingRecords ?? 0;
}

async function sendUntilStopped(run: Run): Promise<void> {
  while (!run.stopping) {
    const number = run.programs++;
    const program = run.generator.next();
    const sum = foldProgram(program, run.expected);
    run.messages += sum.messages;
    run.egressRecords += sum.egressRecords;
    await sendOnce(run, program, `program-${number}`);
  }
}

/** Exactly once by asking at least once: the key makes repeats harmless. */
async function sendOnce(run: Run, program: SourceCommand, idempotencyKey: string): Promise<void> {
  const target = { type: functionType, id: String(program.target) };
  const deadline = performance.now() + 120_000;
  for (;;) {
    try {
      await run.gateway.api.send(target, program.commands, { valueType: commandsType, idempotencyKey });
      return;
    } catch (error) {
      const refusedForGood = error instanceof ApiError && error.status < 500 && error.status !== 429;
      if (refusedForGood || performance.now() > deadline) throw error;
      run.repeatedSends++;
      await delay(50);
    }
  }
}

/** Reads all counters until they reach what is expected; an over-count or a stand-still is returned as it is. */
async function settledCounters(run: Run): Promise<number[]> {
  const wanted = run.expected.reduce((sum, value) => sum + value, 0);
  let lastSum = -1;
  let lastChangeMs = performance.now();
  for (;;) {
    const counters = await Promise.all(run.expected.map((_, id) => counter(run.gateway, id)));
    const sum = counters.reduce((total, value) => total + value, 0);
    if (sum !== lastSum) lastChangeMs = performance.now();
    lastSum = sum;
    if (sum > wanted || performance.now() - lastChangeMs > 15_000) return counters;
    if (sum === wanted && (await idle(run.gateway))) return counters;
    await delay(100);
  }
}

async function counter(gateway: Gateway, id: number): Promise<number> {
  const value = await gateway.api.state({ type: functionType, id: String(id) }, "state");
  return typeof value === "number" ? value : 0;
}

async function idle(gateway: Gateway): Promise<boolean> {
  const pulse = await gateway.api.pulse();
  return pulse.waiting === 0 && pulse.inFlight === 0 && pulse.delayed === 0;
}
