import { describe, expect, it } from "vitest";
import type { AddressView, JournalEntryView, MessageView, ValueView } from "../../trpc/views.ts";
import { causalTree } from "./causal-tree.ts";

const value: ValueView = { typename: "t/v", sizeBytes: 1, as: "text", text: "x", base64: "", decoder: "text" };
const cart: AddressView = { type: "shop/cart", id: "bob" };
const stock: AddressView = { type: "shop/stock", id: "sku" };
const mail: AddressView = { type: "shop/mail", id: "bob" };

function message(sequence: number, caller: AddressView | null, target: AddressView, atMs: number): MessageView {
  return { sequence, trace: 1, caller, target, value, atMs };
}

function record(sequence: number, address: AddressView, more: Partial<JournalEntryView>): JournalEntryView {
  return {
    sequence,
    address,
    outcome: "completed",
    act: null,
    detail: null,
    failure: null,
    epoch: 1,
    messages: [],
    messagesTotal: 1,
    causes: null,
    guessed: false,
    sent: [],
    delayed: [],
    egress: [],
    state: [],
    attempts: 1,
    startedMs: sequence * 10,
    endedMs: sequence * 10 + 5,
    endpoint: "e",
    past: null,
    ...more,
  };
}

function shape(records: JournalEntryView[]): string[] {
  return causalTree(1, records).items.map(
    (item) => `${"  ".repeat(item.depth)}${item.kind === "record" ? `${item.record.address.type}#${item.record.sequence}` : item.kind}`,
  );
}

describe("the causal tree", () => {
  it("puts every invocation below the one whose message it consumed", () => {
    const first = record(1, cart, {
      messages: [message(100, null, cart, 1)],
      sent: [message(101, cart, stock, 15), message(102, cart, mail, 15)],
    });
    const second = record(2, stock, { messages: [message(101, cart, stock, 15)], egress: [{ egress: "shop/out", value }] });
    const third = record(3, mail, { messages: [message(102, cart, mail, 15)] });
    expect(shape([third, second, first])).toEqual(["shop/cart#1", "  shop/stock#2", "    egress", "  shop/mail#3"]);
  });
  it("shows what was sent and not yet consumed", () => {
    expect(shape([record(1, cart, { messages: [message(100, null, cart, 1)], sent: [message(101, cart, stock, 15)] })])).toEqual([
      "shop/cart#1",
      "  waiting",
    ]);
  });
  it("keeps a parked try, the person's act and the second try under the same cause", () => {
    const sent = message(101, cart, stock, 15);
    const records = [
      record(1, cart, { messages: [message(100, null, cart, 1)], sent: [sent] }),
      record(2, stock, { messages: [sent], outcome: "parked" }),
      record(3, stock, { outcome: "act", act: "retry", messagesTotal: 0 }),
      record(4, stock, { messages: [sent] }),
    ];
    expect(shape(records)).toEqual(["shop/cart#1", "  shop/stock#2", "    shop/stock#3", "  shop/stock#4"]);
  });
  it("finds who had asked for a delayed message", () => {
    const asked = record(1, cart, {
      messages: [message(100, null, cart, 1)],
      delayed: [{ kind: "send-after", target: mail, value, dueMs: 900, token: "" }],
    });
    const fired = record(5, mail, { messages: [message(130, cart, mail, 900)] });
    expect(shape([asked, fired])).toEqual(["shop/cart#1", "  shop/mail#5", "  delayed"]);
  });
  it("spans from the first message sent to the last invocation ended", () => {
    const tree = causalTree(1, [
      record(1, cart, { messages: [message(100, null, cart, 3)], startedMs: 10, endedMs: 12 }),
      record(2, cart, { messages: [message(105, null, cart, 20)], startedMs: 22, endedMs: 40 }),
    ]);
    expect([tree.startMs, tree.endMs]).toEqual([3, 40]);
  });
});
