/** MailboxTable: what is known of all mailboxes together, and which entities wait for a read of theirs. mailbox.ts and loading.ts change it. */
import type { Entity } from "./entity.ts";
import type { FunctionTypeState } from "./function-type-state.ts";
import { HeldHeads } from "./held-heads.ts";

export class MailboxTable {
  waitingMessages = 0;
  bytesInMemory = 0;
  /** Entities whose spilled messages, or (delivery: committed) whose new messages, wait for the next durable epoch. */
  readonly awaitingDurable = new Set<Entity>();
  readonly heldHeads = new HeldHeads();
  /** Types whose number of waiting messages has changed and is not in the open epoch yet; commit.ts writes it. */
  readonly changed = new Set<FunctionTypeState>();
}
