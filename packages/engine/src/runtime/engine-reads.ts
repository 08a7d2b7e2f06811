/**
 * EngineReads: every read of the engine, one entry each: how a partition answers it, which partitions are asked and how their answers become
 * one. All else is derived from this list: the way to a partition in a thread (workers/) and the engine's methods (engine-reader.ts).
 */
import { expiringStates, type BlameQuery, type JournalPlaces, type JournalStream, type StateAsOfQuery } from "@signalbox/runtime";
import type { AnswerOptions, ProducerPosition } from "../engine.ts";
import type { Address } from "../model/address.ts";
import { callAddress } from "../model/call.ts";
import type { HeldQuery, TroubledQuery } from "../model/queries.ts";
import { listHeld, mergeHeld } from "./breakpoint-views.ts";
import { answerOf } from "./call-queries.ts";
import { readEgressRecords } from "./egress-queries.ts";
import { listEntities, listTroubled, viewEntity } from "./entity-queries.ts";
import {
  firstRecord,
  readHistory,
  readJournalPage,
  readTrace,
  readTraces,
  type JournalQuery,
  type JournalSource,
} from "./journal-queries.ts";
import { readStream } from "./journal-stream.ts";
import { mergeEntities, mergeTroubled } from "./merged-pages.ts";
import { mergeWaiting, ownerOf, waitingOfTrace } from "./numbered.ts";
import type { PartitionProcessor } from "./partition-processor.ts";
import { readBlame, readStateAsOf } from "./past-queries.ts";

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
  entities: inAll({
    read: listEntities,
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
  history: atHome({
    home: ({ address }: JournalQuery & { address: Address }) => address.id,
    read: ({ store }: PartitionProcessor, query: JournalQuery & { address: Address }) => readHistory(store, query),
  }),
  stateAsOf: atHome({
    home: ({ address }: StateAsOfQuery) => address.id,
    read: ({ store, clock, state }: PartitionProcessor, query: StateAsOfQuery) => {
      const expiring = expiringStates(state.entities.types.get(query.address.type)?.specs ?? []);
      return readStateAsOf(store, { ...query, nowMs: clock.nowMs(), expiring, inOrder: state.place.count === 1 });
    },
  }),
  blame: atHome({
    home: ({ address }: BlameQuery) => address.id,
    read: ({ store }: PartitionProcessor, query: BlameQuery) => readBlame(store, query),
  }),
  journal: overRecords(readJournalPage),
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

/** The engine's methods that the list makes. */
export type EngineReads = { [N in keyof typeof engineReads]: MethodOf<(typeof engineReads)[N]> };
type MethodOf<R> =
  R extends ReadAtHome<infer G, infer A>
    ? (...given: G) => Promise<A>
    : R extends ReadInAll<infer G, infer A>
      ? (...given: G) => Promise<A>
      : R extends ReadOverRecords<infer G, infer A>
        ? (...given: G) => Promise<A>
        : never;

interface AtHome<G extends readonly unknown[], A> {
  /** The name whose home answers. */
  readonly home: (...given: G) => string;
  readonly read: (processor: PartitionProcessor, ...given: G) => Promise<A>;
}

interface InAll<G extends readonly unknown[], A> {
  readonly read: (processor: PartitionProcessor, ...given: G) => Promise<A>;
  readonly merge: (answers: readonly A[], ...given: G) => A;
}

type ReadAtHome<G extends readonly unknown[], A> = AtHome<G, A> & { readonly kind: "home" };
type ReadInAll<G extends readonly unknown[], A> = InAll<G, A> & { readonly kind: "all" };

interface ReadOverRecords<G extends readonly unknown[], A> {
  readonly kind: "records";
  readonly over: (source: JournalSource, ...given: G) => Promise<A>;
}

function atHome<G extends readonly unknown[], A>(read: AtHome<G, A>): ReadAtHome<G, A> {
  return { kind: "home", ...read };
}

function inAll<G extends readonly unknown[], A>(read: InAll<G, A>): ReadInAll<G, A> {
  return { kind: "all", ...read };
}

function overRecords<G extends readonly unknown[], A>(over: ReadOverRecords<G, A>["over"]): ReadOverRecords<G, A> {
  return { kind: "records", over };
}

/** An entry of the list for code that only passes on arguments and answers. */
export type EngineRead =
  | { readonly kind: "home"; home(...given: unknown[]): string; read(processor: PartitionProcessor, ...given: unknown[]): Promise<unknown> }
  | {
      readonly kind: "all";
      read(processor: PartitionProcessor, ...given: unknown[]): Promise<unknown>;
      merge(answers: readonly unknown[], ...given: unknown[]): unknown;
    }
  | { readonly kind: "records"; over(source: JournalSource, ...given: unknown[]): Promise<unknown> };

const byName: ReadonlyMap<string, EngineRead> = new Map(Object.entries(engineReads));

export function readNamed(name: string): EngineRead {
  const read = byName.get(name);
  if (read === undefined) throw new Error(`the engine has no read ${name}`);
  return read;
}

/** In one partition. */
export function readIn(processor: PartitionProcessor, name: string, given: readonly unknown[]): Promise<unknown> {
  const read = readNamed(name);
  if (read.kind === "records") throw new Error(`${name} reads the records of all partitions`);
  return read.read(processor, ...given);
}
