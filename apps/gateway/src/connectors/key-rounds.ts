/**
 * keyRounds: splits records into rounds with at most one record per key: the first of every key, then the second of every key, and so on.
 * It is for receivers that take many records at once and may accept only some: the order of each key holds if a round waits for the one
 * before.
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
