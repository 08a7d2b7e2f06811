/**
 * keyRounds: records in rounds, each with at most one record of a key, in order: the first of every key, then the second of every key, and so on.
 * For a receiver that takes many records at once and may take some of them only: the order of a key holds if a round waits for the one before.
 */
export function keyRounds<T>(records: readonly T[], keyOf: (record: T) => string): T[][] {
  const rounds: T[][] = [];
  const counts = new Map<string, number>();
  for (const record of records) {
    const key = keyOf(record);
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    (rounds[count] ??= []).push(record);
  }
  return rounds;
}
