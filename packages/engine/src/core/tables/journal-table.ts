/** JournalTable: how large the journal is and how far it was trimmed. */
export class JournalTable {
  bytes = 0;
  /** Records up to here were trimmed in this life of the partition. */
  trimmed = 0;
}
