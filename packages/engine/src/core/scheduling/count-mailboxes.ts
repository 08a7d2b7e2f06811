/**
 * CountMailboxes: after a restart what waits on disk is counted beside the traffic, in order of key, a bounded piece at a time (G4, G6). Until
 * the count has passed an entity nobody knows how much waits for it: what is new for it queues behind what is on disk (G5), and it is not
 * sent. The rows that are counted are those of earlier lives; nothing removes one before it is counted, so the sums end exact.
 * Neighbours: recovery.ts begins it, mailbox.ts asks it, operator actions wait for its end.
 */
import { formatAddress } from "../../model/address.ts";
import type { EngineErrorCode } from "../../model/engine-error.ts";
import type { Action, Actions } from "../action.ts";
import type { Command } from "../command.ts";
import { coverageMark } from "../coverage-mark.ts";
import { addSpilled } from "../mailbox.ts";
import { performOperatorAction } from "../operator-actions.ts";
import type { PartitionState } from "../partition-state.ts";
import { entityPart } from "../store/store-key.ts";
import type { Entity } from "../tables/entity.ts";
import { MailboxCount } from "../tables/mailbox-count.ts";
import { fetchMailbox } from "./loading.ts";
import { enqueue, wake } from "./ready-queue.ts";

/** One read; the first ones can be sent as soon as it is there. */
const countedRowsMax = 2000;
/** More operator actions than this do not wait for the end of the count. */
const heldActionsMax = 1000;
const retryAfterMs = 1000;
/** Of the limits on what waits: so much may be admitted while it is not known how much waits already. */
const admittedShare = 4;

type CountedCommand = Extract<Command, { kind: "mailboxes-counted" }>;
type OperatorActionCommand = Extract<Command, { kind: "operator-action" }>;

export function beginCount(state: PartitionState, actions: Actions): void {
  state.mailboxes.count = new MailboxCount(state.sequences.next);
  readOn(state, state.mailboxes.count, actions);
}

function readOn(state: PartitionState, count: MailboxCount, actions: Actions): void {
  const rowsMax = Math.min(countedRowsMax, state.limits.mailboxMessagesInMemoryMax);
  actions.push({ kind: "count-mailboxes", afterKey: count.lastKey, sequenceEnd: count.sequenceEnd, rowsMax });
}

export function mailboxesCounted(state: PartitionState, command: CountedCommand, actions: Actions): void {
  const { count } = state.mailboxes;
  if (count === undefined) return;
  if (command.lastKey === undefined) state.mailboxes.count = undefined;
  else count.moveTo(command.lastKey);
  for (const mailbox of command.mailboxes) addCounted(state, mailbox);
  for (let { first } = count.held; first !== undefined && state.mailboxes.isCounted(first); first = count.held.first) {
    count.held.pop();
    release(state, first, actions);
  }
  if (state.mailboxes.count === undefined) {
    for (const action of count.actions) performOperatorAction(state, { ...action, nowMs: command.nowMs, actions });
  } else if (state.draining) {
    coverageMark("count-ended-by-drain");
  } else {
    coverageMark("count-goes-on");
    readOn(state, count, actions);
  }
}

function addCounted(state: PartitionState, counted: CountedCommand["mailboxes"][number]): void {
  const entity = state.entities.get(counted.address);
  addSpilled(state, entity, counted);
  coverageMark("recovered-mailbox");
  wake(state, entity);
}

function release(state: PartitionState, entity: Entity, actions: Actions): void {
  coverageMark("count-passed-one-that-waits");
  if (entity.status === "ready") enqueue(state, entity);
  else fetchMailbox(state, entity, actions);
}

/**
 * An operator action on entities that are not counted waits for the end of the count, and so does what comes after it. Which message is first nobody
 * can have seen of such an entity, so to discard or edit it is refused. False: it can be done now.
 */
export function operatorActionAfterCount(state: PartitionState, command: OperatorActionCommand, actions: Actions): boolean {
  const { count } = state.mailboxes;
  if (count === undefined) return false;
  const { selection, act, request } = command;
  const isForHead = act.kind === "discard-head" || act.kind === "edit-head";
  const counted = selection.kind === "one" && count.passed(entityPart(selection.address.type, selection.address.id));
  if (counted && (isForHead || count.actions.length === 0)) return false;
  if (selection.kind === "one" && isForHead) {
    coverageMark("head-act-refused-while-counting");
    const message = `what waits for ${formatAddress(selection.address)} is being counted after a restart`;
    actions.push(refusal(request, "ENTITY_BUSY", message));
  } else if (count.actions.length >= heldActionsMax) {
    actions.push(
      refusal(request, "OVERLOADED", `${heldActionsMax} operator actions wait already until what waits on disk is counted after a restart`),
    );
  } else {
    coverageMark("act-waits-for-count");
    count.actions.push(command);
  }
  return true;
}

function refusal(request: number, code: EngineErrorCode, message: string): Action {
  const retry = code === "OVERLOADED" ? retryAfterMs : undefined;
  return { kind: "refuse", request, refusal: { code, message, cure: "Try again in a moment.", retryAfterMs: retry } };
}

/** How much waits on disk is not known yet: only a part of each limit may be added meanwhile (G6). */
export function admitsWhileCounting({ mailboxes, limits }: PartitionState): boolean {
  const { count } = mailboxes;
  if (count === undefined) return true;
  return count.admitted < Math.ceil(Math.min(limits.waitingMessagesMax, limits.waitingEntitiesMax) / admittedShare);
}
