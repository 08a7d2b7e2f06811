/**
 * MailboxCount: how far the count of what earlier lives left in mailboxes has come, and who waits for it (scheduling/count-mailboxes.ts).
 */
import { Heap } from "../../model/collections/heap.ts";
import { compareUtf8 } from "../../model/utf8-order.ts";
import type { Command } from "../command.ts";
import { entityPartOfMessage, tableRange } from "../store/store-key.ts";
import type { Entity } from "./entity.ts";

export class MailboxCount {
  /** Rows from here on were written in this life and are counted as they come. */
  readonly sequenceEnd: number;
  /** The last row that was read. */
  lastKey = tableRange("m").gte;
  /** Entities below are counted; this one may be counted in part. */
  private reached = "";
  /** Entities in memory that wait for the count to pass them. */
  readonly held = new Heap<Entity>((a, b) => compareUtf8(a.keyPart, b.keyPart) < 0);
  readonly actions: Extract<Command, { kind: "operator-action" }>[] = [];
  admitted = 0;

  constructor(sequenceEnd: number) {
    this.sequenceEnd = sequenceEnd;
  }

  /** By its part of every store key. */
  passed(entity: string): boolean {
    return compareUtf8(entity, this.reached) < 0;
  }

  moveTo(lastKey: string): void {
    this.lastKey = lastKey;
    this.reached = entityPartOfMessage(lastKey);
  }
}
