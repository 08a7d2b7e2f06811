/**
 * TelemetrySettings: where spans and log lines are sent, and which of them. Variables have the names that OpenTelemetry gives them, where
 * it has one.
 * Neighbour: env.ts reads them.
 */
import { z } from "zod";
import { textSetting, wholeNumber, type Setting } from "./setting.ts";
import type { TelemetrySettings } from "./telemetry/telemetry.ts";

const endpoint: Setting<string> = {
  variable: "OTEL_EXPORTER_OTLP_ENDPOINT",
  fallback: "",
  fallbackText: "none: nothing is exported",
  meaning: "OpenTelemetry collector that gets spans and log lines over OTLP/HTTP ([docs/opentelemetry.md](docs/opentelemetry.md))",
  cure: "write a URL as http://127.0.0.1:4318, without /v1/traces",
  schema: z
    .string()
    .trim()
    .refine((text) => /^https?:\/\/[^\s/]/i.test(text) && URL.canParse(text)),
};
const headers: Setting<Readonly<Record<string, string>>> = {
  variable: "OTEL_EXPORTER_OTLP_HEADERS",
  fallback: {},
  fallbackText: "none",
  meaning: "Headers of requests to the collector; they are not shown",
  cure: "write name=value with commas between, each value percent-encoded",
  schema: z.string().transform((text, context) => {
    const parsed = parseHeaders(text);
    if (parsed !== undefined) return parsed;
    context.addIssue({ code: "custom", message: "no headers" });
    return z.NEVER;
  }),
};

export const telemetrySettings = {
  otlpEndpoint: endpoint,
  otlpHeaders: headers,
  otlpTimeoutMs: {
    variable: "OTEL_EXPORTER_OTLP_TIMEOUT",
    fallback: 10_000,
    meaning: "Milliseconds after which a request to the collector counts as lost and is sent again",
    cure: "write a whole number of milliseconds from 100 to 60000",
    schema: wholeNumber.pipe(z.number().min(100).max(60_000)),
  } satisfies Setting<number>,
  otelServiceName: textSetting("OTEL_SERVICE_NAME", {
    fallback: "signalbox",
    meaning: "`service.name` of spans and log lines",
    cure: "write a name",
  }),
  otelSamplePercent: {
    variable: "SIGNALBOX_OTEL_SAMPLE_PERCENT",
    fallback: 1,
    meaning: "Share of all traces whose spans are exported; failures and slow ones always are",
    cure: "write a number from 0 to 100",
    schema: z
      .string()
      .regex(/^\d{1,3}(\.\d{1,6})?$/)
      .transform(Number)
      .pipe(z.number().max(100)),
  } satisfies Setting<number>,
  otelSlowMs: {
    variable: "SIGNALBOX_OTEL_SLOW_MS",
    fallback: 1_000,
    meaning: "From a message's arrival to the end of its invocation: spans that took longer are always exported",
    cure: "write a whole number of milliseconds, at least 1",
    schema: wholeNumber.pipe(z.number().min(1).max(Number.MAX_SAFE_INTEGER)),
  } satisfies Setting<number>,
};

type Read = <T>(setting: Setting<T>) => T;

/** Returns undefined when nothing is exported. */
export function readTelemetry(read: Read): TelemetrySettings | undefined {
  const settings = {
    endpoint: read(telemetrySettings.otlpEndpoint),
    headers: read(telemetrySettings.otlpHeaders),
    serviceName: read(telemetrySettings.otelServiceName),
    timeoutMs: read(telemetrySettings.otlpTimeoutMs),
    ratio: read(telemetrySettings.otelSamplePercent) / 100,
    slowMs: read(telemetrySettings.otelSlowMs),
  };
  return settings.endpoint === "" ? undefined : settings;
}

function parseHeaders(text: string): Record<string, string> | undefined {
  const pairs: [string, string][] = [];
  for (const part of text.split(",").filter((one) => one.trim() !== "")) {
    const [, name, value] = /^\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*=([^\r\n]*)$/.exec(part) ?? [];
    if (name === undefined || value === undefined) return undefined;
    try {
      pairs.push([name.toLowerCase(), decodeURIComponent(value.trim())]);
    } catch {
      return undefined;
    }
  }
  return pairs.some(([, value]) => /[\r\n\0]/.test(value)) ? undefined : Object.fromEntries(pairs);
}
