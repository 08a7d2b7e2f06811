/**
 * Workload: what the clients of a crash run send, drawn from one seed, and what it must come to. Senders take items one by one; an
 * item counts as expected from the moment it is taken. Verification rounds go out in between, as the smoke test's source does.
 * Neighbours: http-sender.ts and publish-sender.ts deliver items; verdict.ts compares.
 */
import { foldProgram, ProgramGenerator, seededRandom } from "../functions/program.ts";
import type { SequenceMessage } from "../functions/sequence.ts";
import { encodeSourceCommand, smokeNames, type SourceCommand } from "../functions/smoke-commands.ts";

/** Faults of the test itself, each of which must make the run fail. */
export const plants = ["double-send", "forget-send", "swap-order", "lose-record"] as const;
export type Plant = (typeof plants)[number];

export interface WorkloadOptions {
  readonly seed: number;
  readonly commands: number;
  readonly plant: Plant | undefined;
}

export interface Item {
  /** The idempotency key, unique in the run. */
  readonly key: string;
  readonly target: { readonly type: string; readonly id: string };
  readonly valueType: string;
  readonly bytes: Buffer<ArrayBuffer>;
  /** True for a command of the run, false for a tick or a verification. */
  readonly counts: boolean;
  readonly planted?: "double-send" | "forget-send" | undefined;
}

interface Sequences {
  /** Ticks by producer and target, numbers by sender and receiver, egress records by sender. */
  readonly ticks: Map<string, number>;
  readonly sent: Map<string, number>;
  readonly records: Map<string, number>;
}

const shape = { entities: 128, depthMax: 10, commandsPerDepthMax: 3 };
export const sequenceEntities = 16;
const receiversPerTick = 2;
const roundsOnTheWay = 6;

export class Workload {
  readonly counters: number[] = Array.from({ length: shape.entities }, () => 0);
  readonly sequences: Sequences = { ticks: new Map(), sent: new Map(), records: new Map() };
  readonly commands: number;
  taken = 0;
  /** Commands that the gateway has accepted, as far as the senders know. */
  acknowledged = 0;
  messages = 0;
  discarded = 0;
  verifications = 0;
  /** While it is true, senders wait, because the functions have enough to do. */
  held = false;
  readonly #options: WorkloadOptions;
  readonly #programs: ProgramGenerator;
  readonly #random: () => number;
  readonly #round: Item[] = [];
  #planted = false;

  constructor(options: WorkloadOptions) {
    this.commands = options.commands;
    this.#options = options;
    this.#programs = new ProgramGenerator(seededRandom(options.seed + 1), shape);
    this.#random = seededRandom(options.seed + 2);
  }

  get exhausted(): boolean {
    return this.taken >= this.commands && this.#round.length === 0;
  }

  /** Returns the next command, or undefined when all were taken. */
  nextCommand(): Item | undefined {
    const verify = this.#round.shift();
    if (verify !== undefined || this.taken >= this.commands) return verify;
    const number = ++this.taken;
    const program = this.#programs.next();
    const sum = foldProgram(program, this.counters);
    this.messages += sum.messages;
    this.discarded += sum.egressRecords;
    if (number % Math.ceil(this.commands / roundsOnTheWay) === 0) this.startRound();
    return { ...commandItem(`command-${number}`, program), counts: true, planted: this.#plantFor(number, sum.increments) };
  }

  /** Begins to ask every entity for its counter. While commands are under way it may be below what is expected, and must never fall. */
  startRound(): void {
    for (const [target, expected] of this.counters.entries()) {
      const key = `verify-${++this.verifications}`;
      this.#round.push(commandItem(key, { target, commands: [{ kind: "verify", expected }] }));
      this.messages++;
    }
  }

  /** Makes a tick of one producer. Its numbers count for each target, and the receivers' for each pair. */
  nextTick(source: string): Item {
    const id = this.#sequenceId();
    const receivers = Array.from({ length: receiversPerTick }, () => this.#sequenceId());
    const number = add(this.sequences.ticks, `${source} ${id}`);
    for (const receiver of receivers) add(this.sequences.sent, `${id} ${receiver}`);
    add(this.sequences.records, id);
    this.messages += 1 + receivers.length;
    const tick: SequenceMessage = { kind: "tick", source, number: this.#swapped(number), receivers };
    return {
      key: `tick-${source}-${id}-${number}`,
      target: { type: smokeNames.sequence, id },
      valueType: smokeNames.sequenceMessage,
      bytes: Buffer.from(JSON.stringify(tick)),
      counts: false,
    };
  }

  #sequenceId(): string {
    return `sequence-${Math.floor(this.#random() * sequenceEntities)}`;
  }

  #swapped(number: number): number {
    if (this.#options.plant !== "swap-order" || number < 2 || number > 3) return number;
    return number === 2 ? 3 : 2;
  }

  #plantFor(number: number, increments: number): Item["planted"] {
    const { plant } = this.#options;
    if ((plant !== "double-send" && plant !== "forget-send") || this.#planted) return undefined;
    if (number < this.commands / 2 || increments === 0) return undefined;
    this.#planted = true;
    return plant;
  }
}

function add(counts: Map<string, number>, key: string): number {
  const count = (counts.get(key) ?? 0) + 1;
  counts.set(key, count);
  return count;
}

function commandItem(key: string, command: SourceCommand): Item {
  return {
    key,
    target: { type: smokeNames.interpreter, id: String(command.target) },
    valueType: smokeNames.sourceCommand,
    bytes: encodeSourceCommand(command) as Buffer<ArrayBuffer>,
    counts: false,
  };
}
