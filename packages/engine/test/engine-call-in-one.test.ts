/**
 * A call and its answer in one: it reports what accept() and answer() report, and one write of the store carries all of a quick call (issue
 * 15).
 */
import { describe, expect, test } from "vitest";
import { noEffects } from "@signalbox/runtime/model/effects";
import type { InvocationOutcome, InvocationRequest } from "@signalbox/runtime/model/invocation";
import { changedStore } from "../src/testing/mutants/planting.ts";
import { encodeCallAnswer } from "../src/model/call-answer.ts";
import { callAddress, callAnswerState, callType } from "@signalbox/runtime/model/call";
import { cart, sendAfter, text, textOf } from "./core-samples.ts";
import { completed, EngineHarness, type EngineOptions } from "./engine-harness.ts";

function echo(request: InvocationRequest): InvocationOutcome {
  const answers = request.inputs.flatMap(({ caller, value }) =>
    caller === undefined ? [] : [{ target: caller, value: text(`to ${textOf(value)}`) }],
  );
  return { kind: "reply", reply: { kind: "completed", effects: { ...noEffects, messages: answers } } };
}

/** Counts the writes, and holds them up on request. */
class Disk {
  writes = 0;
  held: Promise<void> = Promise.resolve();
  readonly wrapStore: NonNullable<EngineOptions["wrapStore"]> = (store) =>
    changedStore(store, {
      writeSynced: async (writes) => {
        await this.held;
        this.writes++;
        return store.writeSynced(writes);
      },
    });
}

const call = (id: string, idempotencyKey?: string) => ({ target: cart(id), value: text(id), idempotencyKey });
const waitMs = 30_000;

