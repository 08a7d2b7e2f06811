/**
 * CrashRun: StateFun's smoke workload against real processes while faults strike, then a calm end in which everything must come to
 * rest, then the verdict (G2–G5, G7). `npm run crash` is its command line, crash.test.ts the short run of every `npm run test:slow`.
 */
import { setTimeout as delay } from "node:timers/promises";
import { seededRandom } from "../functions/program.ts";
import { Api, type StatusSummary } from "../stack/api.ts";
import { until } from "../stack/until.ts";
import { CrashStack } from "./crash-stack.ts";
import { FaultSchedule } from "./fault-schedule.ts";
import { HttpSender } from "./http-sender.ts";
import { PublishSender } from "./publish-sender.ts";
import { type Finding, findings } from "./verdict.ts";
import { type Plant, Workload } from "./workload.ts";

export interface CrashOptions {
  readonly seed: number;
  readonly kills: number;
  readonly commands: number;
  readonly plant?: Plant | undefined;
  readonly log?: (line: string) => void;
}

export interface CrashReport {
  readonly findings: readonly Finding[];
  readonly commands: number;
  /** Messages that functions had to receive, from clients and from each other. */
  readonly messages: number;
  readonly egressRecords: number;
  readonly kills: number;
  readonly repeatedSends: number;
  readonly reconnects: number;
  readonly faults: ReadonlyMap<string, number>;
  /** The bytes that came from each SDK's process, JavaScript first. */
  readonly functionBytes: readonly number[];
  /** The folder in which everything was kept; only when there are findings. */
  readonly kept: string | undefined;
}

const httpSenders = 12;
const publishSenders = 2;
/** When more than this wait, the senders pause: the kills should strike work, not a queue. */
const waitingMessagesMax = 3000;
/** When nothing moves for this long, nothing will. */
const stillMsMax = 60_000;

export async function runCrash(options: CrashOptions): Promise<CrashReport> {
  const random = seededRandom(options.seed);
  const workload = new Workload({ seed: options.seed, commands: options.commands, plant: options.plant });
  await using stack = await CrashStack.start({ random, plant: options.plant });
  const failed = new AbortController();
  const run = new Run(stack, { ...options, workload, random, failed });
  try {
    await run.traffic();
    await run.calm();
    const found = await findings(stack, workload);
    if (found.length > 0) stack.keep();
    return run.report(found);
  } catch (error) {
    stack.keep();
    throw new Error(`the run broke off; data and logs are in ${stack.directory}`, { cause: error });
  }
}

interface RunOptions extends CrashOptions {
  readonly workload: Workload;
  readonly random: () => number;
  readonly failed: AbortController;
}

class Run {
  readonly #stack: CrashStack;
  readonly #options: RunOptions;
  readonly #http: readonly HttpSender[];
  readonly #publish: readonly PublishSender[];
  readonly #faults: FaultSchedule;

  constructor(stack: CrashStack, options: RunOptions) {
    this.#stack = stack;
    this.#options = options;
    const { random, workload, kills, seed } = options;
    const signal = options.failed.signal;
    const sender = { workload, random, signal };
    const api = new Api(`http://127.0.0.1:${stack.links.http.port}`);
    this.#http = Array.from({ length: httpSenders }, () => new HttpSender(api, sender));
    const address = `127.0.0.1:${stack.links.grpc.port}`;
    this.#publish = Array.from({ length: publishSenders }, (_, index) => new PublishSender(`producer-${index}`, address, sender));
    this.#faults = new FaultSchedule(stack, workload, { kills, seed, signal, log: options.log ?? (() => undefined) });
  }

  /** Resolves when all commands are acknowledged and the last fault has struck. The first part that fails ends the others. */
  async traffic(): Promise<void> {
    const ended = new AbortController();
    const holding = this.#holdWhenBehind(ended.signal);
    const parts = [...this.#http, ...this.#publish, this.#faults].map(async (part) => {
      try {
        await part.run();
      } catch (error) {
        this.#options.failed.abort(error);
        throw error;
      }
    });
    const outcomes = await Promise.allSettled(parts);
    ended.abort();
    await holding;
    this.#options.failed.signal.throwIfAborted();
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  }

  /**
   * Waits until everything that was accepted is processed; then asks each entity for its counter a last time, and consumers read to the
   * end.
   */
  async calm(): Promise<void> {
    const { workload } = this.#options;
    workload.held = false;
    this.#stack.gateway.assertRunning();
    await this.#rest();
    workload.startRound();
    await Promise.all(this.#http.map((sender) => sender.run()));
    await this.#rest();
    const { api } = this.#stack.gateway;
    const empty = async (): Promise<boolean> => (await api.egresses()).every((egress) => egress.waitingRecords === 0);
    await until(empty, { what: "the consumers to read every egress to its end", timeoutMs: stillMsMax });
  }

  report(found: readonly Finding[]): CrashReport {
    const { workload } = this.#options;
    const { links, functions, directory } = this.#stack;
    return {
      findings: found,
      commands: workload.taken,
      messages: workload.messages,
      egressRecords: workload.discarded + workload.verifications + [...workload.sequences.records.values()].reduce((a, b) => a + b, 0),
      kills: this.#faults.kills,
      repeatedSends: this.#http.reduce((sum, sender) => sum + sender.repeats, 0),
      reconnects: this.#publish.reduce((sum, sender) => sum + sender.reconnects, 0),
      faults: this.#faults.struck,
      functionBytes: functions.map((each) => links.functions.bytesFrom(each.port)),
      kept: found.length > 0 ? directory : undefined,
    };
  }

  async #holdWhenBehind(signal: AbortSignal): Promise<void> {
    const { workload } = this.#options;
    while (!signal.aborted) {
      const { gateway } = this.#stack;
      if (this.#faults.over && !gateway.running) this.#options.failed.abort(new Error(`the gateway ended by itself:\n${gateway.output}`));
      const summary = await gateway.api.summary().catch(() => undefined);
      if (summary !== undefined) workload.held = summary.waiting > waitingMessagesMax;
      await delay(100);
    }
  }

  /** Resolves when nothing waits, or when nothing has moved for stillMsMax: the verdict names what is left. */
  async #rest(): Promise<void> {
    let last = "";
    let movedMs = performance.now();
    for (let idle = 0; idle < 3; ) {
      const summary: StatusSummary = await this.#stack.gateway.api.summary();
      idle = summary.waiting + summary.inFlight + summary.delayed === 0 ? idle + 1 : 0;
      const seen = `${summary.epoch} ${summary.waiting} ${summary.delayed}`;
      if (seen !== last) movedMs = performance.now();
      last = seen;
      if (performance.now() - movedMs > stillMsMax) return;
      await delay(50);
    }
  }
}
