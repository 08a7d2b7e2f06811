/**
 * SimKafkaClient: the calls of a gateway to a simulated cluster. A request takes time, gets lost, arrives when nobody waits any more, takes
 * effect while its answer is lost, or meets a broker that is busy, down or no longer the leader. What a killed gateway had sent still
 * arrives.
 * Neighbours: sim-cluster.ts does what a request says; kafka-client.ts is the real one.
 */
import type { KafkaCalls } from "../../../../src/connectors/kafka/kafka-client.ts";
import { KafkaError } from "../../../../src/connectors/kafka/kafka-error.ts";
import type {
  FetchedPartition,
  FetchLimits,
  OutgoingRecord,
  ProducerSession,
  TopicPartition,
} from "../../../../src/connectors/kafka/kafka-wire.ts";
import type { SimCluster } from "./sim-cluster.ts";

const requestTimeoutMs = 4_000;
const lateMsMax = 6_000;
const wayMsMax = 3;
const waySlowMsMax = 2_500;
const batchesPerAnswerMax = 6;

/** A life of the gateway as its calls see it. */
export interface CallingLife {
  /** The life was killed, so nobody hears an answer any more. */
  readonly isDead: boolean;
  /** The life is stopped for this long; it hears what comes meanwhile when it goes on. */
  readonly sleepsMs: number;
  /** Called when a broker's answer is there and was not used yet. Returns false when the gateway is killed at this point. */
  answered(call: string): boolean;
}

type Asked = TopicPartition & { readonly offset: bigint };
/** A node, or the one that coordinates. */
type Receiver = number | "coordinator" | "any";

export function simKafkaClient(cluster: SimCluster, life: CallingLife): KafkaCalls {
  const line = new Line(cluster, life);
  const within = (group: string) => cluster.group(group);
  return {
    metadata: (names) => line.call("metadata", "any", () => cluster.metadata(names)),
    listOffsets: (node, asked) => line.call("listOffsets", node, () => cluster.listOffsets(node, asked)),
    fetch: (node, asked, limits) => line.call("fetch", node, () => fetched(cluster, { node, asked, limits })),
    committedOffsets: (group, asked, options) =>
      line.call("committedOffsets", "coordinator", () => within(group).committed(asked, options)),
    commitOffsets: (group, offsets) => line.call("commitOffsets", "coordinator", () => within(group).commit(offsets)),
    initProducer: (id, timeoutMs) => line.call("initProducer", "coordinator", () => cluster.transactions.init(id, timeoutMs)),
    addPartitions: (producer, partitions) =>
      line.call("addPartitions", "coordinator", () =>
        cluster.transactions.add(
          producer,
          partitions.flatMap(({ topic, partition }) => cluster.logs(topic)[partition] ?? []),
        ),
      ),
    addOffsets: async (producer, group, offsets) => {
      await line.call("addOffsetsToTxn", "coordinator", () => cluster.transactions.add(producer, [within(group)]));
      if (offsets.length === 0) return;
      await line.call("txnOffsetCommit", "coordinator", () => within(group).commitIn(producer, offsets));
    },
    endTransaction: (producer, commit) => line.call("endTransaction", "coordinator", () => cluster.transactions.end(producer, commit)),
    produce: (node, records, { session }) => {
      // The sequences are copied now, because the request may arrive when the session has gone on.
      const bases = new Map(session?.sequences);
      return line.call("produce", node, () => produced(cluster, { node, records, producer: session?.producer, bases }));
    },
    close: async () => line.close(),
  };
}

interface Sent<Answer> {
  readonly to: Receiver;
  readonly work: () => Answer | Promise<Answer>;
}

class Line {
  readonly #cluster: SimCluster;
  readonly #life: CallingLife;
  readonly #waiting = new Set<(code: string) => void>();
  #closed = false;

  constructor(cluster: SimCluster, life: CallingLife) {
    this.#cluster = cluster;
    this.#life = life;
  }

