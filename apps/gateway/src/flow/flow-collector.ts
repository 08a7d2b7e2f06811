/**
 * FlowCollector: hears every engine event where it happens, in the thread of its partitions. It keeps exact counts and, only while somebody
 * looks, bounded samples; digest() hands both over as plain data and begins anew. It is made from nothing and holds nothing of the
 * gateway, so that a worker thread can make its own:
 *   collector = { on(event), watch(plain), digest(): FlowDigest | undefined }
 * `on` runs inside the engine's loop: lookups and adds, no clock, nothing made for an event that is not sampled.
 * Neighbours: digest-sender.ts calls it and sends the digests; live-flow.ts adds them up and says what is watched.
 */
import type { Address, EngineEvent, IsHome, JournalRecord, Observer, PartitionPlace } from "@signalbox/runtime";
import type { AddressView } from "../contract/shapes/address.ts";
import { CauseCollector } from "./cause-collector.ts";
import { CollectedTraffic, type CollectedEdge, type CollectedType } from "./collected-traffic.ts";
import { nothingWatched, type DotSample, type FlowDigest, type FlowWatch, type HotDigest } from "./flow-digest.ts";
import { HopCollector } from "./hop-collector.ts";
import { HotIds } from "./hot-ids.ts";
import { LatencyCounter } from "./latency-counter.ts";
import { RowSampler } from "./row-sampler.ts";
import { TelemetryCollector } from "../telemetry/telemetry-collector.ts";

const latenciesPerRecordMax = 8;
/** This many edges can have their full share of the dots that a digest may carry. */
const edgesWithDots = 20;
/** The limit for one type, between two digests. */
const hotCountersMax = 64;
const hotIdsPerDigestMax = 32;

interface Moved {
  readonly sequence: number;
  readonly trace: number;
}

export class FlowCollector implements Observer {
  readonly #traffic = new CollectedTraffic();
  readonly #latency = new LatencyCounter(this.#traffic.pool);
  readonly #rows = new RowSampler();
  readonly #hops: HopCollector;
  readonly #causes = new CauseCollector();
  readonly #telemetry = new TelemetryCollector();
  readonly #changed = new Set<FlowDigest["changed"][number]>();
  readonly #touched = new Set<AddressView>();
  readonly #isHome: IsHome;
  readonly #hot = new Map<string, HotIds>();
  #watch: FlowWatch = nothingWatched;
  #heard = false;
  #admitted = 0;
  #invocations = 0;
  #attemptsFailed = 0;
  #messages = 0;
  #parked = 0;
  #moved = 0;
  #dots: DotSample[] = [];

  /** `place` is that of the partition that it hears. A partition that is alone is the home of every id. */
  constructor({ isHome = () => true, place = { index: 0, count: 1 } }: { isHome?: IsHome; place?: PartitionPlace } = {}) {
    this.#isHome = isHome;
    this.#hops = new HopCollector(place);
  }

