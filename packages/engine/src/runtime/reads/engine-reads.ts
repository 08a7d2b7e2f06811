/**
 * EngineReads: every read of the engine, one entry each: how a partition answers it, which partitions are asked and how their answers
 * become one. All else is derived from this list: the way to a partition in a thread (workers/) and the engine's methods
 * (engine-reader.ts).
 */
import { expiringStates, type BlameQuery, type JournalPlaces, type JournalStream, type StateAsOfQuery } from "@signalbox/runtime";
import type { AnswerOptions, ProducerPosition } from "../../engine.ts";
import type { Address } from "@signalbox/runtime/model/address";
import { callAddress } from "@signalbox/runtime/model/call";
import type { EntityQuery, HeldQuery, TroubledQuery } from "@signalbox/runtime/model/queries";
import { listHeld, mergeHeld } from "./breakpoint-views.ts";
import { answerOf } from "./call-queries.ts";
import { readEgressRecords } from "./egress-queries.ts";
import { entitySummaries, entityViews, listTroubled, viewEntity } from "./entity-queries.ts";
import {
  firstRecord,
  readHistory,
  readJournalPage,
  readOutlines,
  readTrace,
  readTraces,
  type JournalQuery,
  type JournalSource,
} from "./journal-queries.ts";
import { recordsIn } from "./journal-reader.ts";
import { readStream } from "./journal-stream.ts";
import { mergeEntities, mergeTroubled } from "./merged-pages.ts";
import { mergeWaiting, ownerOf, waitingOfTrace } from "./number-owner.ts";
import type { Store, StoreSnapshot } from "../../ports/store.ts";
import type { PartitionProcessor } from "../processor/partition-processor.ts";
import { readBlame, readStateAsOf, type AsOfQuery } from "./past-queries.ts";
import { readStoredEntities, type StoredEntitiesQuery } from "./stored-entities.ts";

export const engineReads = {
  producerSequence: atHome({
    home: (producer: string) => producer,
    read: async ({ view }: PartitionProcessor, producer: string) => view.producer(producer).sequence,
  }),
  producerPosition: atHome({
    home: (producer: string) => producer,
    read: async ({ view }: PartitionProcessor, producer: string): Promise<ProducerPosition | undefined> => {
      const { sequence, position } = view.producer(producer);
      return position === undefined ? undefined : { sequence, text: position };
    },
  }),
  answer: atHome({
    home: (messageId: number, { index }: AnswerOptions) => callAddress(messageId, index).id,
    read: (processor: PartitionProcessor, messageId: number, { waitMs, index }: AnswerOptions) =>
      answerOf(processor, callAddress(messageId, index).id, waitMs),
  }),
  entity: atHome({
    home: (address: Address) => address.id,
    read: viewEntity,
  }),
  entities: storedInAll({
    asked: (_, query: EntityQuery): StoredEntitiesQuery => ({ ...query, names: [] }),
    read: readStoredEntities,
    told: entitySummaries,
    merge: (pages, { limit }) => mergeEntities(pages, limit),
  }),
  entityViews: storedInAll({
    asked: ({ state }, query: EntityQuery): StoredEntitiesQuery => {
      const specs = state.entities.types.get(query.type)?.specs ?? [];
      return { ...query, names: specs.map(({ name }) => name) };
    },
    read: readStoredEntities,
    told: entityViews,
    merge: (pages, { limit }) => mergeEntities(pages, limit),
  }),
  troubledEntities: inAll({
    read: async (processor: PartitionProcessor, query: TroubledQuery) => listTroubled(processor, query),
    merge: (lists, { limit }) => mergeTroubled(lists, limit),
  }),
  heldEntities: inAll({
    read: async (processor: PartitionProcessor, query: HeldQuery) => listHeld(processor, query),
    merge: (lists, { limit }) => mergeHeld(lists, limit),
  }),
  history: stored({
    home: ({ address }: JournalQuery & { address: Address }) => address.id,
    asked: (_, query: JournalQuery & { address: Address }) => query,
    read: readHistory,
  }),
  stateAsOf: stored({
    home: ({ address }: StateAsOfQuery) => address.id,
    asked: ({ clock, state }, query: StateAsOfQuery): AsOfQuery => {
      const expiring = expiringStates(state.entities.types.get(query.address.type)?.specs ?? []);
      return { ...query, nowMs: clock.nowMs(), expiring, inOrder: state.place.count === 1 };
    },
    read: readStateAsOf,
  }),
  blame: stored({
    home: ({ address }: BlameQuery) => address.id,
    asked: (_, query: BlameQuery) => query,
    read: readBlame,
  }),
  // Every record that is read is also answered, and sending one to another thread costs more than reading it.
  journal: overRecords(readJournalPage, "here"),
  journalOutlines: overRecords(readOutlines),
  traces: overRecords(readTraces),
  trace: overRecords((source, trace: number, { recordsMax }: { recordsMax: number }) => readTrace(source, trace, recordsMax)),
  ownerOf: overRecords(ownerOf),
  journalReach: overRecords(firstRecord),
  journalStreams: inAll({
    read: async ({ store, state }: PartitionProcessor, query: StreamsQuery): Promise<readonly JournalStream[]> => [
      await readStream(store, { ...query, partition: state.place.index }),
    ],
    merge: (streams) => streams.flat(),
  }),
  waitingOfTrace: inAll({
    read: ({ store }: PartitionProcessor, trace: number, { rowsMax }: { rowsMax: number }) => waitingOfTrace(store, trace, rowsMax),
    merge: mergeWaiting,
  }),
  egressRecords: atHome({
    home: ({ egress }: EgressQuery) => egress,
    read: ({ store }: PartitionProcessor, query: EgressQuery) => readEgressRecords(store, query),
  }),
};

