/**
 * Families of the exporter of spans and log lines (docs/opentelemetry.md), beside those of metrics.ts.
 */
import { Counter, Gauge, type Registry } from "prom-client";
import type { TelemetryView } from "../telemetry/telemetry.ts";

export function telemetryFamilies(registry: Registry, telemetry: () => TelemetryView): void {
  const registers = [registry];
  new Counter({
    ...{
      name: "signalbox_telemetry_exported_total",
      help: "Spans and log lines that the collector took",
      labelNames: ["signal"],
      registers,
    },
    collect() {
      const { counts } = telemetry();
      this.reset();
      this.inc({ signal: "spans" }, counts.sentSpans);
      this.inc({ signal: "logs" }, counts.sentLogs);
    },
  });
  new Counter({
    ...{ name: "signalbox_telemetry_dropped_total", help: "Spans and log lines that were refused, or had no room" },
    ...{ labelNames: ["signal", "reason"], registers },
    collect() {
      const { counts } = telemetry();
      this.reset();
      this.inc({ signal: "spans", reason: "refused" }, counts.refusedSpans);
      this.inc({ signal: "logs", reason: "refused" }, counts.refusedLogs);
      this.inc({ signal: "spans", reason: "no-room" }, counts.droppedSpans);
      this.inc({ signal: "logs", reason: "no-room" }, counts.droppedLogs);
    },
  });
  new Gauge({
    ...{ name: "signalbox_telemetry_failing", help: "1 while spans and log lines cannot be exported", registers },
    collect() {
      this.set(telemetry().state === "failing" ? 1 : 0);
    },
  });
}
