/**
 * LiveFlow: the engine's observer and the Flow of the console in one. `on` runs inside the engine's loop, so it only adds to counters;
 * one timer (every 250 ms, owned by start's signal) turns counters into ticks, and watchers turn ticks into frames.
 * Neighbours: traffic.ts, dots.ts, tape.ts hold what was counted; watcher.ts is one tab; ingress-port.ts names where messages enter.
 */
import type { Engine, EngineEvent, JournalRecord, Observer } from "@signalbox/engine";
import type { ValueCodec } from "../applied/value-codec.ts";
import type { FlowFrame, Pulse, TapeBucket } from "../trpc/views.ts";
import { Dots } from "./dots.ts";
import type { Flow, TapeMark, TrackedFrame, TypeTraffic, WatchRequest } from "./flow.ts";
import { graphOf } from "./graph.ts";
import { pulseOf } from "./pulse.ts";
import { Tape } from "./tape.ts";
import { Traffic, type EdgeTraffic } from "./traffic.ts";
import { Watcher, type Change } from "./watcher.ts";
import type { Ticks } from "./windows.ts";

const tickMs = 250;
const watchersMax = 256;
const detachedKeptMs = 15_000;
const latenciesPerRecordMax = 8;
const liveSeconds = 5;

export interface LiveFlowOptions {
  readonly values: ValueCodec;
  readonly nowMs?: () => number;
  /** How many modules and savepoints there are, for the pulse. */
  readonly counts: () => { modules: number; savepoints: number };
}

export class LiveFlow implements Flow, Observer {
  /** Where the message that is being admitted right now enters; set around Engine.accept by ingress-port.ts. */
  admittedFrom = "api";
  readonly traffic: Traffic;
  readonly #ticks: Ticks;
  readonly #options: LiveFlowOptions;
  readonly #nowMs: () => number;
  readonly #dots = new Dots();
  readonly #tape: Tape;
  readonly #watchers = new Map<string, Watcher>();
  #engine: Engine | undefined;
  #events = 0;
  #attempts = 0;
  #watched = 0;
  #pulse: Pulse | undefined;
  #graph: { nodes: FlowFrame["nodes"]; edges: FlowFrame["edges"] } | undefined;