interface StreamsQuery {
  readonly from: JournalPlaces;
  readonly limit: number;
}

interface EgressQuery {
  readonly egress: string;
  readonly after?: number | undefined;
  readonly limit: number;
}

/** The methods of the engine that this list defines. */
export type EngineReads = { [N in keyof typeof engineReads]: MethodOf<(typeof engineReads)[N]> };
type MethodOf<R> =
  R extends ReadAtHome<infer G, infer A>
    ? (...given: G) => Promise<A>
    : R extends StoredRead<infer G, infer _, infer A>
      ? (...given: G) => Promise<A>
      : R extends StoredReadInAll<infer G, infer _, infer __, infer A>
        ? (...given: G) => Promise<A>
        : R extends ReadInAll<infer G, infer A>
          ? (...given: G) => Promise<A>
          : R extends ReadOverRecords<infer G, infer A>
            ? (...given: G) => Promise<A>
            : never;

interface AtHome<G extends readonly unknown[], A> {
  /** The name whose home partition answers. */
  readonly home: (...given: G) => string;
  readonly read: (processor: PartitionProcessor, ...given: G) => Promise<A>;
}

interface InAll<G extends readonly unknown[], A> {
  readonly read: (processor: PartitionProcessor, ...given: G) => Promise<A>;
  readonly merge: (answers: readonly A[], ...given: G) => A;
}

/** Needs only the store once `asked` has added what the partition knows, so another thread may answer it (ports/stored-reads.ts). */
interface Stored<G extends readonly unknown[], Q, A> {
  readonly home: (...given: G) => string;
  readonly asked: (processor: PartitionProcessor, ...given: G) => Q;
  readonly read: (store: Pick<Store, "snapshot">, query: Q) => Promise<A>;
}

/** The same as `Stored`, but every partition is asked, and `told` adds what the partition has in memory to what its store said. */
interface StoredInAll<G extends readonly unknown[], Q, S, A> {
  readonly asked: (processor: PartitionProcessor, ...given: G) => Q;
  readonly read: (store: Pick<Store, "snapshot">, query: Q) => Promise<S>;
  readonly told: (processor: PartitionProcessor, ...given: [...G, S]) => Promise<A>;
  readonly merge: (answers: readonly A[], ...given: G) => A;
}

type StoredReadInAll<G extends readonly unknown[], Q, S, A> = StoredInAll<G, Q, S, A> & { readonly kind: "stored-in-all" };
type StoredRead<G extends readonly unknown[], Q, A> = Stored<G, Q, A> & { readonly kind: "stored" };
type ReadAtHome<G extends readonly unknown[], A> = AtHome<G, A> & { readonly kind: "home" };
type ReadInAll<G extends readonly unknown[], A> = InAll<G, A> & { readonly kind: "all" };

interface ReadOverRecords<G extends readonly unknown[], A> {
  readonly kind: "records";
  /** here: only the thread of the store itself answers. */
  readonly where: "here" | "anywhere";
  readonly over: (source: JournalSource, ...given: G) => Promise<A>;
}

