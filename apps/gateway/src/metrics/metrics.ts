/**
 * Metrics: Prometheus text for GET /metrics. Each function type has the families of StateFun (in, outLocal, outRemote, outEgress,
 * numBlockedAddress, inflightAsyncOps, numBacklog, remoteInvocationFailures, remoteInvocationLatency; rates over 60 s), and the engine has
 * its own.
 * They are read from the flow's counters and the engine's views when asked, so nothing is counted twice.
 */
import { collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client";
import { ifAble, type Engine, type FunctionTypeView, type LimitView } from "@signalbox/runtime";
import { connectorStateKinds } from "../connectors/connector-state.ts";
import type { ConnectorDetails, Supervisor } from "../connectors/supervisor.ts";
import type { RequestBytes } from "../listener/request-bytes.ts";
import type { OldestWrite } from "../health/oldest-write.ts";
import type { WireConnections } from "../health/wire-connections.ts";
import { limitsOfModules } from "../views/pause-rows.ts";
import { wireFamilies } from "./wire-families.ts";
import type { ThreadWatch } from "../health/thread-watch.ts";
import type { Rollups } from "../rollups/rollups.ts";
import type { TelemetryView } from "../telemetry/telemetry.ts";
import { rollupPlace, rollupValues } from "../shared/rollup-values.ts";
import { LatencyBuckets, type Traffic, type TypeTrafficCounters } from "../flow/traffic.ts";
import { telemetryFamilies } from "./telemetry-families.ts";
import { labelsOf, otherTypes, TypeLabels, type Labels } from "./type-labels.ts";

const rateSeconds = 60;
type Family = { readonly name: string; readonly help: string };

export interface MetricsOptions {
  readonly engine: Engine;
  readonly traffic: Traffic;
  readonly rollups: Pick<Rollups, "total" | "diskBytes">;
  readonly watch: ThreadWatch;
  readonly held: RequestBytes;
  readonly oldestWrite: OldestWrite;
  readonly audit: { lostEntries(): number };
  readonly connectors: Pick<Supervisor, "views" | "details">;
  telemetry(): TelemetryView;
  readonly wireConnections: Pick<WireConnections, "view">;
}

export function createMetrics({
  engine,
  traffic,
  rollups,
  watch,
  held,
  oldestWrite,
  audit,
  connectors,
  telemetry,
  wireConnections,
}: MetricsOptions): {
  text(): Promise<string>;
} {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const labels = new TypeLabels();
  trafficFamilies(registry, traffic, labels);
  typeFamilies(registry, engine, labels);
  engineFamilies(registry, engine, oldestWrite);
  rollupFamilies(registry, rollups);
  processFamilies(registry, { watch, held, audit });
  connectorFamily(registry, connectors);
  ingressFamilies(registry, connectors);
  connectorEvents(registry, connectors);
  telemetryFamilies(registry, telemetry);
  wireFamilies(registry, wireConnections);
  return { text: async () => (await registry.metrics()) + latencyText(traffic, labels) };
}

function trafficFamilies(registry: Registry, traffic: Traffic, labels: TypeLabels): void {
  const meter = (family: Family, count: (type: TypeTrafficCounters) => number, rate: (type: TypeTrafficCounters) => number): void => {
    counter(registry, { name: `signalbox_function_${family.name}_total`, help: family.help }, () => each(traffic, labels, count));
    gauge(
      registry,
      { name: `signalbox_function_${family.name}_rate`, help: `${family.help}; per second over the last ${rateSeconds} s` },
      () => each(traffic, labels, rate),
    );
  };
  const now = (): number => Date.now();
  meter(
    { name: "in", help: "Messages that arrived for the function type" },
    (type) => type.in.total,
    (type) => type.in.perSecond(rateSeconds, now()),
  );
  meter(
    { name: "out_local", help: "Messages sent to entities of this partition" },
    (type) => type.outLocal.total,
    (type) => type.outLocal.perSecond(rateSeconds, now()),
  );
  meter(
    { name: "out_remote", help: "Messages sent to entities of other partitions" },
    (type) => type.outRemote.total,
    (type) => type.outRemote.perSecond(rateSeconds, now()),
  );
  meter(
    { name: "out_egress", help: "Records sent to egresses" },
    (type) => type.outEgress.total,
    (type) => type.outEgress.perSecond(rateSeconds, now()),
  );
  meter(
    { name: "remote_invocation_failures", help: "Attempts that failed" },
    (type) => type.failures.total,
    (type) => type.failures.perSecond(rateSeconds, now()),
  );
}

/** Families for the values that the rollups count and no family above shows. */
function rollupFamilies(registry: Registry, rollups: MetricsOptions["rollups"]): void {
  for (const { name, metric, meaning } of rollupValues.filter(({ name: value }) => countedHere.has(value)))
    counter(registry, { name: metric, help: meaning }, () => [[{}, rollups.total.values[rollupPlace(name)] ?? 0]]);
  gauge(registry, { name: "signalbox_data_bytes", help: "Bytes of the data directory, looked at once a minute" }, () => [
    [{}, rollups.diskBytes],
  ]);
}

const countedHere: ReadonlySet<string> = new Set(["admitted", "sent", "messages", "invocations", "parked"]);

function typeFamilies(registry: Registry, engine: Engine, labels: TypeLabels): void {
  const byType = (family: Family, read: (type: FunctionTypeView) => number): void =>
    gauge(registry, family, () => {
      const types = engine.functionTypes().filter(({ answered }) => answered);
      return labels.samples(types.map((type) => [type.type, read(type)] as const));
    });
  byType(
    { name: "signalbox_function_num_blocked_address", help: "Entities that are parked, paused or backing off" },
    (type) => type.parkedEntities + type.pausedEntities + type.backingOffEntities,
  );
  byType({ name: "signalbox_function_parked_entities", help: "Entities that wait for a person" }, (type) => type.parkedEntities);
  byType({ name: "signalbox_function_inflight_async_ops", help: "Invocations in flight" }, (type) => type.inFlight);
  byType(
    { name: "signalbox_function_num_backlog", help: "Messages that wait for their turn in mailboxes" },
    (type) => type.waitingMessages - type.parkedMessages,
  );
  byType(
    { name: "signalbox_function_parked_messages", help: "Messages of parked entities, which wait for a person" },
    (type) => type.parkedMessages,
  );
}

function engineFamilies(registry: Registry, engine: Engine, oldestWrite: OldestWrite): void {
  const single = (family: Family, read: () => number): void => gauge(registry, family, () => [[{}, read()] as const]);
  single({ name: "signalbox_epoch", help: "The open epoch" }, () => engine.status().epoch);
  single({ name: "signalbox_durable_epoch", help: "The last epoch that was synced" }, () => engine.status().durableEpoch);
  single({ name: "signalbox_waiting_messages", help: "Messages that wait for their turn in all mailboxes" }, () => {
    const { waitingMessages, parkedMessages } = engine.status();
    return waitingMessages - parkedMessages;
  });
  single(
    { name: "signalbox_parked_messages", help: "Messages of parked entities, which wait for a person" },
    () => engine.status().parkedMessages,
  );
  single({ name: "signalbox_waiting_bytes", help: "Bytes of messages in all mailboxes" }, () => engine.status().waitingBytes);
  single({ name: "signalbox_inflight_invocations", help: "Invocations in flight" }, () => engine.status().inFlight);
  single(
    { name: "signalbox_delayed_messages", help: "Delayed messages that wait for their due time" },
    () => engine.status().delayedMessages,
  );
  single({ name: "signalbox_resident_entities", help: "Entities in memory" }, () => engine.status().residentEntities);
  single({ name: "signalbox_running", help: "1 while the engine runs and its store takes writes" }, () =>
    oldestWrite.health(Date.now()).kind === "running" ? 1 : 0,
  );
  single(
    { name: "signalbox_oldest_write_seconds", help: "How long the oldest write of the store or the catalog is under way" },
    () => oldestWrite.waitMs(Date.now()) / 1000,
  );
  gauge(registry, { name: "signalbox_egress_waiting_records", help: "Records that wait in an egress" }, () =>
    ifAble(() => engine.egresses(), []).map((egress) => [labelsOf(egress.id), egress.waitingRecords] as const),
  );
  const byLimit = (family: Family, read: (limit: LimitView) => number): void =>
    gauge(registry, family, () => limitsOfModules(engine).map((limit) => [labelsOf(limit.spec.id), read(limit)] as const));
  byLimit({ name: "signalbox_limit_waiting_messages", help: "Messages in mailboxes under the limit" }, (limit) => limit.waitingMessages);
  byLimit({ name: "signalbox_limit_inflight_invocations", help: "Invocations in flight under the limit" }, (limit) => limit.inFlight);
  byLimit({ name: "signalbox_limit_holding", help: "1 while somebody who is ready waits for it" }, (limit) => (limit.held ? 1 : 0));
  gauge(registry, { name: "signalbox_endpoint_open", help: "1 while the endpoint's breaker is not closed" }, () =>
    engine.endpoints().map((endpoint) => [labelsOf(endpoint.spec.id), endpoint.breaker === "closed" ? 0 : 1] as const),
  );
}

function processFamilies(registry: Registry, { watch, held, audit }: Pick<MetricsOptions, "watch" | "held" | "audit">): void {
  const family = (name: string, help: string): Family => ({ name: `signalbox_${name}`, help });
  const now = family("thread_late_milliseconds", "The latest that the gateway's event loop was in the last minute");
  gauge(registry, now, () => [[{}, watch.figures().lateMs]]);
  const own = family("thread_held_milliseconds", "Of that, what the thread's own work explains");
  gauge(registry, own, () => [[{}, watch.figures().heldMs]]);
  counter(registry, family("thread_held_total", "Seconds in which it was held for over 50 ms"), () => [[{}, watch.heldTimes]]);
  gauge(registry, family("request_bytes_held", "Memory taken by requests that are not done"), () => [[{}, held.taken]]);
  gauge(registry, family("request_bytes_held_max", "The most that it may be"), () => [[{}, held.bytesMax]]);
  counter(registry, family("request_bytes_refused_total", "Requests for which there was no room"), () => [[{}, held.refused]]);
  counter(registry, family("audit_entries_lost_total", "Changes whose audit entry the catalog did not take"), () => [
    [{}, audit.lostEntries()],
  ]);
}

/** Makes one series for each connector and state, so that a rule can name the state that it waits for. */
function connectorFamily(registry: Registry, connectors: Pick<Supervisor, "views" | "details">): void {
  new Gauge({
    name: "signalbox_connector_state",
    help: "1 for the state that an ingress or egress is in",
    labelNames: ["direction", "id", "kind", "state"],
    registers: [registry],
    collect() {
      this.reset();
      for (const { direction, id, kind, state } of connectors.views())
        for (const name of connectorStateKinds) this.set({ direction, id, kind, state: name }, state.kind === name ? 1 : 0);
    },
  });
}

/** This many parts of one ingress have a line of their own; the rest is in their sum. */
const partsShownMax = 200;

function ingressFamilies(registry: Registry, connectors: Pick<Supervisor, "views" | "details">): void {
  const each = (read: (id: string, details: ConnectorDetails) => void): void => {
    for (const { direction, id } of connectors.views()) {
      const details = direction === "ingress" ? connectors.details(direction, id) : undefined;
      if (details !== undefined) read(id, details);
    }
  };
  const total = (name: string, help: string, of: (details: ConnectorDetails) => number): Counter =>
    new Counter({
      ...{ name: `signalbox_ingress_${name}_total`, help, labelNames: ["id"], registers: [registry] },
      collect() {
        this.reset();
        each((id, details) => this.inc({ id }, of(details)));
      },
    });
  total("records", "Records of an ingress that became durable", ({ records }) => records);
  total("invalid_records", "Records of an ingress that could not become messages", ({ invalidRecords }) => invalidRecords);
  new Gauge({
    ...{ name: "signalbox_ingress_lag", help: "Records that wait in the other system, by part; `others` is the sum of the rest" },
    ...{ labelNames: ["id", "part"], registers: [registry] },
    collect() {
      this.reset();
      each((id, { parts }) => {
        const known = parts.filter(({ lag }) => lag !== undefined);
        for (const { part, lag = 0 } of known.slice(0, partsShownMax)) this.set({ id, part }, lag);
        const others = known.slice(partsShownMax);
        if (others.length > 0)
          this.set(
            { id, part: "others" },
            others.reduce((sum, { lag = 0 }) => sum + lag, 0),
          );
      });
    },
  });
}

type Sample = readonly [labels: Labels | Record<string, never>, value: number];

function gauge(registry: Registry, family: Family, samples: () => readonly Sample[]): void {
  new Gauge({
    ...family,
    labelNames: ["namespace", "name"],
    registers: [registry],
    collect() {
      this.reset();
      for (const [labels, value] of samples()) this.set(labels, value);
    },
  });
}

/** Shows what the connector kinds count themselves; each kind chooses its few words. */
function connectorEvents(registry: Registry, connectors: Pick<Supervisor, "views" | "details">): void {
  new Counter({
    name: "signalbox_connector_events_total",
    help: "What happened at an ingress or egress how often: taken, wrong-signature, missed, …",
    labelNames: ["direction", "id", "kind", "event"],
    registers: [registry],
    collect() {
      this.reset();
      for (const { direction, id, kind, counts } of connectors.views())
        for (const [event, count] of Object.entries(counts)) this.inc({ direction, id, kind, event }, count);
    },
  });
}

function counter(registry: Registry, family: Family, samples: () => readonly Sample[]): void {
  new Counter({
    ...family,
    labelNames: ["namespace", "name"],
    registers: [registry],
    collect() {
      this.reset();
      for (const [labels, value] of samples()) this.inc(labels, value);
    },
  });
}

function each(traffic: Traffic, labels: TypeLabels, read: (type: TypeTrafficCounters) => number): Sample[] {
  return labels.samples([...traffic.types.values()].map((type) => [type.type, read(type)] as const));
}

/** Writes the histogram's text. It is kept in plain buckets, so that the hot path pays one array add. */
function latencyText(traffic: Traffic, labels: TypeLabels): string {
  const name = "signalbox_function_remote_invocation_latency_milliseconds";
  const lines = [`\n# HELP ${name} Duration of invocations in milliseconds`, `# TYPE ${name} histogram`];
  const others = new LatencyBuckets();
  const write = (of: Labels, buckets: LatencyBuckets): void => {
    const text = `namespace="${escaped(of.namespace)}",name="${escaped(of.name)}"`;
    let upTo = 0;
    buckets.boundsMs.forEach((bound, index) => {
      upTo += buckets.counts[index] ?? 0;
      lines.push(`${name}_bucket{${text},le="${bound}"} ${upTo}`);
    });
    lines.push(
      `${name}_bucket{${text},le="+Inf"} ${buckets.count}`,
      `${name}_sum{${text}} ${buckets.sumMs}`,
      `${name}_count{${text}} ${buckets.count}`,
    );
  };
  for (const { type, buckets } of traffic.types.values()) {
    const own = labels.of(type);
    if (own === undefined) others.add([...buckets.counts], buckets.sumMs);
    else write(own, buckets);
  }
  if (others.count > 0) write(otherTypes, others);
  return `${lines.join("\n")}\n`;
}

function escaped(label: string): string {
  return label.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
