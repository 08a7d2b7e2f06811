/**
 * Answers of calls on Flink: a function's message to a call goes through the function of calls and a transaction of its egress to the
 * waiting caller. Each answer is kept once.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FromFunction, ToFunction, TypedValue } from "@signalbox/proto";
import { callDoneTypename, callEndpoint, type AnswerWish } from "@signalbox/runtime";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { flinkCapabilities } from "../src/flink-capabilities.ts";
import { flinkMessages } from "../src/flink-messages.ts";
import { callFunction } from "../src/calls/call-function.ts";
import { callerOn, parseCaller } from "../src/calls/call-names.ts";
import { CallAnswers } from "../src/store/call-answers.ts";
import { openFlinkStore, type FlinkStore } from "../src/store/flink-store.ts";
import { Idempotency } from "../src/store/idempotency.ts";
import { IngressLog } from "../src/store/ingress-log.ts";
import { Producers } from "../src/store/producers.ts";
import { TakenTransactions } from "../src/store/taken-transactions.ts";

const gateway = "0123456789abcdef";
let folder = "";
let store: FlinkStore;
let nowMs = 1_000;
beforeEach(async () => {
  nowMs = 1_000;
  folder = mkdtempSync(join(tmpdir(), "signalbox-flink-answers-"));
  store = await openFlinkStore({ folder, pendingBytesMax: 10_000 });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

function open(limits: { answersMax?: number; waitersMax?: number } = {}): CallAnswers {
  const options = { ageMs: 500, answersMax: 10, waitersMax: 10, gateway, nowMs: () => nowMs, ...limits };
  return new CallAnswers(store, new TakenTransactions(store), options);
}

/** The bytes that the egress gets when functions send these to a call. */
function records(
  call: { position: number; wish: AnswerWish; of?: string },
  ...values: { typename: string; bytes: string }[]
): Uint8Array[] {
  const { type, id } = callerOn(call.of ?? gateway, call);
  const [namespace = "", name = ""] = type.split("/");
  const asked = ToFunction.encode({
    invocation: {
      target: { namespace, type: name, id },
      invocations: values.map(({ typename, bytes }) => ({ argument: { typename, hasValue: true, value: Buffer.from(bytes) } })),
    },
  }).finish();
  const answer = callFunction(asked);
  if (answer.kind !== "reply") throw new Error(answer.reason);
  const sent = FromFunction.decode(answer.bytes).invocationResult?.outgoingEgresses ?? [];
  expect(sent.map(({ egressNamespace, egressType }) => `${egressNamespace}/${egressType}`)).toEqual(
    values.map(() => "io.signalbox.calls/answers"),
  );
  return sent.map(({ argument }) => TypedValue.encode(argument ?? {}).finish());
}

const text = (bytes: string) => ({ typename: "x/text", bytes });
const done = { typename: callDoneTypename, bytes: "" };
const one = (position: number) => ({ position, wish: "one" as const });
const many = (position: number) => ({ position, wish: "many" as const });

async function told(answers: CallAnswers, position: number, index?: number): Promise<string | undefined> {
  const value = await answers.answer(position, { waitMs: 0, index });
  return value && `${value.typename} ${Buffer.from(value.bytes).toString()}`;
}

describe("the answer of a call", () => {
  test("is the first that its function sent, in one transaction and in later ones, and after a reopening", async () => {
    const answers = open();
    expect(await told(answers, 7)).toBeUndefined();
    expect(await answers.take({ transaction: "t", records: records(one(7), text("a"), text("b")) }, [])).toBe(1);
    expect(await answers.take({ transaction: "u", records: records(one(7), text("c")) }, [])).toBe(0);
    expect(await told(answers, 7)).toBe("x/text a");
    await store.close();
    store = await openFlinkStore({ folder, pendingBytesMax: 10_000 });
    const again = open();
    expect(await again.take({ transaction: "v", records: records(one(7), text("d")) }, [])).toBe(0);
    expect(await told(again, 7)).toBe("x/text a");
  });

  test("comes to all callers that wait for it, and to no other", async () => {
    const answers = open();
    const waiting = [answers.answer(7, { waitMs: 60_000 }), answers.answer(7, { waitMs: 60_000 })];
    const other = answers.answer(8, { waitMs: 20 });
    await answers.take({ transaction: "t", records: records(one(7), text("a")) }, []);
    expect((await Promise.all(waiting)).map((value) => Buffer.from(value?.bytes ?? []).toString())).toEqual(["a", "a"]);
    expect(await other).toBeUndefined();
  });

  test("that a savepoint brought from another gateway reaches no caller here", async () => {
    const answers = open();
    expect(await answers.take({ transaction: "t", records: records({ ...one(7), of: "other" }, text("a")) }, [])).toBe(0);
    expect(await told(answers, 7)).toBeUndefined();
    for (const id of ["7", `07.${gateway}`, `-7.${gateway}`, `.${gateway}`, `7.${gateway}.1`, `99999999999999999.${gateway}`])
      expect(parseCaller(gateway, { type: "io.signalbox.calls/call", id })).toBeUndefined();
  });

  test("is removed when its time is over, and so is its row", async () => {
    const answers = open();
    await answers.take({ transaction: "t", records: [...records(one(7), text("a")), ...records(many(8), text("b"))] }, []);
    nowMs = 1_501;
    expect([await told(answers, 7), await told(answers, 8, 0)]).toEqual([undefined, undefined]);
    await answers.forget();
    expect(await store.database.keys({ gte: "c/", lt: "c0" }).all()).toEqual([]);
    expect(await store.database.keys({ gte: "z/", lt: "z0" }).all()).toEqual([]);
  });

  test("is awaited by a bounded number of callers, and by none once the gateway stops", async () => {
    const answers = open({ waitersMax: 1 });
    const waiting = answers.answer(7, { waitMs: 60_000 });
    await expect(answers.answer(8, { waitMs: 60_000 })).rejects.toMatchObject({ code: "OVERLOADED" });
    answers.close();
    await expect(waiting).rejects.toMatchObject({ code: "ENGINE_STOPPED" });
    await expect(answers.answer(8, { waitMs: 60_000 })).rejects.toMatchObject({ code: "ENGINE_STOPPED" });
  });
});

