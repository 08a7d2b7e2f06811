/**
 * Interpreter: the function of a simulated world. It is a pure fold over one request (state and inputs in, reply out), so that running it
 * twice for the same request does no harm, as the protocol demands. It checks what only a function can see: the order of each sender (G5),
 * and that no message is processed twice (G2).
 */
import { formatAddress, type Address } from "@signalbox/runtime/model/address";
import { callDoneTypename, callType, callTypes } from "@signalbox/runtime/model/call";
import type { DelayedEffect, FunctionReply, OutgoingEgress, OutgoingMessage } from "@signalbox/runtime/model/effects";
import type { InvocationInput, InvocationRequest } from "@signalbox/runtime/model/invocation";
import type { StateSpec } from "@signalbox/runtime/model/state-spec";
import type { TypedValue } from "@signalbox/runtime/model/typed-value";
import { checkHeaders, inheritedFrom } from "./headers-oracle.ts";
import { emptyLedger, type Ledger } from "./model.ts";
import { must } from "../sim/trace.ts";
import { addressOf, neverMs, type Program, type Step } from "../sim/workload.ts";
import { wrongReplies, wrongReply } from "../sim/wrong-reply.ts";

/** What a message carries. `order` counts the messages of one sender to one receiver, from 1. */
export interface Envelope {
  readonly program: Program;
  readonly order: number | undefined;
  /** The client, if its order is checked. */
  readonly client: string | undefined;
  /** How many times a person has edited it. */
  readonly edition: number;
  /** Headers that a message from a function may have (headers-oracle.ts). */
  readonly inherited?: readonly (string | null)[];
}

const envelopeType = "sim/envelope";
const egressType = "sim/record";
const answerType = "sim/answer";
const lateAnswerMs = 700;
export const counterState: StateSpec = { name: "counter", typename: "sim/count", expiration: { mode: "none", afterMs: 0 } };
export const ledgerState: StateSpec = { name: "ledger", typename: "sim/ledger-value", expiration: { mode: "none", afterMs: 0 } };
export const memoryState = { name: "memory", typename: "sim/memory" } as const;
export const touchState = { name: "touch", typename: "sim/memory" } as const;
const lifetimesMs = [
  { memory: 3_000, touch: 2_000 },
  { memory: 1_000, touch: 6_000 },
  { memory: 8_000, touch: 700 },
] as const;

/** How long its values live in the deployed edition of the function; each edition has other lifetimes than the one before. */
export function lifetimesOf(edition: number): { readonly memory: number; readonly touch: number } {
  return lifetimesMs[edition % lifetimesMs.length] ?? lifetimesMs[0];
}
/** Only people write it, no function does. */
export const flagState: StateSpec = { name: "flag", typename: "sim/flag", expiration: { mode: "none", afterMs: 0 } };

