/** Messages: once, in order, refused in words; calls, producers, delays. */
import { callDoneTypename } from "../model/call.ts";
import { expect } from "vitest";
import { say, shop, textOf } from "./conformance-functions.ts";
import type { Behaves } from "./conformance-stand.ts";

export function messagesConform(behaves: Behaves): void {
  behaves("a message reaches its function, and what it does to the state counts", async ({ tell, count }) => {
    await tell("anna", "count");
    await tell("anna", "count");
    expect(await count("anna")).toBe("2");
  });

  behaves("messages from one sender arrive in the order in which they were sent, one invocation at a time", async (stand) => {
    const { engine, run, functions } = stand;
    const texts = Array.from({ length: 50 }, (_, index) => `count ${index}`);
    await run(Promise.all(texts.map((text) => engine.accept({ target: shop("anna"), value: say(text) }))));
    await run(engine.settled());
    expect(functions.heard(shop("anna"))).toEqual(texts);
    expect(functions.inFlightAtOnceMax).toBe(1);
  });

  behaves("a repeat under its key changes nothing and gets the first answer; another value under it is refused", async (stand) => {
    const { engine, run, functions } = stand;
    const message = { target: shop("anna"), value: say("count"), idempotencyKey: "once" };
    const first = await run(engine.accept(message));
    expect(await run(engine.accept(message))).toEqual({ ...first, repeated: true });
    const other = run(engine.accept({ ...message, value: say("other") }));
    await expect(other).rejects.toMatchObject({ code: "IDEMPOTENCY_KEY_REUSED" });
    await run(engine.settled());
    expect(functions.heard(shop("anna"))).toEqual(["count"]);
  });

  behaves("what has no function and what is no address is refused, and nothing of it is kept", async ({ engine, run }) => {
    const unknown = run(engine.accept({ target: { type: "other/type", id: "1" }, value: say("count") }));
    await expect(unknown).rejects.toMatchObject({ code: "UNKNOWN_FUNCTION_TYPE" });
    await expect(run(engine.accept({ target: shop(""), value: say("count") }))).rejects.toMatchObject({ code: "INVALID_ADDRESS" });
    expect(engine.status().waitingMessages).toBe(0);
  });

  waysConform(behaves);
}

function waysConform(behaves: Behaves): void {
  behaves("the first message that a function sends to its caller is the answer of a call, also for who asks later", async (stand) => {
    const { engine, run } = stand;
    const { messageId } = await run(engine.accept({ target: shop("anna"), value: say("answer twice"), wantsAnswer: "one" }));
    expect(textOf(await run(engine.answer(messageId, { waitMs: 30_000 })))).toBe("answer");
    expect(textOf(await run(engine.answer(messageId, { waitMs: 0 })))).toBe("answer");
  });

  behaves("a call in one is told its number and its answer, again under the same key, and none after its wait", async ({ engine, run }) => {
    const message = { target: shop("anna"), value: say("answer twice"), idempotencyKey: "call" };
    const first = await run(engine.call(message, { waitMs: 30_000 }));
    expect([first.repeated, textOf(first.answer)]).toEqual([false, "answer"]);
    expect(textOf(await run(engine.answer(first.messageId, { waitMs: 0 })))).toBe("answer");
    const again = await run(engine.call(message, { waitMs: 30_000 }));
    expect([again.messageId, again.repeated, textOf(again.answer)]).toEqual([first.messageId, true, "answer"]);
    const other = run(engine.call({ ...message, value: say("count") }, { waitMs: 30_000 }));
    await expect(other).rejects.toMatchObject({ code: "IDEMPOTENCY_KEY_REUSED" });
    const none = await run(engine.call({ target: shop("anna"), value: say("count") }, { waitMs: 20 }));
    expect(none.messageId).toBeGreaterThan(first.messageId);
    expect(none.answer).toBeUndefined();
    const unknown = run(engine.call({ target: { type: "other/type", id: "1" }, value: say("count") }, { waitMs: 20 }));
    await expect(unknown).rejects.toMatchObject({ code: "UNKNOWN_FUNCTION_TYPE" });
  });

  behaves("a call that wants many answers gets each under its number, until the function says that it is done", async (stand) => {
    const { engine, run } = stand;
    const { messageId } = await run(engine.accept({ target: shop("anna"), value: say("answers"), wantsAnswer: "many" }));
    expect(textOf(await run(engine.answer(messageId, { waitMs: 30_000, index: 0 })))).toBe("first");
    expect(textOf(await run(engine.answer(messageId, { waitMs: 30_000, index: 1 })))).toBe("second");
    expect((await run(engine.answer(messageId, { waitMs: 30_000, index: 2 })))?.typename).toBe(callDoneTypename);
    await run(engine.settled());
    expect(await run(engine.answer(messageId, { waitMs: 0, index: 3 }))).toBeUndefined();
    expect(textOf(await run(engine.answer(messageId, { waitMs: 0, index: 0 })))).toBe("first");
  });

  behaves("a call that nobody answers is told so after its wait", async ({ engine, run }) => {
    const { messageId } = await run(engine.accept({ target: shop("anna"), value: say("count"), wantsAnswer: "one" }));
    expect(await run(engine.answer(messageId, { waitMs: 20 }))).toBeUndefined();
  });

  behaves(
    "a producer's batch counts once, a gap is refused, and its position comes back as it was given",
    async ({ engine, run, functions }) => {
      const batch = (previousSequence: number, text: string) => ({
        producer: "shop/in",
        previousSequence,
        position: { sequence: previousSequence + 1, text },
        messages: [{ sequence: previousSequence + 1, message: { target: shop("anna"), value: say(`count ${text}`) } }],
      });
      expect(await run(engine.producerPosition("shop/in"))).toBeUndefined();
      expect(await run(engine.producerSequence("shop/in"))).toBe(0);
      expect(await run(engine.acceptBatch(batch(0, "a")))).toMatchObject({ durableSequence: 1 });
      for (const previous of [0, 2])
        await expect(run(engine.acceptBatch(batch(previous, "b")))).rejects.toMatchObject({ code: "SEQUENCE_GAP" });
      expect(await run(engine.producerPosition("shop/in"))).toEqual({ sequence: 1, text: "a" });
      await run(engine.settled());
      expect(functions.heard(shop("anna"))).toEqual(["count a"]);
    },
  );

  behaves("a delayed message comes when it is due, and one that was cancelled never", async ({ tell, functions, until }) => {
    await tell("anna", "later never");
    await tell("anna", "cancel never");
    await tell("anna", "later due");
    await until(() => functions.heard(shop("anna")).includes("fired due"));
    expect(functions.heard(shop("anna"))).not.toContain("fired never");
  });
}
