/**
 * Calls: the answer that a function sends to its caller reaches the waiting caller once, when it is durable, and stays for a later look.
 */
import { describe, expect, test } from "vitest";
import { decodeCallAnswer, encodeCallAnswer } from "../src/model/call-answer.ts";
import { callAddress, callAnswerState, callCutTypename, callType } from "@signalbox/runtime/model/call";
import { noEffects } from "@signalbox/runtime/model/effects";
import type { InvocationOutcome, InvocationRequest } from "@signalbox/runtime/model/invocation";
import { absentValue } from "@signalbox/runtime/model/typed-value";
import { changedStore } from "../src/testing/mutants/planting.ts";
import { cart, stock, text, textOf } from "./core-samples.ts";
import { completed, EngineHarness } from "./engine-harness.ts";

/** Answers each call with its text, twice; only the first answer may count. */
function echo(request: InvocationRequest): InvocationOutcome {
  const answers = request.inputs.flatMap(({ caller, value }) =>
    caller === undefined
      ? []
      : [
          { target: caller, value: text(`to ${textOf(value)}`) },
          { target: caller, value: text("once more") },
        ],
  );
  return { kind: "reply", reply: { kind: "completed", effects: { ...noEffects, messages: answers } } };
}

const call = (id: string, key?: string) => ({ target: cart(id), value: text(id), wantsAnswer: "one" as const, idempotencyKey: key });
const longMs = 30_000;

