/**
 * OperatorActions: what a person or an API client does to entities: retry, pause, resume, discard or edit the head message.
 * Each is a journal record of the entity and durable before it is acknowledged.
 */
import { discardDetail, editDetail } from "@signalbox/runtime/model/act-detail";
import { formatAddress, type Address } from "@signalbox/runtime/model/address";
import { assertNever } from "../model/invariant.ts";
import type { JournalAct } from "@signalbox/runtime/model/journal-record";
import { messageId, type Message } from "@signalbox/runtime/model/message";
import type { TypedValue } from "@signalbox/runtime/model/typed-value";
import type { EntityStatus } from "@signalbox/runtime/model/views";
import type { Actions, Refusal } from "./action.ts";
import type { OperatorAction, ActionSelection } from "./command.ts";
import { coverageMark } from "./coverage-mark.ts";
import { writeOperatorAction } from "./journal/journal.ts";
import { discardFirst, replaceFirst } from "./mailbox.ts";
import type { PartitionState } from "./partition-state.ts";
import { pauseAfterInvocation, pauseNow, unpauseBeforeEnd } from "./pause.ts";
import { leaveBreakpoint, lookAgain, stepOne } from "./scheduling/breakpoints.ts";
import { goCold } from "./scheduling/cold-types.ts";
import { fetchMailbox } from "./scheduling/loading.ts";
import { hasRoom } from "./scheduling/memory-room.ts";
import { enqueue } from "./scheduling/ready-queue.ts";
import { enterIdle, leaveIdle } from "./scheduling/residency.ts";
import { removeStatusRow } from "./status-row.ts";
import type { Entity } from "./tables/entity.ts";

interface ActionAt {
  readonly act: OperatorAction;
  readonly nowMs: number;
  readonly actions: Actions;
}

type Acted = { readonly kind: "done" } | { readonly kind: "refused"; readonly refusal: Refusal };
const done: Acted = { kind: "done" };

function refused(code: Refusal["code"], message: string, cure: string): Acted {
  return { kind: "refused", refusal: { code, message, cure, retryAfterMs: undefined } };
}

export function performOperatorAction(state: PartitionState, command: { request: number; selection: ActionSelection } & ActionAt): void {
  const { request, selection, actions } = command;
  if (selection.kind === "one") {
    const acted = performOnOne(state, selection.address, command);
    if (acted.kind === "refused") actions.push({ kind: "refuse", request, refusal: acted.refusal });
    else state.epochs.acknowledgeWhenDurable(request, { kind: "changed", changed: 1 });
    return;
  }
  coverageMark("act-in-bulk");
  let changed = 0;
  const candidates = selection.status === "held" ? heldOf(state) : [...state.entities.troubled];
  for (const entity of candidates) {
    if (selection.type !== undefined && entity.type.name !== selection.type) continue;
    if (statusOf(entity) !== selection.status) continue;
    if (perform(state, entity, command).kind === "done") changed++;
  }
  state.epochs.acknowledgeWhenDurable(request, { kind: "changed", changed });
}

function heldOf({ breakpoints }: PartitionState): Entity[] {
  return [...breakpoints.all].flatMap(({ held }) => [...held]);
}

function statusOf(entity: Entity): EntityStatus {
  return entity.status;
}

function performOnOne(state: PartitionState, address: Address, at: ActionAt): Acted {
  const known = state.entities.find(address);
  if (known === undefined && (at.act.kind !== "pause" || state.entities.types.get(address.type) === undefined)) {
    return refused(
      "UNKNOWN_ENTITY",
      `${formatAddress(address)} has no mailbox and no status to act on`,
      "Check the type and the id; an idle entity needs none of this.",
    );
  }
  return perform(state, known ?? state.entities.get(address), at);
}

function perform(state: PartitionState, entity: Entity, at: ActionAt): Acted {
  switch (at.act.kind) {
    case "retry":
      return retry(state, entity, at);
    case "pause":
      return pause(state, entity, at);
    case "resume":
      return resume(state, entity, at);
    case "discard-head":
      return discardHead(state, entity, { ...at, ifSequence: at.act.ifSequence });
    case "edit-head":
      return editHead(state, entity, { ...at, value: at.act.value, ifSequence: at.act.ifSequence });
    case "step":
      return step(state, entity, at);
    default:
      return assertNever(at.act);
  }
}

function note(state: PartitionState, entity: Entity, entry: { did: JournalAct; detail: string; discarded?: Message } & ActionAt): void {
  const { did: act, detail, discarded, nowMs, actions } = entry;
  writeOperatorAction(state, entity, { act, detail, discarded, nowMs, actions });
}

function retry(state: PartitionState, entity: Entity, at: ActionAt): Acted {
  if (entity.status !== "parked" && entity.status !== "backing-off") {
    return refused(
      "ENTITY_NOT_PARKED",
      `${formatAddress(entity.address)} is ${entity.status}; there is nothing to retry`,
      "Only parked and backing-off entities can be retried.",
    );
  }
  note(state, entity, { did: "retry", detail: "", ...at });
  goOn(state, entity, at.nowMs);
  return done;
}

