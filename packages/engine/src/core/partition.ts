/**
 * Partition: apply(state, command) → actions. The one switch over commands and the table of contents of the core:
 *   ingress.ts admits · router.ts finds the endpoint · mailbox.ts keeps order · dispatch.ts sends · invocation.ts ends an attempt ·
 *   apply-effects.ts makes one change of a reply · egress.ts holds what leaves · outbox.ts what goes to other partitions · timers.ts what is due ·
 *   commit.ts makes it durable.
 * Synchronous and deterministic: same commands, same state, same actions (G8).
 */
import { assertNever } from "../model/invariant.ts";
import type { Action } from "./action.ts";
import { actOn, editState } from "./operator-actions.ts";
import { afterInvocation } from "./after-invocation.ts";
import { probeDue, type Moment } from "./failure/breaker.ts";
import { clockStepped } from "./scheduling/clock-step.ts";
import type { Command, LoadedEntity } from "./command.ts";
import { messageBytes } from "./mailbox.ts";
import { armWatch, dispatch, entityLoaded, fetchMailbox, loadOf } from "./dispatch.ts";
import { acknowledgeEgress } from "./egress.ts";
import type { Entity } from "./tables/entity.ts";
import { epochDurable } from "./commit.ts";
import { forwardParcels, parcelsAcknowledged, parcelsLoaded, takeBackParcels } from "./cross-partition/outbox.ts";
import { enterIdle, leaveIdle } from "./scheduling/residency.ts";
import { admit } from "./ingress.ts";
import { endInvocation, giveUpOverdue, retryDue } from "./invocation.ts";
import { actAfterCount, mailboxesCounted } from "./scheduling/mailbox-count.ts";
import { mark } from "./coverage-mark.ts";
import type { Actions, PartitionState } from "./partition-state.ts";
import { receiveParcels } from "./cross-partition/inbox.ts";
import { replaceBindings } from "./router.ts";
import { entityPart, storeKey } from "./store/store-key.ts";
import { fireDelayed, refillTimers, timersLoaded } from "./timers.ts";

export function apply(state: PartitionState, command: Command): Action[] {
  const actions: Actions = [];
  applyCommand(state, command, actions);
  dispatch(state, command.nowMs, actions);
  return actions;
}

function applyCommand(state: PartitionState, command: Command, actions: Actions): void {
  switch (command.kind) {
    case "ingress":
      return admit(state, command, actions);
    case "loaded":
      for (const one of command.entities) loaded(state, one, { nowMs: command.nowMs, draw: 0, actions });
      return;
    case "mailbox-loaded":
      return mailboxLoaded(state, command, actions);
    case "mailboxes-counted":
      return mailboxesCounted(state, command, actions);
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
      return state.acknowledgeWhenDurable(command.request, { kind: "changed", changed: command.bindings.endpoints.length });
    case "act":
      if (actAfterCount(state, command, actions)) return;
      return actOn(state, { ...command, actions });
    case "edit-state":
      return editState(state, command.address, {
        edit: { request: command.request, name: command.name, value: command.value },
        values: command.values,
        nowMs: command.nowMs,
        actions,
      });
    case "egress-acknowledged":
      acknowledgeEgress(state, command.egress, command.sequences);
      return state.acknowledgeWhenDurable(command.request, { kind: "changed", changed: command.sequences.length });
    case "journal-trimmed":
      return journalTrimmed(state, command);
    case "keys-expired":
      return keysExpired(state, command);
    case "state-expired":
      return stateExpired(state, command);
    case "received":
      return receiveParcels(state, command, actions);
    case "parcels-loaded":
      return parcelsLoaded(state, command, actions);
    case "parcels-acknowledged":
      parcelsAcknowledged(state, command.to, command.through);
      return forwardParcels(state, actions);
    case "parcels-undelivered":
      takeBackParcels(state, command.to, command.round);
      return forwardParcels(state, actions);
    case "drain":
      state.draining = true;
      return;
    default:
      return assertNever(command);
  }
}

function loaded(state: PartitionState, read: LoadedEntity, moment: Moment): void {
  const entity = state.findEntity(read.address);
  // Nobody waits for it: it must not make an entity that nothing would evict.
  if (entity?.status !== "loading") return;
  if (entity.values === undefined) {
    if (read.values.length !== entity.type.specs.length) {
      mark("load-before-new-states");
      moment.actions.push(loadOf(entity));
      return;
    }
    mark("entity-loaded-again");
    entity.fill(read.values);
  }
  if (!entity.mailboxLoading) goOn(state, entity, moment);
}

