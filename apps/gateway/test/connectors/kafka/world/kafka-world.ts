/**
 * KafkaWorld: one seed, whole: a cluster with writers, a gateway's Kafka connectors as they are between two topics of it, an engine in
 * virtual time, and an operator who kills, takes savepoints and restores them; then calm, in which all must come to rest; then the oracle's
 * verdict, twice.
 * Neighbours: kafka-faults.ts (what goes wrong), kafka-life.ts (the gateway), sim-cluster.ts (Kafka), kafka-oracle.ts (the verdict).
 */
import {
  armTripwire,
  Faults,
  must,
  Prng,
  SimulationFailure,
  Trace,
  VirtualEngine,
  type Scheduler,
  type Swarm,
} from "@signalbox/engine/testing";
import { incarnationOf } from "../../../../src/connectors/incarnation.ts";
import { engineFaultsOff, kafkaFaults, type KafkaFaultName } from "./kafka-faults.ts";
import { KafkaLife, type ConnectedEngine, type KafkaMutations } from "./kafka-life.ts";
import { KafkaOracle, type Acknowledged } from "./kafka-oracle.ts";
import { numberOf, numbersOf, outEgress, outTopics, relay, relayBindings, relayType } from "./relay-function.ts";
import { SimCluster } from "./sim-cluster.ts";
import { SimWriters } from "./sim-writers.ts";

const startMs = 1_767_225_600_000;
const stepsMax = 300_000;
const restMsMax = 600_000;
const lookEachMs = 500;

export interface KafkaWorldStats {
  lives: number;
  savepoints: number;
  restores: number;
  records: number;
  /** Numbers that an incarnation before the last had written too, and that no savepoint had acknowledged. */
  repeated: number;
  steps: number;
}

export interface KafkaWorldResult {
  readonly seed: string;
  readonly traceHash: string;
  readonly stats: KafkaWorldStats;
  readonly faults: ReadonlyMap<KafkaFaultName, number>;
}

type WorldEngine = NonNullable<VirtualEngine["engine"]>;

interface Savepoint {
  readonly name: string;
  readonly acknowledged: Acknowledged;
}

export async function runKafkaWorld(seed: string, mutations: KafkaMutations = {}): Promise<KafkaWorldResult> {
  const world = new KafkaWorld(seed, mutations);
  const disarm = armTripwire();
  try {
    return await world.run();
  } catch (error) {
    throw world.explain(error);
  } finally {
    disarm();
  }
}

class KafkaWorld {
  readonly #seed: string;
  readonly #mutations: KafkaMutations;
  readonly #rng: Prng;
  readonly #faults: Swarm<KafkaFaultName>;
  readonly #engineFaults: Faults;
  readonly #virtual: VirtualEngine;
  readonly #cluster: SimCluster;
  readonly #writers: SimWriters;
  readonly #oracle: KafkaOracle;
  readonly #trace = new Trace();
  readonly #stats: KafkaWorldStats = { lives: 0, savepoints: 0, restores: 0, records: 0, repeated: 0, steps: 0 };
  readonly #transactionTimeoutMs: number;
  readonly #savepoints: Savepoint[] = [];
  #life: KafkaLife | undefined;
  #opensAtMs = 0;
  #restoring: Savepoint | undefined;
  #eras = 0;
  /** The number of each record in the outbox of the state in force, by sequence. */
  #numbers = new Map<number, number>();
  #failure: { readonly error: unknown } | undefined;
  #lookedMs = 0;

  constructor(seed: string, mutations: KafkaMutations) {
    this.#seed = seed;
    this.#mutations = mutations;
    this.#rng = new Prng(`kafka ${seed}`);
    this.#faults = kafkaFaults(this.#rng.fork("faults"));
    this.#engineFaults = new Faults(this.#rng.fork("engine"), engineFaultsOff);
    this.#virtual = new VirtualEngine({ startMs, call: relay, faults: this.#engineFaults });
    this.#cluster = new SimCluster(this.#scheduler, this.#faults, this.#rng);
    for (const topic of outTopics) this.#cluster.create(topic, this.#rng.between(1, 3));
    this.#writers = new SimWriters(this.#cluster, this.#rng.fork("writers"), this.#rng.between(10, 70));
    this.#oracle = new KafkaOracle(this.#cluster);
    this.#transactionTimeoutMs = this.#rng.pick([3_000, 20_000, 60_000]);
  }

