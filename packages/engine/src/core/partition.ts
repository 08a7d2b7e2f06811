/**
 * Partition: apply(state, command) → actions. The one switch over commands and the table of contents of the core:
 *   ingress.ts admits · router.ts finds the endpoint · mailbox.ts keeps order · dispatch.ts sends · invocation.ts ends an attempt ·
 *   apply-effects.ts makes one change of a reply · commit.ts makes it durable · egress.ts holds what leaves · timers.ts what is due.
 * Beside them, in folders: scheduling (who may run next, what is in memory), failure, state-values, journal, cross-partition, tables (what
 * is in memory), store (keys and records on disk). Synchronous and deterministic: same commands, same state, same actions (G8).
 */
import { assertNever } from "../model/invariant.ts";
import type { Action, Actions } from "./action.ts";
import { retryDue } from "./after-invocation.ts";
import { awaitAnswer, endWait } from "./calls.ts";
import type { Command } from "./command.ts";
import { coverageMark } from "./coverage-mark.ts";
import { epochDurable } from "./commit.ts";
import { receiveDelivery } from "./cross-partition/inbox.ts";
import { forwardOutbox, outboxAcknowledged, outboxLoaded, takeBackUnconfirmed } from "./cross-partition/outbox.ts";
import { armWatch, dispatch } from "./dispatch.ts";
import { acknowledgeEgress } from "./egress.ts";
import { probeDue } from "./failure/breaker.ts";
import { admit, keysExpired } from "./ingress.ts";
import { endInvocation, giveUpOverdue } from "./invocation.ts";
import { journalTrimmed } from "./journal/journal.ts";
import { journalIndexed } from "./journal/journal-segment.ts";
import type { PartitionState } from "./partition-state.ts";
import { replaceBindings } from "./router.ts";
import { breakpointDue, letFullGo, releaseBreakpoint, setBreakpoint } from "./scheduling/breakpoints.ts";
import { clockStepped } from "./scheduling/clock-step.ts";
import { coldRead, lookAgain, readOn } from "./scheduling/cold-types.ts";
import { headRead, heldRead, operatorAction } from "./scheduling/held-actions.ts";
import { tokenDue } from "./scheduling/limits.ts";
import { mailboxLoaded, valuesLoaded } from "./scheduling/loading.ts";
import { editState } from "./state-values/edit-state.ts";
import { removeExpired } from "./state-values/expiration.ts";
import type { StepContext } from "./step-context.ts";
import { fireDelayed, refillTimers, timersLoaded } from "./timers.ts";

export function apply(state: PartitionState, command: Command): Action[] {
  const actions: Actions = [];
  state.commands++;
  const { limits } = state.routes;
  if (!limits.isEmpty) limits.at(command.nowMs);
  applyCommand(state, command, actions);
  letFullGo(state, command.nowMs);
  dispatch(state, command.nowMs, actions);
  if (state.cold.cursors.size > 0) readOn(state, actions);
  return actions;
}

function edit(state: PartitionState, command: Extract<Command, { kind: "edit-state" }>, actions: Actions): void {
  const { address, request, edits, values, nowMs } = command;
  editState(state, address, { edit: { request, edits }, values, nowMs, actions });
}

function applyCommand(state: PartitionState, command: Command, actions: Actions): void {
  switch (command.kind) {
    case "ingress":
      return admit(state, command, actions);
    case "loaded":
      for (const one of command.entities) valuesLoaded(state, one, { nowMs: command.nowMs, draw: 0, actions });
      return;
    case "mailbox-loaded":
      mailboxLoaded(state, command, { nowMs: command.nowMs, draw: 0, actions });
      return headRead(state, command, actions);
    case "cold-read":
      return command.held === undefined ? coldRead(state, command) : heldRead(state, command, actions);
    case "reply":
      return endInvocation(state, command, { nowMs: command.nowMs, draw: command.draw, actions });
    case "clock-stepped":
      return clockStepped(state, command.byMs);
    case "tick":
      return tick(state, { nowMs: command.nowMs, draw: command.draw, actions });
    case "timers-loaded":
      timersLoaded(state, command.delayed, command.reachedEnd);
      return refillTimers(state, actions);
    case "epoch-durable":
      return epochDurable(state, command.epoch, actions);
    case "bindings":
      actions.push(...replaceBindings(state, command.bindings, command.nowMs));
      return state.epochs.acknowledgeWhenDurable(command.request, { kind: "changed", changed: command.bindings.endpoints.length });
    case "operator-action":
      return operatorAction(state, command, actions);
    case "edit-state":
      return edit(state, command, actions);
    case "egress-acknowledged":
      acknowledgeEgress(state, command.egress, command.sequences);
      return state.epochs.acknowledgeWhenDurable(command.request, { kind: "changed", changed: command.sequences.length });
    case "journal-trimmed":
      return journalTrimmed(state, command);
    case "journal-indexed":
      return journalIndexed(state, command);
    case "keys-expired":
      return keysExpired(state, command);
    case "state-expired":
      return removeExpired(state, command);
    case "received":
      return receiveDelivery(state, command, actions);
    case "outbox-loaded":
      return outboxLoaded(state, command, actions);
    case "outbox-acknowledged":
      outboxAcknowledged(state, command.to, command.through);
      return forwardOutbox(state, actions);
    case "outbox-undelivered":
      takeBackUnconfirmed(state, command.to, command.round);
      return forwardOutbox(state, actions);
    case "await-answer":
      awaitAnswer(state, command, actions);
      return;
    case "end-wait":
      return endWait(state, command.request, actions);
    case "set-breakpoint":
      return setBreakpoint(state, command, actions);
    case "release-breakpoint":
      return releaseBreakpoint(state, command);
    case "watch-trace":
      return watchTrace(state, command, actions);
    case "drain":
      state.draining = true;
      return;
    default:
      return assertNever(command);
  }
}

/** A watched trace is not stored, so G3 has nothing to wait for and it is acknowledged at once. */
function watchTrace(state: PartitionState, command: Extract<Command, { kind: "watch-trace" }>, actions: Actions): void {
  coverageMark("trace-watched");
  state.watched.watch(command.trace, command);
  actions.push({ kind: "acknowledge", request: command.request, acknowledgement: { kind: "changed", changed: 0 } });
}

function tick(state: PartitionState, context: StepContext): void {
  for (let alarm = state.alarms.popDue(context.nowMs); alarm !== undefined; alarm = state.alarms.popDue(context.nowMs)) {
    switch (alarm.kind) {
      case "retry":
        retryDue(state, alarm.entity, alarm.dueMs);
        break;
      case "probe":
        probeDue(state, alarm.endpoint, alarm.dueMs);
        break;
      case "delayed":
        fireDelayed(state, alarm.delayed, context);
        break;
      case "token":
        tokenDue(state, alarm.scope);
        break;
      case "cold":
        lookAgain(alarm.cursor);
        break;
      case "breakpoint":
        breakpointDue(state, alarm.id, context.nowMs);
        break;
      case "looks":
        // The dispatch that follows every command looks at the rest.
        state.breakpoints.looksOn = false;
        break;
      case "watch":
        state.invocations.watchArmed = false;
        giveUpOverdue(state, context);
        if (state.invocations.inFlight.size > 0) armWatch(state, context.nowMs);
        break;
      default:
        assertNever(alarm);
    }
  }
  refillTimers(state, context.actions);
}
