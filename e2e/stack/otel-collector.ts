/**
 * OtelCollector: the real OpenTelemetry collector with an OTLP receiver, and what it got in words (its debug exporter writes them).
 * OTELCOL_PROGRAM may name it (find-program.ts); docs/opentelemetry.md says how one is built.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Child, freePorts } from "./child.ts";
import { findProgram } from "./find-program.ts";
import { until } from "./until.ts";

const program = findProgram("otelcol", "OTELCOL_PROGRAM");

/** Returns undefined when there is one. */
export function whyNoCollector(): string | undefined {
  return program === undefined ? "no OpenTelemetry collector: name one in OTELCOL_PROGRAM (docs/opentelemetry.md)" : undefined;
}

const config = (port: number): string => `receivers:
  otlp:
    protocols:
      http:
        endpoint: 127.0.0.1:${port}
exporters:
  debug:
    verbosity: detailed
service:
  telemetry:
    metrics:
      level: none
  pipelines:
    traces: { receivers: [otlp], exporters: [debug] }
    logs: { receivers: [otlp], exporters: [debug] }
`;

export class OtelCollector implements AsyncDisposable {
  readonly port: number;
  readonly #folder: string;
  #child: Child | undefined;

  private constructor(port: number) {
    this.port = port;
    this.#folder = mkdtempSync(join(tmpdir(), "signalbox-otelcol-"));
    writeFileSync(join(this.#folder, "config.yaml"), config(port));
  }

  /** Starts it on a free port, or on one where another was before. */
  static async start(port?: number): Promise<OtelCollector> {
    const [free = 0] = port === undefined ? await freePorts(1) : [port];
    const collector = new OtelCollector(free);
    await collector.#run();
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** All of its output so far, at most the last 64 KiB. */
  get output(): string {
    return this.#child?.output ?? "";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child?.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #run(): Promise<void> {
    if (program === undefined) throw new Error(whyNoCollector());
    const child = new Child("otelcol", [program, "--config", `file:${join(this.#folder, "config.yaml")}`], {
      env: process.env,
      cwd: this.#folder,
    });
    this.#child = child;
    await until(() => !child.running || child.output.includes("Everything is ready"), {
      what: "the OpenTelemetry collector to be ready",
      timeoutMs: 60_000,
    });
    child.assertRunning();
  }
}
