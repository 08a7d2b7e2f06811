/**
 * OpenFlow: opens the live flow over the engine, the collectors that count for it, and the rollups that keep what it counted.
 */
import type { Engine } from "@signalbox/runtime";
import type { PauseRow } from "./contract/functions/pauses.ts";
import type { GatewayLog, GatewaySettings, Observed, Opened } from "./compose.ts";
import { heardByAll } from "./flow/heard-by-all.ts";
import { DigestSender } from "./flow/digest-sender.ts";
import { FlowCollector } from "./flow/flow-collector.ts";
import type { DoorState } from "./flow/graph.ts";
import { LiveFlow } from "./flow/live-flow.ts";
import type { FlowDigest, FlowWatch } from "./flow/flow-digest.ts";
import type { RecentHops } from "./flow/recent-hops.ts";
import { digestFromThread } from "./flow/thread-observer.ts";
import type { FailureMemory } from "./services/failures/failure-memory.ts";
import type { OldestWrite } from "./health/oldest-write.ts";
import type { ThreadWatch } from "./health/thread-watch.ts";
import { openRollups } from "./open-rollups.ts";
import type { Rollups } from "./rollups/rollups.ts";
import type { Telemetry } from "./telemetry/telemetry.ts";
import type { Masks } from "./masking/masks.ts";
import type { ValueCodec } from "./values/value-codec.ts";

/** Questions that the flow asks of parts which are opened after it. */
export interface AskedLater {
  modulesCount: () => number;
  savepointsCount: () => number;
  egressKind: (id: string) => string;
  doors: () => readonly DoorState[];
  entityPauses: () => readonly PauseRow[];
}

export const nothingYet: AskedLater = {
  modulesCount: () => 0,
  savepointsCount: () => 0,
  egressKind: () => "",
  doors: () => [],
  entityPauses: () => [],
};

interface Parts {
  readonly engine: Engine;
  readonly values: ValueCodec;
  readonly masks: Masks;
  readonly watch: ThreadWatch;
  readonly oldestWrite: OldestWrite;
  readonly observed: Observed;
  readonly log: GatewayLog;
  readonly opened: Opened;
  readonly hops: RecentHops;
  readonly telemetry: Telemetry | undefined;
  readonly failureMemory: Pick<FailureMemory, "add">;
  readonly late: AskedLater;
}

export function openFlow(settings: GatewaySettings, parts: Parts): { flow: LiveFlow; rollups: Rollups } {
  const { engine, values, masks, watch, oldestWrite, log, opened, late } = parts;
  const rollups = openRollups(settings, { engine, watch, warn: log.warn, closers: opened.closers });
  const flow = new LiveFlow({
    values,
    masks,
    keeper: rollups,
    health: (nowMs) => oldestWrite.health(nowMs),
    egressKind: (id) => late.egressKind(id),
    doors: () => late.doors(),
    counts: () => ({
      modules: late.modulesCount(),
      savepoints: late.savepointsCount(),
      entityPauses: late.entityPauses(),
      heldMs: watch.figures().heldMs,
    }),
  });
  startFlow(flow, parts);
  return { flow, rollups };
}

/** Starts the flow, which hears all partitions. */
function startFlow(flow: LiveFlow, { engine, log, observed, opened, hops, failureMemory, telemetry }: Parts): void {
  const flowEnd = new AbortController();
  const hear = heardByAll<FlowDigest>(
    [
      (digest) => flow.add(digest),
      (digest) => hops.add(digest.hops),
      (digest) => digest.telemetry !== undefined && telemetry?.add(digest.telemetry),
      (digest) => failureMemory.add(digest.causes),
    ],
    (error) => log.error(error, "counting beside the traffic"),
  );
  const collector = new FlowCollector();
  observed.next = new DigestSender(collector, { send: hear, signal: flowEnd.signal });
  const wanted = (watch: FlowWatch): FlowWatch => (telemetry === undefined ? watch : { ...watch, telemetry: telemetry.watch });
  flow.join({ watch: (watch) => collector.watch(wanted(watch)) });
  // Partitions in threads have collectors of their own.
  observed.digests = (digest) => hear(digestFromThread(digest));
  flow.join({ watch: (watch) => observed.tell?.(wanted(watch)) });
  flow.start(engine, flowEnd.signal);
  opened.closers.push(() => flowEnd.abort());
}
