/**
 * RowSampler: the events that the watched tails picked, each held once for all of them until the digest, and then copied into plain rows.
 * Bounded by the tails' own limits and by sampleBytesPerDigestMax for the values, of which only what a preview needs is copied.
 */
import type { EngineEvent, JournalRecord } from "@signalbox/runtime";
import { previewBytesMax } from "../values/preview-limits.ts";
import type { RowSample, TailDigest, TailWatch } from "./flow-digest.ts";
import { TailSampler, type AttemptFailed } from "./tail-sampler.ts";

type Ended = Extract<EngineEvent, { kind: "invocation-ended" }>;
const sampleBytesPerDigestMax = 256 * 1024;
const messageCharactersMax = 120;
/** No function type has this name, because those have a slash. */
const fromOutside = "ingress";

export class RowSampler {
  #tails: TailSampler[] = [];
  #picked: (Ended | AttemptFailed)[] = [];
  #bytes = 0;

  /** Tails that go on keep what they have picked. */
  watch(tails: readonly TailWatch[]): void {
    const known = new Map(this.#tails.map((tail) => [JSON.stringify(tail.watch), tail]));
    this.#tails = tails.map((tail) => known.get(JSON.stringify(tail)) ?? new TailSampler(tail));
  }

  ended(event: Ended): void {
    let row = -1;
    for (const tail of this.#tails) {
      if (!tail.fitsRecord(event.record)) continue;
      if (tail.full) {
        tail.drop();
        continue;
      }
      if (row < 0) row = this.#pick(event, keptBytes(event.record));
      if (row < 0) tail.drop();
      else tail.pick(row);
    }
  }

  attemptFailed(event: AttemptFailed): void {
    let row = -1;
    for (const tail of this.#tails) {
      if (!tail.fitsAttempt(event)) continue;
      if (tail.full) {
        tail.drop();
        continue;
      }
      if (row < 0) row = this.#pick(event, 0);
      tail.pick(row);
    }
  }

  take(): { rows: RowSample[]; tails: TailDigest[] } {
    if (this.#tails.length === 0) return { rows: [], tails: [] };
    const rows = this.#picked.map((event) => (event.kind === "invocation-ended" ? recordRow(event.record) : attemptRow(event)));
    this.#picked = [];
    this.#bytes = 0;
    return { rows, tails: this.#tails.map((tail) => tail.take()) };
  }

  rest(): void {
    for (const tail of this.#tails) tail.rest();
  }

  /** Its place in the digest; -1 when the digest is full of bytes. */
  #pick(event: Ended | AttemptFailed, bytes: number): number {
    if (bytes > 0 && this.#bytes + bytes > sampleBytesPerDigestMax) return -1;
    this.#bytes += bytes;
    return this.#picked.push(event) - 1;
  }
}

function keptBytes(record: JournalRecord): number {
  return Math.min(record.messages[0]?.value.bytes?.length ?? 0, previewBytesMax);
}

export function recordRow(record: JournalRecord): RowSample {
  const { address, outcome } = record;
  const first = record.messages[0];
  const bytes = first?.value.bytes;
  return {
    sequence: record.sequence,
    atMs: record.endedMs,
    type: address.type,
    id: address.id,
    callerType: first?.caller?.type,
    senders: [...new Set(record.messages.map(({ caller }) => caller?.type ?? fromOutside))],
    valueType: first?.value.typename ?? "",
    status: outcome.kind,
    word: wordOf(record),
    durationMs: record.endedMs - record.startedMs,
    messages: record.messagesTotal,
    trace: first?.trace ?? 0,
    attempt: record.attempts,
    message: outcome.kind === "parked" ? outcome.failure.message.slice(0, messageCharactersMax) : "",
    // The bytes are copied into their own buffer, because a view would take the whole network buffer with it to the other thread.
    bytes: bytes === undefined ? undefined : new Uint8Array(bytes.subarray(0, previewBytesMax)),
    sizeBytes: first?.value.sizeBytes ?? 0,
    headers: first?.headers,
  };
}

function attemptRow({ address, failure, atMs, durationMs, attempt }: AttemptFailed): RowSample {
  return {
    sequence: 0,
    atMs,
    type: address.type,
    id: address.id,
    callerType: undefined,
    senders: [],
    valueType: "",
    status: "failed",
    word: failure.code,
    durationMs,
    messages: 0,
    trace: 0,
    attempt,
    message: failure.message.slice(0, messageCharactersMax),
    bytes: undefined,
    sizeBytes: 0,
    headers: undefined,
  };
}

function wordOf({ outcome }: JournalRecord): string {
  switch (outcome.kind) {
    case "completed":
      return "completed";
    case "parked":
      return outcome.failure.code;
    case "act":
      return outcome.act;
  }
}
