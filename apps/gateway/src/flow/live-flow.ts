/**
 * LiveFlow: the Flow of the console, added up from the digests of one or more collectors (flow-collector.ts), wherever those live:
 *   live.join(collector) → leave()    from now on it hears what is watched; live.add(digest) for each digest that it sends
 * One timer (every 250 ms, owned by start's signal) turns what was added into ticks, and watchers turn ticks into frames.
 * Neighbours: traffic.ts and timeline.ts hold what was counted; watch-list.ts is who looks and what collectors are to sample for them.
 */
import type { Engine, EngineHealth } from "@signalbox/runtime";
import type { Masks } from "../masking/masks.ts";
import type { ValueCodec } from "../values/value-codec.ts";
import { rateSeconds } from "../shared/rolling-seconds.ts";
import type { FlowDot, FlowFrame } from "../contract/overview/flow.ts";
import type { LiveNeeds } from "../contract/overview/live.ts";
import type { StatusSummary, TimelineBucket } from "../contract/overview/overview.ts";
import type { FlowDigest, FlowWatch } from "./flow-digest.ts";
import type { Change, Flow, TimelineMark, TrackedFrame, TypesTraffic, TypeTraffic, WatchOptions } from "./flow.ts";
import { graphOf, type DoorState } from "./graph.ts";
import { HotTypes, type HottestIds } from "./hot-types.ts";
import { statusSummaryOf, type SummaryCounts } from "./status-summary.ts";
import { SampledRows } from "./sampled-rows.ts";
import { Timeline } from "./timeline.ts";
import { Traffic, type EdgeTraffic } from "./traffic.ts";
import { dotsPerTickMax, tickMs, WatchList } from "./watch-list.ts";
import type { FrameParts, LiveSession } from "./live-session.ts";
import { percentileOf, type Ticks } from "./rolling-counters.ts";

export interface LiveFlowOptions {
  readonly values: ValueCodec;
  readonly masks: Masks;
  readonly nowMs?: () => number;
  /** The clock by which the time spent on looking at rows is measured. */
  readonly steadyMs?: () => number;
  /** The health of the whole gateway; by default that of the engine. */
  readonly health?: (nowMs: number) => EngineHealth;
  /** How people call what an egress is; by default nothing is said. */
  readonly egressKind?: (id: string) => string;
  /** What declared ingresses and egresses are doing; by default nothing is known of them. */
  readonly doors?: () => readonly DoorState[];
  /** How many modules and savepoints there are, and for how long the thread was held, for the status summary. */
  readonly counts: () => SummaryCounts;
  /** Keeps the same numbers for longer (rollups/). */
  readonly keeper?: Keeper;
}

export interface Keeper {
  add(digest: FlowDigest): void;
  mark(mark: { readonly atMs: number; readonly kind: TimelineMark; readonly text: string }): void;
}

/** The collector itself, or what posts to the thread where it lives. */
export interface CollectorEnd {
  watch(watch: FlowWatch): void;
}

export class LiveFlow implements Flow {
  readonly traffic: Traffic;
  readonly #ticks: Ticks;
  readonly #options: LiveFlowOptions;
  readonly #nowMs: () => number;
  readonly #timeline: Timeline;
  readonly #collectors = new Set<CollectorEnd>();
  readonly #watchers: WatchList;
  readonly #hot = new HotTypes();
  #engine: Engine | undefined;
  #active = false;
  #dots: FlowDot[] = [];
  #moved = 0;
  #failedRows = 0;
  #summary: StatusSummary | undefined;
  #graph: ReturnType<FrameParts["graph"]> | undefined;

