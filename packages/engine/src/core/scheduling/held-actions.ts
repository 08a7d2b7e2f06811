/**
 * HeldActions: an operator acts on an entity whose messages lie on disk. An entity that is not in memory is read first, out of its turn
 * (cold-types.ts), so that the act finds what it would have found in memory. For one that waits for a person, the first messages are read
 * (loading.ts) before anything is done with them. The first entity of a limit's key is read in the same way. Neighbours:
 * operator-actions.ts (acts), held-heads.ts.
 */
import type { Actions } from "../action.ts";
import type { Command } from "../command.ts";
import { coverageMark } from "../coverage-mark.ts";
import { performOperatorAction } from "../operator-actions.ts";
import type { PartitionState } from "../partition-state.ts";
import { entityPart, entityRange } from "../store/store-key.ts";
import type { HeldForRead } from "../tables/cold-table.ts";
import type { Entity } from "../tables/entity.ts";
import { beginScan, endIfWarm, goCold, hydrate, rowsReadMax } from "./cold-types.ts";
import { fetchMailbox } from "./loading.ts";
import { isOverfull } from "./memory-room.ts";
import { wake } from "./ready-queue.ts";

/** At most so many acts wait for a read; further ones are refused. */
const heldActionsMax = 1_000;
const retryAfterMs = 1_000;

type OperatorActionCommand = Extract<Command, { kind: "operator-action" }>;

/** Does the act now, or once the messages that it needs are read. */
export function operatorAction(state: PartitionState, command: OperatorActionCommand, actions: Actions): void {
  if (!isHeld(state, command, actions)) performOperatorAction(state, { ...command, actions });
}

function isHeld(state: PartitionState, command: OperatorActionCommand, actions: Actions): boolean {
  if (command.selection.kind !== "one") return false;
  const { address } = command.selection;
  const keyPart = entityPart(address.type, address.id);
  const { cold, entities } = state;
  const held = cold.held.get(keyPart);
  const entity = held === undefined ? entities.find(address) : undefined;
  if (entity !== undefined) return isHeldForHead(state, entity, { command, actions });
  if (held === undefined && (entities.types.get(address.type)?.coldRows ?? 0) === 0) return false;
  if (refusesOneMore(state, command, actions)) return true;
  coverageMark("act-waits-for-read");
  cold.heldCommands++;
  if (held !== undefined) {
    held.commands.push(command);
    return true;
  }
  const made: HeldForRead = { address, scan: undefined, commands: [command] };
  cold.held.set(keyPart, made);
  read(state, { keyPart, held: made }, actions);
  return true;
}

/** An act on an entity for which other acts wait already waits behind them. */
function isHeldForHead(
  state: PartitionState,
  entity: Entity,
  { command, actions }: { command: OperatorActionCommand; actions: Actions },
): boolean {
  const { heldHeads } = state.mailboxes;
  const isOfHead = command.act.kind === "discard-head" || command.act.kind === "edit-head";
  if (!heldHeads.has(entity) && !(isOfHead && waitsForPerson(entity) && isUnread(entity))) return false;
  if (refusesOneMore(state, command, actions)) return true;
  coverageMark("head-act-waits-for-read");
  state.cold.heldCommands++;
  heldHeads.hold(entity, command);
  fetchMailbox(state, entity, actions);
  return true;
}

function isUnread({ mailbox }: Entity): boolean {
  return mailbox.inMemory === 0 && mailbox.spilled > 0;
}

function waitsForPerson({ status }: Entity): boolean {
  return status === "parked" || status === "paused" || status === "backing-off" || status === "held";
}

function refusesOneMore({ cold }: PartitionState, { request }: OperatorActionCommand, actions: Actions): boolean {
  if (cold.heldCommands < heldActionsMax) return false;
  const message = `${heldActionsMax} operator actions wait already until the mailboxes of their entities are read`;
  const refusal = { code: "OVERLOADED", message, cure: "Try again in a moment.", retryAfterMs } as const;
  actions.push({ kind: "refuse", request, refusal });
  return true;
}

/** The first messages of the entity are in memory again. */
export function headRead(state: PartitionState, { address, nowMs }: Extract<Command, { kind: "mailbox-loaded" }>, actions: Actions): void {
  const entity = state.entities.find(address);
  const { heldHeads, awaitingDurable } = state.mailboxes;
  if (entity === undefined || !heldHeads.has(entity)) return;
  if (isUnread(entity) && (entity.mailboxLoading || awaitingDurable.has(entity))) return;
  const commands = heldHeads.take(entity);
  state.cold.heldCommands -= commands.length;
  for (const command of commands) operatorAction(state, { ...command, nowMs }, actions);
}

function read(state: PartitionState, { keyPart, held }: { keyPart: string; held: HeldForRead }, actions: Actions): void {
  const scan = beginScan(state);
  held.scan = scan;
  const rowsMax = Math.min(rowsReadMax, state.limits.mailboxMessagesInMemoryMax);
  const { number, sequenceEnd } = scan;
  actions.push({
    kind: "read-cold",
    scan: number,
    type: held.address.type,
    held: keyPart,
    ...entityRange("m", keyPart),
    sequenceEnd,
    rowsMax,
  });
}

export function heldRead(state: PartitionState, command: Extract<Command, { kind: "cold-read" }>, actions: Actions): void {
  const { cold, entities } = state;
  const keyPart = command.held ?? "";
  const held = cold.held.get(keyPart);
  if (held?.scan === undefined || held.scan.number !== command.scan) return;
  const { address, scan } = held;
  const type = entities.types.get(address.type);
  if (type !== undefined && type.coldRows > 0 && entities.find(address) === undefined) {
    // The entity came into memory and left again after the read began, so the read is out of date.
    if (scan.left.has(keyPart)) return read(state, { keyPart, held }, actions);
    const mailbox = command.mailboxes[0] ?? { address, keyPart, messages: [], more: 0 };
    const isWanted = held.commands.length > 0 || state.waitingInMemory < state.limits.waitingEntitiesInMemoryMax;
    const entity = isWanted ? hydrate(state, type, { scan, mailbox }) : undefined;
    if (isWanted && entity === undefined && mailbox.more > 0) {
      if (state.epochs.durable > scan.durableEpoch) return read(state, { keyPart, held }, actions);
      held.scan = undefined;
      return;
    }
    if (entity !== undefined) wake(state, entity);
    endIfWarm(state, type);
  }
  cold.held.delete(keyPart);
  cold.heldCommands -= held.commands.length;
  for (const one of held.commands) operatorAction(state, { ...one, nowMs: command.nowMs }, actions);
  // The entity came into memory only for the act, and must not keep a place there.
  const known = entities.find(address);
  if (known?.status === "ready" && isOverfull(state)) goCold(state, known);
}

/** An epoch has become durable: reads that waited for it begin. */
export function readHeldAfterDurable(state: PartitionState, actions: Actions): void {
  for (const [keyPart, held] of state.cold.held) if (held.scan === undefined) read(state, { keyPart, held }, actions);
}
