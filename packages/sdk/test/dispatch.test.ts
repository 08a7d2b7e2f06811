/** What a function answers to a request, byte by byte as the protocol has it. */
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { createDispatcher, entity, Reject, RetryLater, types, type Context, type Outcome } from "../src/index.ts";
import { cart, stock } from "./shop.ts";
import { jsonBytes, replyOf, requestBytes, text, type TestMessage } from "./wire.ts";

const lines: string[] = [];
const { dispatch } = createDispatcher([cart, stock], { log: (level, line) => lines.push(`${level} ${line}`) });
const empty = { items: null, total: null, session: null, note: null };

function ask(messages: readonly TestMessage[], states: Parameters<typeof requestBytes>[0]["states"] = empty): Promise<Outcome> {
  return dispatch(requestBytes({ target: ["shop", "cart", "ada"], states, messages }));
}

function reply(outcome: Outcome): Record<string, unknown> {
  if (outcome.kind !== "reply") throw new Error(`${outcome.kind}: ${outcome.reason}`);
  return replyOf(outcome.bytes);
}

const add = (item: unknown): TestMessage => ({ type: "shop/AddItem", value: jsonBytes(item) });
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

describe("a request", () => {
  test("without the states of the function is answered with the missing ones and how they expire", async () => {
    const outcome = await ask([add({ sku: "a", count: 1 })], { total: null });
    expect(reply(outcome)).toEqual({
      incompleteInvocationContext: {
        missingValues: [
          { stateName: "items", typeTypename: "shop/cart.items" },
          {
            stateName: "session",
            typeTypename: "io.statefun.types/string",
            expirationSpec: { mode: "AFTER_INVOKE", expireAfterMillis: 1_800_000 },
          },
          { stateName: "note", typeTypename: "shop/cart.note", expirationSpec: { mode: "AFTER_WRITE", expireAfterMillis: 1_500 } },
        ],
      },
    });
  });

  test("gives the effects of all its messages, each seeing what the one before it wrote", async () => {
    const states = { ...empty, total: { typename: "io.statefun.types/int", value: types.int.encode(5) } };
    const outcome = await ask([add({ sku: "a", count: 1 }), add({ sku: "b", count: 2 })], states);
    const target = (id: string) => ({ namespace: "shop", type: "stock", id });
    const reserve = (count: number) => ({ typename: "shop/Reserve", hasValue: true, value: base64(jsonBytes({ count })) });
    const remind = {
      delayInMs: 600_000,
      target: { namespace: "shop", type: "cart", id: "ada" },
      argument: { typename: "io.statefun.types/string", hasValue: true, value: base64(types.string.encode("remind")) },
      cancellationToken: "remind-ada",
    };
    expect(reply(outcome)).toEqual({
      invocationResult: {
        stateMutations: [
          {
            mutationType: "MODIFY",
            stateName: "items",
            stateValue: {
              typename: "shop/cart.items",
              hasValue: true,
              value: base64(
                jsonBytes([
                  { sku: "a", count: 1 },
                  { sku: "b", count: 2 },
                ]),
              ),
            },
          },
          {
            mutationType: "MODIFY",
            stateName: "total",
            stateValue: { typename: "io.statefun.types/int", hasValue: true, value: base64(types.int.encode(8)) },
          },
        ],
        outgoingMessages: [
          { target: target("a"), argument: reserve(1) },
          { target: target("b"), argument: reserve(2) },
        ],
        delayedInvocations: [remind, remind],
        outputOrigins: { outgoingMessages: [0, 1], delayedInvocations: [0, 1] },
      },
    });
  });

  test("of several messages says which of them caused which output; a request of one message says nothing of causes", async () => {
    const forget = { type: "io.statefun.types/string", value: types.string.encode("forget") };
    const reserved = { type: "shop/Reserved", value: jsonBytes({ sku: "a", left: 7 }) };
    expect(reply(await ask([reserved, forget, add({ sku: "a", count: 1 }), reserved]))).toMatchObject({
      invocationResult: {
        outputOrigins: { outgoingMessages: [2], delayedInvocations: [1, 2], outgoingEgresses: [0, 0, 3, 3] },
      },
    });
    expect(reply(await ask([reserved]))["invocationResult"]).not.toHaveProperty("outputOrigins");
  });

  test("says which version of its code answered, once it was told", async () => {
    const request = requestBytes({ target: ["shop", "cart", "ada"], states: empty, messages: [add({ sku: "a", count: 1 })] });
    expect(reply(await dispatch(request))["invocationResult"]).not.toHaveProperty("codeVersion");
    const versioned = createDispatcher([cart], { codeVersion: "4f2a91c" });
    expect(reply(await versioned.dispatch(request))).toMatchObject({ invocationResult: { codeVersion: "4f2a91c" } });
    expect(() => createDispatcher([cart], { codeVersion: "x".repeat(65) })).toThrow("codeVersion has 65 characters; it may have 64");
  });

  test("deletes, cancels, logs and writes egress records", async () => {
    const forget = { type: "io.statefun.types/string", value: types.string.encode("forget") };
    const result = reply(await ask([forget, { type: "shop/Reserved", value: jsonBytes({ sku: "a", left: 7 }) }]));
    expect(result).toMatchObject({
      invocationResult: {
        stateMutations: [{ stateName: "items" }, { mutationType: "MODIFY", stateName: "note" }],
        delayedInvocations: [{ isCancellationRequest: true, cancellationToken: "remind-ada" }],
        outgoingEgresses: [
          {
            egressNamespace: "shop",
            egressType: "orders",
            argument: { typename: "type.googleapis.com/io.statefun.sdk.egress.KafkaProducerRecord" },
          },
          { egressNamespace: "shop", egressType: "notes", argument: { typename: "io.statefun.types/int" } },
        ],
      },
    });
    expect(lines).toContain("info shop/cart/ada: forget");
  });

  test("with a caller can be answered to the caller", async () => {
    const caller = { namespace: "shop", type: "cart", id: "ada" };
    const messages = [{ type: "shop/Reserve", value: jsonBytes({ count: 3 }), caller }];
    const outcome = await dispatch(requestBytes({ target: ["shop", "stock", "a"], states: { left: null }, messages }));
    expect(reply(outcome)).toMatchObject({
      invocationResult: { outgoingMessages: [{ target: caller, argument: { typename: "shop/Reserved" } }] },
    });
  });
});

