/** MailboxTable: what is known of all mailboxes together, and which entities wait for a read of theirs. mailbox.ts and loading.ts change it. */
import type { Entity } from "./entity.ts";
import type { MailboxCount } from "./mailbox-count.ts";

export class MailboxTable {
  waitingMessages = 0;
  bytesInMemory = 0;
  /** Entities whose spilled messages, or (delivery: committed) whose new messages, wait for the next durable epoch. */
  readonly awaitingDurable = new Set<Entity>();
  /** Until all that earlier lives left in mailboxes is counted. */
  count: MailboxCount | undefined = undefined;

  isCounted(entity: Entity): boolean {
    return this.count === undefined || this.count.passed(entity.keyPart);
  }

  /** Until the count has passed it, it stands in no queue; its turn reads its values back. */
  holdForCount(entity: Entity): void {
    entity.unload();
    this.count?.held.add(entity);
  }
}
