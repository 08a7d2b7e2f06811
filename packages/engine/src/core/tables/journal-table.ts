/** JournalTable: how large the journal is, how far it was trimmed and how far its directories are in segments. */
export class JournalTable {
  bytes = 0;
  /** Records up to this sequence were trimmed since the partition started. */
  trimmed = 0;
  /** The last block whose directory was put into a segment (journal-segment.ts) since the partition started. */
  indexed = 0;
}
