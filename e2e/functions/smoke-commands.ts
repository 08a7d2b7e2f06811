/**
 * Smoke commands: the messages of StateFun's smoke test (packages/proto/test/smoke/commands.proto) and their bytes, so that any
 * upstream smoke function could serve the crash test. interpreter.ts and the workload of e2e/crash use it; interpreter.py reads the
 * same .proto with the official runtime, which keeps these bytes honest: every run crosses between the two.
 */
export const smokeNames = {
  interpreter: "statefun.smoke.e2e/command-interpreter-fn",
  sequence: "signalbox.crash/sequence-fn",
  sourceCommand: "statefun.smoke.e2e/source-command",
  commands: "statefun.smoke.e2e/commands",
  verificationResult: "statefun.smoke.e2e/verification-result",
  discardSink: "statefun.smoke.e2e/discard-sink",
  verificationSink: "statefun.smoke.e2e/verification-sink",
  sequenceMessage: "signalbox.crash/sequence-message",
  sequenceState: "signalbox.crash/sequence-state",
  sequenceRecord: "signalbox.crash/sequence-record",
  sequenceSink: "signalbox.crash/sequence-sink",
} as const;

export type Command =
  | { readonly kind: "increment" }
  | { readonly kind: "send"; readonly target: number; readonly commands: readonly Command[] }
  | { readonly kind: "send-after"; readonly target: number; readonly commands: readonly Command[]; readonly token: string }
  | { readonly kind: "egress" }
  | { readonly kind: "verify"; readonly expected: number }
  | { readonly kind: "cancel"; readonly target: number; readonly token: string };

export interface SourceCommand {
  readonly target: number;
  readonly commands: readonly Command[];
}

export interface VerificationResult {
  readonly id: number;
  readonly expected: number;
  readonly actual: number;
}

const number = { increment: 1, send: 2, "send-after": 3, egress: 4, verify: 6, cancel: 7 } as const;

export function encodeSourceCommand(command: SourceCommand): Buffer {
  return Buffer.from([...integer(1, command.target), ...block(2, commandsBytes(command.commands))]);
}

export function encodeCommands(commands: readonly Command[]): Buffer {
  return Buffer.from(commandsBytes(commands));
}

export function encodeVerificationResult(result: VerificationResult): Buffer {
  return Buffer.from([...integer(1, result.id), ...integer(2, result.expected), ...integer(3, result.actual)]);
}

export function decodeSourceCommand(bytes: Buffer): SourceCommand {
  const fields = new Fields(bytes);
  return { target: fields.integer(1), commands: decodeCommands(fields.block(2)) };
}

export function decodeCommands(bytes: Buffer): readonly Command[] {
  return new Fields(bytes).blocks(1).map(decodeCommand);
}

export function decodeVerificationResult(bytes: Buffer): VerificationResult {
  const fields = new Fields(bytes);
  return { id: fields.integer(1), expected: fields.integer(2), actual: fields.integer(3) };
}

function decodeCommand(bytes: Buffer): Command {
  const command = new Fields(bytes);
  if (command.has(number.increment)) return { kind: "increment" };
  if (command.has(number.egress)) return { kind: "egress" };
  if (command.has(number.verify)) return { kind: "verify", expected: new Fields(command.block(number.verify)).integer(1) };
  if (command.has(number.send)) {
    const send = new Fields(command.block(number.send));
    return { kind: "send", target: send.integer(1), commands: decodeCommands(send.block(2)) };
  }
  if (command.has(number["send-after"])) {
    const send = new Fields(command.block(number["send-after"]));
    return { kind: "send-after", target: send.integer(1), commands: decodeCommands(send.block(2)), token: send.text(3) };
  }
  if (command.has(number.cancel)) {
    const cancel = new Fields(command.block(number.cancel));
    return { kind: "cancel", target: cancel.integer(1), token: cancel.text(2) };
  }
  throw new Error(`no command that this interpreter knows: ${bytes.toString("hex")}`);
}

function commandsBytes(commands: readonly Command[]): number[] {
  return commands.flatMap((command) => block(1, block(number[command.kind], bodyBytes(command))));
}

function bodyBytes(command: Command): number[] {
  switch (command.kind) {
    case "increment":
    case "egress":
      return [];
    case "verify":
      return integer(1, command.expected);
    case "send":
      return [...integer(1, command.target), ...block(2, commandsBytes(command.commands))];
    case "send-after":
      return [...integer(1, command.target), ...block(2, commandsBytes(command.commands)), ...text(3, command.token)];
    case "cancel":
      return [...integer(1, command.target), ...text(2, command.token)];
  }
}

/** Encodes a number that is not negative and below 2^53, as all numbers of this test are; zero is left out, as proto3 does. */
function integer(field: number, value: number): number[] {
  return value === 0 ? [] : [field << 3, ...varint(value)];
}

function block(field: number, bytes: readonly number[]): number[] {
  return [(field << 3) | 2, ...varint(bytes.length), ...bytes];
}

function text(field: number, value: string): number[] {
  return value === "" ? [] : block(field, [...Buffer.from(value)]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return bytes;
}

/** The fields of one message, by number. It knows only the two wire types that these messages use. */
class Fields {
  readonly #integers = new Map<number, number>();
  readonly #blocks = new Map<number, Buffer[]>();

  constructor(bytes: Buffer) {
    let at = 0;
    const readVarint = (): number => {
      let value = 0;
      for (let scale = 1; ; scale *= 0x80) {
        const byte = bytes[at++];
        if (byte === undefined) throw new Error(`a smoke command ends in the middle: ${bytes.toString("hex")}`);
        value += (byte & 0x7f) * scale;
        if (byte < 0x80) return value;
      }
    };
    while (at < bytes.length) {
      const tag = readVarint();
      const field = tag >>> 3;
      if ((tag & 7) === 0) {
        this.#integers.set(field, readVarint());
      } else if ((tag & 7) === 2) {
        const length = readVarint();
        const found = this.#blocks.get(field) ?? [];
        found.push(bytes.subarray(at, at + length));
        this.#blocks.set(field, found);
        at += length;
      } else {
        throw new Error(`wire type ${tag & 7} in a smoke command: ${bytes.toString("hex")}`);
      }
    }
  }

  has(field: number): boolean {
    return this.#blocks.has(field) || this.#integers.has(field);
  }

  integer(field: number): number {
    return this.#integers.get(field) ?? 0;
  }

  blocks(field: number): readonly Buffer[] {
    return this.#blocks.get(field) ?? [];
  }

  block(field: number): Buffer {
    return this.blocks(field).at(-1) ?? Buffer.alloc(0);
  }

  text(field: number): string {
    return this.block(field).toString("utf8");
  }
}