describe("many answers of a call", () => {
  test("are kept each under its index, over transactions and a repeat of one, until the function says that it is done", async () => {
    const answers = open();
    const first = { transaction: "t", records: records(many(7), text("a"), text("b")) };
    expect(await Promise.all([answers.take(first, []), answers.take(first, [])])).toEqual([2, 0]);
    expect(await open().take(first, [])).toBe(0);
    expect(await answers.take({ transaction: "u", records: records(many(7), text("c"), done, text("late")) }, [])).toBe(2);
    expect(await answers.take({ transaction: "v", records: records(many(7), text("late")) }, [])).toBe(0);
    const all = await Promise.all([0, 1, 2, 3, 4].map((index) => told(answers, 7, index)));
    expect(all).toEqual(["x/text a", "x/text b", "x/text c", `${callDoneTypename} `, undefined]);
  });

  test("end with the reason when they are too many", async () => {
    const answers = open({ answersMax: 2 });
    await answers.take({ transaction: "t", records: records(many(7), text("a"), text("b"), text("c"), text("d")) }, []);
    expect(await told(answers, 7, 1)).toBe("x/text b");
    expect(await told(answers, 7, 2)).toBe("io.signalbox.calls/cut a call has at most 2 answers (callAnswersMax)");
    expect(await told(answers, 7, 3)).toBeUndefined();
  });
});

describe("a call", () => {
  const shop = { ...callEndpoint, id: "shop/*", namespace: "shop", name: "*" };
  const past = { ...callEndpoint, id: "past/*", namespace: "past", name: "*" };
  const call = (type: string) => ({
    target: { type, id: "a" },
    value: { typename: "x/text", bytes: new Uint8Array(1) },
    idempotencyKey: "k",
    wantsAnswer: "one" as const,
  });

  async function messages(isSeen = true) {
    const log = await IngressLog.open(store, 100);
    return flinkMessages({
      log,
      answers: open(),
      idempotency: new Idempotency(store, { ageMs: 500, nowMs: () => nowMs }),
      producers: new Producers(store),
      messageBytesMax: 100,
      messageHeadersBytesMax: 100,
      bindings: () => ({ endpoints: [shop, past], egresses: [] }),
      stopped: () => false,
      restoring: () => false,
      capabilities: flinkCapabilities(isSeen),
      isDirect: ({ id }) => id === past.id,
      admitted: () => undefined,
    });
  }

  test("that is repeated under its key is the same, and so is its answer; a number that no call has is unknown", async () => {
    const { accept, answer } = await messages();
    const first = await accept(call("shop/cart"));
    expect(await accept(call("shop/cart"))).toEqual({ ...first, repeated: true });
    await expect(accept({ ...call("shop/cart"), wantsAnswer: "many" })).rejects.toMatchObject({ code: "IDEMPOTENCY_KEY_REUSED" });
    expect(await answer(first.messageId, { waitMs: 0 })).toBeUndefined();
    await expect(answer(first.messageId + 1, { waitMs: 0 })).rejects.toMatchObject({ code: "UNKNOWN_CALL" });
  });

  test("of an endpoint that Flink calls itself is refused, and a message to it is not", async () => {
    const { accept } = await messages();
    const refused = { code: "CAPABILITY_MISSING", message: expect.stringContaining("Flink calls past/* itself") };
    await expect(accept(call("past/cart"))).rejects.toMatchObject(refused);
    expect(await accept({ ...call("past/cart"), wantsAnswer: undefined })).toMatchObject({ repeated: false });
    await expect((await messages(false)).accept(call("shop/cart"))).rejects.toMatchObject({ capability: "answers" });
  });
});