describe("a failure", () => {
  const cases: [string, TestMessage, Partial<Outcome>][] = [
    ["a handler that rejects", add({ sku: "a", count: 0 }), { kind: "rejected", reason: "count is 0" }],
    ["a handler that wants to be asked later", add({ sku: "later", count: 1 }), { kind: "retry-later", afterMs: 1_500 }],
    ["a value that its schema refuses", add({ sku: "a", count: "many" }), { kind: "rejected" }],
    ["a value that is no JSON", { type: "shop/AddItem", value: text("{") }, { kind: "rejected" }],
    ["a built-in value with other bytes", { type: "io.statefun.types/string", value: text("plain") }, { kind: "rejected" }],
    ["a message of a type that is not taken", { type: "shop/Other", value: text("") }, { kind: "rejected" }],
    ["a handler that throws", add({ sku: "broken", count: 1 }), { kind: "threw" }],
  ];
  test.each(cases)("%s is told apart", async (_name, message, expected) => {
    expect(await ask([message])).toMatchObject(expected);
  });

  test("of one message in a batch lets nothing of the batch count", async () => {
    expect(await ask([add({ sku: "a", count: 1 }), add({ sku: "a", count: -1 })])).toEqual({ kind: "rejected", reason: "count is -1" });
  });

  test("of a type that is not served names the types that are", async () => {
    const outcome = await dispatch(requestBytes({ target: ["shop", "till", "1"], messages: [add({})] }));
    expect(outcome).toEqual({ kind: "unknown-type", reason: "shop/till is not served here; served: shop/cart, shop/stock" });
  });

  test("to read a request is never more than a refusal, wherever the bytes are cut", async () => {
    const whole = requestBytes({ target: ["shop", "cart", "ada"], states: empty, messages: [add({ sku: "a", count: 1 })] });
    for (let length = 0; length < whole.length; length++) {
      const outcome = await dispatch(whole.subarray(0, length));
      expect(["malformed", "unknown-type", "rejected"]).toContain(outcome.kind);
    }
  });
});

