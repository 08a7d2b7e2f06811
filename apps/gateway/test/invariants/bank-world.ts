/**
 * A bank over the whole engine in virtual time: accounts send each other money, at once or later, take it back, and refuse some of it,
 * under lost and repeated calls, a slow disk, crashes, restores, and people who discard and retry. The brute force beside it sums every row
 * of a savepoint and shares no code with the fold.
 */
import type { Bindings, Effects, Engine, InvocationOutcome, InvocationRequest, SavepointSummary, TypedValue } from "@signalbox/runtime";
import { EngineError, noEffects } from "@signalbox/runtime";
import { Faults, faultNames, Prng, VirtualEngine, type FaultName, type SavepointRow } from "@signalbox/engine/testing";

export const account = "bank/account";
export const creditType = "bank/Credit";
const transferType = "bank/Transfer";
const purse = "purse";
const purseType = "bank/Purse";
export const accounts = ["ann", "bob", "cem", "dag", "eve"];
const moneyAtStart = 1_000;
/** A credit of this amount is refused until the bank is mended. */
const refusedCents = 13;

export interface Transfer {
  readonly to: string;
  readonly cents: number;
  readonly laterMs: number;
  readonly token: string;
  /** Takes back what was sent before under this token. */
  readonly cancel: string;
  /** Takes the money and sends none; this is the planted bug. */
  readonly steal: boolean;
}

const faultsUsed: readonly FaultName[] = [
  "callSlow",
  "requestLost",
  "replyLost",
  "replyLate",
  "duplicated",
  "storeWriteSlow",
  "storeScanSlow",
  "alarmLate",
];

export class BankWorld {
  readonly rng: Prng;
  readonly #faults: Faults;
  readonly #virtual: VirtualEngine;
  readonly mended = { credits: false };
  #savepoints = 0;

  constructor(seed: string) {
    this.rng = new Prng(seed);
    const used = new Set(faultsUsed);
    this.#faults = new Faults(new Prng(`${seed} faults`), new Set(faultNames.filter((name) => !used.has(name))));
    this.#virtual = new VirtualEngine({ startMs: 1_767_225_600_000, faults: this.#faults, call: async (request) => this.#answer(request) });
  }

  get engine(): Omit<Engine, "observe"> {
    const { engine } = this.#virtual;
    if (engine === undefined) throw new Error("the world is down");
    return engine;
  }

  async open(): Promise<void> {
    await this.#virtual.open(bindings);
    await this.#virtual.give(accounts.map((id) => ({ type: account, id, name: purse, ...purseOf(moneyAtStart) })));
  }

  run<T>(promise: Promise<T>): Promise<T> {
    return this.#virtual.run(promise);
  }

  /** The message is acknowledged in a later turn, or never when the process dies before. */
  send(from: string, transfer: Partial<Transfer>): void {
    const value = json(transferType, { to: "ann", cents: 0, laterMs: 0, token: "", cancel: "", steal: false, ...transfer });
    this.engine.accept({ target: { type: account, id: from }, value, idempotencyKey: undefined }).catch(() => undefined);
  }