function step(state: PartitionState, entity: Entity, at: ActionAt): Acted {
  if (entity.status !== "held") {
    return refused(
      "ENTITY_NOT_HELD",
      `${formatAddress(entity.address)} is ${entity.status}; no breakpoint holds it`,
      "Step what a breakpoint holds; the list of held entities says who that is.",
    );
  }
  stepOne(state, entity, at.nowMs);
  return done;
}

/** Ready with fresh attempts, or idle when nothing waits. */
function goOn(state: PartitionState, entity: Entity, nowMs: number): void {
  leaveBreakpoint(state, entity, nowMs);
  entity.endStep();
  if (entity.status === "parked" || entity.status === "paused") removeStatusRow(state, entity);
  state.entities.troubled.delete(entity);
  entity.forgetFailures();
  if (entity.mailbox.depth === 0) {
    if (entity.status === "paused") entity.move("resume");
    entity.move("drain-empty");
    enterIdle(state, entity);
    return;
  }
  entity.move(entity.status === "backing-off" ? "due" : "resume");
  // When many are retried at once, only those for which there is room come into the queue; the rest wait on disk.
  if (!hasRoom(state, entity.type) && goCold(state, entity)) return;
  enqueue(state, entity);
}

function pause(state: PartitionState, entity: Entity, at: ActionAt): Acted {
  if (entity.status === "paused") return done;
  note(state, entity, { did: "pause", detail: "", ...at });
  if (entity.status === "in-flight" || entity.status === "loading") {
    pauseAfterInvocation(state, entity, at.nowMs);
    return done;
  }
  leaveIdle(state, entity);
  pauseNow(state, entity, at.nowMs);
  return done;
}

function resume(state: PartitionState, entity: Entity, at: ActionAt): Acted {
  if (entity.pauseWanted) {
    unpauseBeforeEnd(state, entity);
    return done;
  }
  if (entity.status !== "paused") {
    return refused("ENTITY_NOT_PARKED", `${formatAddress(entity.address)} is ${entity.status}, not paused`, "Resume only what was paused.");
  }
  note(state, entity, { did: "resume", detail: "", ...at });
  goOn(state, entity, at.nowMs);
  return done;
}

interface HeadActionAt extends ActionAt {
  readonly ifSequence: number | undefined;
}

function headRefusal(state: PartitionState, entity: Entity, { actions, ifSequence }: HeadActionAt): Acted | undefined {
  const name = formatAddress(entity.address);
  if (entity.status === "in-flight" || entity.status === "loading" || entity.status === "ready") {
    coverageMark("head-act-refused-busy");
    return refused(
      "ENTITY_BUSY",
      `${name} is ${entity.status}; its first message may be on its way`,
      "Pause the entity first, then act on its first message.",
    );
  }
  // Its messages have not been read yet, which happens only when very many entities are acted on at once (scheduling/held-actions.ts).
  if (entity.mailbox.inMemory === 0 && entity.mailbox.spilled > 0) {
    fetchMailbox(state, entity, actions);
    return refused("ENTITY_BUSY", `the mailbox of ${name} is being read from disk`, "Try again in a moment.");
  }
  if (entity.mailbox.inMemory === 0)
    return refused("MAILBOX_EMPTY", `no message waits in the mailbox of ${name}`, "Nothing has to be done.");
  // It is shown by the number that it got where it was admitted, which may be another partition.
  const head = entity.mailbox.at(0);
  const first = head === undefined ? undefined : messageId(head);
  if (ifSequence !== undefined && first !== ifSequence) {
    return refused(
      "MESSAGE_MOVED",
      `message ${ifSequence} is no longer the first one of ${name}, message ${first} is`,
      "Look at the message that is first now. Without ifMessage the action takes whichever is first.",
    );
  }
  return undefined;
}

function discardHead(state: PartitionState, entity: Entity, at: HeadActionAt): Acted {
  const refusal = headRefusal(state, entity, at);
  const head = entity.mailbox.at(0);
  if (refusal !== undefined || head === undefined) return refusal ?? done;
  coverageMark("head-discarded");
  discardFirst(state, entity, head);
  entity.batchCount = 0;
  note(state, entity, {
    did: "discard",
    detail: discardDetail(messageId(head), head.value),
    discarded: head,
    ...at,
  });
  const stays = entity.status === "paused" || (entity.status === "held" && entity.mailbox.depth > 0);
  if (!stays) goOn(state, entity, at.nowMs);
  else if (entity.heldAt?.condition !== undefined) lookAgain(state, entity, at.nowMs);
  else if (entity.mailbox.inMemory === 0) fetchMailbox(state, entity, at.actions);
  return done;
}

function editHead(state: PartitionState, entity: Entity, at: HeadActionAt & { value: TypedValue }): Acted {
  const refusal = headRefusal(state, entity, at);
  const head = entity.mailbox.at(0);
  if (refusal !== undefined || head === undefined) return refusal ?? done;
  coverageMark("head-edited");
  const edited = { ...head, value: at.value };
  replaceFirst(state, entity, { head, edited });
  entity.batchCount = 0;
  note(state, entity, {
    did: "edit-message",
    detail: editDetail(messageId(head), at.value),
    ...at,
  });
  if (entity.status !== "paused" && entity.status !== "held") goOn(state, entity, at.nowMs);
  return done;
}
