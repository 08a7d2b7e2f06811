/**
 * Records of an invented shop, for the tests of traces: a message, an invocation, their values.
 */
import type { AddressView, JournalEntryView, MessageView, ValueView } from "../../trpc/views.ts";

export const cart: AddressView = { type: "shop/cart", id: "bob" };
export const stock: AddressView = { type: "shop/stock", id: "sku" };
export const mail: AddressView = { type: "shop/mail", id: "bob" };

export function jsonValue(typename: string, content: unknown): ValueView {
  const text = JSON.stringify(content);
  return { typename, sizeBytes: text.length, as: "json", text, base64: btoa(text), decoder: "JSON" };
}

export const value = jsonValue("t/v", { n: 1 });

export function message(sequence: number, way: { caller: AddressView | null; target: AddressView }, atMs: number): MessageView {
  return { sequence, trace: 1, ...way, value, atMs, headers: [] };
}

export function record(sequence: number, address: AddressView, more: Partial<JournalEntryView>): JournalEntryView {
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
    codeVersion: null,
    past: null,
    ...more,
  };
}
