/**
 * recordedCase: what the journal has of an entity that failed: the failure, the messages before it and with it, and the state before the
 * first of them. Neighbours: replay-fork.ts replays them; the earlier state is computed by the port's own fold (decision 64). Guarantee:
 * bounded in messages, bytes and records; the messages have no gap, and the answer says why they begin where they do.
 */
import { setTimeout as delay } from "node:timers/promises";
import {
  eraNumberOf,
  expiringStates,
  foldStateAsOf,
  ifAble,
  type Address,
  type Engine,
  type EntityView,
  type Failure,
  type JournalMessage,
  type JournalRecord,
  type JournalValue,
  type TypedValue,
} from "@signalbox/runtime";
import { GatewayError } from "../../contract/problem.ts";
import type { RecordedMessage, StateValue } from "./replay-fork.ts";

const recordsReadMax = 5_000;
const recordsPageMax = 100;
const looksMax = 20;
const lookMs = 50;
const caseBytesMax = 8 * 1024 * 1024;

export type Recorder = Pick<Engine, "entity" | "history" | "eras">;

export interface RecordedCase {
  /** Undefined when none was asked for. */
  readonly failure: Failure | undefined;
  /** Oldest first; the entity failed at one of the last. */
  readonly messages: readonly RecordedMessage[];
  readonly before: readonly StateValue[];
  /** False when there may have been values of which no record tells. */
  readonly beforeComplete: boolean;
  /** Why the messages begin where they do, and what else differs from then. */
  readonly notes: readonly string[];
}

export interface CaseQuestion {
  readonly address: Address;
  /** The record of a failure that is over. */
  readonly record: number | undefined;
  /** False when no failure is looked for, so that the last messages up to and including the record count. */
  readonly isFailure: boolean;
  readonly messagesMax: number;
}

interface Failed {
  readonly failure: Failure | undefined;
  readonly messages: readonly RecordedMessage[];
  /** Records from this sequence on came with the failure or after it. */
  readonly sequence: number;
}

export async function recordedCase(engine: Recorder, question: CaseQuestion): Promise<RecordedCase> {
  const { address, record, isFailure } = question;
  const entity = await engine.entity(address);
  const records = new Records(engine, address);
  const isTold = !isFailure || record !== undefined || entity?.status !== "parked" || (await records.tellOf(entity.sinceMs ?? 0));
  const failed = isFailure
    ? ((record === undefined ? failedNow(entity) : undefined) ?? (await failedThen(records, question)))
    : { failure: undefined, messages: [], sequence: record === undefined ? Number.POSITIVE_INFINITY : record + 1 };
  const past = await messagesBefore(engine, { records, failed, messagesMax: question.messagesMax });
  if (past.messages.length + failed.messages.length === 0)
    throw nothingToTry(address, "No message of it is recorded.", "Choose an entity whose history has messages, with their values.");
  const { values, complete } = await stateBefore(
    records.newestFirst.filter(({ sequence }) => sequence >= past.sequence),
    entity,
  );
  const gone = values.filter(({ perhapsExpired }) => perhapsExpired !== undefined).map(({ name }) => name);
  const before = values.flatMap(({ name, value }) => (value === undefined ? [] : [{ name, value: typed(value) }]));
  const kept = before.flatMap(({ name, value }) => (value === undefined ? [] : [{ name, value }]));
  return {
    failure: failed.failure,
    messages: [...past.messages, ...failed.messages],
    before: kept,
    beforeComplete: complete && gone.length === 0 && kept.length === before.length,
    notes: [
      ...past.notes,
      ...(isTold ? [] : ["the journal does not tell of this failure, and perhaps not of what came just before it"]),
      ...(kept.length === before.length ? [] : ["of some values before only the sizes were kept"]),
    ],
  };
}

/** The failure of an entity that fails now: its mailbox still holds the message, perhaps edited by a person. */
function failedNow(entity: EntityView | undefined): Failed | undefined {
  if (entity?.failure === undefined || (entity.status !== "parked" && entity.status !== "backing-off")) return undefined;
  const messages = entity.mailbox.map(({ value, ...message }) => ({ ...message, value }));
  return messages.length === 0 ? undefined : { failure: entity.failure, messages, sequence: Number.POSITIVE_INFINITY };
}

async function failedThen(records: Records, { address, record: wanted }: CaseQuestion): Promise<Failed> {
  for await (const record of records.downward()) {
    const { outcome, sequence } = record;
    if (outcome.kind !== "parked" || (wanted !== undefined && sequence !== wanted)) continue;
    const messages = record.messages.map(withBytes);
    const known = messages.filter((message) => message !== undefined);
    if (known.length === messages.length && known.length > 0) return { failure: outcome.failure, messages: known, sequence };
    throw nothingToTry(
      address,
      "The journal keeps only the sizes of its values.",
      "Set SIGNALBOX_JOURNAL_LEVEL=full, and wait for the next failure.",
    );
  }
  throw nothingToTry(
    address,
    wanted === undefined ? "No failure of it is known." : `No record ${wanted} of it tells of a failure.`,
    "Choose an entity that is parked, or a record of its history that says so.",
  );
}