  constructor(options: LiveFlowOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? Date.now;
    this.#ticks = { second: Math.floor(this.#nowMs() / 1000) };
    this.traffic = new Traffic(this.#ticks);
    this.#timeline = new Timeline(this.#ticks.second);
    const steadyMs = options.steadyMs ?? (() => performance.now());
    this.#watchers = new WatchList({ parts: this.#frameParts(), changed: () => this.#tellCollectors(), steadyMs });
  }

  /** The engine exists only after its observer does. */
  start(engine: Engine, signal: AbortSignal): void {
    this.#engine = engine;
    const timer = setInterval(() => this.tick(), tickMs);
    timer.unref();
    signal.addEventListener("abort", () => clearInterval(timer), { once: true });
  }

  join(collector: CollectorEnd): () => void {
    this.#collectors.add(collector);
    this.#tellCollectors();
    return () => {
      this.#collectors.delete(collector);
      this.#tellCollectors();
    };
  }

  add(digest: FlowDigest): void {
    if (!digest.heard) return;
    this.#options.keeper?.add(digest);
    this.#hot.add(digest.hot);
    const edges = this.traffic.add(digest);
    // Parking is no attempt of its own, because the attempt that led to it is counted already.
    this.#timeline.add(digest.messages, digest.attemptsFailed);
    this.#active = true;
    this.#summary = undefined;
    this.#graph = undefined;
    this.#moved += digest.moved;
    this.#addDots(digest, edges);
    const rows = new SampledRows(digest.rows, { values: this.#options.values, masks: this.#options.masks, failedBefore: this.#failedRows });
    this.#failedRows += digest.rows.length;
    for (const watcher of this.#watchers.all()) feed(watcher, digest, rows);
  }

  summary(): StatusSummary {
    if (this.#summary !== undefined) return this.#summary;
    const engine = this.#running();
    const nowMs = this.#nowMs();
    const health = this.#options.health?.(nowMs) ?? engine.status().health;
    this.#summary = statusSummaryOf({ engine, health, traffic: this.traffic, nowMs, ...this.#options.counts() });
    return this.#summary;
  }

  timeline(): TimelineBucket[] {
    return this.#timeline.buckets();
  }

  recallTimeline(buckets: readonly TimelineBucket[]): void {
    this.#timeline.recall(buckets);
  }

  graph(): FlowFrame {
    this.#graph ??= graphOf({
      engine: this.#running(),
      egressKind: this.#options.egressKind ?? (() => ""),
      doors: this.#options.doors?.() ?? [],
      traffic: this.traffic,
      spanSeconds: rateSeconds,
      nowMs: this.#nowMs(),
    });
    return this.#graph;
  }

  typeTraffic(type: string): TypeTraffic {
    const counters = this.traffic.types.get(type);
    if (counters === undefined) return { ratePerSecond: 0, failuresPerSecond: 0, p50Ms: null, p95Ms: null, p99Ms: null };
    const nowMs = this.#nowMs();
    return {
      ratePerSecond: Math.round(counters.in.perSecond(rateSeconds, nowMs) * 100) / 100,
      failuresPerSecond: Math.round(counters.failures.perSecond(rateSeconds, nowMs) * 100) / 100,
      p50Ms: counters.latency.percentile(50),
      p95Ms: counters.latency.percentile(95),
      p99Ms: counters.latency.percentile(99),
    };
  }

  hottest(type: string, limit: number): HottestIds {
    const { isNew, ...hottest } = this.#hot.ask(type, { limit, nowMs: this.#nowMs() });
    if (isNew) this.#tellCollectors();
    return hottest;
  }

  typesTraffic(types: readonly string[]): TypesTraffic {
    const counters = types.map((type) => this.traffic.types.get(type)).filter((one) => one !== undefined);
    const nowMs = this.#nowMs();
    const rounded = (rates: readonly number[]): number => Math.round(rates.reduce((sum, rate) => sum + rate, 0) * 100) / 100;
    const latencies = counters.map(({ latency }) => latency);
    return {
      invocationsPerSecond: rounded(counters.map(({ invocations }) => invocations.perSecond(rateSeconds, nowMs))),
      failuresPerSecond: rounded(counters.map(({ failures }) => failures.perSecond(rateSeconds, nowMs))),
      p50Ms: percentileOf(latencies, 50),
      p99Ms: percentileOf(latencies, 99),
    };
  }

  mark(kind: TimelineMark, text: string): void {
    this.#timeline.mark(kind, text);
    this.#options.keeper?.mark({ atMs: this.#nowMs(), kind, text });
    this.#tell(kind === "module" ? "bindings" : "savepoints");
  }

  changed(what: "savepoints" | "bindings"): void {
    this.#tell(what);
  }

  async *watch(needs: LiveNeeds, options: WatchOptions): AsyncGenerator<TrackedFrame> {
    const { lastEventId, timelineAfterMs, view } = options;
    const after = view?.timeline === false ? null : timelineAfterMs;
    const timeline = after === null ? [] : this.timeline().filter((bucket) => bucket.atMs > after);
    const { watcher, missed } = this.#watchers.attach(needs, { lastEventId, timeline, view });
    try {
      yield* missed;
      yield* watcher.frames(options.signal, this.#nowMs);
    } finally {
      watcher.attached = false;
      watcher.detachedMs = this.#nowMs();
    }
  }

  /** Public so that tests can drive time themselves. */
  tick(): void {
    const nowMs = this.#nowMs();
    this.#ticks.second = Math.floor(nowMs / 1000);
    const closed = this.#timeline.turn(this.#ticks.second);
    if (closed.length > 0) {
      this.#summary = undefined;
      this.#graph = undefined;
    }
    this.#watchers.tick({ nowMs, active: this.#active, dots: this.#dots, moved: this.#moved, closed });
    this.#active = false;
    this.#dots = [];
    this.#moved = 0;
    if (this.#hot.tick(nowMs)) this.#tellCollectors();
  }

  #addDots(digest: FlowDigest, edges: readonly (EdgeTraffic | undefined)[]): void {
    for (const { edge, ...dot } of digest.dots) {
      const carried = edges[edge];
      if (carried !== undefined && this.#dots.length < dotsPerTickMax) this.#dots.push({ edge: carried.id, ...dot });
    }
  }

  #tell(what: Change): void {
    this.#active = true;
    this.#summary = undefined;
    for (const watcher of this.#watchers.all()) watcher.change(what);
  }

  #tellCollectors(): void {
    const watch = { ...this.#watchers.flowWatch(this.#collectors.size), hotTypes: this.#hot.types };
    for (const collector of this.#collectors) collector.watch(watch);
  }

  #frameParts(): FrameParts {
    return {
      summary: () => this.summary(),
      graph: () => this.graph(),
    };
  }

  #running(): Engine {
    if (this.#engine === undefined) throw new Error("the flow was read before it was started");
    return this.#engine;
  }
}

function feed(watcher: LiveSession, digest: FlowDigest, rows: SampledRows): void {
  for (const tail of watcher.tails) for (const picked of digest.tails) if (picked.key === tail.key) tail.add(picked, rows);
  for (const what of digest.changed) watcher.change(what);
  for (const address of digest.touched) watcher.touch(address);
}
