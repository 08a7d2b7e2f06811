import { describe, expect, it } from "vitest";
import { cart, jsonValue, message, record, stock, value } from "../traces/test-records.ts";
import { exportCase, recordedCase, stateBefore } from "./export-case.ts";
import { en } from "../../words/reproduction/en.ts";

const to = (sequence: number, atMs: number, caller: typeof stock | null = null) => message(sequence, { caller, target: cart }, atMs);
const orders = (count: number) => jsonValue("shop/Orders", count);
const wrote = (before: number | null, after: number) => [
  { name: "orders", before: before === null ? null : orders(before), after: orders(after) },
];
const stored = (count: number) => [
  { name: "orders", typename: "shop/Orders", value: orders(count), expiration: "never", writtenMs: null, expiresMs: null, version: "v" },
  { name: "name", typename: "t/v", value, expiration: "never", writtenMs: null, expiresMs: null, version: "v" },
];
const first = record(2, cart, { messages: [to(1, 1_000)], state: wrote(1, 2), sent: [message(9, { caller: cart, target: stock }, 1_001)] });
const second = record(6, cart, { messages: [to(5, 9_000, stock)], state: wrote(2, 3), egress: [{ egress: "shop/out", value }] });

describe("an entity's messages as a test", () => {
  it("gives the state before, sends each call with its caller and the time between, and expects the outcome", () => {
    const told = recordedCase({ history: [second, first], ended: true, messagesMax: 10 });
    const text = exportCase(told, { address: cart, state: stored(3) });
    expect(text).toContain(`given: [{ of: entity, state: { name: text("t/v", "{\\"n\\":1}"), orders: text("shop/Orders", "1") } }],`);
    expect(text).toContain(
      `await box.send({ target: entity, value: text("t/v", "{\\"n\\":1}") }, { caller: { type: "shop/stock", id: "sku" } });`,
    );
    expect(text).toContain(`await box.advance("8000ms");`);
    expect(text).toContain(`expect((await box.entity(entity)).status).toBe("idle");`);
    expect(text).toContain(`expect(state["orders"]).toEqual(box.value(text("shop/Orders", "3")));`);
    expect(text).toContain(`expect((await box.sent({ type: "shop/stock", id: "sku" })).map(({ value }) => value)).toEqual(`);
    expect(text).toContain(`expect((await box.egress("shop/out")).map(({ value }) => value)).toEqual(`);
    expect(text).toContain("alone: true");
    expect(text).toContain("It begins with the first that the journal has.");
  });
  it("begins after a gap, and says which one", () => {
    const edited = record(4, cart, { outcome: "act", act: "edit-state", messages: [], state: wrote(7, 2) });
    const cut = record(4, cart, { messages: [to(3, 2_000)], messagesTotal: 9 });
    for (const gap of [edited, cut]) {
      const told = recordedCase({ history: [second, gap, first], ended: true, messagesMax: 10 });
      expect(told.records).toEqual([second]);
      expect(told.begins(en.test.begins)).toContain("after record 4");
    }
    expect(recordedCase({ history: [second, first], ended: true, messagesMax: 1 })).toMatchObject({ records: [second] });
    const undone = record(2, cart, { past: { era: 1, endedMs: 1, undone: null, keptIn: "s" } });
    expect(recordedCase({ history: [second, undone], ended: true, messagesMax: 9 }).begins(en.test.begins)).toContain("restore");
  });
  it("has the last call whole, also where it had more messages than requested", () => {
    const many = record(8, cart, { messages: [to(7, 9_500), to(8, 9_500)], messagesTotal: 2 });
    expect(recordedCase({ history: [many, second], ended: true, messagesMax: 1 }).records).toEqual([many]);
  });
  it("leaves out discarded messages, and expects parked where one is", () => {
    const parked = record(4, cart, { outcome: "parked", messages: [to(3, 2_000)] });
    expect(recordedCase({ history: [second, parked, first], ended: true, messagesMax: 9 }).records).toEqual([first, second]);
    const now = record(8, cart, { outcome: "parked", messages: [to(7, 9_500), to(8, 9_500)] });
    const text = exportCase(recordedCase({ history: [now, second], ended: true, messagesMax: 9 }), { address: cart, state: stored(3) });
    expect(text).toContain(`toBe("parked")`);
    // One of the two messages is the bad one; in the test the other one may count alone.
    expect(text).not.toContain("const state");
  });
  it("asserts nothing of a value that is unknown", () => {
    const masked = { ...jsonValue("t/v", { card: "****" }), masked: ["card"] };
    const change = { name: "paid", before: null, after: masked };
    const told = record(2, cart, { messages: [to(1, 1_000)], state: [change], egress: [{ egress: "shop/out", value: masked }] });
    const text = exportCase({ records: [told], begins: () => "" }, { address: cart, state: [] });
    expect(text).toContain(`// Not asserted: "paid", whose value is not told.`);
    expect(text).not.toContain("shop/out");
  });
  it("finds the state before in the first change of each value, and in today's where nothing changed", () => {
    expect(stateBefore([first, second], stored(3)).map(({ name, value: { text } }) => `${name} ${text}`)).toEqual([
      'name {"n":1}',
      "orders 1",
    ]);
    const made = record(2, cart, { messages: [to(1, 1_000)], state: wrote(null, 2) });
    expect(stateBefore([made], stored(2)).map(({ name }) => name)).toEqual(["name"]);
  });
});