describe("a call", () => {
  test("is answered by the first message that the function sends to its caller", async () => {
    const harness = new EngineHarness({ run: echo });
    const engine = await harness.open();
    const { messageId } = await harness.run(engine.accept(call("anna")));
    expect(textOf(await harness.run(engine.answer(messageId, { waitMs: longMs })))).toBe("to anna");
    expect(textOf(await harness.run(engine.answer(messageId, { waitMs: 0 })))).toBe("to anna");
  });

  test("tells its answer only once the epoch that holds it is durable", async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let replied = false;
    const harness = new EngineHarness({
      run: async (request, scheduler) => {
        await scheduler.wait(100, "the function");
        replied = true;
        return echo(request);
      },
      wrapStore: (store) =>
        changedStore(store, { writeSynced: (writes) => (replied ? held : Promise.resolve()).then(() => store.writeSynced(writes)) }),
    });
    const engine = await harness.open();
    const { messageId } = await harness.run(engine.accept(call("anna")));
    let answered = false;
    const answer = engine.answer(messageId, { waitMs: longMs }).then((value) => {
      answered = true;
      return value;
    });
    await harness.run(harness.scheduler.wait(1_000, "while the disk is slow"));
    expect({ replied, answered }).toEqual({ replied: true, answered: false });
    release();
    expect(textOf(await harness.run(answer))).toBe("to anna");
  });

  test("that gets no answer says so after the wait, and the answer can be fetched later", async () => {
    const harness = new EngineHarness({
      run: (request) =>
        request.target.type === "shop/cart"
          ? {
              kind: "reply",
              reply: {
                kind: "completed",
                effects: {
                  ...noEffects,
                  delayed: request.inputs.flatMap(({ caller, value }) =>
                    caller === undefined
                      ? []
                      : [{ kind: "send-after" as const, delayMs: 60_000, target: caller, value, cancellationToken: "" }],
                  ),
                },
              },
            }
          : completed(),
    });
    const engine = await harness.open();
    const { messageId } = await harness.run(engine.accept(call("anna")));
    expect(await harness.run(engine.answer(messageId, { waitMs: 1_000 }))).toBeUndefined();
    const late = engine.answer(messageId, { waitMs: 60_000 });
    expect(textOf(await harness.run(late))).toBe("anna");
  });

  test("and its repeat with the same key have one answer; a plain message with that key is another message", async () => {
    const harness = new EngineHarness({ run: echo });
    const engine = await harness.open();
    const first = await harness.run(engine.accept(call("anna", "k")));
    const again = await harness.run(engine.accept(call("anna", "k")));
    expect(again).toEqual({ ...first, repeated: true });
    expect(textOf(await harness.run(engine.answer(again.messageId, { waitMs: longMs })))).toBe("to anna");
    const plain = engine.accept({ target: cart("anna"), value: text("anna"), idempotencyKey: "k" });
    await expect(harness.run(plain)).rejects.toMatchObject({ code: "IDEMPOTENCY_KEY_REUSED" });
  });

  test("keeps its answer over a crash", async () => {
    const harness = new EngineHarness({ run: echo });
    let engine = await harness.open();
    const { messageId } = await harness.run(engine.accept(call("anna")));
    expect(textOf(await harness.run(engine.answer(messageId, { waitMs: longMs })))).toBe("to anna");
    harness.crash();
    engine = await harness.open();
    expect(textOf(await harness.run(engine.answer(messageId, { waitMs: longMs })))).toBe("to anna");
  });

  test("loses its answer when callAnswerAgeMs is over", async () => {
    const harness = new EngineHarness({ run: echo, limits: { callAnswerAgeMs: 5_000 } });
    const engine = await harness.open();
    const { messageId } = await harness.run(engine.accept(call("anna")));
    await harness.run(engine.settled());
    await harness.run(harness.scheduler.wait(6_000, "the answer's age"));
    expect(await harness.run(engine.answer(messageId, { waitMs: 0 }))).toBeUndefined();
  });

  test("cannot be answered from outside, and no function of a module sees the call's address", async () => {
    const asked: string[] = [];
    const harness = new EngineHarness({
      run: (request) => {
        asked.push(request.target.type);
        return echo(request);
      },
    });
    const engine = await harness.open();
    const { messageId } = await harness.run(engine.accept(call("anna")));
    const forged = engine.accept({ target: callAddress(messageId), value: text("forged") });
    await expect(harness.run(forged)).rejects.toMatchObject({ code: "INVALID_ADDRESS" });
    expect(textOf(await harness.run(engine.answer(messageId, { waitMs: longMs })))).toBe("to anna");
    await harness.run(engine.settled());
    expect(new Set(asked)).toEqual(new Set(["shop/cart"]));
    expect(engine.endpoints().map(({ spec }) => spec.id)).not.toContain(callType);
  });

  test("does not use up a place for function types (simulation seed 82)", async () => {
    const harness = new EngineHarness({ run: echo, limits: { functionTypesMax: 2 } });
    const engine = await harness.open();
    const { messageId } = await harness.run(engine.accept(call("anna")));
    await harness.run(engine.answer(messageId, { waitMs: longMs }));
    await harness.run(engine.accept({ target: stock("all"), value: text("a second type") }));
    const third = engine.accept({ target: { type: "shop/third", id: "x" }, value: text("one too many") });
    await expect(harness.run(third)).rejects.toMatchObject({ code: "TOO_MANY_TYPES" });
  });

  test("that wants many answers keeps them over a crash, and takes no more than callAnswersMax", async () => {
    const harness = new EngineHarness({
      limits: { callAnswersMax: 3 },
      run: ({ inputs }) => ({
        kind: "reply",
        reply: {
          kind: "completed",
          effects: {
            ...noEffects,
            messages: inputs.flatMap(({ caller }) =>
              caller === undefined ? [] : ["a", "b", "c", "d", "e"].map((value) => ({ target: caller, value: text(value) })),
            ),
          },
        },
      }),
    });
    let engine = await harness.open();
    const { messageId } = await harness.run(engine.accept({ ...call("anna"), wantsAnswer: "many" }));
    expect(textOf(await harness.run(engine.answer(messageId, { waitMs: longMs, index: 2 })))).toBe("c");
    harness.crash();
    engine = await harness.open();
    expect(textOf(await harness.run(engine.answer(messageId, { waitMs: longMs, index: 0 })))).toBe("a");
    const end = await harness.run(engine.answer(messageId, { waitMs: longMs, index: 3 }));
    expect(end?.typename).toBe(callCutTypename);
    expect(new TextDecoder().decode(end?.bytes)).toBe("a call has at most 3 answers (callAnswersMax)");
    await harness.run(engine.settled());
    expect(await harness.run(engine.answer(messageId, { waitMs: 0, index: 4 }))).toBeUndefined();
  });

  test("is told apart by its key from a call that wants many answers", async () => {
    const harness = new EngineHarness({ run: echo });
    const engine = await harness.open();
    await harness.run(engine.accept(call("anna", "k")));
    const other = engine.accept({ ...call("anna", "k"), wantsAnswer: "many" });
    await expect(harness.run(other)).rejects.toMatchObject({ code: "IDEMPOTENCY_KEY_REUSED" });
  });

  test("may wait for an answer that another function sends", async () => {
    const harness = new EngineHarness({
      run: (request) => {
        const [input] = request.inputs;
        if (input === undefined) return completed();
        // The cart asks the stock on behalf of its caller, whose address travels as text.
        const messages =
          request.target.type === "shop/cart"
            ? [{ target: stock("all"), value: text(input.caller?.id ?? "") }]
            : [{ target: { type: callType, id: textOf(input.value) ?? "" }, value: text("from the stock") }];
        return { kind: "reply", reply: { kind: "completed", effects: { ...noEffects, messages } } };
      },
    });
    const engine = await harness.open();
    const { messageId } = await harness.run(engine.accept(call("anna")));
    expect(textOf(await harness.run(engine.answer(messageId, { waitMs: longMs })))).toBe("from the stock");
  });
});

test.each([text("größe"), text(""), { typename: "a/b", bytes: new Uint8Array(300).fill(7) }, absentValue("a/b")])(
  "an answer is kept as it came (%#)",
  (value) => {
    expect(decodeCallAnswer(encodeCallAnswer(value))).toEqual(value);
    expect(callAnswerState).toBe("answer");
  },
);