describe("a call in one", () => {
  test("whose function is quick is told its answer after a single write", async () => {
    const disk = new Disk();
    const harness = new EngineHarness({ run: echo, wrapStore: disk.wrapStore });
    const engine = await harness.open();
    // The first call of all learns which states the type of calls registers.
    await harness.run(engine.call(call("first"), { waitMs }));
    await harness.run(engine.settled());
    const before = disk.writes;
    const { messageId, traceId, repeated, answer } = await harness.run(engine.call(call("anna"), { waitMs }));
    expect({ told: textOf(answer), repeated, writes: disk.writes - before }).toEqual({ told: "to anna", repeated: false, writes: 1 });
    expect(traceId).toBe(messageId);
    await harness.run(engine.settled());
    expect(textOf(await harness.run(engine.answer(messageId, { waitMs: 0 })))).toBe("to anna");
  });

  test("keeps its first answer when another comes later, and leaves one row beside the journal", async () => {
    const rows: string[] = [];
    const harness = new EngineHarness({
      // This number is too small for a directory.
      limits: { journalDirectoryEntitiesMin: 1 },
      run: (request) => {
        const [input] = request.inputs;
        const at = input?.caller;
        if (at === undefined) return completed({});
        return completed({ messages: [{ target: at, value: text("first") }], delayed: [sendAfter(at, 1_000, { value: "second" })] });
      },
      wrapStore: (store) =>
        changedStore(store, {
          writeSynced: async (writes) => {
            for (const { key, value } of writes) if (value !== undefined && key.includes(callType)) rows.push(key.slice(0, 1));
            return store.writeSynced(writes);
          },
        }),
    });
    const engine = await harness.open();
    await harness.run(engine.call(call("first"), { waitMs }));
    await harness.pass(2_000);
    rows.length = 0;
    const { messageId } = await harness.run(engine.call(call("anna"), { waitMs }));
    await harness.run(engine.settled());
    expect(rows).toEqual(["s"]);
    await harness.pass(2_000);
    expect(engine.status().waitingMessages).toBe(0);
    expect(textOf(await harness.run(engine.answer(messageId, { waitMs: 0 })))).toBe("first");
  });

  test("that a person has answered meanwhile keeps that answer", async () => {
    const harness = new EngineHarness({
      run: async (request, scheduler) => {
        await scheduler.wait(1_000, "the function");
        return echo(request);
      },
    });
    const engine = await harness.open();
    await harness.run(engine.call(call("first"), { waitMs }));
    const next = engine.nextSequence();
    const told = engine.call(call("anna"), { waitMs });
    await harness.pass(100);
    const value = encodeCallAnswer(text("by hand"));
    await harness.run(engine.editState(callAddress(next), [{ name: callAnswerState, value }]));
    expect(textOf((await harness.run(told)).answer)).toBe("to anna");
    await harness.run(engine.settled());
    expect(textOf(await harness.run(engine.answer(next, { waitMs: 0 })))).toBe("by hand");
  });

  test("is durable before its function has answered, although no caller is told of it", async () => {
    const harness = new EngineHarness({
      run: async (request, scheduler) => {
        await scheduler.wait(1_000, "the function");
        return echo(request);
      },
    });
    let engine = await harness.open();
    const next = engine.nextSequence();
    engine.call(call("anna"), { waitMs }).catch(() => undefined);
    await harness.pass(100);
    harness.crash();
    engine = await harness.open();
    expect(textOf(await harness.run(engine.answer(next, { waitMs })))).toBe("to anna");
  });

  test("tells its answer only once the epoch that holds it is durable", async () => {
    const disk = new Disk();
    const harness = new EngineHarness({ run: echo, wrapStore: disk.wrapStore });
    const engine = await harness.open();
    let release = (): void => undefined;
    disk.held = new Promise<void>((resolve) => (release = resolve));
    let told = false;
    const called = engine.call(call("anna"), { waitMs }).finally(() => (told = true));
    await harness.pass(1_000);
    expect(told).toBe(false);
    release();
    expect(textOf((await harness.run(called)).answer)).toBe("to anna");
  });

  test("that is not answered in time is told its number, and the answer can be had later", async () => {
    const harness = new EngineHarness({
      run: async (request, scheduler) => {
        await scheduler.wait(2_000, "the function");
        return echo(request);
      },
    });
    const engine = await harness.open();
    const { messageId, answer } = await harness.run(engine.call(call("anna"), { waitMs: 500 }));
    expect(answer).toBeUndefined();
    expect(textOf(await harness.run(engine.answer(messageId, { waitMs })))).toBe("to anna");
  });

  test("of which only the number is left still gives its number", async () => {
    const harness = new EngineHarness({ run: () => completed(), limits: { journalLevel: "off" } });
    const engine = await harness.open();
    const { messageId, answer } = await harness.run(engine.call(call("anna"), { waitMs: 50 }));
    expect([typeof messageId, answer]).toEqual(["number", undefined]);
  });

  test("has the same number and answer as its repeat, and shares its key with accept()", async () => {
    const harness = new EngineHarness({ run: echo });
    const engine = await harness.open();
    const first = await harness.run(engine.call(call("anna", "k"), { waitMs }));
    expect(await harness.run(engine.call(call("anna", "k"), { waitMs }))).toEqual({ ...first, repeated: true });
    const accepted = await harness.run(engine.accept({ ...call("anna", "k"), wantsAnswer: "one" }));
    expect(accepted).toMatchObject({ messageId: first.messageId, traceId: first.traceId, repeated: true });
    const plain = engine.accept(call("anna", "k"));
    await expect(harness.run(plain)).rejects.toMatchObject({ code: "IDEMPOTENCY_KEY_REUSED" });
  });

  test("that is refused leaves no place taken, and without a free place it gets its number at once", async () => {
    const harness = new EngineHarness({
      run: async (request, scheduler) => {
        await scheduler.wait(1_000, "the function");
        return echo(request);
      },
      limits: { callWaitersMax: 1 },
    });
    const engine = await harness.open();
    const unknown = engine.call({ target: { type: "no/where", id: "x" }, value: text("x") }, { waitMs });
    await expect(harness.run(unknown)).rejects.toMatchObject({ code: "UNKNOWN_FUNCTION_TYPE" });
    const waits = engine.call(call("anna"), { waitMs });
    const next = engine.nextSequence();
    expect(await harness.run(engine.call(call("otto"), { waitMs }))).toMatchObject({ messageId: next, answer: undefined });
    expect(textOf((await harness.run(waits)).answer)).toBe("to anna");
    expect(textOf(await harness.run(engine.answer(next, { waitMs })))).toBe("to otto");
  });

  test.each([1, 4])("gets its number when the engine stops meanwhile, with %i partitions, because it goes on", async (partitions) => {
    const harness = new EngineHarness({ run: () => new Promise(() => undefined), partitions });
    const engine = await harness.open();
    const next = engine.nextSequence();
    const called = engine.call(call("anna"), { waitMs });
    await harness.run(engine.stop({ drainTimeoutMs: 100 }));
    const { messageId, answer } = await harness.run(called);
    // Each of several partitions counts for itself, from the next number on or later.
    expect([messageId >= next && messageId < next + partitions, answer]).toEqual([true, undefined]);
  });

  test("is answered over several partitions too, wherever its answer is kept", async () => {
    const harness = new EngineHarness({ run: echo, partitions: 4 });
    const engine = await harness.open();
    for (const id of ["a", "b", "c", "d", "e", "f", "g", "h"])
      expect(textOf((await harness.run(engine.call(call(id), { waitMs }))).answer)).toBe(`to ${id}`);
  });
});
