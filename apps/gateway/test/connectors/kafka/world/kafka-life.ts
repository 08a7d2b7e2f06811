/**
 * KafkaLife: one life of a gateway in a Kafka world: the real connectors and framework over an engine in virtual time and a simulated
 * cluster. After it is killed nothing of it goes on: no alarm rings and no answer is heard, but what it had sent still arrives. When it is
 * asleep, it goes on later.
 * Neighbour: kafka-world.ts has its lives.
 */
import type { Clock, Engine } from "@signalbox/runtime";
import type { Scheduler } from "@signalbox/engine/testing";
import { egress, ingress } from "../../../../src/connectors/connector.ts";
import { incarnationOf } from "../../../../src/connectors/incarnation.ts";
import type { KafkaCalls } from "../../../../src/connectors/kafka/kafka-client.ts";
import { openKafkaEgress } from "../../../../src/connectors/kafka/kafka-egress.ts";
import { openKafkaIngress } from "../../../../src/connectors/kafka/kafka-ingress.ts";
import type { KafkaEgressSpec, KafkaIngressSpec } from "../../../../src/connectors/kafka/kafka-spec.ts";
import { kafkaEgress, kafkaIngress } from "../../../../src/connectors/kafka/kafka.ts";
import { Supervisor } from "../../../../src/connectors/supervisor.ts";
import { Hooks } from "../../../../src/listener/hooks.ts";
import { declare, standHost } from "../../connector-stand.ts";
import { outEgress, relayType } from "./relay-function.ts";
import { simKafkaClient, type CallingLife } from "./sim-kafka-client.ts";
import type { SimCluster } from "./sim-cluster.ts";
import { inTopics } from "./sim-writers.ts";

export type ConnectedEngine = Pick<
  Engine,
  "accept" | "acceptBatch" | "producerPosition" | "egressRecords" | "egressAcknowledge" | "onChange" | "eras"
>;

/** A planted bug: a port that breaks its rules. `life` counts the gateway's lives from 1. */
export interface KafkaMutations {
  readonly calls?: (calls: KafkaCalls, life: number) => KafkaCalls;
  readonly engine?: (engine: ConnectedEngine) => ConnectedEngine;
}

export interface LifeParts {
  readonly number: number;
  readonly cluster: SimCluster;
  readonly engine: ConnectedEngine;
  readonly mutations: KafkaMutations;
  readonly transactionTimeoutMs: number;
  readonly note: (text: string) => void;
  /** Returns true when the gateway is to be killed now. */
  readonly dies: (call: string) => boolean;
}

const inIngress = "world/in";
const firstId = "store";

export class KafkaLife implements CallingLife {
  isDead = false;
  #wakesAtMs = 0;
  readonly #parts: LifeParts;
  readonly #supervisor: Supervisor;

  constructor(parts: LifeParts) {
    this.#parts = parts;
    const { cluster, engine, mutations, note } = parts;
    this.#supervisor = new Supervisor({
      engine: mutations.engine?.(engine) ?? engine,
      kinds: [this.#ingressKind(), this.#egressKind()],
      host: standHost(new Hooks(), (error, where) => note(`${where}: ${String(error)}`)),
      clock: this.#clock(cluster.scheduler),
      random: { draw: () => cluster.rng.fraction() },
      warn: note,
    });
  }

  get sleepsMs(): number {
    return Math.max(0, this.#wakesAtMs - this.#parts.cluster.scheduler.nowMs);
  }

  /** Stops the life for this long. Then it goes on, without its data, until it is killed. */
  sleep(ms: number): void {
    this.#wakesAtMs = this.#parts.cluster.scheduler.nowMs + ms;
  }

  async begin(): Promise<void> {
    // The seed gives the name. Once it is there, nobody makes another one.
    await incarnationOf(this.#parts.engine, () => firstId);
    const connection = { address: "simulated:9092", properties: {} };
    const reads: KafkaIngressSpec = {
      ...{ ...connection, id: inIngress, groupId: "watched", reset: undefined, invalid: { kind: "park" } },
      topics: inTopics.map((topic) => ({ topic, valueType: "world/number", targets: [relayType] })),
      startup: { type: "earliest", date: undefined, offsets: {} },
    };
    const writes: KafkaEgressSpec = {
      ...{ ...connection, id: outEgress, semantic: "exactly-once", deadLetters: undefined },
      transactionTimeoutMs: this.#parts.transactionTimeoutMs,
    };
    await this.#supervisor.begin([declare(kafkaIngress, reads, inIngress), declare(kafkaEgress, writes, outEgress)]);
  }

  answered(call: string): boolean {
    return !this.#parts.dies(call);
  }

  retryRefused(): void {
    for (const { direction, id, state } of this.#supervisor.views()) if (state.kind === "refused") this.#supervisor.retry(direction, id);
  }

  reopen(): void {
    for (const { direction, id } of this.#supervisor.views()) this.#supervisor.retry(direction, id);
  }

  states(): string {
    return this.#supervisor
      .views()
      .map(({ id, state }) => `${id} ${state.kind}${"what" in state ? ` (${state.what})` : ""}`)
      .join(", ");
  }

  close(): Promise<void> {
    return this.#supervisor.close();
  }

  #connect = async (): Promise<KafkaCalls> => {
    const { cluster, mutations, number } = this.#parts;
    const calls = simKafkaClient(cluster, this);
    return mutations.calls?.(calls, number) ?? calls;
  };

  #ingressKind() {
    const { kind, word, meaning, shape } = kafkaIngress;
    return ingress<KafkaIngressSpec>({
      ...{ direction: "ingress", kind, word, meaning, shape },
      read: () => ({ id: inIngress, spec: never(), claims: [] }),
      open: (spec, context) => openKafkaIngress(spec, context, this.#connect),
    });
  }

  #egressKind() {
    const { kind, word, meaning, shape } = kafkaEgress;
    return egress<KafkaEgressSpec>({
      ...{ direction: "egress", kind, word, meaning, shape },
      read: () => ({ id: outEgress, spec: never(), claims: [] }),
      open: (spec, context) => openKafkaEgress(spec, context, this.#connect),
    });
  }

  #clock(scheduler: Scheduler): Clock {
    const schedule: Clock["schedule"] = (delayMs, run) =>
      scheduler.after(delayMs, "connector's alarm", () => {
        if (this.isDead) return;
        if (this.sleepsMs > 0) schedule(this.sleepsMs, run);
        else run();
      });
    return { nowMs: () => scheduler.nowMs, steadyMs: () => scheduler.nowMs, schedule };
  }
}

/** Throws, because no module is read in a world: the specs are given. */
function never(): never {
  throw new Error("no module is read here");
}
