/** GET and HEAD /health, answered by the server itself: whoever waits for a start asks it before the rest of the API is loaded. */
import type { ServerResponse } from "node:http";
import type { Engine, EngineHealth } from "@signalbox/runtime";
import { connectorRow } from "../../connectors/connector-row.ts";
import { asksForALook } from "../../connectors/door-states.ts";
import type { Supervisor } from "../../connectors/supervisor.ts";
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
  readonly connectors: Pick<Supervisor, "views">;
  readonly processes: Pick<ProcessSupervisor, "counts">;
  telemetry(): TelemetryView;
  readonly wireConnections: Pick<WireConnections, "view">;
}

/** For whoever may not read the rest: one word, as a load balancer needs it. */
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
    // One that does not run stops only its own entities: the gateway is well.
    processes: processes.counts(),
    telemetry: parts.telemetry(),
    postgres: parts.wireConnections.view(),
    // Those that work and ask for nobody are not named.
    connectors: connectors
      .views()
      .flatMap((view) => (view.state.kind === "running" && !asksForALook(view.note) ? [] : [connectorRow(view)])),
  });
  write(response, health.kind, text);
}

function write(response: ServerResponse, kind: EngineHealth["kind"], text: string): void {
  // Without its cluster a gateway still takes messages and keeps them.
  const serves = kind === "running" || kind === "cluster-failed";
  response.writeHead(serves ? 200 : 503, {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(text),
    ...(serves ? {} : { "retry-after": "1" }),
  });
  response.end(text);
}
