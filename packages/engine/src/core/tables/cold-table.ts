/**
 * ColdTable: function types of which messages wait on disk only, for entities that are not in memory. Such a type is cold; the mailbox
 * table is its queue, and a cursor reads on in it. scheduling/cold-types.ts decides; this is what it remembers: how far each cursor has
 * come, which reads are under way, and which rows are too new for a read to see. Nothing here grows with the number of entities that wait
 * (G6).
 */
import type { Address } from "@signalbox/runtime/model/address";
import type { Command } from "../command.ts";
import type { Entity } from "./entity.ts";
import type { FunctionTypeState } from "./function-type-state.ts";
import type { WriteSet } from "./write-set.ts";

/** A read of mailbox rows. It sees every epoch up to `durableEpoch`, and perhaps later ones. */
export interface ColdScan {
  /** The answer of the read carries this number. */
  readonly number: number;
  readonly durableEpoch: number;
  /** Rows from this sequence on are counted by `addedSince`, whether the read saw them or not. */
  readonly sequenceEnd: number;
  /** Epochs that were not durable when the read began: it may still have seen rows that they remove. */
  readonly before: readonly WriteSet[];
  /** Entities that left memory after the read began: what it saw of them may be out of date. */
  readonly left: Set<string>;
}

export type CursorWait =
  | { readonly kind: "none" }
  /** All rows that are left were written in this epoch or before, and no read sees them until it is durable. */
  | { readonly kind: "durable"; readonly epoch: number }
  /**
   * No entity that is left may come into memory now (limits). The cursor looks again at an alarm, or (`ready`) when the ready ones have
   * been sent.
   */
  | { readonly kind: "alarm"; readonly ready: boolean };

export const noWait: CursorWait = { kind: "none" };

export class ColdCursor {
  readonly type: FunctionTypeState;
  /** The next read begins at this key; undefined: at the beginning. */
  fromKey: string | undefined = undefined;
  round = 1;
  /** By prefix of a limit's key: the key had enough entities in memory in this round, and the next round goes on here. */
  readonly goesOnAt = new Map<string, { readonly fromKey: string; readonly round: number }>();
  scan: ColdScan | undefined = undefined;
  wait: CursorWait = noWait;
  /** Since the beginning of the round: whether an entity came into memory, and how many reads there were. */
  found = false;
  reads = 0;
  /** The open epoch when a row was added last. */
  lastAddedEpoch = 0;

  constructor(type: FunctionTypeState) {
    this.type = type;
  }
}

interface Added {
  rows: number;
  readonly firstSequence: number;
}

interface AddedInEpoch {
  readonly epoch: number;
  readonly byEntity: Map<string, Added>;
}

type OperatorActionCommand = Extract<Command, { kind: "operator-action" }>;

/** One entity is read out of its turn: an operator acts on it, or it is the first of its key. */
export interface HeldForRead {
  readonly address: Address;
  /** Undefined when no read is under way: the next durable epoch begins one. */
  scan: ColdScan | undefined;
  readonly commands: OperatorActionCommand[];
}

export class ColdTable {
  readonly cursors = new Map<FunctionTypeState, ColdCursor>();
  /** By the entity's part of its store keys. */
  readonly held = new Map<string, HeldForRead>();
  heldCommands = 0;
  /** Messages that went to disk only since the start, and the type of the last one's target. */
  delivered = 0;
  lastDelivered: FunctionTypeState | undefined = undefined;
  nextScan = 1;
  /** Rows that came for entities that were not in memory, by epoch: all those that a read, under way or beginning now, may not see. */
  private added: AddedInEpoch[] = [];

  cursorOf(type: FunctionTypeState): ColdCursor {
    let cursor = this.cursors.get(type);
    if (cursor === undefined) {
      cursor = new ColdCursor(type);
      this.cursors.set(type, cursor);
    }
    return cursor;
  }

  /** Whether a read waits for the open epoch to become durable. */
  get awaitsDurable(): boolean {
    for (const { wait } of this.cursors.values()) if (wait.kind === "durable") return true;
    for (const { scan } of this.held.values()) if (scan === undefined) return true;
    return false;
  }

  add(entityPart: string, epoch: number, of: { readonly rows: number; readonly firstSequence: number }): void {
    const { byEntity } = this.inEpoch(epoch);
    const known = byEntity.get(entityPart);
    if (known === undefined) byEntity.set(entityPart, { ...of });
    else known.rows += of.rows;
  }

  /** Mostly the last list; an entity that goes cold may have rows of earlier epochs. */
  private inEpoch(epoch: number): AddedInEpoch {
    let index = this.added.length;
    for (; index > 0; index--) {
      const before = this.added[index - 1];
      if (before === undefined || before.epoch < epoch) break;
      if (before.epoch === epoch) return before;
    }
    const made: AddedInEpoch = { epoch, byEntity: new Map() };
    this.added.splice(index, 0, made);
    return made;
  }

  /** Removes all rows of the entity, and returns those that came after the epoch. */
  takeAdded(entityPart: string, afterEpoch: number): Added | undefined {
    let sum: Added | undefined;
    for (const { epoch, byEntity } of this.added) {
      const one = byEntity.get(entityPart);
      if (one === undefined) continue;
      byEntity.delete(entityPart);
      if (epoch <= afterEpoch) continue;
      if (sum === undefined) sum = { ...one };
      else sum.rows += one.rows;
    }
    return sum;
  }

  /** How many rows of the entity came after epoch `durable`. */
  addedSince(entityPart: string, durable: number): number {
    let rows = 0;
    for (const { epoch, byEntity } of this.added) if (epoch > durable) rows += byEntity.get(entityPart)?.rows ?? 0;
    return rows;
  }

  /** Reads that begin from now on see these epochs. */
  forget(durable: number): void {
    if (this.added.length === 0) return;
    let oldest = durable;
    for (const scan of this.scans()) oldest = Math.min(oldest, scan.durableEpoch);
    this.added = this.added.filter(({ epoch }) => epoch > oldest);
  }

  /** The entity has left memory: what a read under way saw of it does not count. */
  left(entity: Entity): void {
    if (this.cursors.size === 0 && this.held.size === 0) return;
    this.cursors.get(entity.type)?.scan?.left.add(entity.keyPart);
    this.held.get(entity.keyPart)?.scan?.left.add(entity.keyPart);
  }

  private *scans(): Generator<ColdScan> {
    for (const { scan } of this.cursors.values()) if (scan !== undefined) yield scan;
    for (const { scan } of this.held.values()) if (scan !== undefined) yield scan;
  }
}
