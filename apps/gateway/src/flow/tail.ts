/**
 * Tail: rows of one watcher, built only for events that pass its filter while it watches. Cheap tests come first; the value is
 * decoded last, and only decodesPerFrameMax times a frame. What did not fit is counted, never silently lost.
 */
import type { EngineEvent, JournalRecord } from "@signalbox/engine";
import type { ValueCodec } from "../applied/value-codec.ts";
import type { TailFilter, TailFrame, TailRow } from "../trpc/views.ts";

export const rowsPerFrameMax = 100;
const decodesPerFrameMax = 1_000;
type AttemptFailed = Extract<EngineEvent, { kind: "attempt-failed" }>;

export class Tail {
  readonly #filter: TailFilter;
  readonly #values: ValueCodec;
  #rows: TailRow[] = [];
  #dropped = 0;
  #decodes = 0;

  constructor(filter: TailFilter, values: ValueCodec) {
    this.#filter = filter;
    this.#values = values;
  }

  record(record: JournalRecord): void {
    const { type, id, valueType, status } = this.#filter;
    const first = record.messages[0];
    if (status !== undefined && status !== record.outcome.kind) return;
    if (!fits(type, record.address.type) || !fits(id, record.address.id) || !fits(valueType, first?.value.typename ?? "")) return;
    this.#offer(() => ({
      sequence: record.sequence,
      atMs: record.endedMs,
      address: { type: record.address.type, id: record.address.id },
      valueType: first?.value.typename ?? "",
      status: record.outcome.kind,
      word: wordOf(record),
      durationMs: record.endedMs - record.startedMs,
      messages: record.messagesTotal,
      trace: first?.trace ?? 0,
      attempt: record.attempts,
      preview: first === undefined ? "" : this.#values.preview(first.value),
    }));
  }

  attemptFailed(event: AttemptFailed, sequence: number): void {
    const { type, id, valueType, status } = this.#filter;
    if ((status !== undefined && status !== "failed") || valueType !== undefined) return;
    if (!fits(type, event.address.type) || !fits(id, event.address.id)) return;
    this.#offer(() => ({
      sequence,
      atMs: event.atMs,
      address: { type: event.address.type, id: event.address.id },
      valueType: "",
      status: "failed",
      word: event.failure.code,
      durationMs: event.durationMs,
      messages: 0,
      trace: 0,
      attempt: event.attempt,
      preview: event.failure.message.slice(0, 120),
    }));
  }

  /** Newest last. */
  take(): TailFrame {
    const frame = { rows: this.#rows, dropped: this.#dropped };
    this.#rows = [];
    this.#dropped = 0;
    this.#decodes = 0;
    return frame;
  }

  #offer(build: () => TailRow): void {
    const { text } = this.#filter;
    if (this.#rows.length >= rowsPerFrameMax || this.#decodes >= decodesPerFrameMax) {
      this.#dropped += 1;
      return;
    }
    this.#decodes += 1;
    const row = build();
    if (text === undefined || text === "" || contains(row, text.toLowerCase())) this.#rows.push(row);
  }
}

function wordOf(record: JournalRecord): string {
  const { outcome } = record;
  switch (outcome.kind) {
    case "completed":
      return "completed";
    case "parked":
      return outcome.failure.code;
    case "act":
      return outcome.act;
  }
}

function fits(wanted: string | undefined, text: string): boolean {
  return wanted === undefined || wanted === "" || text.includes(wanted);
}

function contains(row: TailRow, text: string): boolean {
  return [row.preview, row.address.type, row.address.id, row.valueType, row.word].some((part) => part.toLowerCase().includes(text));
}
