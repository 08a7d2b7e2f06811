/**
 * FaultSchedule: what strikes a crash run, and when, drawn from its seed. Kills of the gateway are spread over the commands, each at a
 * random moment; beside them a second hand disturbs everything else without pause: kill -9 and SIGSTOP of functions, SIGSTOP of the
 * gateway, kill -9 of consumers, links that refuse, swallow, delay and cut. When run() resolves everything is whole again.
 */
import { setTimeout as delay } from "node:timers/promises";
import { seededRandom } from "../functions/program.ts";
import type { FaultLink, LinkFault } from "../stack/fault-link.ts";
import { until } from "../stack/until.ts";
import { batchMessagesMax, type CrashStack } from "./crash-stack.ts";
import type { Workload } from "./workload.ts";

export interface FaultOptions {
  readonly kills: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
}

const killDelayMsMax = 400;
const killAgainShare = 0.2;
const restartShare = 0.1;
const pauseMsMax = 500;
/** A stop may be longer than the endpoint's read timeout, so that some answers come too late. */
const stopMsMax = 5000;
const progressMsMax = 180_000;

export class FaultSchedule {
  kills = 0;
  /** True when no more faults come; from then on nobody ends the gateway. */
  over = false;
  readonly struck = new Map<string, number>();
  readonly #stack: CrashStack;
  readonly #workload: Workload;
  readonly #options: FaultOptions;
  /** Each of the two hands has draws of its own, so that a seed draws the same faults whatever the clock does between them. */
  readonly #killRandom: () => number;
  readonly #random: () => number;
  #ending = false;

  constructor(stack: CrashStack, workload: Workload, options: FaultOptions) {
    this.#stack = stack;
    this.#workload = workload;
    this.#options = options;
    this.#killRandom = seededRandom(options.seed + 10);
    this.#random = seededRandom(options.seed + 11);
  }

  async run(): Promise<void> {
    this.over = this.#options.kills === 0;
    if (this.over) return;
    const disturbing = this.#disturb();
    try {
      await this.#killGateways();
    } finally {
      this.#ending = true;
      await disturbing;
      await this.#stack.heal();
      this.over = true;
    }
  }

  async #killGateways(): Promise<void> {
    const { kills, log } = this.#options;
    const random = this.#killRandom;
    const { gateway } = this.#stack;
    const share = this.#workload.commands / kills;
    while (this.kills < kills) {
      await this.#acknowledged(Math.min(this.#workload.commands, Math.floor((this.kills + random()) * share)));
      await delay(random() * killDelayMsMax);
      if (random() < restartShare) await this.#restartInOrder();
      // A gateway that ended by itself would look like one more kill.
      gateway.assertRunning();
      await gateway.kill();
      this.kills++;
      if (this.kills < kills && random() < killAgainShare) await this.#killWhileItStarts();
      await gateway.start();
      const { acknowledged, commands } = this.#workload;
      if (this.kills % Math.ceil(kills / 20) === 0)
        log(`kill ${this.kills}/${kills}: ${acknowledged} of ${commands} commands acknowledged`);
    }
  }

  /** Strikes while the store is being opened and read. */
  async #killWhileItStarts(): Promise<void> {
    const { gateway } = this.#stack;
    const abandoned = new AbortController();
    const starting = gateway.start(abandoned.signal).catch(() => undefined);
    await delay(200 + this.#killRandom() * 1200);
    await gateway.kill();
    abandoned.abort();
    await starting;
    this.kills++;
    this.#count("gateway killed while it starts");
  }

  async #restartInOrder(): Promise<void> {
    const { gateway } = this.#stack;
    await gateway.stop();
    await gateway.start();
    this.#count("gateway ended by SIGTERM");
    await delay(this.#killRandom() * killDelayMsMax);
  }

  #acknowledged(count: number): Promise<unknown> {
    const { signal } = this.#options;
    const reached = (): boolean =>
      signal.aborted || !this.#stack.gateway.running || this.#workload.acknowledged >= count || this.#workload.exhausted;
    return until(reached, { what: `${count} commands to be acknowledged`, timeoutMs: progressMsMax });
  }

  async #disturb(): Promise<void> {
    while (!this.#ending && !this.#options.signal.aborted) {
      await delay(this.#random() * pauseMsMax);
      const faults = this.#faults();
      const fault = faults[Math.floor(this.#random() * faults.length)];
      if (fault === undefined) continue;
      this.#count(fault.name);
      await fault.strike();
    }
  }

  #faults(): { name: string; strike: () => Promise<void> }[] {
    const { gateway, functions, consumers, links } = this.#stack;
    const inFunctions = functions.flatMap((each, index) => {
      const name = index === 0 ? "JavaScript" : "Python";
      return [
        { name: `${name} functions killed`, strike: () => this.#restart(each) },
        { name: `${name} functions stopped`, strike: () => this.#stop(each) },
      ];
    });
    const inConsumers = [...consumers.values()].map((each) => ({
      name: "consumer killed",
      strike: async () => {
        await each.kill();
        await delay(this.#ms(300));
        each.start();
      },
    }));
    return [
      ...inFunctions,
      ...inConsumers,
      { name: "gateway stopped", strike: () => this.#stop(gateway) },
      { name: "savepoint taken", strike: () => this.#attempt(gateway.api.takeSavepoint()) },
      { name: "module changed", strike: () => this.#attempt(this.#stack.applyModule(1 + this.#ms(batchMessagesMax))) },
      ...this.#linkFaults("functions", links.functions),
      ...this.#linkFaults("HTTP clients", links.http),
      ...this.#linkFaults("gRPC clients", links.grpc),
    ];
  }

  #linkFaults(name: string, link: FaultLink): { name: string; strike: () => Promise<void> }[] {
    const direction = this.#random() < 0.5 ? "to-target" : "from-target";
    const hold = (fault: LinkFault, msMax: number) => async (): Promise<void> => {
      await link.set(fault);
      await delay(this.#ms(msMax));
      await link.set({ kind: "none" });
    };
    const afterBytes = Math.floor(this.#random() * 400);
    return [
      { name: `${name}: connections reset`, strike: () => Promise.resolve(link.reset()) },
      { name: `${name}: connections cut in the middle`, strike: hold({ kind: "cut", direction, afterBytes }, 300) },
      { name: `${name}: bytes swallowed`, strike: hold({ kind: "swallow", direction }, 2000) },
      { name: `${name}: connections refused`, strike: hold({ kind: "refuse" }, 1500) },
      { name: `${name}: slow line`, strike: hold({ kind: "delay", ms: 1 + this.#ms(60) }, 1500) },
    ];
  }

  /** Sends a request that may go unanswered, because the gateway may die under it. */
  async #attempt(request: Promise<unknown>): Promise<void> {
    await request.catch(() => this.#count("savepoint or module not answered"));
  }

  async #restart(each: { kill(): Promise<void>; start(): Promise<void> }): Promise<void> {
    await each.kill();
    await delay(this.#ms(500));
    await each.start();
  }

  /** Stops a process for a time that is mostly shorter than every timeout, and sometimes longer. */
  async #stop(each: { signal(signal: NodeJS.Signals): void }): Promise<void> {
    each.signal("SIGSTOP");
    await delay(this.#random() ** 3 * stopMsMax);
    each.signal("SIGCONT");
  }

  #ms(max: number): number {
    return Math.floor(this.#random() * max);
  }

  #count(name: string): void {
    this.struck.set(name, (this.struck.get(name) ?? 0) + 1);
  }
}
