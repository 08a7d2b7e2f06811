/**
 * OtlpQueue: spans and log lines that wait for the collector, as the requests that will carry them, in order, with one request under way at
 * a time.
 * A request that fails for a while is sent again; one that is refused, or waits beyond queueBytesMax, is dropped and counted.
 * Neighbours: otlp-request.ts sends one, otlp-encode.ts makes its bytes.
 */
import { setTimeout as delay } from "node:timers/promises";
import { encodeLogs, encodeSpans, type Resource } from "./otlp-encode.ts";
import { sendOtlp } from "./otlp-request.ts";
import type { LogSample, SpanSample, TelemetryDigest } from "./telemetry-digest.ts";

export interface OtlpSettings {
  /** The collector's base URL; /v1/traces and /v1/logs are below it. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly resource: Resource;
  readonly timeoutMs: number;
  readonly queueBytesMax: number;
  /** The shortest and the longest pause between two tries of the same request. */
  readonly retryMs: { readonly base: number; readonly max: number };
  readonly flushMs: number;
}

/** Counts of spans and log lines, by what became of them. */
export interface OtlpCounts {
  sentSpans: number;
  sentLogs: number;
  /** The collector refused them. */
  refusedSpans: number;
  refusedLogs: number;
  /** There was no room for them. */
  droppedSpans: number;
  droppedLogs: number;
}

interface Waiting {
  readonly path: "/v1/traces" | "/v1/logs";
  readonly bytes: Buffer;
  readonly items: number;
}

const itemsPerRequestMax = 512;

export class OtlpQueue {
  readonly counts: OtlpCounts = { sentSpans: 0, sentLogs: 0, refusedSpans: 0, refusedLogs: 0, droppedSpans: 0, droppedLogs: 0 };
  problem: string | undefined;
  readonly #settings: OtlpSettings;
  readonly #waiting: Waiting[] = [];
  #bytes = 0;
  #spans: SpanSample[] = [];
  #logs: LogSample[] = [];
  #sending: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(settings: OtlpSettings) {
    this.#settings = settings;
  }

  add({ spans, logs, spansLeft, logsLeft }: TelemetryDigest): void {
    this.counts.droppedSpans += spansLeft;
    this.counts.droppedLogs += logsLeft;
    this.#spans.push(...spans);
    this.#logs.push(...logs);
    while (this.#spans.length >= itemsPerRequestMax) this.#wait("/v1/traces", this.#spans.splice(0, itemsPerRequestMax));
    while (this.#logs.length >= itemsPerRequestMax) this.#wait("/v1/logs", this.#logs.splice(0, itemsPerRequestMax));
    this.#timer ??= setTimeout(() => this.#flush(), this.#settings.flushMs);
  }

  /** Resolves when no request is under way; used by tests and at the end. */
  async settled(): Promise<void> {
    this.#flush();
    while (this.#sending !== undefined) await this.#sending;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#spans.length > 0) this.#wait("/v1/traces", this.#spans.splice(0));
    if (this.#logs.length > 0) this.#wait("/v1/logs", this.#logs.splice(0));
  }

  #wait(path: "/v1/traces", items: readonly SpanSample[]): void;
  #wait(path: "/v1/logs", items: readonly LogSample[]): void;
  #wait(path: Waiting["path"], items: readonly (SpanSample | LogSample)[]): void {
    const { resource, queueBytesMax } = this.#settings;
    const bytes =
      path === "/v1/traces" ? encodeSpans(items as readonly SpanSample[], resource) : encodeLogs(items as readonly LogSample[], resource);
    if (this.#bytes + bytes.length > queueBytesMax) return this.#count("dropped", { path, items: items.length });
    this.#waiting.push({ path, bytes, items: items.length });
    this.#bytes += bytes.length;
    this.#sending ??= this.#send().finally(() => {
      this.#sending = undefined;
    });
  }

  async #send(): Promise<void> {
    const { retryMs } = this.#settings;
    for (let attempts = 0, next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const answer = await sendOtlp(this.#settings, next);
      if (answer.kind === "later") {
        attempts++;
        this.problem = answer.why;
        await delay(Math.min(retryMs.max, Math.max(answer.afterMs, retryMs.base * 2 ** Math.min(attempts - 1, 16))));
        continue;
      }
      attempts = 0;
      this.problem = answer.kind === "refused" ? answer.why : undefined;
      this.#waiting.shift();
      this.#bytes -= next.bytes.length;
      this.#count(answer.kind, next);
    }
  }

  #count(what: "sent" | "refused" | "dropped", { path, items }: Pick<Waiting, "path" | "items">): void {
    this.counts[`${what}${path === "/v1/traces" ? "Spans" : "Logs"}`] += items;
  }
}
