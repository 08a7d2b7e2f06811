/**
 * Traffic: counters per function type and per edge (ingress→type, type→type, type→egress), the sum of what the collectors' digests say.
 * Bounded: beyond typesMax or edgesMax new ones are not counted singly; totals still hold them.
 * Neighbours: live-flow.ts adds digests, graph.ts, status-summary.ts and metrics/ read it.
 */
import { edgeEnds, type EdgeEnds } from "./edge-ends.ts";
import type { EdgeDigest, FlowDigest, TypeDigest } from "./flow-digest.ts";
import { latencyBoundsMs } from "./latency-bounds.ts";
import { edgesMax, typesMax } from "./traffic-limits.ts";
import { RollingLatency, RollingRate, type Ticks } from "./rolling-counters.ts";

export class EdgeTraffic {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly rate: RollingRate;
  readonly latency: RollingLatency;
  /** The time of the last failure along the edge, in seconds since 1970; 0 when there was none. */
  failedSecond = 0;
  lastSecond = 0;

  constructor({ id, from, to }: EdgeEnds, ticks: Ticks) {
    this.id = id;
    this.from = from;
    this.to = to;
    this.rate = new RollingRate(ticks);
    this.latency = new RollingLatency(ticks);
  }
}

export class LatencyBuckets {
  readonly boundsMs = latencyBoundsMs;
  /** There is one count more than there are bounds, for values above the last bound. */
  readonly counts = new Float64Array(latencyBoundsMs.length + 1);
  sumMs = 0;
  count = 0;

  add(counts: readonly number[], sumMs: number): void {
    for (const [bucket, count] of counts.entries()) {
      this.counts[bucket] = (this.counts[bucket] ?? 0) + count;
      this.count += count;
    }
    this.sumMs += sumMs;
  }
}

export class TypeTrafficCounters {
  readonly type: string;
  readonly in: RollingRate;
  readonly invocations: RollingRate;
  readonly failures: RollingRate;
  readonly outLocal: RollingRate;
  readonly outRemote: RollingRate;
  readonly outEgress: RollingRate;
  readonly latency: RollingLatency;
  readonly buckets = new LatencyBuckets();

  constructor(type: string, ticks: Ticks) {
    this.type = type;
    this.in = new RollingRate(ticks);
    this.invocations = new RollingRate(ticks);
    this.failures = new RollingRate(ticks);
    this.outLocal = new RollingRate(ticks);
    this.outRemote = new RollingRate(ticks);
    this.outEgress = new RollingRate(ticks);
    this.latency = new RollingLatency(ticks);
  }
}

export class Traffic {
  readonly ticks: Ticks;
  readonly types = new Map<string, TypeTrafficCounters>();
  readonly edges: EdgeTraffic[] = [];
  readonly #edgesById = new Map<string, EdgeTraffic>();
  readonly admitted: RollingRate;
  readonly invocations: RollingRate;
  readonly failures: RollingRate;
  readonly latency: RollingLatency;

  constructor(ticks: Ticks) {
    this.ticks = ticks;
    this.admitted = new RollingRate(ticks);
    this.invocations = new RollingRate(ticks);
    this.failures = new RollingRate(ticks);
    this.latency = new RollingLatency(ticks);
  }

  /** The edges of the digest, in its order. */
  add(digest: FlowDigest): (EdgeTraffic | undefined)[] {
    this.admitted.add(digest.admitted);
    this.invocations.add(digest.invocations);
    this.failures.add(digest.attemptsFailed);
    this.latency.add(digest.latency);
    for (const type of digest.types) this.#addType(type);
    return digest.edges.map((edge) => this.#addEdge(edge));
  }

  #addType(digest: TypeDigest): void {
    const counters = this.#type(digest.type);
    if (counters === undefined) return;
    counters.in.add(digest.in);
    counters.invocations.add(digest.invocations);
    counters.failures.add(digest.failures);
    counters.outLocal.add(digest.outLocal);
    counters.outRemote.add(digest.outRemote);
    counters.outEgress.add(digest.outEgress);
    counters.latency.add(digest.latency);
    counters.buckets.add(digest.buckets, digest.durationSumMs);
  }

  #addEdge(digest: EdgeDigest): EdgeTraffic | undefined {
    const edge = this.#edge(digest);
    if (edge === undefined) return undefined;
    edge.latency.add(digest.latency);
    if (digest.failed) edge.failedSecond = this.ticks.second;
    if (digest.count === 0) return edge;
    edge.rate.add(digest.count);
    edge.lastSecond = this.ticks.second;
    return edge;
  }

  #type(name: string): TypeTrafficCounters | undefined {
    const known = this.types.get(name);
    if (known !== undefined || this.types.size >= typesMax) return known;
    const counters = new TypeTrafficCounters(name, this.ticks);
    this.types.set(name, counters);
    return counters;
  }

  #edge(digest: EdgeDigest): EdgeTraffic | undefined {
    const ends = edgeEnds(digest);
    const known = this.#edgesById.get(ends.id);
    if (known !== undefined || this.edges.length >= edgesMax) return known;
    const edge = new EdgeTraffic(ends, this.ticks);
    this.#edgesById.set(ends.id, edge);
    this.edges.push(edge);
    return edge;
  }
}
