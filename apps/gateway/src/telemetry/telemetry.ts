/**
 * Telemetry: passes what the collectors of the partitions picked to the thread that exports it, and knows how that goes, for health and
 * metrics.
 * Neighbours: telemetry-collector.ts picks, otlp-thread.ts encodes and sends.
 * Guarantee: nothing waits for it. What the thread does not take in time is dropped and counted; a thread that dies is started again after
 * a pause that grows each time.
 */
import { Worker } from "node:worker_threads";
import type { OtlpCounts, OtlpSettings } from "./otlp-queue.ts";
import type { OtlpThreadReport } from "./otlp-thread.ts";
import type { TelemetryDigest, TelemetryWatch } from "./telemetry-digest.ts";

/** Where spans and log lines are sent, and which of them. */
export interface TelemetrySettings {
  readonly endpoint: string;
  /** The headers may hold a key, so they are never shown. */
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  readonly timeoutMs: number;
  /** The share of all traces that is exported, from 0 to 1. */
  readonly ratio: number;
  readonly slowMs: number;
}

/** How many digests may be handed over and not taken yet; each is bounded (telemetry-collector.ts). */
const digestsUnderWayMax = 16;
const queueBytesMax = 8 * 1024 * 1024;
const threadMegabytesMax = 128;
const restartMs = { base: 1_000, max: 60_000 };

export interface TelemetryView {
  readonly state: "off" | "exporting" | "failing";
  /** The endpoint without the parts that could hold a key. */
  readonly endpoint: string | null;
  readonly samplePercent: number;
  readonly slowMs: number;
  /** Why exporting fails; null when it does not. */
  readonly problem: string | null;
  readonly sinceMs: number | null;
  readonly counts: Readonly<OtlpCounts>;
}

const noCounts: OtlpCounts = { sentSpans: 0, sentLogs: 0, refusedSpans: 0, refusedLogs: 0, droppedSpans: 0, droppedLogs: 0 };

export interface TelemetryOptions {
  readonly settings: TelemetrySettings;
  readonly version: string;
  /** Names this gateway's data: it tells its traces without a context of their own from those of other gateways. */
  readonly instance: string;
  readonly warn: (message: string) => void;
}

export class Telemetry {
  readonly watch: TelemetryWatch;
  readonly #options: TelemetryOptions;
  /** The counts of threads that have ended; those of the running thread are added to them. */
  #before: OtlpCounts = { ...noCounts };
  #counts: OtlpCounts = { ...noCounts };
  readonly #own: OtlpCounts = { ...noCounts };
  #thread: Worker | undefined;
  #underWay = 0;
  #starts = 0;
  #restart: NodeJS.Timeout | undefined;
  #problem: string | undefined;
  #sinceMs: number | undefined;
  #closed = false;

  constructor(options: TelemetryOptions) {
    const { ratio, slowMs } = options.settings;
    this.#options = options;
    this.watch = { ratio, slowMs, salt: options.instance };
    this.#start();
  }

  add(digest: TelemetryDigest): void {
    if (this.#thread !== undefined && this.#underWay < digestsUnderWayMax) {
      this.#underWay++;
      this.#thread.postMessage(digest);
      return;
    }
    this.#own.droppedSpans += digest.spans.length + digest.spansLeft;
    this.#own.droppedLogs += digest.logs.length + digest.logsLeft;
  }

  view(): TelemetryView {
    const { settings } = this.#options;
    return {
      state: this.#problem === undefined ? "exporting" : "failing",
      endpoint: shownEndpoint(settings.endpoint),
      samplePercent: settings.ratio * 100,
      slowMs: settings.slowMs,
      problem: this.#problem ?? null,
      sinceMs: this.#sinceMs ?? null,
      counts: sum(this.#before, this.#counts, this.#own),
    };
  }

  /** Ends the thread without waiting for what is queued, because nobody should have to wait for a collector. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#restart);
    await this.#thread?.terminate();
  }

  #start(): void {
    const { settings, version, instance } = this.#options;
    const data: OtlpSettings = {
      endpoint: settings.endpoint,
      headers: settings.headers,
      timeoutMs: settings.timeoutMs,
      queueBytesMax,
      retryMs: { base: 500, max: 30_000 },
      flushMs: 1_000,
      resource: {
        version,
        attributes: [
          ["service.name", settings.serviceName],
          ["service.version", version],
          ["service.instance.id", instance],
        ],
      },
    };
    const thread = new Worker(new URL("./otlp-thread.ts", import.meta.url), {
      workerData: data,
      resourceLimits: { maxOldGenerationSizeMb: threadMegabytesMax },
    });
    thread.unref();
    this.#thread = thread;
    this.#underWay = 0;
    thread.on("message", (report: OtlpThreadReport) => {
      this.#underWay = Math.max(0, this.#underWay - report.taken);
      this.#counts = { ...report.counts };
      this.#tell(report.problem);
    });
    thread.on("error", (error) => this.#tell(`the exporting thread ended: ${error.message}`));
    thread.on("exit", () => this.#ended());
  }

  #ended(): void {
    this.#thread = undefined;
    this.#before = sum(this.#before, this.#counts);
    this.#counts = { ...noCounts };
    if (this.#closed) return;
    this.#tell(this.#problem ?? "the exporting thread ended");
    this.#starts++;
    this.#restart = setTimeout(() => this.#start(), Math.min(restartMs.max, restartMs.base * 2 ** Math.min(this.#starts - 1, 10)));
    this.#restart.unref();
  }

  #tell(problem: string | undefined): void {
    if ((problem === undefined) !== (this.#problem === undefined)) {
      this.#sinceMs = problem === undefined ? undefined : Date.now();
      if (problem !== undefined) this.#options.warn(`spans and log lines are not exported: ${problem}`);
    }
    this.#problem = problem;
  }
}

const telemetryOff: TelemetryView = {
  state: "off",
  endpoint: null,
  samplePercent: 0,
  slowMs: 0,
  problem: null,
  sinceMs: null,
  counts: noCounts,
};

export function telemetryView(telemetry: Telemetry | undefined): TelemetryView {
  return telemetry?.view() ?? telemetryOff;
}

function sum(...all: readonly OtlpCounts[]): OtlpCounts {
  const total = { ...noCounts };
  for (const counts of all) for (const name of Object.keys(total) as (keyof OtlpCounts)[]) total[name] += counts[name];
  return total;
}

function shownEndpoint(text: string): string {
  const { protocol, host, pathname } = new URL(text);
  return `${protocol}//${host}${pathname === "/" ? "" : pathname}`;
}
