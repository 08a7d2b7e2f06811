/**
 * Traffic: counters per function type and per edge (ingress→type, type→type, type→egress), found by two map lookups an event.
 * Bounded: beyond typesMax or edgesMax new ones are not counted singly; totals still hold them.
 * Neighbours: observer.ts writes it, graph.ts and metrics/ read it.
 */
import { LatencyWindow, RateWindow, type Ticks } from "./windows.ts";

export const typesMax = 5_000;
export const edgesMax = 2_000;
const latencyBucketsMs = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000];

export class EdgeTraffic {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly rate: RateWindow;
  readonly latency: LatencyWindow;
  /** Seconds since the epoch of the last failure along it; 0: none. */
  failedSecond = 0;
  lastSecond = 0;
  /** How the dots of this edge are sampled: every `stride`-th message of a frame. */
  stride = 1;
  movedInFrame = 0;

  constructor(from: string, to: string, ticks: Ticks) {
    this.id = `${from}→${to}`;
    this.from = from;
    this.to = to;
    this.rate = new RateWindow(ticks);
    this.latency = new LatencyWindow(ticks);
  }
}

export class LatencyBuckets {
  readonly boundsMs = latencyBucketsMs;
  readonly counts = new Float64Array(latencyBucketsMs.length);
  sumMs = 0;
  count = 0;

  record(durationMs: number): void {
    this.sumMs += durationMs;
    this.count += 1;
    const at = latencyBucketsMs.findIndex((bound) => durationMs <= bound);
    if (at >= 0) this.counts[at] = (this.counts[at] ?? 0) + 1;
  }
}

export class TypeTrafficCounters {
  readonly type: string;
  readonly in: RateWindow;
  readonly invocations: RateWindow;
  readonly failures: RateWindow;
  readonly outMessages: RateWindow;
  readonly outEgress: RateWindow;
  readonly latency: LatencyWindow;
  readonly buckets = new LatencyBuckets();
  readonly fromIngress = new Map<string, EdgeTraffic>();
  readonly fromType = new Map<string, EdgeTraffic>();
  readonly toEgress = new Map<string, EdgeTraffic>();

  constructor(type: string, ticks: Ticks) {
    this.type = type;
    this.in = new RateWindow(ticks);
    this.invocations = new RateWindow(ticks);
    this.failures = new RateWindow(ticks);
    this.outMessages = new RateWindow(ticks);
    this.outEgress = new RateWindow(ticks);
    this.latency = new LatencyWindow(ticks);
  }
}

export class Traffic {
  readonly ticks: Ticks;
  readonly types = new Map<string, TypeTrafficCounters>();
  readonly edges: EdgeTraffic[] = [];
  readonly admitted: RateWindow;
  readonly invocations: RateWindow;
  readonly failures: RateWindow;
  readonly latency: LatencyWindow;

  constructor(ticks: Ticks) {
    this.ticks = ticks;
    this.admitted = new RateWindow(ticks);
    this.invocations = new RateWindow(ticks);
    this.failures = new RateWindow(ticks);
    this.latency = new LatencyWindow(ticks);
  }

  type(name: string): TypeTrafficCounters | undefined {
    const known = this.types.get(name);
    if (known !== undefined || this.types.size >= typesMax) return known;
    const counters = new TypeTrafficCounters(name, this.ticks);
    this.types.set(name, counters);
    return counters;
  }

  fromIngress(ingress: string, type: string): EdgeTraffic | undefined {
    const target = this.type(type);
    return target === undefined
      ? undefined
      : this.#edge(target.fromIngress, ingress, { from: "ingress:", name: ingress, to: `type:${type}` });
  }

  fromType(caller: string, type: string): EdgeTraffic | undefined {
    const target = this.type(type);
    return target === undefined ? undefined : this.#edge(target.fromType, caller, { from: "type:", name: caller, to: `type:${type}` });
  }

  toEgress(type: string, egress: string): EdgeTraffic | undefined {
    const source = this.type(type);
    return source === undefined ? undefined : this.#edge(source.toEgress, egress, { from: "type:", name: type, to: `egress:${egress}` });
  }

  #edge(known: Map<string, EdgeTraffic>, key: string, ends: { from: string; name: string; to: string }): EdgeTraffic | undefined {
    const found = known.get(key);
    if (found !== undefined || this.edges.length >= edgesMax) return found;
    const edge = new EdgeTraffic(ends.from + ends.name, ends.to, this.ticks);
    known.set(key, edge);
    this.edges.push(edge);
    return edge;
  }
}
