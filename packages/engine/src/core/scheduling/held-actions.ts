/**
 * HeldActions: an operator acts on an entity that is not in memory and may have messages on disk (cold-types.ts): its mailbox is read first, out of
 * its turn, and then the act finds what it would have found in memory. Who is the first of its key (a limit's) is read in the same way. Neighbours: operator-actions.ts (acts), cold-types.ts (reads).
 */
import type { Actions } from "../action.ts";
import type { Command } from "../command.ts";
import { coverageMark } from "../coverage-mark.ts";
import { performOperatorAction } from "../operator-actions.ts";
import type { PartitionState } from "../partition-state.ts";
import { entityPart, entityRange } from "../store/store-key.ts";
import type { HeldForRead } from "../tables/cold-table.ts";
import { beginScan, endIfWarm, goCold, hydrate, rowsReadMax } from "./cold-types.ts";
import { isOverfull } from "./memory-room.ts";
import { wake } from "./ready-queue.ts";

/** More do not wait. */
const heldActionsMax = 1_000;
const retryAfterMs = 1_000;

type OperatorActionCommand = Extract<Command, { kind: "operator-action" }>;

/** False: it can be done now. */
export function operatorActionAfterRead(state: PartitionState, command: OperatorActionCommand, actions: Actions): boolean {
  if (command.selection.kind !== "one") return false;
  const { address } = command.selection;
  const keyPart = entityPart(address.type, address.id);
  const { cold, entities } = state;
  const type = entities.types.get(address.type);
  const held = cold.held.get(keyPart);
  if (held === undefined && (type === undefined || type.coldRows === 0 || entities.find(address) !== undefined)) return false;
  if (cold.heldCommands >= heldActionsMax) {
    const message = `${heldActionsMax} operator actions wait already until the mailboxes of their entities are read`;
    const refusal = { code: "OVERLOADED", message, cure: "Try again in a moment.", retryAfterMs } as const;
    actions.push({ kind: "refuse", request: command.request, refusal });
    return true;
  }
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
    // What the read saw is from before it was here and left again.
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
  for (const one of held.commands) performOperatorAction(state, { ...one, nowMs: command.nowMs, actions });
  // It came for the act's sake, and is not to take a place for good.
  const known = entities.find(address);
  if (known?.status === "ready" && isOverfull(state)) goCold(state, known);
}

/** An epoch has become durable: who waited for it is read. */
export function readHeldAfterDurable(state: PartitionState, actions: Actions): void {
  for (const [keyPart, held] of state.cold.held) if (held.scan === undefined) read(state, { keyPart, held }, actions);
}