function nothingToTry({ type, id }: Address, detail: string, cure: string): GatewayError {
  return new GatewayError("NOTHING_TO_REPRODUCE", { detail: `${type}/${id}: ${detail}`, where: "id", cure });
}

interface Before {
  readonly messages: readonly RecordedMessage[];
  /** The sequence of the oldest record that counts. */
  readonly sequence: number;
  readonly notes: readonly string[];
}

/** Collects messages from the failure backwards, as long as every message is known and only the function changed the state. */
async function messagesBefore(
  engine: Recorder,
  { records, failed, messagesMax }: { records: Records; failed: Failed; messagesMax: number },
): Promise<Before> {
  const eras = ifAble(() => engine.eras(), []);
  const found: RecordedMessage[] = [];
  let { sequence } = failed;
  let bytes = 0;
  const upTo = (note: string): Before => ({ messages: found.toReversed(), sequence, notes: [note] });
  const eraNow = eraNumberOf(eras, Number.MAX_SAFE_INTEGER);
  for await (const record of records.downward()) {
    if (eraNumberOf(eras, record.sequence) !== eraNow) return upTo("it begins after the last restore of a savepoint");
    if (record.sequence >= failed.sequence || record.outcome.kind === "parked") continue;
    if (record.outcome.kind === "act") {
      if (record.state.length > 0) return upTo(`it begins after record ${record.sequence}, in which a person changed the state`);
      continue;
    }
    const messages = record.messages.map(withBytes);
    const known = messages.filter((message) => message !== undefined);
    bytes += known.reduce((sum, { value }) => sum + value.bytes.length, 0);
    if (known.length < record.messagesTotal) return upTo(`it begins after record ${record.sequence}, of which not every message was kept`);
    if (found.length + known.length + failed.messages.length > messagesMax || bytes > caseBytesMax)
      return upTo(`it begins after record ${record.sequence}: as many messages are looked at as may be`);
    found.push(...known.toReversed());
    ({ sequence } = record);
  }
  return { messages: found.toReversed(), sequence, notes: records.ended ? [] : ["the journal was not read further back"] };
}

/** The first change of each value tells what was there before it; a value that nothing changed is there today. */
async function stateBefore(newestFirst: readonly JournalRecord[], entity: EntityView | undefined) {
  const state = entity?.state ?? [];
  return foldStateAsOf({
    sequence: 0,
    after: each(newestFirst.toReversed()),
    before: each([]),
    present: state.flatMap(({ name, value, expiresMs }) =>
      value === undefined ? [] : [{ name, expiresMs, value: { ...value, sizeBytes: value.bytes.length } }],
    ),
    expiring: expiringStates(state.flatMap(({ spec }) => (spec === undefined ? [] : [spec]))),
    recordsMax: recordsReadMax,
  });
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

/** The records of an entity, newest first, read once. */
class Records {
  readonly newestFirst: JournalRecord[] = [];
  /** True when nothing older is left to read. */
  ended = false;
  readonly #engine: Recorder;
  readonly #address: Address;
  #cursor: string | undefined;

  constructor(engine: Recorder, address: Address) {
    this.#engine = engine;
    this.#address = address;
  }

  /**
   * Waits for the record of the failure: a parked entity is visible a moment before its record is on disk. Returns false when no record
   * tells of it.
   */
  async tellOf(failedMs: number): Promise<boolean> {
    for (let look = 0; look < looksMax; look++) {
      const page = await this.#engine.history({ address: this.#address, limit: recordsPageMax });
      const last = page.items.find(({ outcome }) => outcome.kind !== "act");
      if (last?.outcome.kind === "parked" && last.endedMs >= failedMs) return true;
      await delay(lookMs);
    }
    return false;
  }

  async *downward(): AsyncGenerator<JournalRecord> {
    for (let place = 0; ; place++) {
      if (place === this.newestFirst.length && !(await this.#readOn())) return;
      const record = this.newestFirst[place];
      if (record === undefined) return;
      yield record;
    }
  }

  async #readOn(): Promise<boolean> {
    if (this.ended || this.newestFirst.length >= recordsReadMax) return false;
    const page = await this.#engine.history({ address: this.#address, cursor: this.#cursor, limit: recordsPageMax });
    this.newestFirst.push(...page.items);
    this.#cursor = page.cursor;
    this.ended = page.cursor === undefined;
    return page.items.length > 0;
  }
}

/** Undefined when only the size of the value was kept. */
function withBytes({ value, ...message }: JournalMessage): RecordedMessage | undefined {
  const whole = typed(value);
  return whole === undefined ? undefined : { ...message, value: whole };
}

function typed({ typename, hasValue, bytes }: JournalValue): TypedValue | undefined {
  if (hasValue === false) return { typename, bytes: new Uint8Array(0), hasValue };
  return bytes === undefined ? undefined : { typename, bytes };
}
