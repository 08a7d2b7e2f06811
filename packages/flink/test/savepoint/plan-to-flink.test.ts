/**
 * What a dry run reports before a move to Flink: what moves, what changes, what stays behind and what prevents the move, counted in the
 * file.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { blockers, type MovePlan } from "../../src/savepoint/move-plan.ts";
import { planToFlink } from "../../src/savepoint/plan-to-flink.ts";
import { SavepointDatabase } from "../../src/savepoint/savepoint-database.ts";
import { savepointFile, tableSql } from "./savepoint-files.ts";

const folder = mkdtempSync(join(tmpdir(), "signalbox-plan-"));
afterAll(() => rmSync(folder, { recursive: true }));
const nowMs = 2_000_000_000_000;
let next = 0;

function planOf(...statements: readonly string[]): MovePlan {
  const source = new SavepointDatabase(savepointFile(join(folder, `${++next}.savepoint`), ...statements));
  try {
    return planToFlink(source, nowMs);
  } finally {
    source.close();
  }
}

const told = ({ items }: MovePlan): Record<string, string> =>
  Object.fromEntries(items.map(({ what, fate, count }) => [what, `${fate} ${count}`]));
const value = (cells: string): string => `INSERT INTO state VALUES (${cells});`;

describe("planToFlink", () => {
  test("a file of two tables is read as well as one with all of them", () => {
    expect(told(planOf(value("'shop/cart', 'anna', 'items', 'shop/items', x'01', NULL, NULL")))).toEqual({
      entities: "moves 1",
      values: "moves 1",
      "times-of-writing": "changes 1",
    });
  });

  test("ends are exact where a function registered them, counted anew where not, and lost where it registered none", () => {
    const plan = planOf(
      tableSql.spec,
      "INSERT INTO state_spec VALUES ('shop/cart', 'seen', 't/t', 'after-write', 1000), ('shop/cart', 'old', 't/t', 'none', 0);",
      value(`'shop/cart', 'a', 'seen', 't/t', x'', ${nowMs - 10}, ${nowMs + 990}`),
      value(`'shop/cart', 'b', 'seen', 't/t', x'', ${nowMs - 10}, NULL`),
      value(`'shop/cart', 'c', 'seen', 't/t', x'', ${nowMs - 1000}, ${nowMs}`),
      value(`'shop/cart', 'a', 'old', 't/t', x'', ${nowMs - 10}, ${nowMs + 990}`),
      value(`'shop/cart', 'a', 'new', 't/t', x'', ${nowMs - 10}, ${nowMs + 990}`),
    );
    expect(told(plan)).toMatchObject({
      values: "moves 4",
      ends: "moves 1",
      "ends-unregistered": "changes 1",
      "ends-of-endless": "changes 1",
      "values-expired": "stays 1",
    });
  });

  test("names and types that Flink lacks block the plan, and cannot be accepted", () => {
    const plan = planOf(
      value("'a/b', '1', 'c.d', 't/t', x'', NULL, NULL"),
      value("'a.b/c', '1', 'd', 't/t', x'', NULL, NULL"),
      value("'a/x', '1', 'mixed', 't/t', x'', NULL, NULL"),
      value("'a/x', '2', 'mixed', 't/u', x'', NULL, NULL"),
      value("'a/x', '1', 'batch', 't/t', x'', NULL, NULL"),
      value("'a/x', '1', 'odd', 'noslash', x'', NULL, NULL"),
      value(`'a/x', '1', '${"n".repeat(70_000)}', 't/t', x'', NULL, NULL`),
    );
    const blocking = ["names-shared", "types-mixed", "names-reserved", "typenames-odd", "names-long"];
    expect(
      plan.items
        .filter(({ fate }) => fate === "blocks")
        .map(({ what }) => what)
        .sort(),
    ).toEqual(blocking.sort());
    expect(blockers(plan, blocking)).toHaveLength(blocking.length);
    for (const { why, cure, examples } of blockers(plan, [])) {
      expect(why).not.toBe("");
      expect(cure).not.toBe("");
      for (const example of examples) expect(example.length).toBeLessThanOrEqual(120);
    }
  });

  test("records, parked and paused entities block the plan until somebody accepts what becomes of them", () => {
    const plan = planOf(
      tableSql.egress,
      tableSql.entity,
      "INSERT INTO egress_record VALUES (1, 'shop/mails', 'shop/cart', 'anna', 't/t', x'');",
      "INSERT INTO entity VALUES ('shop/cart', 'anna', 'parked'), ('shop/cart', 'bert', 'paused');",
    );
    expect(blockers(plan, []).map(({ what }) => what)).toEqual(["egress-records", "parked", "paused"]);
    expect(blockers(plan, ["egress-records", "parked"]).map(({ what }) => what)).toEqual(["paused"]);
    expect(plan.items.find(({ what }) => what === "parked")?.examples).toEqual(["shop/cart/anna"]);
  });

  test("calls stay behind: their answers are not state, in whatever types, a message on its way to a call is dropped, and waiting callers are named", () => {
    const call = "io.signalbox.calls/call";
    const plan = planOf(
      tableSql.message,
      tableSql.spec,
      `INSERT INTO state_spec VALUES ('${call}', 'answer', 't/t', 'after-write', 1000);`,
      value(`'${call}', '7', 'answer', 't/t', x'01', NULL, ${nowMs + 1000}`),
      value(`'${call}', '8', 'answer', 'noslash', x'01', NULL, ${nowMs + 1000}`),
      value(`'${call}', '9', 'answer', 't/t', x'01', NULL, ${nowMs}`),
      value("'io.signalbox.calls/stream', '10', 'answers', 't/t', x'01', NULL, NULL"),
      value("'shop/cart', 'anna', 'items', 't/t', x'01', NULL, NULL"),
      `INSERT INTO message VALUES (11, '${call}', '11', 'shop/cart', 'anna', 't/t', x''), (12, 'shop/cart', 'anna', '${call}', '5', 't/t', x'');`,
    );
    expect(told(plan)).toEqual({
      entities: "moves 1",
      values: "moves 1",
      "times-of-writing": "changes 1",
      messages: "moves 1",
      traces: "changes 1",
      "call-answers": "stays 3",
      "calls-under-way": "changes 1",
    });
  });

  test("a token that two delayed messages of one id have blocks the plan; other ids may have the same token", () => {
    const delayed = (sequence: number, id: string) =>
      `INSERT INTO delayed_message VALUES (${sequence}, 'a/b', '${id}', 'a/b', 'x', 't/t', x'', 9, 'token');`;
    expect(told(planOf(tableSql.delayed, delayed(1, "one"), delayed(2, "two")))).toMatchObject({ "cancellation-tokens": "moves 2" });
    expect(told(planOf(tableSql.delayed, delayed(1, "one"), delayed(2, "one")))).toMatchObject({ "tokens-twice": "blocks 1" });
  });
});
