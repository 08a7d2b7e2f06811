/** Engine events for tests of the flow, with only what matters written out. */
import type { Address, EngineEvent, JournalMessage, JournalRecord, Message } from "@signalbox/runtime";

const bytes = Buffer.from('{"n":1}');

function message(sequence: number, target: Address, caller?: Address): Message {
  return { sequence, origin: 0, trace: sequence, caller, target, value: { typename: "shop/Add", bytes }, atMs: 1_000 };
}

export function kept(sequence: number, target: Address, caller?: Address): JournalMessage {
  return { sequence, trace: sequence, caller, target, value: { typename: "shop/Add", sizeBytes: bytes.length, bytes }, atMs: 1_000 };
}

export function admitted(sequence: number, target: Address): EngineEvent {
  return { kind: "message-admitted", message: message(sequence, target), ingress: "http" };
}

export function ended(sequence: number, address: Address, parts: Partial<JournalRecord> = {}): EngineEvent {
  const record: JournalRecord = {
    sequence,
    address,
    outcome: { kind: "completed" },
    epoch: 1,
    messages: [kept(sequence, address)],
    messagesTotal: 1,
    sent: [],
    delayed: [],
    egress: [],
    state: [],
    attempts: 1,
    startedMs: 1_000,
    endedMs: 1_004,
    endpoint: "shop/*",
    ...parts,
  };
  return { kind: "invocation-ended", record };
}

export function attemptFailed(address: Address): EngineEvent {
  return {
    kind: "attempt-failed",
    address,
    endpoint: "shop/*",
    attempt: 1,
    atMs: 1_010,
    durationMs: 3,
    failure: { code: "ENDPOINT_ERROR", scope: "suspect", message: "status 500", cure: "look", retryAfterMs: undefined, raw: undefined },
  };
}
