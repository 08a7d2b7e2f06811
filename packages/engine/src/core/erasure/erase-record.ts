/**
 * EraseRecord: a record of the journal without the values of erased entities. Their own records lose every value and the texts of failures
 * and tokens; the records of others lose what came from them or went to them. Addresses, times and sizes stay, so that traces stay whole.
 */
import type { JournalDelayed, JournalMessage, JournalOutcome, JournalRecord, JournalValue } from "@signalbox/runtime/model/journal-record";
import { traceHeadersAlone } from "@signalbox/runtime/model/message-headers";
import type { ErasedSet } from "./erased-set.ts";

/** Stands where a text was. */
const erasedText = "erased";

/** The same object when there was nothing to erase. */
export function eraseRecord(record: JournalRecord, erased: ErasedSet, atMs: number): JournalRecord {
  const isOwn = erased.covers(record.address);
  const value = (one: JournalValue): JournalValue => eraseValue(one, atMs);
  const messages = mapped(record.messages, (one) =>
    isOwn || (one.caller !== undefined && erased.covers(one.caller)) ? eraseMessage(one, atMs) : one,
  );
  const sent = mapped(record.sent, (one) => (isOwn || erased.covers(one.target) ? eraseMessage(one, atMs) : one));
  const delayed = mapped(record.delayed, (one) => eraseDelayed(one, { isOwn, erased, atMs }));
  const egress = isOwn ? mapped(record.egress, (one) => withValue(one, value(one.value))) : record.egress;
  const state = isOwn
    ? mapped(record.state, (one) => {
        const before = one.before && value(one.before);
        const after = one.after && value(one.after);
        return before === one.before && after === one.after ? one : { ...one, before, after };
      })
    : record.state;
  const outcome = isOwn ? eraseOutcome(record.outcome) : record.outcome;
  const isSame =
    messages === record.messages &&
    sent === record.sent &&
    delayed === record.delayed &&
    egress === record.egress &&
    state === record.state &&
    outcome === record.outcome;
  return isSame ? record : { ...record, messages, sent, delayed, egress, state, outcome };
}

/** A value that was never kept (journalLevel) has nothing to erase and says nothing of it. */
function eraseValue(value: JournalValue, atMs: number): JournalValue {
  if (value.bytes === undefined) return value;
  return { typename: value.typename, sizeBytes: value.sizeBytes, bytes: undefined, erasedMs: atMs };
}

function eraseMessage(message: JournalMessage, atMs: number): JournalMessage {
  const value = eraseValue(message.value, atMs);
  const headers = traceHeadersAlone(message.headers);
  return value === message.value && headers === message.headers ? message : { ...message, value, headers };
}

function eraseDelayed(delayed: JournalDelayed, at: { isOwn: boolean; erased: ErasedSet; atMs: number }): JournalDelayed {
  const { isOwn, erased, atMs } = at;
  const cancellationToken = isOwn && delayed.cancellationToken !== "" ? erasedText : delayed.cancellationToken;
  const isTokenSame = cancellationToken === delayed.cancellationToken;
  if (delayed.kind === "cancel") return isTokenSame ? delayed : { ...delayed, cancellationToken };
  const value = isOwn || erased.covers(delayed.target) ? eraseValue(delayed.value, atMs) : delayed.value;
  return isTokenSame && value === delayed.value ? delayed : { ...delayed, cancellationToken, value };
}

function eraseOutcome(outcome: JournalOutcome): JournalOutcome {
  if (outcome.kind !== "parked") return outcome;
  const { failure } = outcome;
  if (failure.message === erasedText && failure.raw === undefined) return outcome;
  return { kind: "parked", failure: { ...failure, message: erasedText, raw: undefined } };
}

function withValue<T extends { readonly value: JournalValue }>(one: T, value: JournalValue): T {
  return value === one.value ? one : { ...one, value };
}

/** The same list when nothing in it changed. */
function mapped<T>(list: readonly T[], change: (one: T) => T): readonly T[] {
  const next = list.map(change);
  return next.every((one, index) => one === list[index]) ? list : next;
}