describe("whatever a handler throws or hands over, the request has an outcome that is made of texts", () => {
  const misshapen = {
    target: ["shop", "odd", "ada"] as [string, string, string],
    states: {},
    messages: [{ type: "io.statefun.types/string", value: types.string.encode("go") }],
  };
  const odd = (run: (ctx: Context) => unknown): Promise<Outcome> => {
    const served = entity("shop/odd", { messages: { go: types.string }, on: { go: (ctx) => void run(ctx) } });
    return createDispatcher([served]).dispatch(requestBytes(misshapen));
  };
  const withField = (error: Error, fields: object): never => {
    throw Object.assign(error, fields);
  };
  const unreadable = new Proxy(new Error("x"), {
    get: () => {
      throw new Error("no");
    },
    getPrototypeOf: () => {
      throw new Error("no");
    },
  });
  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;

  test.each<[string, Outcome["kind"], () => never]>([
    ["undefined", "threw", () => withField(new Error("x"), { stack: undefined, message: undefined })],
    ["an object without a prototype", "threw", () => throwing(Object.create(null))],
    ["a proxy that throws", "threw", () => throwing(unreadable)],
    ["a symbol", "threw", () => throwing(Symbol("x"))],
    ["a frozen error", "threw", () => throwing(Object.freeze(new Error("frozen")))],
    ["a cyclic object", "threw", () => throwing(cyclic)],
    ["an error whose stack is a number", "threw", () => withField(new Error("x"), { stack: 5 })],
    ["an error whose stack is a symbol", "threw", () => withField(new Error("x"), { stack: Symbol("x") })],
    ["a rejection whose message is an object", "rejected", () => withField(new Reject("x"), { message: { a: 1 } })],
    ["a rejection whose message is a function", "rejected", () => withField(new Reject("x"), { message: () => 1 })],
    ["a rejection of ten million characters", "rejected", () => throwing(new Reject("x".repeat(10_000_000)))],
    ["a rejection of half a character", "rejected", () => throwing(new Reject("\ud800"))],
    ["a wait that was changed to none at all", "threw", () => withField(new RetryLater("1s"), { afterMs: Number.POSITIVE_INFINITY })],
  ])("throws %s: %s", async (_what, kind, run) => {
    const outcome = await odd(run);
    expect(outcome.kind).toBe(kind);
    const reason = outcome.kind === "reply" ? undefined : outcome.reason;
    expect(typeof reason).toBe("string");
    expect(reason?.length).toBeLessThanOrEqual(8_192);
    expect(reason?.isWellFormed()).toBe(true);
  });

  const bytes = new Uint8Array(0);
  /** The methods as code in JavaScript may use them. */
  type Untyped = Record<"send" | "sendAfter" | "cancel" | "egress", (...given: unknown[]) => unknown>;
  test.each<[string, string, (ctx: Untyped) => unknown]>([
    ["a message without a target", "its target has the type none", (ctx) => ctx.send({ value: { typename: "a/b", bytes } })],
    ["nothing", "ctx.send is given none; make a message with", (ctx) => ctx.send(undefined)],
    [
      "a delay that is NaN",
      "NaN is no duration",
      (ctx) => ctx.sendAfter(Number.NaN, { target: { type: "a/b", id: "b" }, value: { typename: "a/b", bytes } }),
    ],
    [
      "a delay that is a bigint",
      "5 is no duration",
      (ctx) => ctx.sendAfter(5n, { target: { type: "a/b", id: "b" }, value: { typename: "a/b", bytes } }),
    ],
    ["a type that is none", "is not of the form", (ctx) => ctx.send({ target: { type: "a", id: "b" }, value: { typename: "a/b", bytes } })],
    ["an id that is a number", "the id 5", (ctx) => ctx.send({ target: { type: "a/b", id: 5 }, value: { typename: "a/b", bytes } })],
    ["half a character", "the id", (ctx) => ctx.send({ target: { type: "a/b", id: "\ud800" }, value: { typename: "a/b", bytes } })],
    ["no value", "the type name none", (ctx) => ctx.sendAfter("1s", { target: { type: "a/b", id: "b" } })],
    [
      "a text for bytes",
      "was encoded as",
      (ctx) => ctx.sendAfter("1s", { target: { type: "a/b", id: "b" }, value: { typename: "a/b", bytes: "x" } }),
    ],
    ["a token that is a number", "a cancellation token is a text", (ctx) => ctx.cancel(5)],
    ["a record without a type name", "the type name none", (ctx) => ctx.egress("a/b", { bytes })],
  ])("hands over %s: the handler is told of it", async (_what, said, run) => {
    const outcome = await odd((ctx) => run(ctx as unknown as Untyped));
    expect(outcome).toMatchObject({ kind: "threw", reason: expect.stringContaining(said) });
  });
});

