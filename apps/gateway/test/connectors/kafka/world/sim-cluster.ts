/**
 * SimCluster: Kafka in virtual time: nodes that fall and come back, topics whose leaders move, groups, transactions and other writers.
 * Every operation happens completely at one instant; sim-kafka-client.ts carries requests and answers.
 * Guarantee: what is appended stays (all replicas are in sync), so only readers and writers can lose or double a record.
 */
import { must, type Prng, type Scheduler, type Swarm } from "@signalbox/engine/testing";
import { KafkaError } from "../../../../src/connectors/kafka/kafka-error.ts";
import type { ClusterView, PartitionOffsets, TopicPartition } from "../../../../src/connectors/kafka/kafka-wire.ts";
import type { KafkaFaultName } from "./kafka-faults.ts";
import { SimGroup } from "./sim-group.ts";
import { SimLog } from "./sim-log.ts";
import { SimTransactions } from "./sim-transactions.ts";

const nodes = [0, 1, 2] as const;
const shortEpochs = 6;
const longEpochs = 32_767;
const electionMsMax = 800;
const downMsMax = 6_000;

export class SimCluster {
  readonly scheduler: Scheduler;
  readonly faults: Swarm<KafkaFaultName>;
  readonly rng: Prng;
  readonly transactions: SimTransactions;
  /** Whether brokers ask the coordinator before they take a transactional batch, as Kafka does since 3.6. */
  readonly verifies: boolean;
  readonly #topics = new Map<string, readonly SimLog[]>();
  readonly #groups = new Map<string, SimGroup>();
  readonly #down = new Set<number>();
  #changed = new Set<() => void>();

  constructor(scheduler: Scheduler, faults: Swarm<KafkaFaultName>, rng: Prng) {
    this.scheduler = scheduler;
    this.faults = faults;
    this.rng = rng.fork("cluster");
    this.verifies = this.rng.chance(500);
    this.transactions = new SimTransactions(scheduler, {
      rng: this.rng.fork("markers"),
      markersSlow: () => faults.hit("markersSlow"),
      markerDropped: () => faults.hit("markerDropped"),
      // What hangs under a producer that the id has no longer, nobody can end: a real one has 32 767 epochs.
      epochMax: faults.rates.get("markerDropped") === 0 ? shortEpochs : longEpochs,
      changed: () => this.changed(),
    });
  }

  create(topic: string, partitions: number): readonly SimLog[] {
    const logs = Array.from({ length: partitions }, (_, partition) => new SimLog(topic, partition, this.rng.pick(nodes)));
    this.#topics.set(topic, logs);
    return logs;
  }

  logs(topic: string): readonly SimLog[] {
    return this.#topics.get(topic) ?? [];
  }

  isDown(node: number): boolean {
    return this.#down.has(node);
  }

  /** Takes a node down: its partitions get other leaders after a while, and it comes back by itself. At most one node is down. */
  fall(): void {
    if (this.#down.size > 0) return;
    const node = this.rng.pick(nodes);
    this.#down.add(node);
    this.scheduler.after(this.rng.between(10, electionMsMax), "leaders are elected", () => {
      for (const log of this.#all()) if (log.leader === node && this.isDown(node)) log.leader = (node + 1) % nodes.length;
      this.changed();
    });
    this.scheduler.after(this.rng.between(500, downMsMax), "a node is back", () => this.#down.delete(node));
  }

  moveLeader(): void {
    this.rng.pick(this.#all()).leader = this.rng.pick(nodes);
    this.changed();
  }

  metadata(names: readonly string[]): ClusterView {
    const topics = names.flatMap((name) => {
      const logs = this.#topics.get(name);
      return logs === undefined ? [] : [[name, { id: `id of ${name}`, leaders: logs.map(({ leader }) => leader) }] as const];
    });
    const refused = names.filter((name) => !this.#topics.has(name)).map((name) => [name, "UNKNOWN_TOPIC_OR_PARTITION"] as const);
    const brokers = nodes.filter((node) => !this.isDown(node)).map((node) => [node, { host: "simulated", port: 9092 + node }] as const);
    return { brokers: new Map(brokers), topics: new Map(topics), refused: new Map(refused) };
  }

  /** The log of a partition that the node leads. */
  log(node: number, { topic, partition }: TopicPartition): SimLog {
    const found = this.#topics.get(topic)?.[partition];
    if (found === undefined) throw new KafkaError({ code: "UNKNOWN_TOPIC_OR_PARTITION", where: `${topic}/${partition}` });
    if (found.leader !== node) throw new KafkaError({ code: "NOT_LEADER_OR_FOLLOWER", where: `${topic}/${partition}` });
    return found;
  }

  listOffsets(node: number, asked: readonly (TopicPartition & { readonly timestamp: bigint })[]): PartitionOffsets {
    const offsets = asked.map((one) => {
      must(one.timestamp === -1n || one.timestamp === -2n, () => "a simulated cluster knows earliest and latest");
      const log = this.log(node, one);
      return [`${one.topic}/${one.partition}`, one.timestamp === -2n ? 0n : log.stable] as const;
    });
    return { offsets: new Map(offsets), codes: new Map() };
  }

  group(id: string): SimGroup {
    const found = this.#groups.get(id) ?? new SimGroup(id);
    this.#groups.set(id, found);
    return found;
  }

  /** Called when something was appended, decided or moved, so that waiting readers look again. */
  changed(): void {
    const waiting = this.#changed;
    this.#changed = new Set();
    for (const tell of waiting) tell();
  }

  whenChanged(tell: () => void): void {
    this.#changed.add(tell);
  }

  #all(): SimLog[] {
    return [...this.#topics.values()].flat();
  }
}
