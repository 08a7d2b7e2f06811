/**
 * The shapes that the console receives over tRPC. Plain JSON: 64-bit numbers inside values stay exact as text.
 * Routers in this folder produce them; the console imports these types only.
 */
import type { BreakerState, EntityStatus, IngressHold, WaitReason } from "@signalbox/engine";
import type { AddressView } from "./flow-views.ts";
import type { JournalReach, KnownBefore, PastView } from "./past-views.ts";

export type * from "./door-views.ts";
export type * from "./flow-views.ts";
export type * from "./past-views.ts";
export type * from "./process-views.ts";
export type * from "./savepoint-views.ts";

/** A value as people read it. `text` is JSON (pretty JSON for json and protobuf) when `as` says so. */
export interface ValueView {
  typename: string;
  sizeBytes: number;
  /** json: scalar or document, exact to the last digit. text: UTF-8 that is not JSON. bytes: no decoder fits; absent: only the size was kept. */
  as: "json" | "text" | "bytes" | "absent";
  text: string;
  base64: string;
  /** What decoded it (built-in type, JSON, descriptor name) or why nothing did. */
  decoder: string;
}

export interface FailureView {
  code: string;
  scope: "down" | "suspect" | "entity" | "shortage";
  message: string;
  cure: string;
  raw: string | null;
}

/** The engine's reason (model/wait-reason.ts there says each) with its failure as people read it. */
export type WaitReasonView = Shown<WaitReason>;
type Shown<Reason> = Reason extends { failure: unknown }
  ? Omit<Reason, "failure" | "probe"> & { failure: FailureView | null } & (Reason extends { probe: unknown }
        ? { probe: AddressView | null }
        : object)
  : Reason;

export interface FunctionTypeRow {
  type: string;
  /** now: the engine has it. checked: an endpoint said that it serves it, no message yet. before: a restore went back to where nobody knew it. */
  known: "now" | "checked" | "before";
  knownBefore: KnownBefore | null;
  ingressHold: IngressHold | null;
  endpoint: string | null;
  url: string | null;
  module: string | null;
  breaker: BreakerState | null;
  breakerFailure: FailureView | null;
  nextProbeMs: number | null;
  states: { name: string; typename: string; expiration: string }[];
  waiting: number;
  inFlight: number;
  parked: number;
  paused: number;
  backingOff: number;
  ratePerSecond: number;
  failuresPerSecond: number;
  p50Ms: number | null;
  p95Ms: number | null;
  p99Ms: number | null;
}

export interface EndpointRow {
  id: string;
  module: string;
  functions: string;
  urlTemplate: string;
  breaker: BreakerState;
  failure: FailureView | null;
  sinceMs: number | null;
  nextProbeMs: number | null;
  /** The first entities that opened the breaker. */
  openedBy: AddressView[];
  /** Whose request is the probe under way. */
  probe: AddressView | null;
  inFlight: number;
  concurrencyLimit: number;
  concurrencyMax: number;
  callTimeoutMs: number;
  /** As in the module: at most so many messages in one request. */
  maxNumBatchRequests: number;
  /** Types seen behind a wildcard, or the one type. */
  types: string[];
}

export interface EndpointCheck {
  ok: boolean;
  /** dns | refused | tls | connect-timeout | timeout | status | not-statefun | ok, or a Failure code. */
  code: string;
  message: string;
  cure: string;
  roundTripMs: number | null;
  url: string;
  /** For each named type: whether the function serves it and which states it declares. */
  types: { type: string; served: boolean; message: string; states: { name: string; typename: string; expiration: string }[] }[];
}

export interface EntityRow {
  address: AddressView;
  status: EntityStatus;
  mailboxDepth: number;
}

export interface MessageView {
  sequence: number;
  trace: number;
  caller: AddressView | null;
  target: AddressView;
  value: ValueView;
  atMs: number;
}

export interface StateValueRow {
  name: string;
  typename: string;
  value: ValueView | null;
  expiration: string;
  writtenMs: number | null;
  expiresMs: number | null;
}

