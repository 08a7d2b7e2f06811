/**
 * ProbeServer: a function server under the wire cases, reached with the transport that the gateway uses, so that what passes here is what
 * the gateway accepts. Neighbours: wire-cases.ts asks it.
 */
import type { Address, Effects, Failure, InvocationInput, StateSpec, TypedValue } from "@signalbox/runtime";
import { createTransport, type FunctionTransport } from "@signalbox/engine";
import type { ProbeCommand } from "../functions/probe-command.ts";

export type ProbeReply =
  | { readonly kind: "effects"; readonly effects: Effects }
  | { readonly kind: "incomplete"; readonly missing: readonly StateSpec[] }
  | { readonly kind: "failure"; readonly failure: Failure };

export interface ProbeTurn {
  readonly effects: Effects;
}

interface Asking {
  readonly id?: string;
  readonly type?: string;
  readonly caller?: Address;
  readonly origin?: { readonly sequence: number; readonly atMs: number };
}

type Told = ProbeCommand | TypedValue;

const timeoutMsDefault = 20_000;
const payloadBytesMax = 32 * 1024 * 1024;

const rawCharactersMax = 200;

/** The server gave no reply to a request; the message has the failure, its cure and what came instead. */
export class NoAnswer extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    const { code, message, cure, raw = "" } = failure;
    const said = raw === "" ? "" : ` It said: ${raw.slice(0, rawCharactersMax).replaceAll(/\s+/g, " ").trim()}`;
    super(`${code}: ${message}. ${cure}${said}`);
    this.failure = failure;
  }
}

export class ProbeServer {
  readonly #url: string;
  readonly #timeoutMs: number;
  readonly #transport: FunctionTransport = createTransport();
  #specs: readonly StateSpec[] | undefined;
  #invocations = 0;

  constructor(url: string, timeoutMs: number = timeoutMsDefault) {
    this.#url = url;
    this.#timeoutMs = timeoutMs;
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  /** Returns all states that the probe declares; it is asked once. */
  async specs(): Promise<readonly StateSpec[]> {
    if (this.#specs !== undefined) return this.#specs;
    const reply = await this.ask([{ op: "note" }], { states: new Map() });
    if (reply.kind === "failure") throw new NoAnswer(reply.failure);
    if (reply.kind !== "incomplete") throw new Error("a request without states was answered with effects; it must name the missing states");
    this.#specs = reply.missing;
    return reply.missing;
  }

  /** Every declared state without a value. */
  get empty(): ReadonlyMap<string, undefined> {
    return new Map((this.#specs ?? []).map(({ name }) => [name, undefined]));
  }

  /** Sends messages with all states; those that are given have a value. Rejects when anything but effects comes back. */
  async tell(
    messages: readonly Told[],
    { states = {}, ...asking }: Asking & { states?: Readonly<Record<string, TypedValue>> } = {},
  ): Promise<ProbeTurn> {
    await this.specs();
    const reply = await this.ask(messages, {
      ...asking,
      states: new Map<string, TypedValue | undefined>([...this.empty, ...Object.entries(states)]),
    });
    if (reply.kind === "effects") return reply;
    if (reply.kind === "failure") throw new NoAnswer(reply.failure);
    throw new Error(`asks again for ${reply.missing.map(({ name }) => name).join(", ")}, which the request had`);
  }

  async ask(
    messages: readonly Told[],
    {
      states,
      id = "conformance",
      type = "conformance/probe",
      caller,
      origin,
    }: Asking & { states: ReadonlyMap<string, TypedValue | undefined> },
  ): Promise<ProbeReply> {
    const inputs = messages.map((told): InvocationInput => ({ caller, value: "op" in told ? commandValue(told) : told, ...origin }));
    const [namespace = "", name = ""] = type.split("/");
    const timeoutMs = this.#timeoutMs;
    const outcome = await this.#transport.invoke({
      invocation: ++this.#invocations,
      attempt: 1,
      target: { type, id },
      endpoint: {
        id: "conformance",
        module: "conformance",
        namespace,
        name,
        urlTemplate: this.#url,
        batchMessagesMax: 1_000,
        transport: {
          callTimeoutMs: timeoutMs,
          connectTimeoutMs: timeoutMs,
          readTimeoutMs: timeoutMs,
          poolTtlMs: 0,
          poolConnectionsMax: 64,
          payloadBytesMax,
          tls: undefined,
        },
      },
      state: [...states].map(([state, value]) => ({ name: state, value })),
      inputs,
      timeoutMs,
    });
    if (outcome.kind === "failure") return outcome;
    outcome.held?.release();
    return outcome.reply.kind === "completed" ? { kind: "effects", effects: outcome.reply.effects } : outcome.reply;
  }
}

function commandValue(command: ProbeCommand): TypedValue {
  return { typename: "conformance/command", bytes: Buffer.from(JSON.stringify(command)) };
}