  close(): void {
    this.#closed = true;
    for (const fail of [...this.#waiting]) fail("CLIENT_CLOSED");
  }

  call<Answer>(name: string, to: Receiver, work: Sent<Answer>["work"]): Promise<Answer> {
    if (this.#closed) return Promise.reject(new KafkaError({ code: "CLIENT_CLOSED", where: name }));
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    let isOver = false;
    const over = (settle: () => void): void => {
      if (isOver || this.#life.isDead) return;
      if (this.#life.sleepsMs > 0) return this.#whenAwake(() => over(settle));
      isOver = true;
      this.#waiting.delete(fail);
      if (this.#life.answered(name)) this.#whenAwake(settle);
    };
    const fail = (code: string): void => over(() => reject(new KafkaError({ code, where: `${name} at ${to}` })));
    this.#waiting.add(fail);
    this.#send({ to, work }, { fail, done: (answer) => over(() => resolve(answer)), refuse: (error) => over(() => reject(error)) });
    return promise;
  }

  #whenAwake(run: () => void): void {
    const { sleepsMs } = this.#life;
    if (sleepsMs === 0) return run();
    this.#cluster.scheduler.after(sleepsMs, "an answer waits", () => (this.#life.isDead ? undefined : run()));
  }

  #send<Answer>(
    { to, work }: Sent<Answer>,
    end: { fail(code: string): void; done(answer: Answer): void; refuse(error: unknown): void },
  ): void {
    const { scheduler, faults, rng } = this.#cluster;
    const wayMs = rng.between(0, faults.hit("waySlow") ? waySlowMsMax : wayMsMax);
    scheduler.after(requestTimeoutMs, "request times out", () => end.fail("ETIMEDOUT"));
    if (faults.hit("requestLost")) return;
    const isCut = faults.hit("connectionCut");
    if (isCut) scheduler.after(rng.between(0, wayMsMax), "connection cut", () => end.fail("ECONNRESET"));
    const arrivesMs = faults.hit("requestLate") ? requestTimeoutMs + rng.between(0, lateMsMax) : wayMs;
    const isAnswerLost = isCut || faults.hit("answerLost");
    scheduler.after(arrivesMs, "request arrives", () => {
      this.#arrived({ to, work }).then(
        (answer) => {
          if (!isAnswerLost) scheduler.after(rng.between(0, wayMsMax), "answer arrives", () => end.done(answer));
        },
        (error: unknown) => {
          if (!isAnswerLost) scheduler.after(rng.between(0, wayMsMax), "error arrives", () => end.refuse(error));
        },
      );
    });
  }

  async #arrived<Answer>({ to, work }: Sent<Answer>): Promise<Answer> {
    const { faults, rng } = this.#cluster;
    if (typeof to === "number") {
      if (this.#cluster.isDown(to)) throw new KafkaError({ code: "ECONNREFUSED", where: `node ${to}` });
      if (faults.hit("notLeader")) throw new KafkaError({ code: "NOT_LEADER_OR_FOLLOWER", where: `node ${to}` });
    } else if (to === "coordinator" && faults.hit("brokerBusy")) {
      const code = rng.pick(["COORDINATOR_LOAD_IN_PROGRESS", "NOT_COORDINATOR", "COORDINATOR_NOT_AVAILABLE"] as const);
      throw new KafkaError({ code, where: "the coordinator" });
    }
    const answer = await work();
    if (typeof to === "number" && this.#cluster.isDown(to)) throw new KafkaError({ code: "ECONNRESET", where: `node ${to}` });
    return answer;
  }
}

/** Waits for a first record, or for as long as the reader wants. */
async function fetched(
  cluster: SimCluster,
  { node, asked, limits }: { node: number; asked: readonly Asked[]; limits: FetchLimits },
): Promise<FetchedPartition[]> {
  const { scheduler, rng } = cluster;
  const untilMs = scheduler.nowMs + limits.maxWaitMs;
  for (;;) {
    const found = asked.map((one) => part(cluster, { node, one, limits, batchesMax: rng.between(1, batchesPerAnswerMax) }));
    if (scheduler.nowMs >= untilMs || found.some(({ error, batches }) => error !== undefined || batches.length > 0)) return found;
    await new Promise<void>((resolve) => {
      cluster.whenChanged(resolve);
      scheduler.after(untilMs - scheduler.nowMs, "fetch waited", resolve);
    });
  }
}

function part(
  cluster: SimCluster,
  { node, one, limits, batchesMax }: { node: number; one: Asked; limits: FetchLimits; batchesMax: number },
): FetchedPartition {
  try {
    return cluster.log(node, one).fetch(one.offset, { committedOnly: limits.committedOnly, batchesMax });
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error;
    const { topic, partition } = one;
    const none = { highWatermark: -1n, lastStableOffset: -1n, logStartOffset: -1n, aborted: [], batches: [] };
    return { topic, partition, error: error.code, ...none };
  }
}

/** Appends partition by partition, each completely or not at all; one that refuses does not undo the others. */
function produced(
  cluster: SimCluster,
  {
    node,
    records,
    producer,
    bases,
  }: {
    node: number;
    records: readonly OutgoingRecord[];
    producer: ProducerSession | undefined;
    bases: ReadonlyMap<string, number>;
  },
): void {
  let refused: unknown;
  for (const [place, list] of Map.groupBy(records, ({ topic, partition }) => `${topic}:${partition}`)) {
    try {
      const [first] = list;
      if (first === undefined) continue;
      const log = cluster.log(node, first);
      if (producer === undefined) log.append(list);
      else if (cluster.verifies && !cluster.transactions.holds(producer, log))
        throw new KafkaError({ code: "INVALID_TXN_STATE", where: place });
      else log.appendIn(producer, list, bases.get(place) ?? 0);
    } catch (error) {
      refused ??= error;
    }
  }
  cluster.changed();
  if (refused !== undefined) throw refused;
}
