/**
 * KafkaOracle: what must be true at the end of a Kafka world. It reads the cluster by the fate of each transaction, which no client is told, and what the
 * engine acknowledged while the world ran.
 *   in    each entity was given each number of its key that counts, once, in the order of the partition;
 *   out   each incarnation wrote each number at most once, each key in order; the last one wrote all but what the savepoint it came from had
 *         acknowledged, and nothing of what that savepoint had acknowledged for sure; what it left out, an earlier one wrote.
 */
import { must } from "@signalbox/engine/testing";
import { outTopics } from "./relay-function.ts";
import type { SimCluster } from "./sim-cluster.ts";
import { inTopics } from "./sim-writers.ts";

/** What an engine had acknowledged at one moment: at least `surely`, at most `perhaps`. */
export interface Acknowledged {
  readonly surely: ReadonlySet<number>;
  readonly perhaps: ReadonlySet<number>;
}

export class KafkaOracle {
  readonly #cluster: SimCluster;
  #surely = new Set<number>();
  #perhaps = new Set<number>();
  /** What was acknowledged in the savepoint from which the state in force came. */
  #base: Acknowledged = { surely: new Set(), perhaps: new Set() };
  records = 0;
  repeated = 0;

  constructor(cluster: SimCluster) {
    this.#cluster = cluster;
  }

  acknowledging(numbers: readonly number[]): void {
    for (const number of numbers) this.#perhaps.add(number);
  }

  acknowledged(numbers: readonly number[]): void {
    for (const number of numbers) this.#surely.add(number);
  }

  now(): Acknowledged {
    return { surely: new Set(this.#surely), perhaps: new Set(this.#perhaps) };
  }

  restored(savepoint: Acknowledged): void {
    this.#base = savepoint;
    this.#surely = new Set(savepoint.surely);
    this.#perhaps = new Set(savepoint.perhaps);
  }

  /** `state` returns what the entity of a key holds. */
  async verdict(writer: string, state: (key: string) => Promise<readonly number[]>): Promise<void> {
    const wanted = this.wanted();
    this.records = 0;
    this.repeated = 0;
    for (const [key, numbers] of wanted) {
      const seen = await state(key);
      must(String(seen) === String(numbers), () => `${key} was given ${String(seen)} and the topic holds ${String(numbers)}`);
      this.records += numbers.length;
    }
    const written = this.#written();
    const all = [...wanted.values()].flat();
    for (const [by, numbers] of written) checkOnce(by, numbers, wanted);
    const last = new Set([...(written.get(writer) ?? new Map<string, number[]>()).values()].flat());
    const before = new Set([...written].filter(([by]) => by !== writer).flatMap(([, numbers]) => [...numbers.values()].flat()));
    for (const number of all) {
      if (last.has(number)) {
        must(!this.#base.surely.has(number), () => `${number} was acknowledged in the savepoint and is written again: a repeat in silence`);
        if (before.has(number)) this.repeated++;
        continue;
      }
      must(this.#base.perhaps.has(number), () => `${number} is skipped: the state in force wrote it nowhere`);
      must(before.has(number), () => `${number} is lost: it was acknowledged and no reader sees it`);
    }
  }

  /** The numbers that count, by key, in the order of their partition. */
  wanted(): ReadonlyMap<string, readonly number[]> {
    const found = new Map<string, number[]>();
    for (const log of inTopics.flatMap((topic) => this.#cluster.logs(topic)))
      for (const { wire, fate } of log.batches) if (fate.kind === "committed") addTo(found, wire.records);
    return found;
  }

  /** The numbers that were written, by transactional id and key. A blank in an id separates what a planted bug adds to it. */
  #written(): ReadonlyMap<string, ReadonlyMap<string, readonly number[]>> {
    const found = new Map<string, Map<string, number[]>>();
    for (const log of outTopics.flatMap((topic) => this.#cluster.logs(topic)))
      for (const { wire, fate, writer = "nobody" } of log.batches) {
        if (fate.kind !== "committed") continue;
        const [id = writer] = writer.split(" ");
        const by = found.get(id) ?? new Map<string, number[]>();
        found.set(id, by);
        addTo(by, wire.records);
      }
    return found;
  }
}

function checkOnce(by: string, keys: ReadonlyMap<string, readonly number[]>, wanted: ReadonlyMap<string, readonly number[]>): void {
  for (const [key, numbers] of keys) {
    const order = new Map((wanted.get(key) ?? []).map((number, index) => [number, index]));
    let last = -1;
    for (const number of numbers) {
      const index = order.get(number);
      must(index !== undefined, () => `${number} of ${key} was written by ${by} and never counted in the topic that is read`);
      must(
        index !== last && numbers.indexOf(number) === numbers.lastIndexOf(number),
        () => `${number} of ${key} was written twice by ${by}`,
      );
      must(index > last, () => `${number} of ${key} was written by ${by} behind a later one`);
      last = index;
    }
  }
}

function addTo(
  found: Map<string, number[]>,
  records: readonly { readonly key: Uint8Array | null; readonly value: Uint8Array | null }[],
): void {
  for (const { key, value } of records) {
    const name = Buffer.from(key ?? []).toString();
    found.set(name, [...(found.get(name) ?? []), Number(Buffer.from(value ?? []).toString())]);
  }
}
