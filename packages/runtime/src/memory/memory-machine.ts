/**
 * MemoryMachine: the active part of a memory runtime: it sends messages, calls functions, applies effects and parks entities, with one
 * invocation of an entity at a time (G1). A function that fails parks its entity at once: there is no endpoint that could be down, so
 * nothing is tried again.
 */
import type { Clock } from "../clock.ts";
import type { EngineChange } from "../lifecycle.ts";
import { formatAddress, type Address } from "../model/address.ts";
import type { EngineEvent } from "../model/engine-event.ts";
import type { Failure } from "../model/failure.ts";
import type { InvocationOutcome, InvocationRequest } from "../model/invocation.ts";
import type { JournalDelayed, JournalOutcome, JournalRecord, JournalStateChange } from "../model/journal-record.ts";
import type { EgressRecord, Message } from "../model/message.ts";
import type { StateSpec } from "../model/state-spec.ts";
import type { TypedValue } from "../model/typed-value.ts";
import type { Observer } from "../watch.ts";
import { answeredBy } from "./memory-answers.ts";
import { applyEffects, checkEffects, journalMessage, journalValue, wrongAnswer, type Applying } from "./memory-effects.ts";
import { forgetOldest, type MemoryEntity, MemoryTables, type MemoryLimits } from "./memory-tables.ts";

export interface MachineOptions {
  readonly call: (request: InvocationRequest) => Promise<InvocationOutcome>;
  readonly clock: Clock;
  readonly limits: MemoryLimits;
}

export class MemoryMachine implements Applying {
  readonly tables: MemoryTables;
  readonly observers = new Set<Observer>();
  readonly listeners = new Set<(change: EngineChange) => void>();
  readonly answerWaiters = new Set<{ readonly call: string; readonly tell: (value: TypedValue) => void }>();
  stopped = false;
  readonly #options: MachineOptions;
  readonly #running = new Set<Promise<void>>();

  constructor(options: MachineOptions) {
    this.#options = options;
    this.tables = new MemoryTables(options.limits);
  }

  get nowMs(): number {
    return this.#options.clock.nowMs();
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  /** Sends a message to a mailbox, or keeps it as the answer when it goes to the caller of a call; the first answer counts. */
  send(parts: Pick<Message, "caller" | "target" | "value" | "headers"> & { readonly trace: number | undefined }): Message {
    const sequence = this.tables.next++;
    const message: Message = { ...parts, sequence, trace: parts.trace ?? sequence, origin: 0, atMs: this.nowMs };
    const call = answeredBy(this.tables, message);
    if (call === undefined) {
      this.tables.entity(message.target).mailbox.push(message);
      this.wake(message.target);
    } else this.#answer(call, message.value);
    return message;
  }

  #answer(call: string, value: TypedValue): void {
    if (this.tables.answers.has(call)) return;
    forgetOldest(this.tables.answers, this.tables.limits.keysMax);
    this.tables.answers.set(call, value);
    for (const waiter of this.answerWaiters) if (waiter.call === call) waiter.tell(value);
  }

  sendLater({ trace, headers, caller, target, value, delayMs, token }: Parameters<Applying["sendLater"]>[0]): JournalDelayed {
    const { delayed } = this.tables;
    const sequence = this.tables.next++;
    const dueMs = this.nowMs + delayMs;
    const fire = (): void => {
      delayed.delete(sequence);
      const message = this.send({ trace, headers, caller, target, value });
      this.tell({ kind: "message-fired", message });
    };
    const message = { sequence, trace, headers, caller, target, value, dueMs, cancellationToken: token };
    delayed.set(sequence, { message, cancel: this.#options.clock.schedule(delayMs, fire) });
    return { kind: "send-after", sequence, dueMs, target, value: journalValue(value), cancellationToken: token };
  }

  cancel(senderId: string, token: string): void {
    for (const [sequence, { message, cancel }] of this.tables.delayed) {
      if (message.caller.id !== senderId || message.cancellationToken !== token) continue;
      cancel();
      this.tables.delayed.delete(sequence);
    }
  }

  putOut(parts: Omit<EgressRecord, "sequence" | "atMs">): number {
    const sequence = this.tables.next++;
    this.tables.outbox.push({ ...parts, sequence, atMs: this.nowMs });
    this.changed({ kind: "egress-records", egress: parts.egress });
    return sequence;
  }

  /** Starts the entity if it can run. */
  wake(address: Address): void {
    const entity = this.tables.entity(address);
    if (this.stopped || this.tables.statusOf(entity) !== "ready") return;
    const endpoint = this.tables.endpointOf(address.type);
    if (endpoint === undefined) return;
    entity.inFlight = this.#batchOf(entity, endpoint);
    const run = this.#invoke(entity, endpoint).finally(() => this.#running.delete(run));
    this.#running.add(run);
  }

  #batchOf({ mailbox }: MemoryEntity, endpoint: InvocationRequest["endpoint"]): number {
    const count = Math.min(mailbox.length, endpoint.batchMessagesMax);
    if (endpoint.watched === false) return count;
    return this.tables.watched.together({ depth: mailbox.length, at: (index) => mailbox[index] }, count, this.nowMs);
  }

  async #invoke(entity: MemoryEntity, endpoint: InvocationRequest["endpoint"]): Promise<void> {
    const startedMs = this.nowMs;
    const batch = entity.mailbox.slice(0, entity.inFlight);
    const outcome = await this.#call(entity, { endpoint, batch });
    entity.inFlight = 0;
    const failure = outcome.kind === "failure" ? outcome.failure : checkEffects(this.tables, entity, outcome.effects);
    const ended = { batch, startedMs, endpoint: endpoint.id };
    if (failure === undefined && outcome.kind === "effects") {
      entity.mailbox.splice(0, batch.length);
      for (const [name, held] of entity.values) {
        const expiration = this.specsOf(entity.address.type).find((spec) => spec.name === name)?.expiration;
        if (expiration?.mode === "after-invoke") entity.values.set(name, { ...held, expiresMs: this.nowMs + expiration.afterMs });
      }
      this.record(entity.address, {
        ...ended,
        outcome: { kind: "completed" },
        ...applyEffects(entity, outcome.effects, { batch, at: this }),
      });
    } else if (failure !== undefined) {
      const { nowMs: atMs } = this;
      const attempt = { address: entity.address, endpoint: endpoint.id, attempt: 1, failure, atMs, durationMs: atMs - startedMs };
      this.tell({ kind: "attempt-failed", ...attempt });
      entity.hold = { kind: "parked", failure, sinceMs: atMs };
      this.record(entity.address, { ...ended, outcome: { kind: "parked", failure } });
    }
    for (const edit of entity.edits.splice(0)) edit();
    this.wake(entity.address);
  }

