/**
 * SecondRollups: turns digests into seconds: everything that a digest counted belongs to the second in which it came, for everything
 * together, for each type and for the endpoint that serves the type then, and for each edge that leads to a type. It reads no clock. It is
 * bounded as digests are: typesMax types (flow/traffic-limits.ts), their endpoints, and edgesKeptMax edges with one row for the others
 * (kept-edges.ts).
 */
import { edgeEnds } from "../flow/edge-ends.ts";
import type { EdgeDigest, FlowDigest, TypeDigest } from "../flow/flow-digest.ts";
import { typesMax } from "../flow/traffic-limits.ts";
import { rollupPlace, type RollupValueName } from "../shared/rollup-values.ts";
import { edgesKeptMax, KeptEdges } from "./kept-edges.ts";
import { addCounts } from "./latency-sketch.ts";
import { emptyRollup, type Rollup, type RollupKey, type SecondRollup } from "./rollup.ts";

/** Values that are measured once a second instead of counted. */
export interface Gauges {
  readonly all: Readonly<Partial<Record<RollupValueName, number>>>;
  readonly types: ReadonlyMap<string, Readonly<Partial<Record<RollupValueName, number>>>>;
}

export type EndpointOf = (type: string) => string | undefined;

const rowsMax = 1 + 2 * typesMax + edgesKeptMax + 1;
const secondMs = 1_000;

export class SecondRollups {
  readonly #endpointOf: EndpointOf;
  readonly #edges = new KeptEdges();
  #rows = new Map<RollupKey, Rollup>();

  constructor(endpointOf: EndpointOf) {
    this.#endpointOf = endpointOf;
  }

  get isEmpty(): boolean {
    return this.#rows.size === 0;
  }

  add(digest: FlowDigest): void {
    const all = this.#row("");
    plus(all, "admitted", digest.admitted);
    plus(all, "messages", digest.messages);
    plus(all, "invocations", digest.invocations);
    plus(all, "failures", digest.attemptsFailed);
    plus(all, "parked", digest.parked);
    addCounts(all.latency, digest.latency);
    for (const type of digest.types) {
      addTraffic(all, type);
      for (const key of this.#keysOf(type.type)) {
        const row = this.#row(key);
        addTraffic(row, type);
        plus(row, "invocations", type.invocations);
        plus(row, "failures", type.failures);
        addCounts(row.latency, type.latency);
      }
    }
    for (const edge of digest.edges) this.#addEdge(edge);
  }

  /** Returns the second that ends, with what was measured in it, and begins an empty one. */
  take(atMs: number, { all, types }: Gauges): SecondRollup {
    const total = this.#row("");
    for (const [name, value] of entriesOf(all)) peak(total, name, value);
    const endpoints = new Map<Rollup, Partial<Record<RollupValueName, number>>>();
    for (const [type, gauges] of types) {
      for (const key of this.#keysOf(type)) {
        // An idle type gets no row: it has no waiting messages, and a missing row says the same.
        if (!this.#rows.has(key) && entriesOf(gauges).every(([, value]) => value === 0)) continue;
        const row = this.#row(key);
        if (key.startsWith("type:")) for (const [name, value] of entriesOf(gauges)) peak(row, name, value);
        else {
          const sums = endpoints.get(row) ?? {};
          for (const [name, value] of entriesOf(gauges)) sums[name] = (sums[name] ?? 0) + value;
          endpoints.set(row, sums);
        }
      }
    }
    for (const [row, sums] of endpoints) for (const [name, value] of entriesOf(sums)) peak(row, name, value);
    const rows = this.#rows;
    this.#rows = new Map();
    this.#edges.turn(atMs + secondMs);
    return { atMs, rows };
  }

  /** Records to an egress have no row, because the time that they take is not measured. */
  #addEdge(edge: EdgeDigest): void {
    if (edge.kind === "egress") return;
    const row = this.#row(this.#edges.keyOf(edgeEnds(edge).id, edge.count));
    plus(row, "in", edge.count);
    plus(row, "parked", edge.parked);
    addCounts(row.latency, edge.latency);
  }

  #keysOf(type: string): RollupKey[] {
    const endpoint = this.#endpointOf(type);
    return endpoint === undefined ? [`type:${type}`] : [`type:${type}`, `endpoint:${endpoint}`];
  }

  #row(key: RollupKey): Rollup {
    const known = this.#rows.get(key);
    if (known !== undefined) return known;
    const row = emptyRollup();
    // Types beyond the limit count only in the row of everything, as they do in the traffic.
    if (this.#rows.size < rowsMax) this.#rows.set(key, row);
    return row;
  }
}

function addTraffic(row: Rollup, type: TypeDigest): void {
  plus(row, "in", type.in);
  plus(row, "sent", type.outLocal + type.outRemote);
  plus(row, "out", type.outEgress);
}

function plus({ values }: Rollup, name: RollupValueName, count: number): void {
  const place = rollupPlace(name);
  values[place] = (values[place] ?? 0) + count;
}

function peak({ values }: Rollup, name: RollupValueName, value: number): void {
  const place = rollupPlace(name);
  values[place] = Math.max(values[place] ?? 0, value);
}

function entriesOf(values: Readonly<Partial<Record<RollupValueName, number>>>): [RollupValueName, number][] {
  return Object.entries(values) as [RollupValueName, number][];
}
