/** PastMutants: the planted bugs of questions about the past. Neighbours: mutants.ts (all planted bugs), past-oracle.ts (sees these). */
import { BytesWriter } from "../../core/store/bytes-writer.ts";
import { decodeRecord, encodeRecord } from "../../core/store/store-record.ts";
import type { JournalRecord, JournalValue } from "@signalbox/runtime/model/journal-record";
import type { Store, StoreSnapshot, StoreWrite } from "../../ports/store.ts";
import type { Mutant } from "./mutant.ts";
import { changedStore, withoutRemovals } from "./planting.ts";

export const pastMutants: readonly Mutant[] = [
  {
    name: "before-of-another-writer",
    breaks: "G2: a record tells of another value than there was before it",
    seedsMax: 20,
    finding: /as of \d+ has/,
    ports: {
      wrapStore: (store) => changedStore(store, { writeSynced: (writes) => store.writeSynced(writes.map(withWrongBefore)) }),
    },
  },
  {
    name: "mailbox-of-another-moment",
    breaks: "a record tells other numbers of the messages it consumed: the mailbox of a moment lacks what waited",
    seedsMax: 40,
    finding: /lacks \d+ messages that waited|has message \d+, which did not wait/,
    ports: { wrapStore: (store) => changedStore(store, { writeSynced: (writes) => store.writeSynced(writes.map(withOtherNumbers)) }) },
  },
  {
    name: "segments-stay-behind",
    breaks: "the last block of a segment of the journal is trimmed and the segment stays",
    seedsMax: 40,
    finding: /has lost its block/,
    ports: { wrapStore: withoutRemovals("l") },
  },
  {
    name: "posting-lost",
    breaks: "a segment of the journal does not tell of one of its blocks: a history has a hole",
    seedsMax: 40,
    finding: /is missing in the history of/,
    ports: { wrapStore: withoutOnePosting },
  },
  {
    name: "page-forgets-state",
    breaks: "a page of entities that the store tells lacks their state",
    seedsMax: 40,
    finding: /which differs from the entity/,
    ports: { wrapStore: (store) => changedStore(store, { snapshot: () => withoutState(store.snapshot()) }) },
  },
];

function withoutState(snapshot: StoreSnapshot): StoreSnapshot {
  return { ...snapshot, get: (key) => (key.startsWith("s\u0000") ? undefined : snapshot.get(key)) };
}

function withoutOnePosting(store: Store): Store {
  return changedStore(store, { writeSynced: (writes) => store.writeSynced(writes.map(withoutLastPosting)) });
}

function withoutLastPosting(write: StoreWrite): StoreWrite {
  if (!write.key.startsWith("q\u0000") || write.value === undefined) return write;
  const postings = decodeRecord.postings(write.value).slice(0, -1);
  return { key: write.key, value: encodeRecord(new BytesWriter(), { kind: "postings", postings }) };
}

function withWrongBefore(write: StoreWrite): StoreWrite {
  if (!write.key.startsWith("j\u0000") || write.value === undefined) return write;
  const records = decodeRecord.journal(write.value).map(wrongBefore);
  return { key: write.key, value: encodeRecord(new BytesWriter(), { kind: "journal", records }) };
}

function withOtherNumbers(write: StoreWrite): StoreWrite {
  if (!write.key.startsWith("j\u0000") || write.value === undefined) return write;
  const records = decodeRecord.journal(write.value).map((record) => ({
    ...record,
    messages: record.messages.map((message) => ({ ...message, sequence: message.sequence ^ 1 })),
  }));
  const value = encodeRecord(new BytesWriter(), { kind: "journal", records });
  return value.length === write.value.length ? { key: write.key, value } : write;
}

/** It has the same length, so that the sums of bytes stay right. */
function wrongBefore(record: JournalRecord): JournalRecord {
  return { ...record, state: record.state.map((change) => ({ ...change, before: change.before && otherValue(change.before) })) };
}

function otherValue(value: JournalValue): JournalValue {
  return { ...value, bytes: value.bytes?.map((byte) => byte ^ 1) };
}
