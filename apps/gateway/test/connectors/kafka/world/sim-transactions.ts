/**
 * SimTransactions: the transaction coordinator of a simulated cluster. A transactional id has one producer; each InitProducerId raises its
 * epoch and fences the older ones. When a transaction ends, its markers are written into its partitions and groups one after the other,
 * each at a time of its own, as in a real cluster, so a commit is not visible everywhere at once. A transaction that takes too long is
 * aborted, with a new epoch.
 */
import type { Prng, Scheduler } from "@signalbox/engine/testing";
import { KafkaError } from "../../../../src/connectors/kafka/kafka-error.ts";
import type { ProducerSession } from "../../../../src/connectors/kafka/kafka-wire.ts";

/** Where a transaction leaves a marker. */
export interface Marked {
  /** The markers may be lost here; what is pending then stays pending until the producer's next marker. */
  readonly forgets: boolean;
  mark(producerId: bigint, epoch: number, commit: boolean): void;
}

interface Transaction {
  readonly id: string;
  producerId: bigint;
  epoch: number;
  timeoutMs: number;
  state: "none" | "ongoing" | "ending";
  /** Tells one transaction from the next. */
  number: number;
  readonly within: Set<Marked>;
}

const markerMsMax = 60;
const markerSlowMsMax = 3_000;

export class SimTransactions {
  readonly #byId = new Map<string, Transaction>();
  readonly #scheduler: Scheduler;
  readonly #rng: Prng;
  readonly #markersSlow: () => boolean;
  readonly #changed: () => void;
  readonly #markerDropped: () => boolean;
  readonly #epochMax: number;
  #producers = 0n;

  constructor(
    scheduler: Scheduler,
    {
      rng,
      markersSlow,
      markerDropped,
      changed,
      epochMax,
    }: {
      readonly rng: Prng;
      readonly markersSlow: () => boolean;
      readonly markerDropped: () => boolean;
      readonly changed: () => void;
      /** After this epoch the id gets another producer. */
      readonly epochMax: number;
    },
  ) {
    this.#scheduler = scheduler;
    this.#rng = rng;
    this.#markersSlow = markersSlow;
    this.#changed = changed;
    this.#markerDropped = markerDropped;
    this.#epochMax = epochMax;
  }

  /** The ids whose transaction has not ended completely. */
  get unended(): string[] {
    return [...this.#byId.values()].filter(({ state }) => state !== "none").map(({ id }) => id);
  }

  init(id: string, timeoutMs: number): ProducerSession {
    const known = this.#byId.get(id);
    const found = known ?? {
      ...{ id, producerId: this.#producers++, epoch: -1, timeoutMs, state: "none" as const, number: 0, within: new Set<Marked>() },
    };
    this.#byId.set(id, found);
    if (found.state === "ending") throw error("CONCURRENT_TRANSACTIONS", id);
    if (found.state === "ongoing") {
      this.#giveUp(found);
      throw error("CONCURRENT_TRANSACTIONS", id);
    }
    found.timeoutMs = timeoutMs;
    if (found.epoch >= this.#epochMax) {
      found.producerId = this.#producers++;
      found.epoch = -1;
    }
    found.epoch++;
    return { transactionalId: id, producerId: found.producerId, epoch: found.epoch };
  }

  /** Begins the transaction if there is none. */
  add(session: ProducerSession, places: readonly Marked[]): void {
    const found = this.#of(session);
    if (found.state === "ending") throw error("CONCURRENT_TRANSACTIONS", found.id);
    if (found.state === "none") {
      found.state = "ongoing";
      const number = ++found.number;
      this.#scheduler.after(found.timeoutMs, "transaction times out", () => {
        if (found.state === "ongoing" && found.number === number) this.#giveUp(found);
      });
    }
    for (const place of places) found.within.add(place);
  }

  /** Whether the transaction has this place. Newer brokers ask this before they take a batch. */
  holds({ transactionalId, producerId, epoch }: ProducerSession, place: Marked): boolean {
    const found = this.#byId.get(transactionalId);
    return found?.state === "ongoing" && found.producerId === producerId && found.epoch === epoch && found.within.has(place);
  }

  /** Ends the transaction. It is decided when this returns, and becomes visible marker by marker. */
  end(session: ProducerSession, commit: boolean): void {
    const found = this.#of(session);
    if (found.state === "ending") throw error("CONCURRENT_TRANSACTIONS", found.id);
    if (found.state === "none") throw error("INVALID_TXN_STATE", found.id);
    this.#settle(found, commit);
  }

  /** Fences the producer that has the transaction under way before the end is written. */
  #giveUp(found: Transaction): void {
    found.epoch++;
    this.#settle(found, false);
  }

  #settle(found: Transaction, commit: boolean): void {
    const { producerId, epoch } = found;
    found.state = "ending";
    const places = [...found.within];
    found.within.clear();
    let left = places.length;
    const done = (): void => {
      if (left <= 0) found.state = "none";
    };
    for (const place of places) {
      const afterMs = this.#rng.between(0, this.#markersSlow() ? markerSlowMsMax : markerMsMax);
      this.#scheduler.after(afterMs, "transaction marker", () => {
        if (!(place.forgets && this.#markerDropped())) place.mark(producerId, epoch, commit);
        left--;
        done();
        this.#changed();
      });
    }
    done();
  }

  #of({ transactionalId, producerId, epoch }: ProducerSession): Transaction {
    const found = this.#byId.get(transactionalId);
    if (found === undefined || found.producerId !== producerId) throw error("INVALID_PRODUCER_ID_MAPPING", transactionalId);
    if (found.epoch !== epoch) throw error("INVALID_PRODUCER_EPOCH", transactionalId);
    return found;
  }
}

function error(code: string, where: string): KafkaError {
  return new KafkaError({ code, where });
}
