/**
 * What the journal has of an entity that failed: where its messages begin, why there, and its state at that point.
 */
import { describe, expect, it } from "vitest";
import type { Era, EntityView, Failure, JournalRecord, JournalValue, TypedValue } from "@signalbox/runtime";
import { recordedCase, type Recorder } from "../../src/services/reproductions/recorded-case.ts";

const address = { type: "shop/cart", id: "bob" };
const failure: Failure = { code: "REJECTED", scope: "entity", message: "no", cure: "c", retryAfterMs: undefined, raw: undefined };
const text = (value: string): TypedValue => ({ typename: "t/v", bytes: Buffer.from(value) });
const kept = (value: string): JournalValue => ({ ...text(value), sizeBytes: value.length });
const sizeOnly: JournalValue = { typename: "t/v", sizeBytes: 3, bytes: undefined };

function message(sequence: number, value: JournalValue = kept(`m${sequence}`)) {
  return { sequence, trace: sequence, caller: undefined, target: address, value, atMs: sequence };
}

function record(sequence: number, more: Partial<JournalRecord> = {}): JournalRecord {
  const messages = more.messages ?? [message(sequence - 1)];
  return {
    sequence,
    address,
    outcome: { kind: "completed" },
    epoch: 1,
    messages,
    messagesTotal: messages.length,
    sent: [],
    delayed: [],
    egress: [],
    state: [],
    attempts: 1,
    startedMs: sequence,
    endedMs: sequence,
    endpoint: "shop/*",
    ...more,
  };
}

const parkedBy = (sequence: number) => record(sequence, { outcome: { kind: "parked", failure }, messages: [message(99)] });
const wrote = (before: string | undefined, after: string) => [
  { name: "n", before: before === undefined ? undefined : kept(before), after: kept(after) },
];

function entity(more: Partial<EntityView> = {}): EntityView {
  const spec = { name: "n", typename: "t/v", expiration: { mode: "none", afterMs: 0 } } as const;
  return {
    address,
    status: "parked",
    mailboxDepth: 1,
    state: [{ name: "n", value: text("now"), spec, writtenMs: undefined, expiresMs: undefined }],
    mailbox: [{ ...message(99), value: text("bad") }],
    failure,
    attempts: 1,
    sinceMs: 0,
    retryAtMs: undefined,
    waitReason: undefined,
    ...more,
  };
}

/** Reads the records as they were written, oldest first, in pages of two. */
function recorder(records: readonly JournalRecord[], { now = entity(), eras = [] as Era[] } = {}): Recorder {
  const newest = records.toReversed();
  return {
    entity: async () => now,
    eras: () => eras,
    history: async ({ cursor = "0" }) => {
      const from = Number(cursor);
      return { items: newest.slice(from, from + 2), cursor: from + 2 < newest.length ? String(from + 2) : undefined };
    },
  };
}

const asked = { address, record: undefined, messagesMax: 100, isFailure: true };
const textsOf = ({ messages }: Awaited<ReturnType<typeof recordedCase>>) =>
  messages.map(({ value }) => Buffer.from(value.bytes).toString());

describe("the record of a failure", () => {
  it("holds every message before it in order, over pages, the waiting ones, and the state before the first", async () => {
    const records = [record(2, { state: wrote("first", "second") }), record(4), record(6, { state: wrote("second", "now") }), parkedBy(8)];
    const found = await recordedCase(recorder(records), asked);
    expect(textsOf(found)).toEqual(["m1", "m3", "m5", "bad"]);
    expect(found.before).toEqual([{ name: "n", value: text("first") }]);
    expect(found).toMatchObject({ failure, beforeComplete: true, notes: [] });
  });
  it("leaves out discarded messages, which changed nothing", async () => {
    const discard = record(5, { outcome: { kind: "act", act: "discard", detail: "" }, messages: [] });
    const found = await recordedCase(recorder([record(2), parkedBy(4), discard, parkedBy(8)]), asked);
    expect(textsOf(found)).toEqual(["m1", "bad"]);
  });
  it("begins after a person changed the state, and says so", async () => {
    const edit = record(4, { outcome: { kind: "act", act: "edit-state", detail: "n" }, messages: [], state: wrote("old", "edited") });
    const found = await recordedCase(recorder([record(2), edit, record(6, { state: wrote("edited", "now") }), parkedBy(8)]), asked);
    expect(textsOf(found)).toEqual(["m5", "bad"]);
    expect(found.before).toEqual([{ name: "n", value: text("edited") }]);
    expect(found.notes).toEqual(["it begins after record 4, in which a person changed the state"]);
  });
  it("begins after a record that was not kept whole, after a restore, and at the maximum of records", async () => {
    const cut = record(4, { messages: [message(3)], messagesTotal: 9 });
    const onlySizes = record(4, { messages: [message(3, sizeOnly)] });
    for (const gap of [cut, onlySizes]) {
      const found = await recordedCase(recorder([record(2), gap, record(6), parkedBy(8)]), asked);
      expect(textsOf(found)).toEqual(["m5", "bad"]);
      expect(found.notes).toEqual(["it begins after record 4, of which not every message was kept"]);
    }
    const era: Era = {
      number: 2,
      beganMs: 5,
      firstSequence: 5,
      savepoint: { name: "s", epoch: 1, nextSequence: 3, createdMs: 1 },
      types: [],
    };
    const restored = await recordedCase(recorder([record(2), record(6), parkedBy(8)], { eras: [era] }), asked);
    expect(textsOf(restored)).toEqual(["m5", "bad"]);
    expect(restored.notes).toEqual(["it begins after the last restore of a savepoint"]);
    const few = await recordedCase(recorder([record(2), record(4), record(6), parkedBy(8)]), { ...asked, messagesMax: 2 });
    expect(textsOf(few)).toEqual(["m5", "bad"]);
    expect(few.notes).toEqual(["it begins after record 4: as many messages are looked at as may be"]);
  });
  it("comes from a record where the failure is over, with the state of then", async () => {
    const now = entity({ status: "idle", failure: undefined, mailbox: [] });
    const records = [record(2, { state: wrote(undefined, "then") }), parkedBy(4), record(6, { state: wrote("then", "now") })];
    for (const chosen of [undefined, 4]) {
      const found = await recordedCase(recorder(records, { now }), { ...asked, record: chosen });
      expect(textsOf(found)).toEqual(["m1", "m99"]);
      expect(found.before).toEqual([]);
    }
  });
  it("is refused without a failure, or where only the sizes of its messages are known", async () => {
    const now = entity({ status: "idle", failure: undefined, mailbox: [] });
    const refused = { code: "NOTHING_TO_REPRODUCE" };
    await expect(recordedCase(recorder([record(2)], { now }), asked)).rejects.toMatchObject(refused);
    await expect(recordedCase(recorder([record(2), parkedBy(4)], { now }), { ...asked, record: 2 })).rejects.toMatchObject(refused);
    const sizes = record(4, { outcome: { kind: "parked", failure }, messages: [message(3, sizeOnly)] });
    await expect(recordedCase(recorder([sizes], { now }), asked)).rejects.toMatchObject(refused);
  });
});