export interface EntityDetail extends EntityRow {
  state: StateValueRow[];
  mailbox: MessageView[];
  failure: FailureView | null;
  attempts: number;
  sinceMs: number | null;
  retryAtMs: number | null;
  /** Null: nothing of it waits. */
  waitReason: WaitReasonView | null;
  endpoint: string | null;
}

export interface StateChangeView {
  name: string;
  before: ValueView | null;
  after: ValueView | null;
}

export interface JournalEntryView {
  sequence: number;
  address: AddressView;
  outcome: "completed" | "parked" | "act";
  act: string | null;
  detail: string | null;
  failure: FailureView | null;
  epoch: number;
  messages: MessageView[];
  messagesTotal: number;
  sent: MessageView[];
  delayed: { kind: "send-after" | "cancel"; target: AddressView | null; value: ValueView | null; dueMs: number | null; token: string }[];
  egress: { egress: string; value: ValueView }[];
  state: StateChangeView[];
  attempts: number;
  startedMs: number;
  endedMs: number;
  endpoint: string;
  /** For each output the index of the message that caused it, where the function says it; null: there is one message, or it does not say. */
  causes: { sent: number[]; delayed: number[]; egress: number[] } | null;
  /** There are several messages and the function does not say which caused what: outputs stand in traces by a guess. */
  guessed: boolean;
  past: PastView | null;
}

export interface TraceRow {
  trace: number;
  atMs: number;
  target: AddressView;
  valueType: string;
  preview: string;
  hops: number;
  status: "completed" | "parked" | "running";
  past: PastView | null;
}

/** Where messages of a trace wait, and why. */
export interface TraceWait {
  address: AddressView;
  status: EntityStatus;
  mailboxDepth: number;
  waitReason: WaitReasonView | null;
}

/** What is known of a trace; `reach` is how far the journal goes back, null where it keeps nothing. */
export type TraceStory = { reach: JournalReach | null } & (
  | { kind: "told"; past: PastView | null; beginsBeforeReach: boolean }
  /** Accepted; its first message has not been consumed. */
  | { kind: "waiting"; message: MessageView; wait: TraceWait | null }
  /** Nothing ever had this number. */
  | { kind: "never"; newest: number }
  /** The number is that of something else, which a record tells of. */
  | { kind: "other"; what: "record" | "message" | "delayed" | "egress"; record: number; trace: number | null; address: AddressView }
  /** A restore took it back, and no record tells of it. */
  | { kind: "undone"; past: PastView }
  /** Older than what the journal keeps. */
  | { kind: "older"; past: PastView | null }
  /** No record tells of it and nothing that waits was found to be it; complete: all that waits was looked at. */
  | { kind: "unknown"; looked: number; complete: boolean; past: PastView | null }
);

export interface TraceDetail {
  trace: number;
  records: JournalEntryView[];
  complete: boolean;
  story: TraceStory;
  waits: TraceWait[];
}

export interface FailureGroup {
  fingerprint: string;
  code: string;
  message: string;
  cure: string;
  type: string;
  status: "parked" | "backing-off" | "waiting";
  entities: number;
  /** Of an endpoint that is held up as a whole: messages that wait for it. `type` is then its functions text and `sample` who opened its breaker. */
  waitingMessages: number | null;
  firstMs: number;
  lastMs: number;
  sample: EntityDetail[];
}

export interface ModuleIssue {
  severity: "error" | "warning";
  message: string;
  line: number;
  column: number;
  suggestion: string | null;
}

export interface ModuleRow {
  name: string;
  revision: number;
  appliedMs: number;
  endpoints: number;
  ingresses: number;
  egresses: number;
  warnings: number;
}

export interface ModuleChange {
  kind: "endpoint" | "ingress" | "egress";
  id: string;
  change: "added" | "removed" | "changed";
  detail: string;
}

export interface ModulePreview {
  valid: boolean;
  issues: ModuleIssue[];
  changes: ModuleChange[];
}

export interface SavedMessage {
  id: string;
  name: string;
  type: string;
  entityId: string;
  valueType: string;
  body: string;
  createdMs: number;
}
