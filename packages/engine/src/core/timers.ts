/**
 * Timers: delayed messages. All are rows on disk ordered by due time; only those below a moving window are also in memory (G6).
 * A message travels to its target only when it fires. Tokens are scoped by the sender's id, over all types (statefun.md 2.5).
 */
import type { DelayedMessage } from "../model/message.ts";
import { deliver } from "./deliver.ts";
import type { Actions, PartitionState } from "./partition-state.ts";
import { storeKey } from "./store-key.ts";

interface Beyond {
  readonly epoch: number;
  readonly delayed: DelayedMessage;
}

function below(delayed: DelayedMessage, dueMs: number, sequence: number): boolean {
  return delayed.dueMs < dueMs || (delayed.dueMs === dueMs && delayed.sequence <= sequence);
}

export class Timers {
  readonly live = new Map<number, DelayedMessage>();
  /** Rows above (windowDueMs, windowSequence) are on disk only, unless `complete`. */
  complete = true;
  windowDueMs = 0;
  windowSequence = 0;
  loading = false;
  /** Above the window and perhaps not yet visible to a scan. */
  beyond: Beyond[] = [];
  /** Fired or cancelled while a scan was under way. */
  removedDuringLoad = new Set<number>();

  inWindow(delayed: DelayedMessage): boolean {
    return this.complete || below(delayed, this.windowDueMs, this.windowSequence);
  }

  forget(durableEpoch: number): void {
    if (this.loading || this.beyond.length === 0) return;
    this.beyond = this.beyond.filter((entry) => entry.epoch > durableEpoch);
  }
}

function arm(state: PartitionState, delayed: DelayedMessage): void {
  if (state.timers.live.has(delayed.sequence)) return;
  state.timers.live.set(delayed.sequence, delayed);
  state.alarms.add({ kind: "delayed", dueMs: delayed.dueMs, order: state.alarmOrder++, delayed });
}

/** When memory is full the window closes at what is next; the far ones stay on disk. */
function closeWindow(state: PartitionState): void {
  const timers = state.timers;
  let lastDueMs = 0;
  let lastSequence = 0;
  for (const delayed of timers.live.values()) {
    if (below(delayed, lastDueMs, lastSequence)) continue;
    lastDueMs = delayed.dueMs;
    lastSequence = delayed.sequence;
  }
  timers.complete = false;
  timers.windowDueMs = lastDueMs;
  timers.windowSequence = lastSequence;
}

export function scheduleDelayed(state: PartitionState, delayed: DelayedMessage): void {
  const key = storeKey.delayed(delayed.dueMs, delayed.sequence);
  state.writes.put(key, { kind: "delayed", delayed }, delayed.value.bytes.length + 96);
  if (delayed.cancellationToken !== "") {
    const token = { kind: "token", dueMs: delayed.dueMs, sequence: delayed.sequence } as const;
    state.writes.put(storeKey.token(delayed.caller.id, delayed.cancellationToken), token, 16);
  }
  state.delayedMessages++;
  if (state.timers.complete && state.timers.live.size >= state.limits.timersInMemoryMax) closeWindow(state);
  if (state.timers.inWindow(delayed)) arm(state, delayed);
  else state.timers.beyond.push({ epoch: state.epoch, delayed });
}

function forgetDelayed(state: PartitionState, dueMs: number, sequence: number): void {
  const timers = state.timers;
  state.removeRow(storeKey.delayed(dueMs, sequence), sequence);
  timers.live.delete(sequence);
  if (timers.loading) timers.removedDuringLoad.add(sequence);
  if (timers.beyond.length > 0) timers.beyond = timers.beyond.filter((entry) => entry.delayed.sequence !== sequence);
  state.delayedMessages--;
}

/** `found` is what the token stands for; undefined: unknown or already delivered, which is a silent no-op upstream too. */
export function cancelDelayed(state: PartitionState, cancel: { senderId: string; token: string; found: { dueMs: number; sequence: number } | undefined }): void {
  if (cancel.found === undefined) return;
  state.writes.remove(storeKey.token(cancel.senderId, cancel.token));
  forgetDelayed(state, cancel.found.dueMs, cancel.found.sequence);
}

export function fireDelayed(state: PartitionState, due: DelayedMessage, at: { nowMs: number; actions: Actions }): void {
  const { nowMs, actions } = at;
  const delayed = state.timers.live.get(due.sequence);
  if (delayed === undefined) return;
  forgetDelayed(state, delayed.dueMs, delayed.sequence);
  if (delayed.cancellationToken !== "") state.writes.remove(storeKey.token(delayed.caller.id, delayed.cancellationToken));
  const message = {
    sequence: state.nextSequence++,
    trace: delayed.trace,
    caller: delayed.caller,
    target: delayed.target,
    value: delayed.value,
    atMs: nowMs,
  };
  deliver(state, message);
  actions.push({ kind: "observe", event: { kind: "message-fired", message } });
}

/** Asks for the next window when the present one runs low. */
export function refillTimers(state: PartitionState, actions: Actions): void {
  const timers = state.timers;
  if (timers.complete || timers.loading || timers.live.size * 2 > state.limits.timersInMemoryMax) return;
  timers.loading = true;
  actions.push({ kind: "load-timers", afterDueMs: timers.windowDueMs, afterSequence: timers.windowSequence, limit: Math.ceil(state.limits.timersInMemoryMax / 2) });
}

export function timersLoaded(state: PartitionState, rows: readonly DelayedMessage[], reachedEnd: boolean): void {
  const timers = state.timers;
  timers.loading = false;
  const last = rows.at(-1);
  if (reachedEnd) timers.complete = true;
  else if (last !== undefined) {
    timers.windowDueMs = last.dueMs;
    timers.windowSequence = last.sequence;
  }
  for (const delayed of rows) {
    if (!timers.removedDuringLoad.has(delayed.sequence) && !isRemoved(state, delayed)) arm(state, delayed);
  }
  timers.removedDuringLoad.clear();
  const stillBeyond: Beyond[] = [];
  for (const entry of timers.beyond) {
    if (timers.inWindow(entry.delayed)) arm(state, entry.delayed);
    else stillBeyond.push(entry);
  }
  timers.beyond = stillBeyond;
}

function isRemoved(state: PartitionState, delayed: DelayedMessage): boolean {
  const pending = state.pending(storeKey.delayed(delayed.dueMs, delayed.sequence));
  return pending !== undefined && pending.record === undefined;
}
