/** GET and HEAD /health, answered by the server itself, because supervisors ask it before the rest of the API is loaded. */
import type { ServerResponse } from "node:http";
import type { Engine, EngineHealth } from "@signalbox/runtime";
import { connectorRow } from "../../connectors/connector-row.ts";
import { asksForALook } from "../../connectors/door-states.ts";
import type { Supervisor } from "../../connectors/supervisor.ts";
import type { CatalogReach } from "../../health/catalog-reach.ts";
import type { DiskRoom } from "../../health/disk-room.ts";
import type { OldestWrite } from "../../health/oldest-write.ts";
import type { ThreadWatch } from "../../health/thread-watch.ts";
import type { WireConnections } from "../../health/wire-connections.ts";
import type { RequestBytes } from "../../listener/request-bytes.ts";
import type { TelemetryView } from "../../telemetry/telemetry.ts";
import type { ProcessSupervisor } from "../../processes/process-supervisor.ts";

const path = "/health";

export function isHealth(method: string | undefined, url: string): boolean {
  return (method === "GET" || method === "HEAD") && url.startsWith(path) && (url.length === path.length || url[path.length] === "?");
}

export interface HealthParts {
  readonly engine: Pick<Engine, "status">;
  readonly watch: Pick<ThreadWatch, "figures">;
  readonly held: Pick<RequestBytes, "taken">;
  readonly oldestWrite: OldestWrite;
  readonly disk: Pick<DiskRoom, "figures">;
  readonly catalog: Pick<CatalogReach, "failure">;
  readonly connectors: Pick<Supervisor, "views">;
  readonly processes: Pick<ProcessSupervisor, "counts">;
  telemetry(): TelemetryView;
  readonly wireConnections: Pick<WireConnections, "view">;
}

/** The one-word answer for callers who may not read the details, such as a load balancer. */
export function writeHealthWord(response: ServerResponse, { oldestWrite }: Pick<HealthParts, "oldestWrite">): void {
  const { kind } = oldestWrite.health(Date.now());
  write(response, kind, JSON.stringify({ status: kind }));
}

export function writeHealth(response: ServerResponse, parts: HealthParts): void {
  const { engine, watch, held, oldestWrite, processes, connectors } = parts;
  const nowMs = Date.now();
  const health = oldestWrite.health(nowMs);
  const { epoch, durableEpoch, waitingMessages: inMailboxes, parkedMessages, inFlight, parkedEntities } = engine.status();
  const waitingMessages = inMailboxes - parkedMessages;
  const text = JSON.stringify({
    status: health.kind,
    health,
    epoch,
    durableEpoch,
    waitingMessages,
    parkedMessages,
    inFlight,
    parkedEntities,
    thread: watch.figures(),
    requestBytesHeld: held.taken,
    oldestWriteMs: oldestWrite.waitMs(nowMs),
    disk: parts.disk.figures(),
    // Messages go on without it, so the gateway counts as healthy.
    catalog: parts.catalog.failure(),
    // A process that does not run stops only its own entities, so the gateway counts as healthy.
    processes: processes.counts(),
    telemetry: parts.telemetry(),
    postgres: parts.wireConnections.view(),
    // Only connectors that do not work or ask for a person are listed.
    connectors: connectors
      .views()
      .flatMap((view) => (view.state.kind === "running" && !asksForALook(view.note) ? [] : [connectorRow(view)])),
  });
  write(response, health.kind, text);
}

function write(response: ServerResponse, kind: EngineHealth["kind"], text: string): void {
  // Without its cluster the gateway still accepts messages and keeps them.
  const serves = kind === "running" || kind === "cluster-failed";
  response.writeHead(serves ? 200 : 503, {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(text),
    ...(serves ? {} : { "retry-after": "1" }),
  });
  response.end(text);
}
