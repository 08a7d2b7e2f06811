/**
 * OpenTelemetry: opens the exporter when a collector is named, and wraps the engine for the surfaces: a message without a trace context
 * begins one.
 */
import { createHash } from "node:crypto";
import { resolve } from "node:path";
import {
  engineOver,
  headersText,
  traceContextOf,
  traceHeaders,
  readHeaders,
  type Engine,
  type IngressMessage,
  type Runtime,
} from "@signalbox/runtime";
import type { GatewayLog, GatewaySettings, Opened } from "./compose.ts";
import { Telemetry } from "./telemetry/telemetry.ts";
import { newTraceparent } from "./telemetry/trace-ids.ts";

const version = "0.1.0";

interface Parts {
  readonly runtime: Runtime;
  readonly log: GatewayLog;
  readonly opened: Opened;
}

export function openTelemetry(
  { telemetry: settings, dataDir, limits }: Pick<GatewaySettings, "telemetry" | "dataDir" | "limits">,
  { runtime, log, opened }: Parts,
): { readonly engine: Engine; readonly telemetry: Telemetry | undefined } {
  const engine = engineOver(runtime);
  if (settings === undefined) return { engine, telemetry: undefined };
  // The name is the same after a restart, and does not reveal a path of this machine.
  const instance = createHash("sha256").update(resolve(dataDir)).digest("hex").slice(0, 16);
  const telemetry = new Telemetry({ settings, version, instance, warn: log.warn });
  opened.closers.push(() => telemetry.close());
  return { engine: tracedEngine(engine, settings.ratio, limits.messageHeadersBytesMax), telemetry };
}

/** For whole traces, each message that comes in gets a context. */
function tracedEngine(engine: Engine, ratio: number, messageHeadersBytesMax: number): Engine {
  const traced = (message: IngressMessage): IngressMessage => {
    if (traceContextOf(message.headers) !== undefined) return message;
    const begun = traceHeaders(newTraceparent(ratio), undefined);
    const headers = headersText([...begun, ...readHeaders(message.headers)]) ?? "";
    // When there is no room for all headers, the trace context is kept and the others are dropped.
    return { ...message, headers: headers.length <= messageHeadersBytesMax ? headers : headersText(begun) };
  };
  return {
    ...engine,
    accept: (message, ingress) => engine.accept(traced(message), ingress),
    acceptBatch: (batch, ingress) =>
      engine.acceptBatch(
        { ...batch, messages: batch.messages.map(({ sequence, message }) => ({ sequence, message: traced(message) })) },
        ingress,
      ),
  };
}
