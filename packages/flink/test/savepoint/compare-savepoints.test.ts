/** The check after a move finds each kind of difference and names the entity. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, describe, expect, test } from "vitest";
import { compareSavepoints } from "../../src/savepoint/compare-savepoints.ts";
import { savepointFile, tableSql } from "./savepoint-files.ts";

const folder = mkdtempSync(join(tmpdir(), "signalbox-compare-"));
afterAll(() => rmSync(folder, { recursive: true }));
const nowMs = 1_800_000_000_000;
let next = 0;

const contents = [
  tableSql.message,
  tableSql.delayed,
  "INSERT INTO state VALUES ('a/b', '1', 's', 't/t', x'01', 1, NULL), ('a/b', '2', 's', 't/t', x'02', 1, 1900000000000);",
  "INSERT INTO message VALUES (1, NULL, NULL, 'a/b', '1', 't/t', x'01'), (2, 'a/b', '2', 'a/b', '1', 't/t', NULL);",
  "INSERT INTO delayed_message VALUES (3, 'a/b', '1', 'a/b', '2', 't/t', x'03', 1900000000000, 'k');",
];

function compared(change: string) {
  const before = savepointFile(join(folder, `${++next}.before`), ...contents);
  const after = savepointFile(join(folder, `${next}.after`), ...contents);
  const database = new Database(after);
  database.exec(change);
  database.close();
  return compareSavepoints({ before, after, nowMs, endsCount: true });
}

describe("compareSavepoints", () => {
  test("equal files are equal, whatever their sequences and times of writing", () => {
    expect(compared("UPDATE message SET sequence = sequence + 10; UPDATE state SET written_ms = 7;")).toMatchObject({
      isEqual: true,
      values: 2,
      messages: 2,
      delayedMessages: 1,
    });
  });

  test.each([
    ["a lost value", "DELETE FROM state WHERE id = '1'", "s is missing"],
    ["another byte", "UPDATE state SET value = x'09' WHERE id = '1'", "s has another value"],
    ["another type", "UPDATE state SET typename = 't/u' WHERE id = '1'", "s has another type"],
    ["another end", "UPDATE state SET expires_ms = expires_ms + 1 WHERE id = '2'", "s has another end"],
    ["an end that was none", "UPDATE state SET expires_ms = 1900000000000 WHERE id = '1'", "s has another end"],
    ["a value too many", "INSERT INTO state VALUES ('a/b', '3', 's', 't/t', x'', 1, NULL)", "1 values more"],
    ["a lost message", "DELETE FROM message WHERE sequence = 2", "without message 2"],
    ["another order", "UPDATE message SET sequence = 3 WHERE sequence = 1", "message 1"],
    ["an absent value that became an empty one", "UPDATE message SET value = x'' WHERE sequence = 2", "message 2"],
    ["a caller that is gone", "UPDATE message SET caller_type = NULL, caller_id = NULL", "message 2"],
    ["another due time", "UPDATE delayed_message SET due_ms = due_ms + 1", "due at 1900000000001"],
    ["another token", "UPDATE delayed_message SET token = ''", "with the token k"],
  ])("%s is found", (_name, change, found) => {
    const { isEqual, differences } = compared(change);
    expect(isEqual).toBe(false);
    expect(differences.map((one) => one.found).join("; ")).toContain(found);
  });
});
