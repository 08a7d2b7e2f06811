/**
 * CollectedTraffic: what one digest has counted so far, per function type and per edge. Types and edges stay known between digests, so that
 * an event costs a lookup and a few adds; what a digest did not use is not in it.
 * Bounded as traffic.ts is: beyond typesMax or edgesMax new ones are not counted singly; the collector's totals still hold them.
 */
import type { EdgeDigest, EdgeKind, TypeDigest } from "./flow-digest.ts";
import { latencyBoundsMs, latencyBucket } from "./latency-bounds.ts";
import { LatencyCounter, LatencyPool } from "./latency-counter.ts";
import { edgesMax, typesMax } from "./traffic-limits.ts";

export class CollectedEdge {
  readonly kind: EdgeKind;
  readonly from: string;
  readonly to: string;
  readonly latency: LatencyCounter;
  used = false;
  count = 0;
  failed = false;
  parked = 0;
  /** The count since it began. */
  total = 0;
  /** Dots: every `stride`-th message that moves is shown as one; `moved` counts those that moved in this digest. */
  stride = 1;
  moved = 0;
  /** Its place among the edges of the digest. */
  place = -1;

  constructor(ends: { kind: EdgeKind; from: string; to: string }, pool: LatencyPool) {
    this.kind = ends.kind;
    this.from = ends.from;
    this.to = ends.to;
    this.latency = new LatencyCounter(pool);
  }
}

export class CollectedType {
  readonly type: string;
  readonly latency: LatencyCounter;
  readonly fromIngress = new Map<string, CollectedEdge>();
  readonly fromType = new Map<string, CollectedEdge>();
  readonly toEgress = new Map<string, CollectedEdge>();
  /** The ingress that it hears most from. */
  busiestIngress: CollectedEdge | undefined;
  used = false;
  in = 0;
  invocations = 0;
  failures = 0;
  outLocal = 0;
  outRemote = 0;
  outEgress = 0;
  durationSumMs = 0;
  readonly buckets: number[] = noBuckets();

  constructor(type: string, pool: LatencyPool) {
    this.type = type;
    this.latency = new LatencyCounter(pool);
  }

  duration(durationMs: number): void {
    const bucket = latencyBucket(durationMs);
    this.buckets[bucket] = (this.buckets[bucket] ?? 0) + 1;
    this.durationSumMs += durationMs;
  }
}

export class CollectedTraffic {
  readonly pool = new LatencyPool();
  readonly #types = new Map<string, CollectedType>();
  #edgesKnown = 0;
  readonly #usedTypes: CollectedType[] = [];
  readonly #usedEdges: CollectedEdge[] = [];
  /** Load comes in runs of one type. */
  #last: CollectedType | undefined;

  /** Known and in the digest under way from here on. */
  type(name: string): CollectedType | undefined {
    const type = this.#last?.type === name ? this.#last : this.#known(name);
    if (type === undefined) return undefined;
    this.#last = type;
    if (!type.used) {
      type.used = true;
      this.#usedTypes.push(type);
    }
    return type;
  }

  /** Known and in the digest under way from here on. */
  edge(type: CollectedType, kind: EdgeKind, other: string): CollectedEdge | undefined {
    const edges = kind === "ingress" ? type.fromIngress : kind === "type" ? type.fromType : type.toEgress;
    let edge = edges.get(other);
    if (edge === undefined) {
      if (this.#edgesKnown >= edgesMax) return undefined;
      const ends = kind === "egress" ? { kind, from: type.type, to: other } : { kind, from: other, to: type.type };
      edge = new CollectedEdge(ends, this.pool);
      edges.set(other, edge);
      this.#edgesKnown += 1;
    }
    return this.use(edge);
  }

  use(edge: CollectedEdge): CollectedEdge {
    if (!edge.used) {
      edge.used = true;
      edge.place = this.#usedEdges.push(edge) - 1;
    }
    return edge;
  }

  /** Empties it. A dot is every stride-th message, from what the edge carried now: so many dots are to be of it next time. */
  take(dotsPerEdge: number): { types: TypeDigest[]; edges: EdgeDigest[] } {
    const types = this.#usedTypes.map(takeType);
    const edges = this.#usedEdges.map((edge) => takeEdge(edge, dotsPerEdge));
    this.#usedTypes.length = 0;
    this.#usedEdges.length = 0;
    return { types, edges };
  }

  #known(name: string): CollectedType | undefined {
    const known = this.#types.get(name);
    if (known !== undefined || this.#types.size >= typesMax) return known;
    const type = new CollectedType(name, this.pool);
    this.#types.set(name, type);
    return type;
  }
}

function takeType(type: CollectedType): TypeDigest {
  const digest = {
    type: type.type,
    in: type.in,
    invocations: type.invocations,
    failures: type.failures,
    outLocal: type.outLocal,
    outRemote: type.outRemote,
    outEgress: type.outEgress,
    latency: type.latency.take(),
    buckets: type.buckets.slice(),
    durationSumMs: type.durationSumMs,
  };
  type.used = false;
  type.in = 0;
  type.invocations = 0;
  type.failures = 0;
  type.outLocal = 0;
  type.outRemote = 0;
  type.outEgress = 0;
  type.durationSumMs = 0;
  type.buckets.fill(0);
  return digest;
}

function takeEdge(edge: CollectedEdge, dotsPerEdge: number): EdgeDigest {
  const { kind, from, to, count, failed, parked } = edge;
  const digest = { kind, from, to, count, failed, parked, latency: edge.latency.take() };
  edge.stride = Math.max(1, Math.ceil(edge.moved / dotsPerEdge));
  edge.used = false;
  edge.count = 0;
  edge.moved = 0;
  edge.failed = false;
  edge.parked = 0;
  edge.place = -1;
  return digest;
}

function noBuckets(): number[] {
  return Array.from({ length: latencyBoundsMs.length + 1 }, () => 0);
}
