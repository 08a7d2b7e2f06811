/**
 * Mark: coverage marks at the rare branches of core and runtime. A long simulation must hit each of them, or it proves less than it seems
 * to (docs/testing.md). Nobody listens in production: a mark then costs one comparison, and nothing ever depends on one (G8).
 */
export const coverageMarks = [
  // Mailboxes.
  "mailbox-spilled",
  "mailbox-refilled",
  "mailbox-read-again",
  "mailbox-awaits-durable",
  "message-born-and-gone-in-one-epoch",
  // Calls that wait for answers.
  "call-answered-while-waited-for",
  "call-wait-ended",
  "call-waiter-refused",
  "ingress-refused-call",
  // Dispatch and the end of invocations.
  "dispatch-awaits-durable",
  "dispatch-held-by-epoch-bytes",
  "dispatch-held-by-handshake",
  "entity-evicted",
  "candidate-type-dropped",
  "stranger-not-kept",
  "stranger-kept",
  "entity-loaded-again",
  "load-before-new-states",
  "late-reply-dropped",
  "reply-of-removed-endpoint",
  "attempt-given-up",
  "states-registered",
  "expiration-changed",
  "states-of-an-older-registration",
  "state-type-changed-refused",
  "states-known-meanwhile",
  "context-loop-refused",
  "wrong-effects-refused",
  "sent-to-no-address",
  "sent-to-one-type-too-many",
  "batch-narrowed",
  "entity-parked",
  "attempt-blamed-on-endpoint",
  "attempt-short-of-memory",
  // Messages that kill the function's process.
  "suspect-found",
  "suspects-died-together",
  "suspect-died-again",
  "victim-of-a-trial",
  "suspect-cleared",
  "suspect-tried-alone",
  "killer-parked",
  // Endpoints.
  "failed-amid-answers",
  "old-failure-while-probing",
  "breaker-opened-by-refusal",
  "breaker-opened-by-suspects",
  "breaker-opened-again",
  "breaker-probed",
  "breaker-closed",
  "concurrency-halved",
  "type-bound-elsewhere",
  // State that expires.
  "value-expired-at-read",
  "value-expired-in-sweep",
  "resident-value-expired-in-sweep",
  "sweep-left-entity-in-flight",
  "sweep-left-entity-loading",
  "sweep-left-value-written-afresh",
  "lifetime-renewed",
  // Ingress.
  "key-repeated",
  "key-reused-refused",
  "key-expired-at-read",
  "key-expired-in-sweep",
  "key-used-afresh",
  "position-moved-refused",
  "producer-repeated",
  "ingress-refused-by-messages",
  "ingress-refused-by-entities",
  "ingress-refused-by-bytes",
  "ingress-refused-while-counting",
  "request-refused-while-draining",
  "ingress-refused-unknown-type",
  "ingress-refused-address",
  "ingress-refused-too-large",
  // Timers and clocks.
  "clock-stepped-forward",
  "clock-stepped-back",
  "timer-beyond-memory",
  "timers-window-closed",
  "timers-refilled",
  "timers-read-overtaken",
  "timer-gone-before-its-read-ended",
  "timer-fired",
  "timer-cancelled-near",
  "timer-cancelled-far",
  "timer-cancelled-too-late",
  "token-in-use-refused",
  "token-freed-and-used-again",
  // What people do.
  "pause-waits-for-end",
  "pause-withdrawn",
  "edit-waits-for-end",
  "state-edited",
  "edit-refused",
  "head-discarded",
  "head-edited",
  "head-act-refused-busy",
  "head-act-waits-for-read",
  "act-in-bulk",
  // Bounds and recovery.
  "journal-directory",
  "journal-trimmed",
  "journal-trim-repeated",
  "egress-acknowledged-again",
  "recovered-mailbox",
  "count-goes-on",
  "count-passed-one-that-waits",
  "counted-behind-new-messages",
  "count-ended-by-drain",
  "message-to-uncounted-mailbox",
  "act-waits-for-count",
  "head-act-refused-while-counting",
  "recovered-paused-or-parked",
  "recovered-timers",
  // Several partitions.
  "outbox-posted",
  "outbox-spilled",
  "outbox-read-back",
  "outbox-awaits-durable",
  "outbox-forwarded-again",
  "inbox-repeated",
  "inbox-refused-after-gap",
  "inbox-refused-by-bytes",
  "outbox-late-acknowledged",
  "recovered-outbox",
  // Runtime.
  "states-read-beside-the-thread",
  "state-on-its-way-when-read-began",
  "store-write-failed",
  "store-write-worked-again",
  "store-write-stalled",
  "store-read-failed",
  "store-worked-again",
  "drain-with-invocations-in-flight",
  "drain-timed-out",
  "asked-later",
  "rejected-by-function",
  "restore-adopted",
  "journal-carried-over-a-restore",
  "journal-carried-to-other-homes",
  "restore-failed-and-resumed",
  "restore-failed-and-stopped",
  "restore-ended-by-stop",
] as const;
export type CoverageMark = (typeof coverageMarks)[number];

let listener: ((name: CoverageMark) => void) | undefined;

export function coverageMark(name: CoverageMark): void {
  if (listener !== undefined) listener(name);
}

/** One at a time; the returned function ends it. */
export function listenToCoverage(listen: (name: CoverageMark) => void): () => void {
  const before = listener;
  listener = listen;
  return () => {
    listener = before;
  };
}