  on(event: EngineEvent): void {
    this.#telemetry.on(event);
    if (event.kind === "epoch-durable") return this.#hops.durable(event);
    this.#heard = true;
    switch (event.kind) {
      case "message-admitted": {
        const { message } = event;
        this.#admitted += 1;
        const type = this.#traffic.type(message.target.type);
        if (type !== undefined) this.#enter(type, event);
        this.#heat(message.target);
        if (this.#watch.entities.length > 0) this.#touch(message.target);
        return;
      }
      case "message-fired": {
        const { message } = event;
        const type = this.#traffic.type(message.target.type);
        this.#heat(message.target);
        if (type === undefined) return;
        type.in += 1;
        if (message.caller !== undefined) this.#carry(this.#traffic.edge(type, "type", message.caller.type), message, message.atMs);
        return;
      }
      case "invocation-ended":
        return this.#ended(event);
      case "attempt-failed":
        return this.#attemptFailed(event);
      case "breaker-changed":
        this.#changed.add("breakers");
        return;
      case "bindings-changed":
        this.#changed.add("bindings");
        return;
      case "stopped":
        this.#changed.add("failures");
        return;
    }
  }

  watch(watch: FlowWatch): void {
    this.#watch = watch;
    this.#rows.watch(watch.tails);
    this.#telemetry.watch = watch.telemetry;
    for (const type of this.#hot.keys()) if (!watch.hotTypes.includes(type)) this.#hot.delete(type);
    for (const type of watch.hotTypes) if (!this.#hot.has(type)) this.#hot.set(type, new HotIds(hotCountersMax));
  }

  /** What happened since the last digest, or undefined when nothing did. */
  digest(): FlowDigest | undefined {
    if (!this.#heard && this.#hops.isEmpty) {
      this.#rows.rest();
      return undefined;
    }
    const { dotsPerDigestMax } = this.#watch;
    const digest = {
      heard: this.#heard,
      admitted: this.#admitted,
      invocations: this.#invocations,
      attemptsFailed: this.#attemptsFailed,
      messages: this.#messages,
      parked: this.#parked,
      latency: this.#latency.take(),
      ...this.#traffic.take(Math.max(1, Math.ceil(dotsPerDigestMax / edgesWithDots))),
      moved: this.#moved,
      dots: this.#dots,
      ...this.#rows.take(),
      changed: [...this.#changed],
      touched: [...this.#touched],
      hops: this.#hops.take(),
      causes: this.#causes.take(),
      hot: this.#takeHot(),
      telemetry: this.#telemetry.take(),
    };
    this.#heard = false;
    this.#admitted = 0;
    this.#invocations = 0;
    this.#attemptsFailed = 0;
    this.#messages = 0;
    this.#parked = 0;
    this.#moved = 0;
    this.#dots = [];
    this.#changed.clear();
    this.#touched.clear();
    return digest;
  }

  #enter(type: CollectedType, { message, ingress }: Extract<EngineEvent, { kind: "message-admitted" }>): void {
    type.in += 1;
    const edge = this.#traffic.edge(type, "ingress", ingress);
    if (edge === undefined) return;
    this.#carry(edge, message, message.atMs);
    if (type.busiestIngress === undefined || edge.total > type.busiestIngress.total) type.busiestIngress = edge;
  }

  #ended(event: Extract<EngineEvent, { kind: "invocation-ended" }>): void {
    const { record } = event;
    if (record.outcome.kind !== "act") this.#count(record);
    if (record.outcome.kind !== "completed") {
      this.#changed.add("failures");
      this.#causes.ended(event);
    }
    this.#rows.ended(event);
    if (this.#watch.entities.length === 0) return;
    this.#touch(record.address);
    for (const message of record.sent) this.#touch(message.target);
  }

  #count(record: JournalRecord): void {
    const type = this.#traffic.type(record.address.type);
    const parked = record.outcome.kind === "parked";
    if (type !== undefined) this.#countArrivals(record, type, parked);
    if (parked) {
      this.#parked += 1;
      return;
    }
    const durationMs = record.endedMs - record.startedMs;
    this.#messages += record.messagesTotal;
    this.#invocations += 1;
    this.#latency.count(durationMs);
    for (const message of record.sent) {
      const target = this.#traffic.type(message.target.type);
      this.#heat(message.target);
      if (type !== undefined) this.#countOut(type, message.target);
      if (target === undefined) continue;
      target.in += 1;
      this.#carry(this.#traffic.edge(target, "type", record.address.type), message, message.atMs);
    }
    if (type === undefined) return;
    const trace = record.messages[0]?.trace ?? 0;
    for (const { sequence, egress } of record.egress)
      this.#carry(this.#traffic.edge(type, "egress", egress), { sequence, trace }, record.endedMs);
    type.invocations += 1;
    type.outEgress += record.egress.length;
    type.latency.count(durationMs);
    type.duration(durationMs);
  }

  #countOut(type: CollectedType, { id }: Address): void {
    if (this.#isHome(id)) type.outLocal += 1;
    else type.outRemote += 1;
  }

  /** How long the messages were under way, and which of them parked their entity. */
  #countArrivals(record: JournalRecord, type: CollectedType, parked: boolean): void {
    for (let index = 0; index < record.messages.length && index < latenciesPerRecordMax; index += 1) {
      const message = record.messages[index];
      if (message === undefined) return;
      // The ingress that a message came through is not kept, so it counts for the ingress that most messages come from.
      const edge =
        message.caller === undefined
          ? type.busiestIngress && this.#traffic.use(type.busiestIngress)
          : this.#traffic.edge(type, "type", message.caller.type);
      if (edge === undefined) continue;
      edge.latency.count(record.endedMs - message.atMs);
      if (!parked) continue;
      edge.failed = true;
      // The batch parks its entity once, at its head.
      if (index === 0) edge.parked += 1;
      this.#move(edge);
      if (this.#shown(edge)) this.#dot(edge, message, { atMs: record.endedMs, failed: true });
    }
  }

  #attemptFailed(event: Extract<EngineEvent, { kind: "attempt-failed" }>): void {
    this.#attemptsFailed += 1;
    this.#changed.add("failures");
    this.#hops.failed(event);
    this.#causes.failed(event);
    const type = this.#traffic.type(event.address.type);
    if (type !== undefined) {
      type.failures += 1;
      type.duration(event.durationMs);
    }
    this.#rows.attemptFailed(event);
    if (this.#watch.entities.length > 0) this.#touch(event.address);
  }

  #carry(edge: CollectedEdge | undefined, message: Moved, atMs: number): void {
    if (edge === undefined) return;
    edge.count += 1;
    edge.total += 1;
    this.#move(edge);
    if (this.#shown(edge)) this.#dot(edge, message, { atMs, failed: false });
  }

  #move(edge: CollectedEdge): void {
    edge.moved += 1;
    this.#moved += 1;
  }

  /** Busy edges are thinned evenly by the stride that their last digest asked for: a quiet edge beside a busy one keeps its dots. */
  #shown(edge: CollectedEdge): boolean {
    return edge.moved % edge.stride === 0 && this.#dots.length < this.#watch.dotsPerDigestMax;
  }

  #dot(edge: CollectedEdge, { sequence, trace }: Moved, { atMs, failed }: { atMs: number; failed: boolean }): void {
    this.#dots.push({ edge: edge.place, sequence, trace, atMs, failed });
  }

  /** A message came for it. */
  #heat({ type, id }: Address): void {
    if (this.#hot.size > 0) this.#hot.get(type)?.add(id);
  }

  #takeHot(): HotDigest[] {
    const digests: HotDigest[] = [];
    for (const [type, ids] of this.#hot) {
      if (ids.size === 0) continue;
      digests.push({ type, ids: ids.top(hotIdsPerDigestMax).map(({ id, count, surplus }) => [id, count, surplus]) });
      ids.clear();
    }
    return digests;
  }

  #touch(address: Address): void {
    for (const entity of this.#watch.entities) if (entity.id === address.id && entity.type === address.type) this.#touched.add(entity);
  }
}
