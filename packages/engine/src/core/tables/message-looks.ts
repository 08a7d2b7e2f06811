/**
 * MessageLooks: how much of messages the conditions of breakpoints may look at in one turn of the dispatch, so that no condition holds up
 * the partition's thread (G7): the next turn continues with what is left. Neighbours: breakpoint-table.ts (looks), dispatch.ts (begins
 * turns, and ends one that has spent all).
 */
import type { MessageCondition, MessageLook } from "@signalbox/runtime/model/message-condition";
import type { Message } from "@signalbox/runtime/model/message";

/** A look counts the weight of its condition, and one more for each of these bytes of the value, which has to be decoded. */
const bytesOfLook = 4_096;
export const looksInTurnMax = 64;

export class MessageLooks {
  private left = looksInTurnMax;

  begin(): void {
    this.left = looksInTurnMax;
  }

  get isSpent(): boolean {
    return this.left <= 0;
  }

  at(condition: MessageCondition, message: Message): MessageLook {
    this.left -= condition.weight + Math.floor(message.value.bytes.length / bytesOfLook);
    return condition.look(message);
  }
}
