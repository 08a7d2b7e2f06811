/**
 * SimGroup: the committed offsets of a consumer group. Offsets that came in a transaction count from its marker on. Until then a reader
 * that asks for them by name is told to wait, and a list of all offsets lacks a partition whose first commit is pending, as with real
 * brokers.
 */
import { KafkaError } from "../../../../src/connectors/kafka/kafka-error.ts";
import type { ProducerSession, TopicPartition } from "../../../../src/connectors/kafka/kafka-wire.ts";
import type { Marked } from "./sim-transactions.ts";

export type OffsetOf = TopicPartition & { readonly offset: bigint };

export class SimGroup implements Marked {
  readonly forgets = true;
  readonly #id: string;
  readonly #offsets = new Map<string, bigint>();
  readonly #pending = new Map<bigint, OffsetOf[]>();
  readonly #epochs = new Map<bigint, number>();

  constructor(id: string) {
    this.#id = id;
  }

  commit(offsets: readonly OffsetOf[]): void {
    for (const one of offsets) this.#offsets.set(placeOf(one), one.offset);
  }

  commitIn({ producerId, epoch }: ProducerSession, offsets: readonly OffsetOf[]): void {
    if (epoch < (this.#epochs.get(producerId) ?? 0)) throw this.#error("INVALID_PRODUCER_EPOCH");
    this.#epochs.set(producerId, epoch);
    this.#pending.set(producerId, [...(this.#pending.get(producerId) ?? []), ...offsets]);
  }

  mark(producerId: bigint, epoch: number, commit: boolean): void {
    this.#epochs.set(producerId, epoch);
    const pending = this.#pending.get(producerId) ?? [];
    this.#pending.delete(producerId);
    if (commit) this.commit(pending);
  }

  /** When `asked` is undefined, returns all offsets that the group ever committed. */
  committed(asked: readonly TopicPartition[] | undefined, { stable = true } = {}): ReadonlyMap<string, bigint> {
    const pending = new Set([...this.#pending.values()].flat().map(placeOf));
    const places = asked === undefined ? [...this.#offsets.keys()] : asked.map(placeOf);
    if (stable && places.some((place) => pending.has(place))) throw this.#error("UNSTABLE_OFFSET_COMMIT");
    return new Map(
      places.flatMap((place) => {
        const offset = this.#offsets.get(place);
        return offset === undefined ? [] : [[place, offset] as const];
      }),
    );
  }

  #error(code: string): KafkaError {
    return new KafkaError({ code, where: this.#id });
  }
}

function placeOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
