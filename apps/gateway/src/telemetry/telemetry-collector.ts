/**
 * TelemetryCollector: sees every engine event in the thread of its partition, as the FlowCollector that owns it does, and keeps what has to
 * be exported. It decides when a record is written, so it knows how the invocation ended: it keeps all failures, what was slow, and a share
 * of the rest.
 * Neighbours: telemetry.ts says what is wanted and passes the digests on, trace-ids.ts has the ids.
 * Guarantee: while nobody wants anything it costs one comparison an event; a digest holds at most spansPerDigestMax and logsPerDigestMax,
 * and says how many it left out. No value of a message or a state is in it.
 */
import { spanOf, traceContextOf, type EngineEvent, type JournalMessage, type JournalRecord, type TraceContext } from "@signalbox/runtime";
import type { LogSample, SpanSample, TelemetryDigest, TelemetryWatch } from "./telemetry-digest.ts";
import { isSampled, traceOfNumber } from "./trace-ids.ts";

export const spansPerDigestMax = 2_000;
export const logsPerDigestMax = 500;
const textCharactersMax = 400;

export class TelemetryCollector {
  watch: TelemetryWatch | undefined;
  #spans: SpanSample[] = [];
  #logs: LogSample[] = [];
  #spansLeft = 0;
  #logsLeft = 0;

  on(event: EngineEvent): void {
    const { watch } = this;
    if (watch === undefined) return;
    if (event.kind === "invocation-ended") this.#ended(event.record, watch);
    else if (event.kind === "attempt-failed") {
      const { address, endpoint, attempt, failure, atMs } = event;
      const attributes = [...entity(address), ["signalbox.endpoint", endpoint], ["signalbox.attempt", attempt]] as const;
      this.#log({
        atMs,
        severity: "warn",
        body: cut(failure.message),
        attributes: [...attributes, ["error.type", failure.code]],
        span: undefined,
      });
    } else if (event.kind === "breaker-changed") {
      const { endpoint, state, failure, atMs } = event;
      const body = state === "closed" ? `${endpoint} answers again` : `the breaker of ${endpoint} is ${state}: ${failure?.message ?? ""}`;
      const severity = state === "closed" ? "info" : "error";
      this.#log({ atMs, severity, body: cut(body), attributes: [["signalbox.endpoint", endpoint]], span: undefined });
    } else if (event.kind === "stopped")
      this.#log({ atMs: event.atMs, severity: "error", body: cut(event.reason), attributes: [], span: undefined });
  }

  /** Returns undefined when there is nothing to report. */
  take(): TelemetryDigest | undefined {
    if (this.#spans.length === 0 && this.#logs.length === 0 && this.#spansLeft + this.#logsLeft === 0) return undefined;
    const digest = { spans: this.#spans, logs: this.#logs, spansLeft: this.#spansLeft, logsLeft: this.#logsLeft };
    this.#spans = [];
    this.#logs = [];
    this.#spansLeft = 0;
    this.#logsLeft = 0;
    return digest;
  }

  #ended(record: JournalRecord, watch: TelemetryWatch): void {
    const { outcome, address, endedMs } = record;
    if (outcome.kind === "act") {
      const body = `${outcome.act} of ${address.type}/${address.id}${outcome.detail === "" ? "" : `: ${outcome.detail}`}`;
      this.#log({ atMs: endedMs, severity: "info", body: cut(body), attributes: entity(address), span: undefined });
      return;
    }
    let first: SpanSample["link"];
    // The first span is always made in these cases, because other spans may link to it, or a log line may name it.
    let isAsked = record.messages.length > 1 || outcome.kind === "parked";
    for (const message of record.messages) {
      const certain = isCertain(record, message, watch);
      if (!certain && !isAsked && watch.ratio <= 0) continue;
      const context = traceContextOf(message.headers) ?? traceOfNumber(watch.salt, message.trace);
      const isWanted = certain || isSampled(context.traceId, watch.ratio);
      if (!isWanted && !isAsked) continue;
      const span = { traceId: context.traceId, spanId: spanOf(context, message.sequence) };
      if (isWanted) this.#span(spanSample(record, message, { context, span, link: first }));
      first ??= span;
      isAsked = false;
    }
    if (outcome.kind !== "parked") return;
    const { code, message } = outcome.failure;
    const attributes = [...entity(address), ["signalbox.attempts", record.attempts], ["error.type", code]] as const;
    this.#log({
      atMs: endedMs,
      severity: "error",
      body: cut(`${address.type}/${address.id} is parked: ${message}`),
      attributes,
      span: first,
    });
  }

  #span(span: SpanSample): void {
    if (this.#spans.length < spansPerDigestMax) this.#spans.push(span);
    else this.#spansLeft++;
  }

  #log(log: LogSample): void {
    if (this.#logs.length < logsPerDigestMax) this.#logs.push(log);
    else this.#logsLeft++;
  }
}

/** Returns whether it is exported whatever share of traces is sampled. */
function isCertain({ outcome, attempts, endedMs }: JournalRecord, { atMs }: JournalMessage, { slowMs }: TelemetryWatch): boolean {
  return outcome.kind === "parked" || attempts > 1 || endedMs - atMs >= slowMs;
}

const noSpan = "0".repeat(16);

function spanSample(
  record: JournalRecord,
  message: JournalMessage,
  { context, span, link }: { context: TraceContext; span: { traceId: string; spanId: string }; link: SpanSample["link"] },
): SpanSample {
  const { address, outcome } = record;
  const { caller } = message;
  return {
    ...span,
    parentId: context.parentId === noSpan ? "" : context.parentId,
    traceState: context.state,
    type: address.type,
    id: cut(address.id),
    endpoint: record.endpoint,
    atMs: message.atMs,
    startedMs: record.startedMs,
    endedMs: record.endedMs,
    messageId: message.sequence,
    trace: message.trace,
    record: record.sequence,
    caller: caller === undefined ? "" : cut(`${caller.type}/${caller.id}`),
    attempts: record.attempts,
    batchMessages: record.messagesTotal,
    link,
    failure: outcome.kind === "parked" ? { code: outcome.failure.code, message: cut(outcome.failure.message) } : undefined,
  };
}

function entity({ type, id }: JournalRecord["address"]): LogSample["attributes"] {
  return [
    ["signalbox.entity.type", type],
    ["signalbox.entity.id", cut(id)],
  ];
}

function cut(text: string): string {
  return text.length <= textCharactersMax ? text : `${text.slice(0, textCharactersMax).toWellFormed()}…`;
}
