/**
 * Timers: delayed messages. All are rows on disk ordered by due time; only those below a moving window are also in memory (G6).
 * When memory is full the window closes to its nearer half; when it runs low the next part is read. A message travels to its target only
 * when it fires. Tokens are scoped by the sender's id, over all types (docs/statefun.md 2.5).
 */
import type { DelayedMessage } from "@signalbox/runtime/model/message";
import { coverageMark } from "./coverage-mark.ts";
import type { Actions } from "./action.ts";
import type { PartitionState } from "./partition-state.ts";
import { send } from "./send.ts";
import { storeKey } from "./store/store-key.ts";

/** Fewer stale alarms are not worth a pass over all alarms. */
const staleAlarmsMin = 1000;

function arm(state: PartitionState, delayed: DelayedMessage): void {
  if (state.timers.live.has(delayed.sequence)) return;
  state.timers.live.set(delayed.sequence, delayed);
  state.alarms.add({ kind: "delayed", dueMs: delayed.dueMs, order: state.alarms.takeOrder(), delayed });
}

/** When memory is full the later half leaves it: it is on disk, or will be when its epoch is durable. */
function closeWindow(state: PartitionState): void {
  const timers = state.timers;
  const inOrder = [...timers.live.values()].sort((a, b) => a.dueMs - b.dueMs || a.sequence - b.sequence);
  const kept = Math.max(1, Math.floor(state.limits.timersInMemoryMax / 2));
  const last = inOrder[kept - 1];
  if (last === undefined) return;
  for (const delayed of inOrder.slice(kept)) {
    timers.live.delete(delayed.sequence);
    if (delayed.sequence >= state.epochs.durableSequenceEnd) timers.beyond.set(delayed.sequence, { epoch: state.epochs.open, delayed });
  }
  coverageMark("timers-window-closed");
  timers.complete = false;
  timers.windowDueMs = last.dueMs;
  timers.windowSequence = last.sequence;
  dropStaleAlarms(state);
}

function dropStaleAlarms(state: PartitionState): void {
  state.alarms.keep((alarm) => alarm.kind !== "delayed" || state.timers.live.get(alarm.delayed.sequence) === alarm.delayed);
  state.timers.staleAlarms = 0;
}

export function scheduleDelayed(state: PartitionState, delayed: DelayedMessage): void {
  const key = storeKey.delayed(delayed.dueMs, delayed.sequence);
  state.epochs.writes.put(key, { kind: "delayed", delayed }, delayed.value.bytes.length + (delayed.headers?.length ?? 0) + 96);
  if (delayed.cancellationToken !== "") {
    const token = { kind: "token", dueMs: delayed.dueMs, sequence: delayed.sequence } as const;
    state.epochs.writes.put(storeKey.token(delayed.caller.id, delayed.cancellationToken), token, 16);
  }
  state.timers.waiting++;
  if (state.timers.inWindow(delayed)) arm(state, delayed);
  else {
    coverageMark("timer-beyond-memory");
    state.timers.beyond.set(delayed.sequence, { epoch: state.epochs.open, delayed });
  }
  if (state.timers.live.size > state.limits.timersInMemoryMax) closeWindow(state);
}

function forgetDelayed(state: PartitionState, dueMs: number, sequence: number): void {
  const timers = state.timers;
  state.epochs.removeRow(storeKey.delayed(dueMs, sequence), sequence);
  timers.live.delete(sequence);
  timers.removed.set(sequence, state.epochs.open);
  timers.beyond.delete(sequence);
  state.timers.waiting--;
}

/** `found` is what the token stands for. Undefined: unknown or already delivered, which StateFun ignores silently too. */
export function cancelDelayed(
  state: PartitionState,
  cancel: { senderId: string; token: string; found: { dueMs: number; sequence: number } | undefined },
): void {
  if (cancel.found === undefined) {
    coverageMark("timer-cancelled-too-late");
    return;
  }
  coverageMark(state.timers.live.has(cancel.found.sequence) ? "timer-cancelled-near" : "timer-cancelled-far");
  state.epochs.writes.remove(storeKey.token(cancel.senderId, cancel.token));
  forgetDelayed(state, cancel.found.dueMs, cancel.found.sequence);
  state.timers.staleAlarms++;
  if (state.timers.staleAlarms > Math.max(staleAlarmsMin, state.timers.live.size)) dropStaleAlarms(state);
}

export function fireDelayed(state: PartitionState, due: DelayedMessage, at: { nowMs: number; actions: Actions }): void {
  const { nowMs, actions } = at;
  const delayed = state.timers.live.get(due.sequence);
  if (delayed === undefined) return;
  coverageMark("timer-fired");
  forgetDelayed(state, delayed.dueMs, delayed.sequence);
  if (delayed.cancellationToken !== "") state.epochs.writes.remove(storeKey.token(delayed.caller.id, delayed.cancellationToken));
  const { trace, caller, target, value, headers } = delayed;
  const message = send(state, { target, value, trace, caller, headers, atMs: nowMs });
  actions.push({ kind: "observe", event: { kind: "message-fired", message } });
}

/** Asks for the next window when the present one runs low. */
export function refillTimers(state: PartitionState, actions: Actions): void {
  const timers = state.timers;
  if (timers.complete || timers.loading !== undefined || timers.live.size * 2 > state.limits.timersInMemoryMax) return;
  timers.loading = { dueMs: timers.windowDueMs, sequence: timers.windowSequence };
  actions.push({
    kind: "load-timers",
    afterDueMs: timers.windowDueMs,
    afterSequence: timers.windowSequence,
    limit: Math.ceil(state.limits.timersInMemoryMax / 2),
  });
}

export function timersLoaded(state: PartitionState, rows: readonly DelayedMessage[], reachedEnd: boolean): void {
  const timers = state.timers;
  const from = timers.loading;
  timers.loading = undefined;
  // The window was closed after the read began, so what was read no longer follows it.
  if (from?.dueMs !== timers.windowDueMs || from.sequence !== timers.windowSequence) {
    coverageMark("timers-read-overtaken");
    return;
  }
  coverageMark("timers-refilled");
  const last = rows.at(-1);
  if (reachedEnd) timers.complete = true;
  else if (last !== undefined) {
    timers.windowDueMs = last.dueMs;
    timers.windowSequence = last.sequence;
  }
  for (const delayed of rows) {
    if (timers.removed.has(delayed.sequence)) coverageMark("timer-gone-before-its-read-ended");
    else arm(state, delayed);
  }
  for (const [sequence, { delayed }] of timers.beyond) {
    if (!timers.inWindow(delayed)) continue;
    timers.beyond.delete(sequence);
    arm(state, delayed);
  }
  if (timers.live.size > state.limits.timersInMemoryMax) closeWindow(state);
}