  constructor(options: LiveFlowOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? Date.now;
    this.#ticks = { second: Math.floor(this.#nowMs() / 1000) };
    this.traffic = new Traffic(this.#ticks);
    this.#tape = new Tape(this.#ticks.second);
  }

  /** The engine exists only after its observer does. */
  start(engine: Engine, signal: AbortSignal): void {
    this.#engine = engine;
    const timer = setInterval(() => this.tick(), tickMs);
    timer.unref();
    signal.addEventListener("abort", () => clearInterval(timer), { once: true });
  }

  on(event: EngineEvent): void {
    this.#events += 1;
    switch (event.kind) {
      case "message-admitted": {
        const { message } = event;
        this.traffic.admitted.add(1);
        this.#carry(this.traffic.fromIngress(this.admittedFrom, message.target.type), message);
        this.traffic.type(message.target.type)?.in.add(1);
        if (this.#watched > 0) this.#touch(message.target);
        return;
      }
      case "message-fired": {
        const { message } = event;
        if (message.caller !== undefined) this.#carry(this.traffic.fromType(message.caller.type, message.target.type), message);
        this.traffic.type(message.target.type)?.in.add(1);
        return;
      }
      case "invocation-ended":
        return this.#ended(event);
      case "attempt-failed":
        return this.#failed(event);
      case "breaker-changed":
        return this.#tell("breakers");
      case "bindings-changed":
        return this.#tell("bindings");
      case "epoch-durable":
        this.#events -= 1;
        return;
      case "stopped":
        return this.#tell("failures");
    }
  }

  pulse(): Pulse {
    this.#pulse ??= pulseOf({ engine: this.#running(), traffic: this.traffic, nowMs: this.#nowMs(), ...this.#options.counts() });
    return this.#pulse;
  }

  tape(): TapeBucket[] {
    return this.#tape.buckets();
  }

  graph(): FlowFrame {
    const nowMs = this.#nowMs();
    return { ...graphOf({ engine: this.#running(), traffic: this.traffic, spanSeconds: 60, nowMs }), dots: [], moved: 0 };
  }

  typeTraffic(type: string): TypeTraffic {
    const counters = this.traffic.types.get(type);
    if (counters === undefined) return { ratePerSecond: 0, failuresPerSecond: 0, p50Ms: null, p95Ms: null, p99Ms: null };
    const nowMs = this.#nowMs();
    return {
      ratePerSecond: Math.round(counters.in.perSecond(liveSeconds, nowMs) * 100) / 100,
      failuresPerSecond: Math.round(counters.failures.perSecond(liveSeconds, nowMs) * 100) / 100,
      p50Ms: counters.latency.percentile(50),
      p95Ms: counters.latency.percentile(95),
      p99Ms: counters.latency.percentile(99),
    };
  }

  mark(kind: TapeMark, text: string): void {
    this.#tape.mark(kind, text);
    this.#tell(kind === "module" ? "bindings" : "savepoints");
  }

  changed(what: "savepoints" | "bindings"): void {
    this.#tell(what);
  }

  async *watch(request: WatchRequest, options: { lastEventId: string | null; signal: AbortSignal }): AsyncGenerator<TrackedFrame> {
    const { watcher, missed } = this.#attach(request, options.lastEventId);
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
    const closed = this.#tape.turn(this.#ticks.second);
    const active = this.#events > 0;
    this.#events = 0;
    if (active || closed.length > 0) {
      this.#pulse = undefined;
      this.#graph = undefined;
    }
    const { dots, moved } = this.#dots.take();
    for (const watcher of this.#watchers.values()) {
      if (!watcher.attached && nowMs - watcher.detachedMs > detachedKeptMs) this.#drop(watcher);
      else watcher.tick({ nowMs, active, dots, moved, closed });
    }
  }

  #ended({ record, kind }: Extract<EngineEvent, { kind: "invocation-ended" }>): void {
    if (record.outcome.kind !== "act") this.#count(record);
    if (this.#watched === 0) return;
    const trouble = record.outcome.kind !== "completed";
    for (const watcher of this.#watchers.values()) {
      watcher.record({ kind, record });
      if (trouble) watcher.change("failures");
      if (watcher.touches(record.address) || record.sent.some((message) => watcher.touches(message.target))) watcher.change("entity");
    }
  }

  #count(record: JournalRecord): void {
    const { type } = record.address;
    const counters = this.traffic.type(type);
    const parked = record.outcome.kind === "parked";
    const durationMs = record.endedMs - record.startedMs;
    for (let index = 0; index < record.messages.length && index < latenciesPerRecordMax; index += 1) {
      const message = record.messages[index];
      if (message === undefined) break;
      const edge = this.#edgeOf(message.caller?.type, type);
      edge?.latency.record(Math.max(0, record.endedMs - message.atMs));
      if (parked && edge !== undefined) {
        edge.failedSecond = this.#ticks.second;
        this.#dots.move(edge, { sequence: message.sequence, trace: message.trace, atMs: record.endedMs, failed: true });
      }
    }
    if (parked) {
      this.#tape.failure();
      return;
    }
    this.#tape.messages(record.messagesTotal);
    this.traffic.invocations.add(1);
    this.traffic.latency.record(durationMs);
    for (const message of record.sent) {
      this.#carry(this.traffic.fromType(type, message.target.type), message);
      this.traffic.type(message.target.type)?.in.add(1);
    }
    for (const sent of record.egress) {
      this.#carry(this.traffic.toEgress(type, sent.egress), {
        sequence: sent.sequence,
        trace: record.messages[0]?.trace ?? 0,
        atMs: record.endedMs,
      });
    }
    if (counters === undefined) return;
    counters.invocations.add(1);
    counters.outMessages.add(record.sent.length);
    counters.outEgress.add(record.egress.length);
    counters.latency.record(durationMs);
    counters.buckets.record(durationMs);
  }

  #failed(event: Extract<EngineEvent, { kind: "attempt-failed" }>): void {
    this.#attempts += 1;
    this.#tape.failure();
    this.traffic.failures.add(1);
    const counters = this.traffic.type(event.address.type);
    counters?.failures.add(1);
    counters?.buckets.record(event.durationMs);
    for (const watcher of this.#watchers.values()) {
      watcher.tail?.attemptFailed(event, -this.#attempts);
      watcher.change("failures");
      if (watcher.touches(event.address)) watcher.change("entity");
    }
  }

  /** The edge along which a message came, if it was counted: of a caller, or of the ingress that the type hears most from. */
  #edgeOf(caller: string | undefined, type: string): EdgeTraffic | undefined {
    const target = this.traffic.types.get(type);
    if (target === undefined) return undefined;
    if (caller !== undefined) return target.fromType.get(caller);
    let busiest: EdgeTraffic | undefined;
    for (const edge of target.fromIngress.values()) if (busiest === undefined || edge.rate.total > busiest.rate.total) busiest = edge;
    return busiest;
  }

  #carry(edge: EdgeTraffic | undefined, message: { sequence: number; trace: number; atMs: number }): void {
    if (edge === undefined) return;
    edge.rate.add(1);
    edge.lastSecond = this.#ticks.second;
    this.#dots.move(edge, { sequence: message.sequence, trace: message.trace, atMs: message.atMs, failed: false });
  }

