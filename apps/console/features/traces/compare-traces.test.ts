import { describe, expect, it } from "vitest";
import { causalTree } from "./causal-tree.ts";
import { compareTraces } from "./compare-traces.ts";
import { cart, jsonValue, mail, message, record, stock, value } from "./test-records.ts";
import { en } from "../../words/story/en.ts";

const asked = (base: number, more: Partial<Parameters<typeof record>[2]> = {}) =>
  record(base, cart, {
    messages: [message(1, { caller: null, target: cart }, 1)],
    sent: [message(base + 100, { caller: cart, target: stock }, 5)],
    startedMs: 1,
    endedMs: 4,
    ...more,
  });
const taken = (base: number, more: Partial<Parameters<typeof record>[2]> = {}) =>
  record(base + 1, stock, { messages: [message(base + 100, { caller: cart, target: stock }, 5)], startedMs: 6, endedMs: 9, ...more });
const state = (after: number) => [{ name: "left", before: jsonValue("t/n", 9), after: jsonValue("t/n", after) }];
const shape = (left: ReturnType<typeof record>[], right: ReturnType<typeof record>[]) =>
  compareTraces(causalTree(1, left), causalTree(1, right), en.differences).rows.map(({ left: one, right: other, differences }) => [
    one?.kind ?? null,
    other?.kind ?? null,
    ...differences,
  ]);

describe("two traces side by side", () => {
  it("that did the same differ in time alone", () => {
    const { rows, first } = compareTraces(
      causalTree(1, [asked(1), taken(1)]),
      causalTree(1, [asked(7), taken(7, { endedMs: 30 })]),
      en.differences,
    );
    expect(first).toBeNull();
    expect(rows.map(({ leftMs, rightMs }) => [leftMs, rightMs])).toEqual([
      [3, 3],
      [3, 24],
    ]);
  });
  it("are one row where they stand at the same place, also where one was parked there", () => {
    expect(shape([asked(1), taken(1)], [asked(1), taken(1, { outcome: "parked", attempts: 3 })])).toEqual([
      ["record", "record"],
      ["record", "record", "completed here, parked there", "1 and 3 attempts"],
    ]);
  });
  it("name the calls of one side alone, and go on after them", () => {
    const sold = record(3, mail, { messages: [message(300, { caller: stock, target: mail }, 9)] });
    const teller = taken(1, { sent: [message(300, { caller: stock, target: mail }, 9)], egress: [{ egress: "shop/out", value }] });
    expect(shape([asked(1), taken(1, { egress: [{ egress: "shop/out", value }] })], [asked(1), teller, sold])).toEqual([
      ["record", "record"],
      ["record", "record", "sends something else"],
      [null, "record", "only in the other"],
      ["egress", "egress"],
    ]);
  });
  it("name the states that differ afterwards, or that one side alone wrote", () => {
    expect(shape([taken(1, { state: state(5) })], [taken(1, { state: state(6) })])).toEqual([
      ["record", "record", "left becomes something else"],
    ]);
    expect(shape([taken(1, { state: state(5) })], [taken(1)])).toEqual([["record", "record", "left written here alone"]]);
  });
});
