/**
 * Turns the engine's views, messages and journal records into the contract's shapes, with values decoded by the codec.
 */
import {
  isGuessed,
  readHeaders,
  type Address,
  type Engine,
  type EntityView,
  type Failure,
  type JournalCauses,
  type JournalDelayed,
  type JournalMessage,
  type JournalRecord,
  type StateSpec,
  type WaitReason,
} from "@signalbox/runtime";
import type { ValueCodec } from "../values/value-codec.ts";
import { pastOf } from "./past.ts";
import { pauseView } from "./pause-rows.ts";
import { stateVersion } from "./state-version.ts";
import type { AddressView } from "../contract/shapes/address.ts";
import type { EntityDetail } from "../contract/entities/entities.ts";
import type { FailureView } from "../contract/shapes/failure.ts";
import type { JournalEntryView, MessageView } from "../contract/shapes/journal.ts";
import type { WaitReasonView } from "../contract/shapes/wait-reason.ts";

export function addressView(address: Address): AddressView {
  return { type: address.type, id: address.id };
}

export function failureView(failure: Failure | undefined): FailureView | null {
  if (failure === undefined) return null;
  return { code: failure.code, scope: failure.scope, message: failure.message, cure: failure.cure, raw: failure.raw ?? null };
}

export function waitReasonView(reason: WaitReason | undefined): WaitReasonView | null {
  if (reason === undefined) return null;
  if (reason.kind === "probing") {
    const { failure, probe } = reason;
    return { ...reason, failure: failureView(failure), probe: probe === undefined ? null : addressView(probe) };
  }
  if (reason.kind === "limit") {
    const { key = null, messagesPerSecond = null, untilMs = null, inFlightMax = null, pause } = reason;
    return { ...reason, key, messagesPerSecond, untilMs, inFlightMax, pause: pause === undefined ? null : pauseView(pause) };
  }
  if (reason.kind === "paused") return { ...reason, untilMs: reason.untilMs ?? null };
  if (reason.kind === "breakpoint") return { ...reason, unclear: reason.unclear ?? null };
  return "failure" in reason ? { ...reason, failure: failureView(reason.failure) } : reason;
}

export function expirationText(spec: StateSpec | undefined): string {
  if (spec === undefined || spec.expiration.mode === "none") return "never";
  const seconds = spec.expiration.afterMs / 1000;
  return `${spec.expiration.mode === "after-write" ? "after write" : "after invoke"}, ${seconds} s`;
}

export function messageView(message: EntityView["mailbox"][number], values: ValueCodec): MessageView {
  return {
    sequence: message.sequence,
    trace: message.trace,
    caller: message.caller === undefined ? null : addressView(message.caller),
    target: addressView(message.target),
    value: values.view(message.value),
    atMs: message.atMs,
    headers: headersView(message.headers),
  };
}

export function entityDetail(entity: EntityView, parts: { values: ValueCodec; endpoint: string | null }): EntityDetail {
  const { values, endpoint } = parts;
  return {
    address: addressView(entity.address),
    status: entity.status,
    mailboxDepth: entity.mailboxDepth,
    state: entity.state.map((state) => ({
      name: state.name,
      typename: state.value?.typename ?? state.spec?.typename ?? "",
      value: state.value === undefined ? null : values.view(state.value),
      expiration: expirationText(state.spec),
      writtenMs: state.writtenMs ?? null,
      expiresMs: state.expiresMs ?? null,
      version: stateVersion(state.value),
    })),
    mailbox: entity.mailbox.map((message) => ({ ...messageView(message, values), version: stateVersion(message.value) })),
    failure: failureView(entity.failure),
    attempts: entity.attempts,
    sinceMs: entity.sinceMs ?? null,
    retryAtMs: entity.retryAtMs ?? null,
    waitReason: waitReasonView(entity.waitReason),
    endpoint,
  };
}

export function journalEntry(
  record: JournalRecord,
  { values, engine }: { values: ValueCodec; engine: Pick<Engine, "eras"> },
): JournalEntryView {
  const { outcome } = record;
  return {
    sequence: record.sequence,
    address: addressView(record.address),
    outcome: outcome.kind,
    act: outcome.kind === "act" ? outcome.act : null,
    detail: outcome.kind === "act" ? outcome.detail : null,
    failure: outcome.kind === "parked" ? failureView(outcome.failure) : null,
    epoch: record.epoch,
    messages: record.messages.map((message) => keptMessage(message, values)),
    messagesTotal: record.messagesTotal,
    sent: record.sent.map((message) => keptMessage(message, values)),
    delayed: record.delayed.map((delayed) => delayedView(delayed, values)),
    egress: record.egress.map((sent) => ({ egress: sent.egress, value: values.viewKept(sent.value) })),
    state: record.state.map((change) => ({
      name: change.name,
      before: change.before === undefined ? null : values.viewKept(change.before),
      after: change.after === undefined ? null : values.viewKept(change.after),
    })),
    attempts: record.attempts,
    startedMs: record.startedMs,
    endedMs: record.endedMs,
    endpoint: record.endpoint,
    codeVersion: record.codeVersion ?? null,
    causes: record.causes === undefined ? null : causesView(record.causes),
    guessed: isGuessed(record),
    past: pastOf(engine, { sequence: record.sequence, id: record.address.id }),
  };
}

function causesView({ sent, delayed, egress }: JournalCauses): NonNullable<JournalEntryView["causes"]> {
  return { sent: [...sent], delayed: [...delayed], egress: [...egress] };
}

export function keptMessage(message: JournalMessage, values: ValueCodec): MessageView {
  return {
    sequence: message.sequence,
    trace: message.trace,
    caller: message.caller === undefined ? null : addressView(message.caller),
    target: addressView(message.target),
    value: values.viewKept(message.value),
    atMs: message.atMs,
    headers: headersView(message.headers),
  };
}

function headersView(headers: string | undefined): MessageView["headers"] {
  return readHeaders(headers).map(([name, value]) =>
    typeof value === "string" ? { name, value, base64: false } : { name, value: value.base64, base64: true },
  );
}

function delayedView(delayed: JournalDelayed, values: ValueCodec): JournalEntryView["delayed"][number] {
  switch (delayed.kind) {
    case "send-after":
      return {
        kind: "send-after",
        target: addressView(delayed.target),
        value: values.viewKept(delayed.value),
        dueMs: delayed.dueMs,
        token: delayed.cancellationToken,
      };
    case "cancel":
      return { kind: "cancel", target: null, value: null, dueMs: null, token: delayed.cancellationToken };
  }
}