  #touch(address: { type: string; id: string }): void {
    for (const watcher of this.#watchers.values()) if (watcher.touches(address)) watcher.change("entity");
  }

  #tell(what: Change): void {
    this.#events += 1;
    this.#pulse = undefined;
    for (const watcher of this.#watchers.values()) watcher.change(what);
  }

  #attach(request: WatchRequest, lastEventId: string | null): { watcher: Watcher; missed: TrackedFrame[] } {
    const [key, number] = (lastEventId ?? "").split(".");
    const known = this.#watchers.get(key ?? "");
    if (known !== undefined && !known.attached && JSON.stringify(known.request) === JSON.stringify(request)) {
      known.attached = true;
      return { watcher: known, missed: known.heldAfter(Number(number)) };
    }
    const watcher = new Watcher(crypto.randomUUID().slice(0, 12), request, { parts: this.#frameParts(), values: this.#options.values });
    if (lastEventId !== null) watcher.catchUp(this.tape());
    if (this.#watchers.size >= watchersMax) this.#dropOldestDetached();
    this.#watchers.set(watcher.key, watcher);
    this.#recountWatchers();
    return { watcher, missed: [] };
  }

  #frameParts(): { pulse(): Pulse; graph(): { nodes: FlowFrame["nodes"]; edges: FlowFrame["edges"] } } {
    return {
      pulse: () => this.pulse(),
      graph: () =>
        (this.#graph ??= graphOf({ engine: this.#running(), traffic: this.traffic, spanSeconds: liveSeconds, nowMs: this.#nowMs() })),
    };
  }

  #drop(watcher: Watcher): void {
    this.#watchers.delete(watcher.key);
    this.#recountWatchers();
  }

  #dropOldestDetached(): void {
    const oldest = [...this.#watchers.values()].filter((watcher) => !watcher.attached).sort((a, b) => a.detachedMs - b.detachedMs)[0];
    if (oldest !== undefined) this.#drop(oldest);
  }

  #recountWatchers(): void {
    this.#watched = this.#watchers.size;
    this.#dots.sampling = [...this.#watchers.values()].some((watcher) => watcher.request.flow);
  }

  #running(): Engine {
    if (this.#engine === undefined) throw new Error("the flow was read before it was started");
    return this.#engine;
  }
}
