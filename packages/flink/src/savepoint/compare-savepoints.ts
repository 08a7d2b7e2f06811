/**
 * compareSavepoints: compares a savepoint file with what a move made of it, entity by entity: values with types and ends, mailboxes in
 * their order, delayed messages with times and tokens. What a move cannot carry is not compared: sequences, traces, times of writing.
 * SQLite does the work; memory holds only the first differences.
 */
import { bytesOf, optionalText, SavepointDatabase, textOf } from "./savepoint-database.ts";
import { dueMsMin } from "./to-flink.ts";

export interface Difference {
  readonly kind: "value" | "message" | "delayed-message";
  readonly type: string;
  readonly id: string;
  readonly found: string;
}

export interface Comparison {
  readonly values: number;
  readonly messages: number;
  readonly delayedMessages: number;
  readonly isEqual: boolean;
  /** The first differences. */
  readonly differences: readonly Difference[];
}

export interface ComparisonOptions {
  readonly before: string;
  /** A file that fromFlink wrote, which has all tables and keys. */
  readonly after: string;
  /** Values that ended before this time were not moved. */
  readonly nowMs: number;
  /** False when the move was known not to keep ends (move-plan.ts). */
  readonly endsCount: boolean;
}

const differencesMax = 20;

export function compareSavepoints({ before, after, nowMs, endsCount }: ComparisonOptions): Comparison {
  const source = new SavepointDatabase(before);
  try {
    source.database.prepare("ATTACH DATABASE ? AS after").run(after);
    const found = [...valueDifferences(source, { nowMs, endsCount }), ...messageDifferences(source), ...delayedDifferences(source)];
    const count = (table: string): number => Number(source.database.prepare(`SELECT count(*) FROM after.${table}`).pluck().get());
    return {
      values: count("state"),
      messages: count("message"),
      delayedMessages: count("delayed_message"),
      isEqual: found.length === 0,
      differences: found.slice(0, differencesMax),
    };
  } finally {
    source.close();
  }
}

function valueDifferences(source: SavepointDatabase, { nowMs, endsCount }: { nowMs: number; endsCount: boolean }): Difference[] {
  const ends = endsCount ? "OR b.expires_ms IS NOT a.expires_ms" : "";
  const live = `(SELECT * FROM ${source.table("state")} WHERE expires_ms IS NULL OR expires_ms > ${nowMs})`;
  const lost = source.all(
    `SELECT a.type, a.id, a.name, b.name IS NULL, b.typename IS NOT a.typename, b.value IS NOT a.value FROM ${live} a
     LEFT JOIN after.state b ON b.type = a.type AND b.id = a.id AND b.name = a.name
     WHERE b.name IS NULL OR b.typename <> a.typename OR b.value <> a.value ${ends} LIMIT ${differencesMax}`,
  );
  const surplus =
    Number(source.database.prepare("SELECT count(*) FROM after.state").pluck().get()) -
    Number(source.database.prepare(`SELECT count(*) FROM ${live}`).pluck().get());
  const found = lost.map(([type, id, name, isMissing, otherType, otherValue]): Difference => {
    const how =
      isMissing === 1 ? "is missing" : otherType === 1 ? "has another type" : otherValue === 1 ? "has another value" : "has another end";
    return { kind: "value", type: textOf(type), id: textOf(id), found: `${textOf(name)} ${how}` };
  });
  // Everything of the one side was found on the other, so only a surplus can differ.
  return surplus <= 0 || found.length > 0 ? found : [{ kind: "value", type: "", id: "", found: `${surplus} values more than before` }];
}

function messageDifferences(source: SavepointDatabase): Difference[] {
  const rank = "row_number() OVER (PARTITION BY target_type, target_id ORDER BY sequence)";
  const columns = `target_type, target_id, ${rank}, caller_type, caller_id, typename, value`;
  const sides = [`SELECT ${columns} FROM ${source.table("message")}`, `SELECT ${columns} FROM after.message`];
  return bothWays(source, sides).map(({ row: [type, id, place, , , typename, value], how }) => ({
    kind: "message",
    type: textOf(type),
    id: textOf(id),
    found: `${how} message ${String(place)} of the mailbox: ${textOf(typename)} of ${bytesOf(value)?.length ?? 0} bytes`,
  }));
}

function delayedDifferences(source: SavepointDatabase): Difference[] {
  const rank = `row_number() OVER (PARTITION BY caller_id, max(due_ms, ${dueMsMin}) ORDER BY sequence)`;
  const columns = `target_type, target_id, ${rank}, caller_type, caller_id, typename, value, max(due_ms, ${dueMsMin}), coalesce(token, '')`;
  const sides = [`SELECT ${columns} FROM ${source.table("delayed_message")}`, `SELECT ${columns} FROM after.delayed_message`];
  return bothWays(source, sides).map(({ row: [type, id, , , callerId, , , dueMs, token], how }) => ({
    kind: "delayed-message",
    type: textOf(type),
    id: textOf(id),
    found: `${how} a delayed message of ${optionalText(callerId) ?? ""} due at ${String(dueMs)}${textOf(token) === "" ? "" : ` with the token ${textOf(token)}`}`,
  }));
}

function bothWays(source: SavepointDatabase, [before = "", after = ""]: readonly string[]): { row: readonly unknown[]; how: string }[] {
  const found = (one: string, other: string, how: string) =>
    source.all(`SELECT * FROM (${one}) EXCEPT SELECT * FROM (${other}) LIMIT ${differencesMax}`).map((row) => ({ row, how }));
  return [...found(before, after, "without"), ...found(after, before, "has besides")];
}
