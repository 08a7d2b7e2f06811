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
import { mark } from "../coverage-mark.ts";
import { addSpilled } from "../mailbox.ts";
import { actOn } from "../operator-actions.ts";
import type { PartitionState } from "../partition-state.ts";
import { entityPart } from "../store/store-key.ts";
import type { Entity } from "../tables/entity.ts";
import { MailboxCount } from "../tables/mailbox-count.ts";
import { fetchMailbox } from "./loading.ts";
import { enqueue } from "./ready-queue.ts";
import { leaveIdle } from "./residency.ts";

/** One read; the first ones can be sent as soon as it is there. */
const countedRowsMax = 2000;
/** More acts than this do not wait for the end of the count. */
const heldActsMax = 1000;
const retryAfterMs = 1000;
/** Of the limits on what waits: so much may be admitted while it is not known how much waits already. */
const admittedShare = 4;

type CountedCommand = Extract<Command, { kind: "mailboxes-counted" }>;
type ActCommand = Extract<Command, { kind: "act" }>;

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
    for (const act of count.acts) actOn(state, { ...act, nowMs: command.nowMs, actions });
  } else if (state.draining) {
    mark("count-ended-by-drain");
  } else {
    mark("count-goes-on");
    readOn(state, count, actions);
  }
}

function addCounted(state: PartitionState, counted: CountedCommand["mailboxes"][number]): void {
  const entity = state.entities.get(counted.address);
  addSpilled(state, entity, counted);
  mark("recovered-mailbox");
  if (entity.status !== "idle") return;
  leaveIdle(state, entity);
  entity.move("message");
  if (state.mailboxes.isCounted(entity)) enqueue(state, entity);
  else state.mailboxes.holdForCount(entity);
}

function release(state: PartitionState, entity: Entity, actions: Actions): void {
  mark("count-passed-one-that-waits");
  if (entity.status === "ready") enqueue(state, entity);
  else fetchMailbox(state, entity, actions);
}

/**
 * An act on entities that are not counted waits for the end of the count, and so does what comes after it. Which message is first nobody
 * can have seen of such an entity, so to discard or edit it is refused. False: it can be done now.
 */
export function actAfterCount(state: PartitionState, command: ActCommand, actions: Actions): boolean {
  const { count } = state.mailboxes;
  if (count === undefined) return false;
  const { selection, act, request } = command;
  const isForHead = act.kind === "discard-head" || act.kind === "edit-head";
  const counted = selection.kind === "one" && count.passed(entityPart(selection.address.type, selection.address.id));
  if (counted && (isForHead || count.acts.length === 0)) return false;
  if (selection.kind === "one" && isForHead) {
    mark("head-act-refused-while-counting");
    const message = `what waits for ${formatAddress(selection.address)} is being counted after a restart`;
    actions.push(refusal(request, "ENTITY_BUSY", message));
  } else if (count.acts.length >= heldActsMax) {
    actions.push(refusal(request, "OVERLOADED", `${heldActsMax} acts wait already until what waits on disk is counted after a restart`));
  } else {
    mark("act-waits-for-count");
    count.acts.push(command);
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