  async steps(count: number): Promise<void> {
    for (let left = count; left > 0; left -= 1) if (!(await this.#virtual.step())) return;
  }

  async crash(): Promise<void> {
    this.#virtual.crash();
    await this.#virtual.open(bindings);
  }

  async calm(): Promise<void> {
    this.#faults.calm();
    await this.run(this.engine.settled());
  }

  async savepoint(): Promise<{ name: string; places: readonly number[]; rows: readonly SavepointRow[] }> {
    this.#savepoints += 1;
    const name = `cut ${this.#savepoints}`;
    const { journalFrom } = await this.run(this.#taken(name));
    if (journalFrom === undefined) throw new Error("the savepoint does not say where the journal goes on");
    return { name, places: journalFrom, rows: this.#virtual.savepointRows(name) };
  }

  /** Takes it again while the disk is too slow for anything to be certain. */
  async #taken(name: string): Promise<SavepointSummary> {
    for (;;) {
      try {
        return await this.engine.takeSavepoint(name);
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        await this.#virtual.scheduler.wait(1_000, "a slow disk");
      }
    }
  }

  /** Lets all parked entities discard the head or try again. */
  async handle(action: "discard-head" | "retry"): Promise<number> {
    const { changed } = await this.run(this.engine.act({ kind: "by-status", type: undefined, status: "parked" }, { kind: action }));
    return changed;
  }

  /** Who took money, from the journal only. Undefined when a restore has taken it back, or it never came in. */
  async thief(): Promise<{ sequence: number; id: string; trace: number } | undefined> {
    const era = this.engine.eras().at(-1)?.firstSequence ?? 0;
    for (const { records } of await this.run(this.engine.journalStreams({ from: [era], limit: 10_000 })))
      for (const { sequence, address, messages, outcome } of records) {
        if (outcome.kind !== "completed") continue;
        const theft = messages.find(
          ({ value }) => value.typename === transferType && readJson({ bytes: value.bytes ?? new Uint8Array() })["steal"] === true,
        );
        if (theft !== undefined) return { sequence, id: address.id, trace: messages[0]?.trace ?? 0 };
      }
    return undefined;
  }

  #answer({ state, inputs }: InvocationRequest): InvocationOutcome {
    if (state.length === 0) {
      const missing = [{ name: purse, typename: purseType, expiration: { mode: "none" as const, afterMs: 0 } }];
      return { kind: "reply", reply: { kind: "incomplete", missing } };
    }
    const held = state[0]?.value;
    let cents = held === undefined ? 0 : centsIn(held);
    const effects: Effects = { ...noEffects, messages: [], delayed: [], mutations: [] };
    const messages = [...effects.messages];
    const delayed = [...effects.delayed];
    for (const { value } of inputs) {
      const read = readJson(value);
      if (value.typename === creditType) {
        if (Number(read["cents"]) === refusedCents && !this.mended.credits) return rejected;
        cents += Number(read["cents"]);
        continue;
      }
      const transfer = read as unknown as Transfer;
      if (transfer.cancel !== "") delayed.push({ kind: "cancel", cancellationToken: transfer.cancel });
      if (cents < transfer.cents) continue;
      cents -= transfer.cents;
      if (transfer.steal || transfer.cents === 0) continue;
      const to = { target: { type: account, id: transfer.to }, value: json(creditType, { cents: transfer.cents }) };
      if (transfer.laterMs === 0) messages.push(to);
      else delayed.push({ kind: "send-after", delayMs: transfer.laterMs, ...to, cancellationToken: transfer.token });
    }
    const mutations = [{ kind: "modify" as const, name: purse, value: purseOf(cents) }];
    return { kind: "reply", reply: { kind: "completed", effects: { ...effects, messages, delayed, mutations } } };
  }
}

const rejected: InvocationOutcome = {
  kind: "failure",
  failure: { code: "REJECTED", scope: "entity", message: "thirteen", cure: "", retryAfterMs: undefined, raw: undefined },
};

const bindings: Bindings = {
  endpoints: [
    {
      id: account,
      module: "bank",
      namespace: "bank",
      name: "account",
      urlTemplate: "http://bank.test/",
      batchMessagesMax: 10,
      transport: {
        callTimeoutMs: 60_000,
        connectTimeoutMs: 10_000,
        readTimeoutMs: 10_000,
        poolTtlMs: 15_000,
        poolConnectionsMax: 1_024,
        payloadBytesMax: 1_024 * 1_024,
        tls: undefined,
      },
    },
  ],
  egresses: [],
};

function purseOf(cents: number): TypedValue {
  return json(purseType, { cents });
}

function json(typename: string, value: object): TypedValue {
  return { typename, bytes: new TextEncoder().encode(JSON.stringify(value)) };
}

function readJson({ bytes }: { readonly bytes: Uint8Array }): Record<string, unknown> {
  return JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
}

function centsIn(value: { readonly bytes: Uint8Array }): number {
  return Number(readJson(value)["cents"]);
}

/** Sums everything, row by row. */
export function bruteForce(rows: readonly SavepointRow[]): { readonly cents: number; readonly credits: number; readonly rich: number } {
  let cents = 0;
  let credits = 0;
  let rich = 0;
  for (const row of rows) {
    if (row.kind === "state" && row.type === account) {
      cents += centsIn(row);
      if (centsIn(row) >= moneyAtStart) rich += 1;
    }
    if ((row.kind !== "message" && row.kind !== "delayed") || row.value.typename !== creditType || row.caller === undefined) continue;
    cents += centsIn(row.value);
    credits += 1;
  }
  return { cents, credits, rich };
}
