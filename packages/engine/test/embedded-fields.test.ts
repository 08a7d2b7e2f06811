/** Calls and answers of embedded functions as lists of fields: what one thread puts, the other takes; a list that is cut or changed is refused. */
import { describe, expect, test } from "vitest";
import type { InvocationRequest } from "@signalbox/runtime/model/invocation";
import { type HostEffects, putAnswer, valueBytes } from "../src/adapters/embedded/answer-fields.ts";
import { putCall, takeCalls } from "../src/adapters/embedded/call-fields.ts";
import { type FromCode, readFromThread } from "../src/adapters/embedded/embedded-answer.ts";
import { type Fields, ValuePacker } from "../src/adapters/embedded/embedded-frames.ts";

const value = (text: string) => ({ typename: "test/Text", bytes: new TextEncoder().encode(text) });
const ada = { type: "test/person", id: "ada" };
const bob = { type: "test/person", id: "bób 🚂" };

const effects: HostEffects = {
  mutations: new Map([
    ["name", value("Ada")],
    ["gone", undefined],
    ["empty", value("")],
  ]),
  messages: [
    { target: bob, value: value("to Bob"), cause: 1 },
    { target: ada, value: value("to Ada"), cause: 0 },
  ],
  delayed: [
    { kind: "send", afterMs: 5_000, target: bob, value: value("later"), token: "t1", cause: 0 },
    { kind: "cancel", token: "t0", cause: 1 },
    { kind: "send", afterMs: 0, target: ada, value: value("now"), token: undefined, cause: 1 },
  ],
  records: [{ egress: "test/out", value: value("out"), cause: 1 }],
};

function put(...outcomes: Parameters<typeof putAnswer>[1][]): { kind: "answers"; fields: Fields; bytes: Uint8Array } {
  const packer = new ValuePacker();
  const fields: Fields = [];
  for (const [index, outcome] of outcomes.entries()) putAnswer(index + 1, outcome, { fields, packer });
  return { kind: "answers", fields, bytes: packer.finish() };
}

function answersIn(read: FromCode | undefined) {
  return read?.kind === "answers" ? read.answers : undefined;
}

test("calls are taken as they were put, one after the other", () => {
  const calls: Pick<InvocationRequest, "target" | "state" | "inputs">[] = [
    { target: ada, state: [], inputs: [] },
    {
      target: bob,
      state: [
        { name: "name", value: value("Bob") },
        { name: "none", value: undefined },
        { name: "absent", value: { ...value(""), hasValue: false } },
      ],
      inputs: [
        { caller: ada, value: value("hello"), sequence: 7, atMs: 1_000 },
        { caller: undefined, value: value("again"), sequence: 8, atMs: 2_000 },
      ],
    },
  ];
  const packer = new ValuePacker();
  const fields: Fields = [];
  for (const [index, call] of calls.entries()) putCall(index + 1, call, { fields, packer });
  const taken = [...takeCalls(fields, packer.finish())];
  expect(taken).toEqual([
    { id: 1, call: { target: ada, states: new Map(), messages: [] } },
    {
      id: 2,
      call: {
        target: bob,
        states: new Map([
          ["name", value("Bob")],
          ["none", undefined],
          ["absent", undefined],
        ]),
        messages: [
          { caller: ada, value: value("hello"), origin: { id: 7, atMs: 1_000 }, traceparent: undefined },
          { caller: undefined, value: value("again"), origin: { id: 8, atMs: 2_000 }, traceparent: undefined },
        ],
      },
    },
  ]);
});

describe("answers", () => {
  test("are read as they were put: effects of every kind beside outcomes without any", () => {
    const none: HostEffects = { mutations: new Map(), messages: [], delayed: [], records: [] };
    const outcomes = [
      { kind: "effects", effects },
      { kind: "rejected", reason: "no" },
      { kind: "effects", effects: none },
    ] as const;
    expect(answersIn(readFromThread(put(...outcomes)))).toEqual([
      {
        id: 1,
        outcome: {
          kind: "effects",
          effects: {
            mutations: [
              { kind: "modify", name: "name", value: value("Ada") },
              { kind: "delete", name: "gone" },
              { kind: "modify", name: "empty", value: value("") },
            ],
            messages: [
              { target: bob, value: value("to Bob") },
              { target: ada, value: value("to Ada") },
            ],
            delayed: [
              { kind: "send-after", delayMs: 5_000, target: bob, value: value("later"), cancellationToken: "t1" },
              { kind: "cancel", cancellationToken: "t0" },
              { kind: "send-after", delayMs: 0, target: ada, value: value("now"), cancellationToken: "" },
            ],
            egress: [{ egress: "test/out", value: value("out") }],
            causes: { messages: [1, 0], delayed: [0, 1, 1], egress: [1] },
          },
        },
      },
      { id: 2, outcome: { kind: "rejected", reason: "no" } },
      {
        id: 3,
        outcome: {
          kind: "effects",
          effects: { mutations: [], messages: [], delayed: [], egress: [], causes: { messages: [], delayed: [], egress: [] } },
        },
      },
    ]);
    expect(valueBytes(effects)).toBe(7 * "test/Text".length + "Ada to Bob to Ada later now out".replaceAll(/(?<!to) /g, "").length);
  });

  test("in which any one field is another thing fail alone, or the whole message is refused: nothing throws, nothing passes as another shape", () => {
    const { fields, bytes } = put({ kind: "effects", effects }, { kind: "rejected", reason: "no" });
    const others: unknown[] = [undefined, null, -1, 0.5, 1e9, Number.NaN, "\u{d800}", "\0", {}, [], true, Symbol.iterator];
    for (const index of fields.keys()) {
      for (const other of others) {
        const changed = readFromThread({ kind: "answers", fields: fields.with(index, other), bytes });
        if (changed?.kind === "malformed") continue;
        const [first, second] = answersIn(changed) ?? [];
        if (first?.outcome.kind === "effects") expect(isWellFormed(first.outcome.effects), `field ${index} is ${String(other)}`).toBe(true);
        // Its two first fields say where the second answer begins.
        if (index > 1 && index < fields.length - 3) expect(second).toEqual({ id: 2, outcome: { kind: "rejected", reason: "no" } });
      }
    }
  });

  test("that are cut anywhere are refused", () => {
    const { fields, bytes } = put({ kind: "effects", effects });
    for (let length = 1; length < fields.length; length++)
      expect(readFromThread({ kind: "answers", fields: fields.slice(0, length), bytes }), `${length} fields`).toEqual({
        kind: "malformed",
      });
  });
});

function isWellFormed(effects: object): boolean {
  const leaves = (node: unknown): unknown[] =>
    node instanceof Uint8Array || typeof node !== "object" || node === null ? [node] : Object.values(node).flatMap(leaves);
  return leaves(effects).every(
    (leaf) =>
      leaf instanceof Uint8Array ||
      (typeof leaf === "string" && leaf.isWellFormed()) ||
      (typeof leaf === "number" && Number.isSafeInteger(leaf) && leaf >= 0),
  );
}
