/** JournalTable: how large the journal is, how far it was trimmed and how far its directories are in segments. */
export class JournalTable {
  bytes = 0;
  /** Records up to here were trimmed in this life of the partition. */
  trimmed = 0;
  /** The last block whose directory this life of the partition put into a segment (journal-segment.ts). */
  indexed = 0;
}
