/** EgressTable: how many records each egress has in its outbox. egress.ts changes it; commit.ts writes the depths that changed. */
export class EgressTable {
  readonly waiting = new Map<string, number>();
  /** Records up to this sequence were acknowledged since the partition started. */
  readonly acknowledged = new Map<string, number>();
  /** Egresses whose changed depth is not yet written into the open epoch. */
  readonly dirty = new Set<string>();
}
