/**
 * Random programs for the command interpreter and their model. A program is drawn from a seed; `expectedCounters` folds the same
 * program into the counters that must stand at the end, however it was scheduled, retried or interrupted.
 */
export type Command =
  | { readonly kind: "increment" }
  | { readonly kind: "send"; readonly target: number; readonly commands: readonly Command[] }
  | {
      readonly kind: "send-after";
      readonly target: number;
      readonly commands: readonly Command[];
      readonly delayMs: number;
      readonly token?: string;
    }
  | { readonly kind: "cancel"; readonly token: string }
  | { readonly kind: "egress" };

export interface SourceCommand {
  readonly target: number;
  readonly commands: readonly Command[];
}

export interface ProgramShape {
  readonly entities: number;
  readonly depthMax: number;
  readonly commandsPerDepthMax: number;
  readonly delayMsMax: number;
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
    return { target: this.#below(this.#shape.entities), commands: this.#commands(this.#below(this.#shape.depthMax)) };
  }

  #below(bound: number): number {
    return Math.floor(this.#random() * bound);
  }

  #commands(depth: number): Command[] {
    if (depth <= 0) return [{ kind: "increment" }];
    const commands = Array.from({ length: this.#below(this.#shape.commandsPerDepthMax) }, () => this.#draw(depth)).flat();
    return commands.length === 0 ? [{ kind: "increment" }] : commands;
  }

  /** The weights of the original: state .4, send .9, later .1, later and cancelled .1, nothing .2, egress .03. */
  #draw(depth: number): Command[] {
    const target = this.#below(this.#shape.entities);
    const point = this.#random() * 1.73;
    if (point < 0.4) return [{ kind: "increment" }];
    if (point < 1.3) return [{ kind: "send", target, commands: this.#commands(depth - 1) }];
    if (point < 1.4)
      return [{ kind: "send-after", target, commands: this.#commands(depth - 1), delayMs: this.#below(this.#shape.delayMsMax) }];
    if (point < 1.5) {
      // Cancelled in the same reply: what it carries must never count.
      const token = `token-${this.#tokens++}`;
      return [
        { kind: "send-after", target, commands: [{ kind: "increment" }], delayMs: 60_000, token },
        { kind: "cancel", token },
      ];
    }
    return point < 1.7 ? [] : [{ kind: "egress" }];
  }
}

/** Adds what the program must come to. A message whose later send is cancelled contributes nothing. */
export function foldProgram(program: SourceCommand, counters: number[]): { messages: number; egressRecords: number } {
  const cancelled = new Set(program.commands.flatMap((command) => (command.kind === "cancel" ? [command.token] : [])));
  let messages = 1;
  let egressRecords = 0;
  for (const command of program.commands) {
    if (command.kind === "increment") counters[program.target] = (counters[program.target] ?? 0) + 1;
    else if (command.kind === "egress") egressRecords += 1;
    else if (command.kind === "send" || (command.kind === "send-after" && !(command.token !== undefined && cancelled.has(command.token)))) {
      const below = foldProgram({ target: command.target, commands: command.commands }, counters);
      messages += below.messages;
      egressRecords += below.egressRecords;
    }
  }
  return { messages, egressRecords };
}
