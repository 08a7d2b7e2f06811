/**
 * MailboxQueue: the messages of one entity that wait, in order of sequence. The first part is in memory, the rest (if any) on disk only:
 * once something was spilled, everything after it spills too, so order is kept (G5) and memory stays bounded (G6).
 */
import type { Message } from "@signalbox/runtime/model/message";

export class MailboxQueue {
  private memory: Message[] = [];
  private head = 0;
  /** Messages that are on disk only; all of them come after the ones in memory. */
  spilled = 0;
  /** The last sequence that is or was in memory; spilled ones are above it. */
  lastSequenceInMemory = 0;

  get depth(): number {
    return this.inMemory + this.spilled;
  }

  get inMemory(): number {
    return this.memory.length - this.head;
  }

  push(message: Message): void {
    // Most mailboxes hold one message, and an array that grows makes room for seventeen.
    if (this.memory.length === 0) this.memory = [message];
    else this.memory.push(message);
    this.lastSequenceInMemory = message.sequence;
  }

  clear(): void {
    this.memory = [];
    this.head = 0;
    this.spilled = 0;
  }

  spill(): void {
    this.spilled++;
  }

  /** Rows that came back from disk, in order. */
  refill(messages: readonly Message[]): void {
    for (const message of messages) {
      if (message.sequence <= this.lastSequenceInMemory) continue;
      this.push(message);
      this.spilled--;
    }
  }

  at(index: number): Message | undefined {
    return this.memory[this.head + index];
  }

  first(count: number): Message[] {
    return this.memory.slice(this.head, this.head + count);
  }

  replaceHead(message: Message): void {
    this.memory[this.head] = message;
  }

  removeFirst(count: number): void {
    this.head += count;
    if (this.head > 64 && this.head * 2 > this.memory.length) {
      this.memory = this.memory.slice(this.head);
      this.head = 0;
    } else if (this.head === this.memory.length) {
      this.memory = [];
      this.head = 0;
    }
  }
}