function atHome<G extends readonly unknown[], A>(read: AtHome<G, A>): ReadAtHome<G, A> {
  return { kind: "home", ...read };
}

function stored<G extends readonly unknown[], Q, A>(read: Stored<G, Q, A>): StoredRead<G, Q, A> {
  return { kind: "stored", ...read };
}

function storedInAll<G extends readonly unknown[], Q, S, A>(read: StoredInAll<G, Q, S, A>): StoredReadInAll<G, Q, S, A> {
  return { kind: "stored-in-all", ...read };
}

function inAll<G extends readonly unknown[], A>(read: InAll<G, A>): ReadInAll<G, A> {
  return { kind: "all", ...read };
}

function overRecords<G extends readonly unknown[], A>(
  over: ReadOverRecords<G, A>["over"],
  where: ReadOverRecords<G, A>["where"] = "anywhere",
): ReadOverRecords<G, A> {
  return { kind: "records", where, over };
}

/** An entry as code sees it that passes arguments and answers on without looking at them. */
export type EngineRead =
  | { readonly kind: "home"; home(...given: unknown[]): string; read(processor: PartitionProcessor, ...given: unknown[]): Promise<unknown> }
  | {
      readonly kind: "all";
      read(processor: PartitionProcessor, ...given: unknown[]): Promise<unknown>;
      merge(answers: readonly unknown[], ...given: unknown[]): unknown;
    }
  | {
      readonly kind: "stored";
      home(...given: unknown[]): string;
      asked(processor: PartitionProcessor, ...given: unknown[]): unknown;
      read(store: Pick<Store, "snapshot">, query: unknown): Promise<unknown>;
    }
  | {
      readonly kind: "stored-in-all";
      asked(processor: PartitionProcessor, ...given: unknown[]): unknown;
      read(store: Pick<Store, "snapshot">, query: unknown): Promise<unknown>;
      told(processor: PartitionProcessor, ...given: unknown[]): Promise<unknown>;
      merge(answers: readonly unknown[], ...given: unknown[]): unknown;
    }
  | { readonly kind: "records"; readonly where: "here" | "anywhere"; over(source: JournalSource, ...given: unknown[]): Promise<unknown> };

const byName: ReadonlyMap<string, EngineRead> = new Map(Object.entries(engineReads));

export function readNamed(name: string): EngineRead {
  const read = byName.get(name);
  if (read === undefined) throw new Error(`the engine has no read ${name}`);
  return read;
}

/** Asks one partition. Only where it is the sole partition does it answer reads over the records of all. */
export function readIn(processor: PartitionProcessor, name: string, given: readonly unknown[]): Promise<unknown> {
  const read = readNamed(name);
  const { store } = processor;
  switch (read.kind) {
    case "home":
    case "all":
      return read.read(processor, ...given);
    case "stored": {
      const query = read.asked(processor, ...given);
      return orElsewhere(store, { name, given: [query] }, () => read.read(store, query));
    }
    case "stored-in-all": {
      const query = read.asked(processor, ...given);
      const stored = orElsewhere(store, { name, given: [query] }, () => read.read(store, query));
      return stored.then((found) => read.told(processor, ...given, found));
    }
    case "records": {
      const here = (): Promise<unknown> => read.over((query) => recordsIn(store, query), ...given);
      return read.where === "here" ? here() : orElsewhere(store, { name, given }, here);
    }
  }
}

interface Question {
  readonly name: string;
  readonly given: readonly unknown[];
}

function orElsewhere({ reads }: Store, { name, given }: Question, here: () => Promise<unknown>): Promise<unknown> {
  if (reads === undefined) return here();
  return reads.ask(name, given).then((elsewhere) => (elsewhere === undefined ? here() : elsewhere.answer));
}

/** Answers what `readIn` hands to a store's reads, out of a snapshot that the caller took and closes. */
export async function readFromSnapshot(snapshot: StoreSnapshot, name: string, given: readonly unknown[]): Promise<unknown> {
  const read = readNamed(name);
  // A read may take several snapshots and closes each, but this one is the caller's to close.
  const store = { snapshot: (): StoreSnapshot => ({ ...snapshot, close: async () => undefined }) };
  switch (read.kind) {
    case "stored":
    case "stored-in-all":
      return read.read(store, given[0]);
    case "records":
      return read.over((query) => recordsIn(snapshot, query), ...given);
    case "home":
    case "all":
      throw new Error(`${name} needs the partition, not only its store`);
  }
}