/** What was asked for while it was loading (a pause, an edit) comes before the next batch. */
function goOn(state: PartitionState, entity: Entity, moment: Moment): void {
  entityLoaded(state, entity);
  if (entity.pauseWanted || entity.pendingEdits.length > 0) afterInvocation(state, entity, moment);
}

function mailboxLoaded(state: PartitionState, command: Extract<Command, { kind: "mailbox-loaded" }>, actions: Actions): void {
  const entity = state.findEntity(command.address);
  if (entity === undefined) return;
  entity.mailboxLoading = false;
  const before = entity.mailbox.inMemory;
  entity.mailbox.refill(command.messages);
  if (entity.mailbox.inMemory > before) mark("mailbox-refilled");
  for (let index = before; index < entity.mailbox.inMemory; index++) {
    const message = entity.mailbox.at(index);
    if (message !== undefined) state.mailboxBytesInMemory += messageBytes(message);
  }
  if (entity.mailbox.inMemory === 0 && entity.mailbox.spilled > 0) {
    // What waits was sent in an epoch that was not durable when the read began; it can be read once it is, which may be now.
    if (state.durableEpoch > entity.mailboxLoadEpoch) {
      mark("mailbox-read-again");
      fetchMailbox(state, entity, actions);
    } else {
      mark("mailbox-awaits-durable");
      state.awaitingDurable.add(entity);
    }
    return;
  }
  if (entity.status === "loading") goOn(state, entity, { nowMs: command.nowMs, draw: 0, actions });
}

function tick(state: PartitionState, moment: Moment): void {
  for (let alarm = state.alarms.popDue(moment.nowMs); alarm !== undefined; alarm = state.alarms.popDue(moment.nowMs)) {
    switch (alarm.kind) {
      case "retry":
        retryDue(state, alarm.entity, alarm.dueMs);
        break;
      case "probe":
        probeDue(state, alarm.endpoint, alarm.dueMs);
        break;
      case "delayed":
        fireDelayed(state, alarm.delayed, moment);
        break;
      case "watch":
        state.watchArmed = false;
        giveUpOverdue(state, moment);
        if (state.inFlight.size > 0) armWatch(state, moment.nowMs);
        break;
      default:
        assertNever(alarm);
    }
  }
  refillTimers(state, moment.actions);
}

function journalTrimmed(state: PartitionState, command: Extract<Command, { kind: "journal-trimmed" }>): void {
  for (const block of command.blocks) {
    // Trimming goes upward; a scan may still have seen what the last round removed.
    if (block.sequence <= state.journalTrimmed) {
      mark("journal-trim-repeated");
      continue;
    }
    mark("journal-trimmed");
    state.journalTrimmed = block.sequence;
    state.writes.remove(storeKey.journal(block.sequence));
    if (block.hasDirectory) state.writes.remove(storeKey.directory(block.sequence));
    for (const { type, id } of block.histories) state.writes.remove(storeKey.history(entityPart(type, id), block.sequence));
    state.journalBytes = Math.max(0, state.journalBytes - block.bytes);
  }
}

function keysExpired(state: PartitionState, command: Extract<Command, { kind: "keys-expired" }>): void {
  for (const { key, target, atMs, usedAfresh } of command.keys) {
    state.writes.remove(storeKey.idempotencyAge(atMs, key, target));
    mark(usedAfresh ? "key-used-afresh" : "key-expired-in-sweep");
    if (!usedAfresh) state.writes.remove(storeKey.idempotency(key, target));
  }
}

function stateExpired(state: PartitionState, command: Extract<Command, { kind: "state-expired" }>): void {
  for (const { address, name } of command.rows) {
    const entity = state.findEntity(address);
    if (entity?.status === "in-flight" || entity?.status === "loading") {
      mark(entity.status === "loading" ? "sweep-left-entity-loading" : "sweep-left-entity-in-flight");
      continue;
    }
    const resident = entity?.values?.get(name);
    if (entity?.values !== undefined && (resident === undefined || resident.expiresMs === 0 || resident.expiresMs > command.nowMs))
      continue;
    mark(entity?.values === undefined ? "value-expired-in-sweep" : "resident-value-expired-in-sweep");
    if (entity?.values !== undefined) removeExpired(state, entity, name);
    else state.writes.remove(storeKey.state(entityPart(address.type, address.id), name));
  }
}

function removeExpired(state: PartitionState, entity: Entity, name: string): void {
  const wasIdle = entity.status === "idle";
  if (wasIdle) leaveIdle(state, entity);
  state.removeState(entity, name);
  if (wasIdle) enterIdle(state, entity);
}