  /** Calls the function, again as long as it names states that are not registered yet. */
  async #call(entity: MemoryEntity, { endpoint, batch }: { endpoint: InvocationRequest["endpoint"]; batch: readonly Message[] }) {
    const { address } = entity;
    for (;;) {
      const state = this.specsOf(address.type).map(({ name }) => ({ name, value: this.tables.valueOf(entity, name, this.nowMs)?.value }));
      const request = { invocation: this.tables.next++, attempt: 1, target: address, endpoint, state, inputs: batch };
      const outcome = await this.#options
        .call({ ...request, timeoutMs: endpoint.transport.callTimeoutMs })
        .catch((error: unknown) => failed(wrongAnswer("ENDPOINT_ERROR", String(error), "Correct the function, then retry.")));
      if (outcome.kind === "failure") return outcome;
      outcome.held?.release();
      if (outcome.reply.kind === "completed") return { kind: "effects", effects: outcome.reply.effects } as const;
      if (!this.#learn(address.type, outcome.reply.missing))
        return failed(
          wrongAnswer("HANDSHAKE_LOOP", `${formatAddress(address)} asks for values that it has`, "Correct the function, then retry."),
        );
    }
  }

  #learn(type: string, missing: readonly StateSpec[]): boolean {
    const known = this.specsOf(type);
    const fresh = missing.filter(({ name }) => !known.some((spec) => spec.name === name));
    this.tables.specs.set(type, [...known, ...fresh]);
    return fresh.length > 0;
  }

  specsOf(type: string): readonly StateSpec[] {
    return this.tables.specs.get(type) ?? [];
  }

  /** Adds a record to the journal and tells the observers. */
  record(address: Address, parts: RecordParts): void {
    const { batch = [], startedMs = this.nowMs, endpoint = "", outcome } = parts;
    const { sent = [], delayed = [], egress = [], state = [] } = parts;
    const record: JournalRecord = {
      sequence: this.tables.next++,
      address,
      outcome,
      epoch: ++this.tables.epoch,
      messages: batch.map(journalMessage),
      messagesTotal: batch.length,
      sent,
      delayed,
      egress,
      state,
      attempts: batch.length === 0 ? 0 : 1,
      startedMs,
      endedMs: this.nowMs,
      endpoint,
    };
    this.tables.records.push(record);
    if (this.tables.records.length > this.tables.limits.journalRecordsMax) this.tables.records.shift();
    this.tell({ kind: "invocation-ended", record });
    this.tell({ kind: "epoch-durable", epoch: record.epoch, atMs: record.endedMs, syncMs: 0, writes: 1 });
  }

  tell(event: EngineEvent): void {
    for (const observer of this.observers) observer.on(event);
  }

  changed(change: EngineChange): void {
    for (const listener of this.listeners) listener(change);
  }

  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.race(this.#running);
  }
}

interface RecordParts {
  readonly outcome: JournalOutcome;
  readonly batch?: readonly Message[];
  readonly startedMs?: number;
  readonly endpoint?: string;
  readonly sent?: JournalRecord["sent"];
  readonly delayed?: readonly JournalDelayed[];
  readonly egress?: JournalRecord["egress"];
  readonly state?: readonly JournalStateChange[];
}

function failed(failure: Failure): { readonly kind: "failure"; readonly failure: Failure } {
  return { kind: "failure", failure };
}