function throwing(value: unknown): never {
  throw value;
}

test("an effect that a handler asks for after it has ended is in no reply, also while the next message is handled, and is an error in the log", async () => {
  let go: () => void = () => {};
  const gate = new Promise<void>((opened) => (go = opened));
  const said: string[] = [];
  const late = entity("a/late", {
    state: { count: types.int },
    messages: { first: types.string, second: types.bool },
    on: {
      first(ctx) {
        void gate.then(() => ctx.state.count.set(1));
      },
      async second() {
        go();
        await gate;
        await new Promise((done) => setImmediate(done));
      },
    },
  });
  const outcome = await createDispatcher([late], { log: (level, line) => said.push(`${level} ${line}`) }).dispatch(
    requestBytes({
      target: ["a", "late", "x"],
      states: { count: null },
      messages: [
        { type: "io.statefun.types/string", value: types.string.encode("") },
        { type: "io.statefun.types/bool", value: types.bool.encode(true) },
      ],
    }),
  );
  expect(reply(outcome)).toEqual({ invocationResult: { outputOrigins: {} } });
  expect(said).toEqual([
    "error a/late/x: the handler of io.statefun.types/string had ended when it called ctx.state.count.set, which is lost; await all that the handler starts",
  ]);
});

test("assigning to a state is an error at that line", async () => {
  const assigns = entity("a/b", {
    state: { count: types.int },
    messages: { go: types.string },
    on: {
      go(ctx) {
        Object.assign(ctx.state, { count: 5 });
      },
    },
  });
  const { dispatch: ask } = createDispatcher([assigns]);
  const states = { count: null };
  const messages = [{ type: "io.statefun.types/string", value: types.string.encode("") }];
  expect(await ask(requestBytes({ target: ["a", "b", "x"], states, messages }))).toMatchObject({
    kind: "threw",
    reason: expect.stringMatching(/Cannot assign to read only property 'count'/),
  });
});

test.each<[string, unknown, RegExp]>([
  ["undefined", undefined, /^it threw what is no Error, so nothing says where: undefined$/],
  ["an object", { code: 7 }, /so nothing says where: \{"code":7\}$/],
  ["a text", "no room", /^no room$/],
  [
    "an error with its cause",
    new Error("fetch failed", { cause: new Error("ECONNREFUSED") }),
    /fetch failed[^]*\ncaused by: Error: ECONNREFUSED/,
  ],
])("a handler that throws %s says as much as it can", async (_what, thrown, said) => {
  expect(await asked("a/b.count", undefined, () => throwing(thrown))).toMatchObject({ kind: "threw", reason: expect.stringMatching(said) });
});

test("a stored value that does not fit its type any more names the state and the cure", async () => {
  const outcome = await asked("a/b.count", jsonBytes("seven"), (ctx) => ctx.state.count.get());
  expect(outcome).toMatchObject({
    kind: "threw",
    reason: expect.stringMatching(
      /state count: what is stored does not fit its type; if its type changed, let the new one.* a\/b\.count: .*expected number/,
    ),
  });
});

function asked(
  typename: string,
  stored: Uint8Array | undefined,
  go: (ctx: Context<{ readonly count: z.ZodNumber }>) => unknown,
): Promise<Outcome> {
  const states = { count: stored === undefined ? null : { typename, value: stored } };
  const of = entity("a/b", { state: { count: z.number() }, messages: { go: types.string }, on: { go: (ctx) => void go(ctx) } });
  const messages = [{ type: "io.statefun.types/string", value: types.string.encode("") }];
  return createDispatcher([of]).dispatch(requestBytes({ target: ["a", "b", "x"], states, messages }));
}