function stateSpecs(edition: number): StateSpec[] {
  const { memory, touch } = lifetimesOf(edition);
  return [
    counterState,
    ledgerState,
    { ...memoryState, expiration: { mode: "after-write", afterMs: memory } },
    { ...touchState, expiration: { mode: "after-invoke", afterMs: touch } },
    flagState,
  ];
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function encodeJson(typename: string, value: unknown): TypedValue {
  return { typename, bytes: encoder.encode(JSON.stringify(value)) };
}

export function encodeEnvelope(envelope: Envelope): TypedValue {
  return encodeJson(envelopeType, envelope);
}

/** Several oracles look at each message, and nobody writes into its bytes. */
const decoded = new WeakMap<Uint8Array, Envelope>();

export function decodeEnvelope({ bytes }: TypedValue): Envelope {
  const known = decoded.get(bytes);
  if (known !== undefined) return known;
  const envelope = JSON.parse(decoder.decode(bytes)) as Envelope;
  decoded.set(bytes, envelope);
  return envelope;
}

export function encodeFlag(flag: number): TypedValue {
  return { typename: flagState.typename, bytes: encoder.encode(String(flag)) };
}

export function decodeEgress(value: TypedValue): { readonly id: number; readonly inherited: readonly (string | null)[] } {
  const [id, inherited] = JSON.parse(decoder.decode(value.bytes)) as [number, (string | null)[]];
  return { id, inherited };
}

/** What a called program sends back, in order. */
export function answersTo(programId: number): readonly TypedValue[] {
  const texts = [String(programId), "again"];
  const answers = texts.map((text) => ({ typename: answerType, bytes: encoder.encode(text) }));
  return [...answers, { typename: callDoneTypename, bytes: new Uint8Array() }];
}

export function decodeCounter(bytes: Uint8Array | undefined): number {
  return bytes === undefined ? 0 : Number(decoder.decode(bytes));
}

export function decodeLedger(bytes: Uint8Array | undefined): Ledger {
  return bytes === undefined ? emptyLedger : (JSON.parse(decoder.decode(bytes)) as Ledger);
}

class Turn {
  readonly self: Address;
  counter: number;
  readonly seen: Record<string, number>;
  readonly sent: Record<string, number>;
  readonly log: number[];
  remembers = false;
  /** The program that cannot be answered correctly. */
  poison: Program | undefined = undefined;
  readonly messages: OutgoingMessage[] = [];
  readonly delayed: DelayedEffect[] = [];
  readonly egress: OutgoingEgress[] = [];
  private readonly inherited: (string | null)[];

  constructor(request: InvocationRequest) {
    const valueOf = (name: string): Uint8Array | undefined => request.state.find((entry) => entry.name === name)?.value?.bytes;
    const ledger = decodeLedger(valueOf(ledgerState.name));
    this.self = request.target;
    this.inherited = inheritedFrom(request.inputs);
    this.counter = decodeCounter(valueOf(counterState.name));
    this.seen = { ...ledger.seen };
    this.sent = { ...ledger.sent };
    this.log = [...ledger.log];
  }

  take(input: InvocationInput): void {
    const { program, order, client, inherited } = decodeEnvelope(input.value);
    checkHeaders(this.self, input, { programId: program.id, inherited });
    const name = formatAddress(this.self);
    const sender = client ?? (input.caller && formatAddress(input.caller));
    if (order !== undefined && sender !== undefined) {
      const expected = (this.seen[sender] ?? 0) + 1;
      must(order === expected, () => `G5: ${name} got message ${program.id} as number ${order} of ${sender}, expected number ${expected}`);
      this.seen[sender] = order;
    }
    if (program.kind === "poison") {
      this.poison = program;
      return;
    }
    if (program.kind !== "repeatable") {
      must(!this.log.includes(program.id), () => `G2: ${name} got message ${program.id} again`);
      this.log.push(program.id);
    }
    for (const step of program.steps) this.run(step);
    // A call is answered twice and then told that there are no more answers; a caller that wants one answer takes the first.
    if (input.caller === undefined || !callTypes.has(input.caller.type)) return;
    const answers = answersTo(program.id);
    for (const value of answers) this.messages.push({ target: input.caller, value });
    if (input.caller.type === callType) this.answerLate(input.caller, answers.at(-1));
  }

  private run(step: Step): void {
    switch (step.kind) {
      case "increment":
        this.counter++;
        return;
      case "send":
        return this.send(step.target, step.program);
      case "send-after":
        return this.sendAfter(step, step.token);
      case "send-and-cancel":
        this.sendAfter({ ...step, delayMs: neverMs }, step.token);
        this.delayed.push({ kind: "cancel", cancellationToken: step.token });
        return;
      case "send-cancel-send":
        this.sendAfter({ ...step, delayMs: neverMs }, step.token);
        this.delayed.push({ kind: "cancel", cancellationToken: step.token });
        return this.sendAfter(step, step.token);
      case "send-and-cancel-by-message":
        this.sendAfter(step, step.token);
        return this.send(step.canceller, step.cancelProgram);
      case "cancel":
        this.delayed.push({ kind: "cancel", cancellationToken: step.token });
        return;
      case "egress":
        this.egress.push({ egress: step.egress, value: encodeJson(egressType, [step.id, this.inherited]) });
        return;
      case "remember":
        this.remembers = true;
        return;
    }
  }

  /** The one answer of the call is kept since then, so this one changes nothing. */
  private answerLate(call: Address, value: TypedValue | undefined): void {
    if (value === undefined) return;
    this.delayed.push({ kind: "send-after", delayMs: lateAnswerMs, target: call, value, cancellationToken: "" });
  }

  private get sentAs(): Pick<Envelope, "client" | "edition" | "inherited"> {
    return { client: undefined, edition: 0, inherited: this.inherited };
  }

  private send(target: number, program: Program): void {
    const address = addressOf(target);
    const receiver = formatAddress(address);
    const order = (this.sent[receiver] ?? 0) + 1;
    this.sent[receiver] = order;
    this.messages.push({ target: address, value: encodeEnvelope({ program, order, ...this.sentAs }) });
  }

  private sendAfter(step: { target: number; delayMs: number; program: Program }, cancellationToken: string): void {
    const value = encodeEnvelope({ program: step.program, order: undefined, ...this.sentAs });
    this.delayed.push({ kind: "send-after", delayMs: step.delayMs, target: addressOf(step.target), value, cancellationToken });
  }
}

export function interpret(request: InvocationRequest, edition: number): FunctionReply {
  const given = new Set(request.state.map((entry) => entry.name));
  const missing = stateSpecs(edition).filter((spec) => !given.has(spec.name));
  if (missing.length > 0) return { kind: "incomplete", missing };
  const turn = new Turn(request);
  for (const input of request.inputs) turn.take(input);
  const mutations = [
    { kind: "modify", name: counterState.name, value: { typename: counterState.typename, bytes: encoder.encode(String(turn.counter)) } },
    {
      kind: "modify",
      name: ledgerState.name,
      value: encodeJson(ledgerState.typename, { seen: turn.seen, sent: turn.sent, log: turn.log }),
    },
  ] as const;
  const remembered = [memoryState, touchState].map(
    (spec) =>
      ({ kind: "modify", name: spec.name, value: { typename: spec.typename, bytes: encoder.encode(String(request.invocation)) } }) as const,
  );
  const effects = {
    mutations: turn.remembers ? [...mutations, ...remembered] : mutations,
    messages: turn.messages,
    delayed: turn.delayed,
    egress: turn.egress,
  };
  if (turn.poison === undefined) return { kind: "completed", effects };
  return wrongReply({ kind: "completed", effects }, wrongReplies[turn.poison.id % wrongReplies.length] ?? "asks-for-what-it-has", request);
}
