/**
 * Random programs for the command interpreter and their model, as StateFun's CommandGenerator draws them: same depth, same weights.
 * foldProgram adds up what a program must come to, however it was scheduled, retried or interrupted: increments commute.
 */
import type { Command, SourceCommand } from "./smoke-commands.ts";

export interface ProgramShape {
  readonly entities: number;
  readonly depthMax: number;
  readonly commandsPerDepthMax: number;
}

/** mulberry32: small, seeded, good enough to draw programs. Yields numbers in [0, 1). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export class ProgramGenerator {
  readonly #random: () => number;
  readonly #shape: ProgramShape;
  #tokens = 0;

  constructor(random: () => number, shape: ProgramShape) {
    this.#random = random;
    this.#shape = shape;
  }

  next(): SourceCommand {
    const depth = this.#below(this.#shape.depthMax);
    return { target: this.#below(this.#shape.entities), commands: this.#commands(depth) };
  }

  #below(bound: number): number {
    return Math.floor(this.#random() * bound);
  }

  #commands(depth: number): readonly Command[] {
    if (depth <= 0) return [{ kind: "increment" }];
    const commands = Array.from({ length: this.#below(this.#shape.commandsPerDepthMax) }, () => this.#draw(depth)).flat();
    return commands.length === 0 ? [{ kind: "increment" }] : commands;
  }

  /** Draws by the weights of the original: state .4, send .9, later .1, later and cancelled .1, nothing .2, egress .03. */
  #draw(depth: number): readonly Command[] {
    const target = this.#below(this.#shape.entities);
    const point = this.#random() * 1.73;
    if (point < 0.4) return [{ kind: "increment" }];
    if (point < 1.3) return [{ kind: "send", target, commands: this.#commands(depth - 1) }];
    if (point < 1.4) return [{ kind: "send-after", target, commands: this.#commands(depth - 1), token: "" }];
    if (point < 1.5) {
      // The message is cancelled in the same reply, so what it carries must never count. (The original's carries nothing, and so would not
      // notice.)
      const token = `token-${this.#tokens++}`;
      return [
        { kind: "send-after", target, commands: [{ kind: "increment" }], token },
        { kind: "cancel", target, token },
      ];
    }
    return point < 1.7 ? [] : [{ kind: "egress" }];
  }
}

export interface ProgramSum {
  /** Messages that functions will receive. */
  messages: number;
  increments: number;
  egressRecords: number;
}

/** Adds what the program must come to. A message that waits under a token is always cancelled here, so it contributes nothing. */
export function foldProgram(program: SourceCommand, counters: number[]): ProgramSum {
  const sum: ProgramSum = { messages: 1, increments: 0, egressRecords: 0 };
  for (const command of program.commands) {
    if (command.kind === "increment") {
      counters[program.target] = (counters[program.target] ?? 0) + 1;
      sum.increments += 1;
    } else if (command.kind === "egress") {
      sum.egressRecords += 1;
    } else if (command.kind === "send" || (command.kind === "send-after" && command.token === "")) {
      const below = foldProgram({ target: command.target, commands: command.commands }, counters);
      sum.messages += below.messages;
      sum.increments += below.increments;
      sum.egressRecords += below.egressRecords;
    }
  }
  return sum;
}
