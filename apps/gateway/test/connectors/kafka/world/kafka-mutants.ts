/** The planted bugs of the Kafka worlds: each breaks one rule of the way from topic to topic, and the oracle must see it within so many seeds. */
import type { KafkaCalls } from "../../../../src/connectors/kafka/kafka-client.ts";
import type { KafkaMutations } from "./kafka-life.ts";
import { runKafkaWorld } from "./kafka-world.ts";

export interface KafkaMutant {
  readonly name: string;
  /** The promise that is broken, and how. */
  readonly breaks: string;
  readonly seedsMax: number;
  readonly finding: RegExp;
  readonly mutations: KafkaMutations;
}

const outbox = "signalbox-outbox-";
/** The part of a store's name that restores and lives add. */
const namesOfEras = /-\d+-[0-9a-z]+(?=-world\/out)/;
const withoutEra = (id: string): string => id.replace(namesOfEras, "");

const changed =
  (change: (calls: KafkaCalls, life: number) => Partial<KafkaCalls>) =>
  (calls: KafkaCalls, life: number): KafkaCalls => ({ ...calls, ...change(calls, life) });

export const kafkaMutants: readonly KafkaMutant[] = [
  {
    name: "marker-not-read",
    breaks: "what is in Kafka and was not acknowledged is not asked for at the start",
    seedsMax: 30,
    finding: /was written twice|was written by .* behind a later one/,
    mutations: {
      calls: changed(({ committedOffsets }) => ({
        committedOffsets: async (group, asked, options) => (group.startsWith(outbox) ? new Map() : committedOffsets(group, asked, options)),
      })),
    },
  },
  {
    name: "marker-not-awaited",
    breaks: "the marker is asked for without waiting for the transaction that is being ended",
    seedsMax: 100,
    finding: /was written twice|was written by .* behind a later one/,
    mutations: {
      calls: changed(({ committedOffsets, initProducer }) => {
        let isFirst = 0;
        return {
          initProducer: async (id, timeoutMs) => {
            try {
              return await initProducer(id, timeoutMs);
            } catch (error) {
              // It takes the transaction for settled, so another id of the same group goes on at once.
              if (String(error).includes("CONCURRENT_TRANSACTIONS")) return initProducer(`${id} again ${++isFirst}`, timeoutMs);
              throw error;
            }
          },
          committedOffsets: (group, asked, options) =>
            committedOffsets(group, asked, options).catch((error: unknown) => {
              if (String(error).includes("UNSTABLE_OFFSET_COMMIT")) return new Map<string, bigint>();
              throw error;
            }),
        };
      }),
    },
  },
  {
    name: "predecessor-not-fenced",
    breaks: "each life of the gateway writes under an id of its own, so one that slept goes on beside the next",
    seedsMax: 60,
    finding: /was written by .* behind a later one|was written twice|is written again|is skipped|wait for ever/,
    mutations: {
      calls: changed(({ initProducer }, life) => ({ initProducer: (id, timeoutMs) => initProducer(`${id} life ${life}`, timeoutMs) })),
    },
  },
  {
    name: "incarnation-not-in-the-names",
    breaks: "after a restore the marker of the state before hides rows that have the same numbers",
    seedsMax: 60,
    finding: /is skipped|is lost|wait for ever|was written twice/,
    mutations: {
      calls: changed(({ initProducer, committedOffsets, addOffsets }) => ({
        initProducer: (id, timeoutMs) => initProducer(withoutEra(id), timeoutMs),
        committedOffsets: (group, asked, options) => committedOffsets(withoutEra(group), asked, options),
        addOffsets: (producer, group, offsets) => addOffsets(producer, withoutEra(group), offsets),
      })),
    },
  },
  {
    name: "position-behind-its-epoch",
    breaks: "messages become durable in one epoch and the position behind them in the next",
    seedsMax: 60,
    finding: /was given/,
    mutations: {
      engine: (engine) => ({
        ...engine,
        acceptBatch: async ({ producer, previousSequence, messages, position }, door) => {
          if (position === undefined || messages.length === 0)
            return engine.acceptBatch({ producer, previousSequence, messages, position }, door);
          await engine.acceptBatch({ producer: `${producer} records`, messages }, door);
          return engine.acceptBatch({ producer, previousSequence, messages: [], position }, door);
        },
      }),
    },
  },
  {
    name: "position-ahead-of-its-epoch",
    breaks: "the position becomes durable in one epoch and the messages before it in the next",
    seedsMax: 30,
    finding: /was given/,
    mutations: {
      engine: (engine) => ({
        ...engine,
        acceptBatch: async ({ producer, previousSequence, messages, position }, door) => {
          if (position === undefined || messages.length === 0)
            return engine.acceptBatch({ producer, previousSequence, messages, position }, door);
          const durable = await engine.acceptBatch({ producer, previousSequence, messages: [], position }, door);
          await engine.acceptBatch({ producer: `${producer} records`, messages }, door);
          return durable;
        },
      }),
    },
  },
  {
    name: "aborted-shown",
    breaks: "records of transactions that were given up become messages",
    seedsMax: 20,
    finding: /was given/,
    mutations: {
      calls: changed(({ fetch }) => ({
        fetch: async (leader, asked, limits) => (await fetch(leader, asked, limits)).map((part) => ({ ...part, aborted: [] })),
      })),
    },
  },
  {
    name: "hanging-taken-for-given-up",
    breaks: "a marker whose end the broker lost is taken for given up, whatever became of its transaction",
    seedsMax: 100,
    finding: /was written twice|was written by .* behind a later one/,
    mutations: {
      calls: changed(({ endTransaction, addOffsets }) => {
        let isEmpty = false;
        return {
          addOffsets: (producer, group, offsets) => {
            isEmpty = offsets.length === 0;
            return addOffsets(producer, group, offsets);
          },
          endTransaction: (producer, commit) => endTransaction(producer, commit && !isEmpty),
        };
      }),
    },
  },
  {
    name: "acknowledged-before-commit",
    breaks: "rows count as delivered when the transaction's end was asked for, not when it was answered",
    seedsMax: 60,
    finding: /is skipped|is lost/,
    mutations: {
      calls: changed(({ endTransaction }) => ({
        endTransaction: async (producer, commit) => {
          endTransaction(producer, commit).catch(() => undefined);
        },
      })),
    },
  },
];

/** Returns what the first world that sees the bug says; undefined when none of its seeds does. */
export async function catchKafkaMutant({ seedsMax, mutations }: KafkaMutant): Promise<string | undefined> {
  for (let seed = 1; seed <= seedsMax; seed++)
    try {
      await runKafkaWorld(String(seed), mutations);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  return undefined;
}
