import { describe, expect, it } from "vitest";
import { exportTest } from "./export-test.ts";
import { cart, jsonValue, mail, message, record, stock, value } from "./test-records.ts";

const first = message(1, { caller: null, target: cart }, 1_000);
const sent = message(101, { caller: cart, target: stock }, 1_010);
const records = [
  record(1, cart, {
    messages: [first],
    sent: [sent],
    state: [{ name: "orders", before: jsonValue("shop/Orders", 16), after: jsonValue("shop/Orders", 17) }],
  }),
  record(2, stock, { messages: [sent], egress: [{ egress: "shop/out", value }] }),
];
const before = [
  { address: cart, values: [{ name: "orders", value: jsonValue("shop/Orders", 16) }], complete: true },
  { address: stock, values: [], complete: true },
];

describe("a trace as a test", () => {
  it("gives the state before, sends the message, and expects state, messages and records", () => {
    const text = exportTest({ trace: 1, records, first, before });
    expect(text).toContain(`{ of: { type: "shop/cart", id: "bob" }, state: { orders: text("shop/Orders", "16") } },`);
    expect(text).toContain(`await box.send({ target: { type: "shop/cart", id: "bob" }, value: text("t/v", "{\\"n\\":1}") });`);
    expect(text).toContain(`expect(of_cart_bob["orders"]).toEqual(box.value(text("shop/Orders", "17")));`);
    expect(text).toContain(`expect((await box.sent({ type: "shop/stock", id: "sku" })).map(({ value }) => value)).toEqual(`);
    expect(text).toContain(`expect((await box.egress("shop/out")).map(({ value }) => value)).toEqual(`);
    expect(text).toContain("await box.settle();");
    expect(text).toMatch(/Change this import: entities is a list .* with shop\/cart, shop\/stock.* in it\./);
  });
  it("lets the time pass after which delayed messages came", () => {
    const later = { kind: "send-after" as const, target: mail, value, dueMs: 31_000, token: "" };
    const asked = record(1, cart, { messages: [first], delayed: [later], endedMs: 1_005 });
    const fired = record(9, mail, { messages: [message(130, { caller: cart, target: mail }, 31_002)] });
    expect(exportTest({ trace: 1, records: [asked, fired], first, before })).toContain(`await box.advance("31000ms");`);
  });
  it("gives the calls more time, and a delayed message that did not come no time to come", () => {
    const fires = { kind: "send-after" as const, target: mail, value, dueMs: 31_000, token: "" };
    const waits = { kind: "send-after" as const, target: stock, value, dueMs: 31_400, token: "w" };
    const asked = record(1, cart, { messages: [first], delayed: [fires, waits], endedMs: 1_005 });
    const fired = record(9, mail, { messages: [message(130, { caller: cart, target: mail }, 31_002)] });
    expect(exportTest({ trace: 1, records: [asked, fired], first, before })).toContain(`await box.advance("30200ms");`);
  });
  it("names entities apart whose addresses read the same", () => {
    const types = ["shop/cart", "depot/cart"];
    const changed = types.map((type, at) =>
      record(at + 1, { type, id: "bob" }, { messages: [first], state: [{ name: "n", before: null, after: jsonValue("t/n", 1) }] }),
    );
    const unknown = types.map((type) => ({ address: { type, id: "bob" }, values: [], complete: true }));
    const text = exportTest({ trace: 1, records: changed, first, before: unknown });
    const names = [...text.matchAll(/const (of_\S+) =/g)].map(([, name]) => name);
    expect(names).toEqual(["of_cart_bob$1", "of_cart_bob$2"]);
  });
  it("asserts nothing of an entity whose values are unknown, nor of a token that another trace holds", () => {
    const changed = (after: typeof value, more = {}) =>
      record(1, cart, { messages: [first], state: [{ name: "orders", before: null, after: { ...after, ...more } }] });
    const about = [{ address: cart, values: [], complete: true }];
    for (const more of [{ as: "absent" as const, base64: "" }, { masked: [""] }, { erasedMs: 5 }])
      expect(exportTest({ trace: 1, records: [changed(value, more)], first, before: about })).toContain(
        "Not asserted: shop/cart/bob, because some of its values are not told.",
      );
    const failure = { code: "TOKEN_IN_USE", scope: "entity" as const, message: "used", cure: "", raw: null };
    const parked = exportTest({
      trace: 1,
      records: [record(1, cart, { messages: [first], outcome: "parked", failure })],
      first,
      before: about,
    });
    expect(parked).toContain("because a delayed message that waited had the token that it used");
    expect(parked).not.toContain("parked");
  });
  it("says what it cannot assert: another trace or a person was there, or the journal does not reach", () => {
    const other = record(1, cart, {
      messages: [first],
      state: [{ name: "orders", before: jsonValue("shop/Orders", 99), after: jsonValue("shop/Orders", 17) }],
    });
    const text = exportTest({ trace: 1, records: [other], first, before });
    expect(text).toContain("Not asserted: shop/cart/bob, because another trace changed it in between.");
    expect(text).not.toContain("of_cart_bob");
    const acted = [...records, record(3, cart, { outcome: "act", act: "edit-state", messagesTotal: 0 })];
    expect(exportTest({ trace: 1, records: acted, first, before })).toContain("because a person acted on it");
    expect(exportTest({ trace: 1, records, first, before: [] })).toContain("because the journal does not tell all of its state before");
  });
  it("writes bytes that are not a text as base64", () => {
    const bytes = { ...value, as: "bytes" as const, text: "", base64: "AAEC" };
    expect(exportTest({ trace: 1, records, first: { ...first, value: bytes }, before })).toContain(`value: base64("t/v", "AAEC")`);
  });
});
