/** What a function is sent and what its reply does: mutual exclusion, batches, fencing, order of effects, callers. */
import { describe, expect, test } from "vitest";
import { CoreHarness } from "./core-harness.ts";
import { cart, failureOf, modify, sendAfter, sendTo, stock, text, valueSpec } from "./core-samples.ts";

describe("one entity", () => {
  test("has one invocation in flight however many messages arrive", async () => {
    const core = await CoreHarness.withStates([]);
    for (const value of ["a", "b", "c", "d"]) await core.send(cart("anna"), value);
    expect(core.inFlight).toHaveLength(1);
    expect(core.inputs()).toEqual(["a"]);
  });

  test("gets everything that waited in its next batch, in order", async () => {
    const core = await CoreHarness.withStates([]);
    for (const value of ["a", "b", "c", "d"]) await core.send(cart("anna"), value);
    await core.complete();
    expect(core.inputs()).toEqual(["b", "c", "d"]);
    await core.complete();
    expect(core.status(cart("anna"))).toBe("idle");
  });

  test("gets at most batchMessagesMax messages and batchBytesMax bytes at once", async () => {
    const core = await CoreHarness.withStates([], { limits: { batchMessagesMax: 3, batchBytesMax: 5 } });
    for (const value of ["1", "22", "22", "22", "55555", "666666"]) await core.send(cart("anna"), value);
    await core.complete();
    expect(core.inputs()).toEqual(["22", "22"]);
    await core.complete();
    expect(core.inputs()).toEqual(["22"]);
    await core.complete();
    expect(core.inputs()).toEqual(["55555"]);
    await core.complete();
    expect(core.inputs()).toEqual(["666666"]);
  });

  test("runs beside other entities", async () => {
    const core = await CoreHarness.withStates([]);
    await core.send(cart("anna"), "a");
    await core.send(cart("ben"), "b");
    await core.send(stock("anna"), "c");
    expect(core.inFlight.map((request) => request.target)).toEqual([cart("anna"), cart("ben"), stock("anna")]);
  });
});

describe("a reply", () => {
  test("of an attempt that was given up changes nothing", async () => {
    const core = await CoreHarness.withStates([valueSpec]);
    await core.send(cart("anna"), "a");
    const [late] = core.inFlight.splice(0);
    // The transport never ended the attempt, so the watch gives it up after timeout and grace.
    await core.advance(70_000);
    expect(core.failureCode(cart("anna"))).toBe("CALL_TIMEOUT");
    await core.complete({ mutations: [modify("late")] }, late);
    await core.end({ kind: "failure", failure: failureOf("REPLY_MALFORMED", "entity") }, late);
    expect(core.value(cart("anna"))).toBeUndefined();
    expect(core.depth(cart("anna"))).toBe(1);
  });

  test("is believed once: a second one of the same attempt changes nothing", async () => {
    const core = await CoreHarness.withStates([valueSpec]);
    await core.send(cart("anna"), "a");
    const [request] = core.inFlight;
    await core.complete({ messages: [sendTo(stock("x"), "one")] }, request);
    await core.complete({ messages: [sendTo(stock("x"), "two")] }, request);
    expect(core.inFlight).toHaveLength(1);
    expect(core.depth(stock("x"))).toBe(1);
  });

  test("applies messages, then delayed messages, then egress records, in the order of each list", async () => {
    const core = await CoreHarness.withStates([valueSpec]);
    await core.send(cart("anna"), "go");
    await core.complete({
      egress: [
        { egress: "shop/out", value: text("e1") },
        { egress: "shop/out", value: text("e2") },
      ],
      delayed: [sendAfter(stock("x"), 10, { value: "d1" }), sendAfter(stock("x"), 10, { value: "d2" })],
      messages: [sendTo(stock("x"), "m1"), sendTo(stock("x"), "m2")],
      mutations: [modify("first"), modify("second")],
    });
    const ended = core.events.find((event) => event.kind === "invocation-ended");
    if (ended?.kind !== "invocation-ended") throw new Error("no record");
    const { sent, delayed, egress } = ended.record;
    const sequences = [
      ...sent.map((message) => message.sequence),
      ...delayed.map((one) => (one.kind === "send-after" ? one.sequence : 0)),
      ...egress.map((record) => record.sequence),
    ];
    expect(sequences).toHaveLength(6);
    expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
    expect(core.value(cart("anna"))).toBe("second");
    expect(core.inputs()).toEqual(["m1", "m2"]);
    await core.complete();
    await core.advance(10);
    expect(core.inputs()).toEqual(["d1", "d2"]);
  });

  test("names the sender as caller; a message from an ingress has none", async () => {
    const core = await CoreHarness.withStates([]);
    await core.send(cart("anna"), "go");
    expect(core.inFlight[0]?.inputs[0]?.caller).toBeUndefined();
    await core.complete({ messages: [sendTo(stock("x"), "hello")], delayed: [sendAfter(stock("y"), 5)] });
    expect(core.inFlight[0]?.inputs[0]?.caller).toEqual(cart("anna"));
    await core.complete();
    await core.advance(5);
    expect(core.inFlight[0]?.target).toEqual(stock("y"));
    expect(core.inFlight[0]?.inputs[0]?.caller).toEqual(cart("anna"));
  });

  test("may send to its own entity: the message waits behind what came before it", async () => {
    const core = await CoreHarness.withStates([]);
    await core.send(cart("anna"), "first");
    await core.send(cart("anna"), "second");
    await core.complete({ messages: [sendTo(cart("anna"), "to myself")] });
    expect(core.inputs()).toEqual(["second", "to myself"]);
    expect(core.inFlight[0]?.inputs[1]?.caller).toEqual(cart("anna"));
  });

  test("is one change: of a batch all messages are consumed or none", async () => {
    const core = await CoreHarness.withStates([valueSpec]);
    for (const value of ["a", "b", "c"]) await core.send(cart("anna"), value);
    await core.complete();
    await core.complete({ mutations: [modify("x")], egress: [{ egress: "shop/unknown", value: text("e") }] });
    expect(core.value(cart("anna"))).toBeUndefined();
    expect(core.depth(cart("anna"))).toBe(2);
  });
});
