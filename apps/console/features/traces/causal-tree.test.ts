import { describe, expect, it } from "vitest";
import type { JournalEntryView } from "../../trpc/views.ts";
import { causalTree } from "./causal-tree.ts";
import { cart, mail, message, record, stock, value } from "./test-records.ts";

function shape(records: JournalEntryView[]): string[] {
  return causalTree(1, records).items.map(
    (item) => `${"  ".repeat(item.depth)}${item.kind === "record" ? `${item.record.address.type}#${item.record.sequence}` : item.kind}`,
  );
}

describe("the causal tree", () => {
  it("puts every invocation below the one whose message it consumed", () => {
    const first = record(1, cart, {
      messages: [message(100, { caller: null, target: cart }, 1)],
      sent: [message(101, { caller: cart, target: stock }, 15), message(102, { caller: cart, target: mail }, 15)],
    });
    const second = record(2, stock, {
      messages: [message(101, { caller: cart, target: stock }, 15)],
      egress: [{ egress: "shop/out", value }],
    });
    const third = record(3, mail, { messages: [message(102, { caller: cart, target: mail }, 15)] });
    expect(shape([third, second, first])).toEqual(["shop/cart#1", "  shop/stock#2", "    egress", "  shop/mail#3"]);
  });
  it("shows messages that were sent and not yet consumed", () => {
    expect(
      shape([
        record(1, cart, {
          messages: [message(100, { caller: null, target: cart }, 1)],
          sent: [message(101, { caller: cart, target: stock }, 15)],
        }),
      ]),
    ).toEqual(["shop/cart#1", "  waiting"]);
  });
  it("keeps a parked try, the person's act and the second try under the same cause", () => {
    const sent = message(101, { caller: cart, target: stock }, 15);
    const records = [
      record(1, cart, { messages: [message(100, { caller: null, target: cart }, 1)], sent: [sent] }),
      record(2, stock, { messages: [sent], outcome: "parked" }),
      record(3, stock, { outcome: "act", act: "retry", messagesTotal: 0 }),
      record(4, stock, { messages: [sent] }),
    ];
    expect(shape(records)).toEqual(["shop/cart#1", "  shop/stock#2", "    shop/stock#3", "  shop/stock#4"]);
  });
  it("finds the sender of a delayed message", () => {
    const asked = record(1, cart, {
      messages: [message(100, { caller: null, target: cart }, 1)],
      delayed: [{ kind: "send-after", target: mail, value, dueMs: 900, token: "" }],
    });
    const fired = record(5, mail, { messages: [message(130, { caller: cart, target: mail }, 900)] });
    expect(shape([asked, fired])).toEqual(["shop/cart#1", "  delayed", "    shop/mail#5"]);
  });
  it("tells the fate of each delayed message: it came, it was cancelled, or it waits", () => {
    const later = (token: string, dueMs: number) => ({ kind: "send-after" as const, target: mail, value, dueMs, token });
    const asked = record(1, cart, {
      messages: [message(100, { caller: null, target: cart }, 1)],
      delayed: [later("a", 500), later("b", 900), later("", 9_000)],
    });
    const cancelled = record(2, cart, {
      messages: [message(101, { caller: null, target: cart }, 40)],
      delayed: [{ kind: "cancel", target: null, value: null, dueMs: null, token: "b" }],
    });
    const fired = record(5, mail, { messages: [message(130, { caller: cart, target: mail }, 505)] });
    const fates = causalTree(1, [asked, cancelled, fired]).items.flatMap((item) => (item.kind === "delayed" ? [item.fate] : []));
    expect(fates).toEqual(["fired", "cancelled", "waits", "cancels"]);
  });
  it("spans from the first message sent to the last invocation ended", () => {
    const tree = causalTree(1, [
      record(1, cart, { messages: [message(100, { caller: null, target: cart }, 3)], startedMs: 10, endedMs: 12 }),
      record(2, cart, { messages: [message(105, { caller: null, target: cart }, 20)], startedMs: 22, endedMs: 40 }),
    ]);
    expect([tree.startMs, tree.endMs]).toEqual([3, 40]);
  });
});