  get #scheduler(): Scheduler {
    return this.#virtual.scheduler;
  }

  async run(): Promise<KafkaWorldResult> {
    const { scheduler } = this.#virtual;
    this.#writers.start((error) => this.#failed(error));
    this.#operatorLater();
    scheduler.after(this.#rng.between(3_000, 40_000), "calm", () => {
      this.#faults.calm();
      this.#engineFaults.calm();
    });
    await this.#rest();
    await this.#verdict();
    this.#note("the end is a crash: what counts is on disk and in the topics");
    this.#crash();
    await this.#rest();
    await this.#verdict();
    this.#stats.steps = scheduler.steps;
    return { seed: this.#seed, traceHash: this.#trace.digest(), stats: this.#stats, faults: this.#faults.hits };
  }

  explain(error: unknown): SimulationFailure {
    const cause =
      error instanceof SimulationFailure ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
    const lines = [
      cause,
      `seed ${this.#seed}, step ${this.#scheduler.steps}; repeat with: npm run sim -- --kafka --seed ${this.#seed}`,
      `faults: ${this.#faults.describe()}; ${this.#engineFaults.describe()}`,
      `connectors: ${this.#life?.states() ?? "the gateway is down"}`,
      "the last events:",
      ...this.#trace.last(),
    ];
    return new SimulationFailure(lines.join("\n"));
  }

  #note(text: string): void {
    this.#trace.note(this.#scheduler.nowMs - startMs, text);
  }

  #failed(error: unknown): void {
    this.#failure ??= { error };
  }

  #operatorLater(): void {
    this.#scheduler.after(this.#rng.between(100, 3_000), "operator", () => {
      this.#operate();
      this.#operatorLater();
    });
  }

  #operate(): void {
    const faults = this.#faults;
    if (faults.hit("nodeFalls")) this.#cluster.fall();
    if (faults.hit("leaderMoves")) this.#cluster.moveLeader();
    const { engine } = this.#virtual;
    if (engine === undefined || this.#life === undefined) return;
    // A person does this who sees a connector that was fenced, or an entity that gave up.
    this.#life.retryRefused();
    const parked = { kind: "by-status", type: relayType, status: "parked" } as const;
    engine.act(parked, { kind: "retry" }).catch((error: unknown) => this.#note(`no retry: ${String(error)}`));
    if (faults.hit("crash")) return this.#crash();
    if (faults.hit("sleeps")) return this.#sleep(this.#life);
    if (this.#restoring !== undefined) return;
    if (faults.hit("savepoint")) this.#takeSavepoint(engine);
    else if (this.#savepoints.length > 0 && faults.hit("restore")) this.#restore(engine);
    else if (faults.hit("reopen")) this.#life.reopen();
  }

  #takeSavepoint(engine: WorldEngine): void {
    const name = `savepoint ${++this.#stats.savepoints}`;
    const { surely } = this.#oracle.now();
    const era = this.#eras;
    engine.takeSavepoint(name).then(
      () => {
        if (era !== this.#eras || this.#restoring !== undefined) return;
        this.#note(`took ${name}`);
        this.#savepoints.push({ name, acknowledged: { surely, perhaps: this.#oracle.now().perhaps } });
      },
      (error: unknown) => this.#note(`no savepoint: ${String(error)}`),
    );
  }

  /** A restore counts once its era has begun, whatever becomes of the caller. */
  #restore(engine: WorldEngine): void {
    const savepoint = this.#rng.pick(this.#savepoints);
    this.#note(`restore of ${savepoint.name}`);
    this.#restoring = savepoint;
    const over = (what: string): void => {
      if (this.#restoring !== savepoint || this.#virtual.engine !== engine) return;
      this.#note(`restore of ${savepoint.name} ${what}`);
      this.#restoring = undefined;
    };
    engine.restoreSavepoint(savepoint.name).then(
      () => over("is done"),
      (error: unknown) => over(`failed: ${String(error)}`),
    );
  }

  #eraBegan(engine: WorldEngine): void {
    const { length } = engine.eras();
    if (length === this.#eras) return;
    const savepoint = this.#restoring;
    must(savepoint !== undefined, () => "an era began without a restore");
    this.#note(`era ${length} begins with ${savepoint.name}`);
    this.#eras = length;
    this.#stats.restores++;
    this.#numbers = new Map();
    this.#oracle.restored(savepoint.acknowledged);
  }

  #crash(): void {
    if (this.#life === undefined) return;
    this.#note(`crash of life ${this.#stats.lives}`);
    this.#life.isDead = true;
    this.#over();
  }

  /** Takes the data away from a life that does not notice it. */
  #sleep(life: KafkaLife): void {
    const sleepsMs = this.#rng.between(200, 6_000);
    this.#note(`life ${this.#stats.lives} sleeps`);
    life.sleep(sleepsMs);
    this.#scheduler.after(sleepsMs + this.#rng.between(50, 6_000), "the sleeper is killed", () => {
      life.isDead = true;
    });
    this.#over();
  }

  #over(): void {
    this.#life = undefined;
    this.#virtual.crash();
    const afterMs = this.#rng.between(1, 3_000);
    this.#opensAtMs = this.#scheduler.nowMs + afterMs;
    this.#scheduler.after(afterMs, "the gateway starts", () => undefined);
  }

  async #open(): Promise<void> {
    const engine = await this.#virtual.open(relayBindings);
    this.#eraBegan(engine);
    this.#restoring = undefined;
    this.#numbers = new Map();
    engine.onChange((change) => {
      if (change.kind === "restored" && this.#virtual.engine === engine) this.#eraBegan(engine);
    });
    const number = ++this.#stats.lives;
    this.#note(`life ${number} is open`);
    const life = new KafkaLife({
      ...{ number, cluster: this.#cluster, engine: this.#watched(engine), mutations: this.#mutations },
      transactionTimeoutMs: this.#transactionTimeoutMs,
      note: (text) => this.#note(text),
      dies: (call) => this.#dies(life, call),
    });
    this.#life = life;
    life.begin().catch((error: unknown) => (this.#life === life ? this.#failed(error) : undefined));
  }

  #dies(life: KafkaLife, call: string): boolean {
    if (call !== "fetch" && call !== "metadata") this.#note(`${call} is answered`);
    if (this.#life !== life) return false;
    if (call !== "fetch" && this.#faults.hit("sleepsAfterAnswer")) {
      this.#sleep(life);
      return false;
    }
    if (!this.#faults.hit("crashAfterAnswer")) return false;
    this.#crash();
    return true;
  }

  /** Returns the engine as the connectors see it, and notes what they acknowledge. */
  #watched(engine: WorldEngine): ConnectedEngine {
    return {
      accept: (...given) => engine.accept(...given),
      acceptBatch: (...given) => engine.acceptBatch(...given),
      producerPosition: (producer) => engine.producerPosition(producer),
      onChange: (listener) => engine.onChange(listener),
      eras: () => engine.eras(),
      egressRecords: async (query) => {
        const records = await engine.egressRecords(query);
        if (this.#virtual.engine === engine) for (const { sequence, value } of records) this.#numbers.set(sequence, numberOf(value));
        return records;
      },
      egressAcknowledge: async (egress, through) => {
        const numbers = [...this.#numbers].flatMap(([sequence, number]) => (sequence <= through ? [number] : []));
        const era = this.#eras;
        // An acknowledgement of a life that sleeps changes nothing.
        if (this.#virtual.engine !== engine) return engine.egressAcknowledge(egress, through);
        this.#oracle.acknowledging(numbers);
        await engine.egressAcknowledge(egress, through);
        if (era === this.#eras) this.#oracle.acknowledged(numbers);
        this.#note(`acknowledged through ${through}`);
      },
    };
  }

  /** Waits until all that counts went through. After a bounded calm the verdict says what is missing. */
  async #rest(): Promise<void> {
    let untilMs = Number.POSITIVE_INFINITY;
    while (!(await this.#isAtRest()) && this.#scheduler.nowMs < untilMs) {
      if (this.#faults.isCalm) untilMs = Math.min(untilMs, this.#scheduler.nowMs + restMsMax);
      if (this.#faults.hit("crashAnywhere")) this.#crash();
      if (this.#life === undefined && this.#scheduler.nowMs >= this.#opensAtMs) await this.#open();
      must(await this.#virtual.step(), () => "nothing is left to happen");
      if (this.#failure !== undefined) throw this.#failure.error;
      must(this.#scheduler.steps < stepsMax, () => `the world does not come to rest: ${this.#life?.states() ?? "the gateway is down"}`);
    }
  }

  async #isAtRest(): Promise<boolean> {
    const { nowMs } = this.#scheduler;
    if (!this.#faults.isCalm || !this.#writers.isDone || nowMs < this.#lookedMs + lookEachMs) return false;
    this.#lookedMs = nowMs;
    const { engine } = this.#virtual;
    if (engine === undefined || this.#life === undefined || this.#cluster.transactions.unended.length > 0) return false;
    for (const [key, numbers] of this.#oracle.wanted()) if ((await this.#seen(engine, key)).length < numbers.length) return false;
    return engine.egresses().every(({ waitingRecords }) => waitingRecords === 0);
  }

  async #verdict(): Promise<void> {
    const { engine } = this.#virtual;
    must(engine !== undefined, () => "the gateway is down at the end");
    const incarnation = await this.#virtual.run(incarnationOf(engine));
    await this.#oracle.verdict(`signalbox-${incarnation}-${outEgress}`, (key) => this.#seen(engine, key));
    const waiting = engine.egresses().reduce((sum, { waitingRecords }) => sum + waitingRecords, 0);
    must(waiting === 0, () => `${waiting} records wait for ever: ${this.#life?.states() ?? "the gateway is down"}`);
    Object.assign(this.#stats, { records: this.#oracle.records, repeated: this.#oracle.repeated });
  }

  async #seen(engine: WorldEngine, id: string): Promise<readonly number[]> {
    const found = await this.#virtual.run(engine.entity({ type: relayType, id }));
    return numbersOf(found?.state[0]?.value?.bytes);
  }
}
