/** What a function is sent and what its reply does: mutual exclusion, batches, fencing, the handshake, order of effects, callers. */
import { describe, expect, test } from "vitest";
import { entityPart, storeKey } from "../src/core/store/store-key.ts";
import type { StateSpec } from "../src/model/state-spec.ts";
import {
  cart,
  CoreHarness,
  failureOf,
  modify,
  sendAfter,
  sendTo,
  shopBindings,
  stock,
  text,
  textOf,
  textType,
  valueSpec,
} from "./core-harness.ts";

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
    // The transport never ended it: the watch gives it up after timeout and grace.
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

describe("the handshake", () => {
  const totalSpec: StateSpec = { ...valueSpec, name: "total" };

  test("registers what is missing and sends the same batch again at once", async () => {
    const core = CoreHarness.open();
    await core.send(cart("anna"), "a");
    expect(core.inFlight[0]?.state).toEqual([]);
    await core.send(cart("anna"), "b");
    await core.reply({ kind: "incomplete", missing: [valueSpec] });
    expect(core.inputs()).toEqual(["a"]);
    expect(core.inFlight[0]?.state).toEqual([{ name: "value", value: undefined }]);
    await core.complete({ mutations: [modify("1")] });
    expect(core.inputs()).toEqual(["b"]);
    expect(core.inFlight[0]?.state[0]?.value?.bytes).toEqual(text("1").bytes);
  });

  test("sends one request of a type until its states are known, then all", async () => {
    const core = CoreHarness.open();
    for (const id of ["a", "b", "c"]) await core.send(cart(id), id);
    expect(core.inFlight).toHaveLength(1);
    await core.reply({ kind: "incomplete", missing: [valueSpec] });
    expect(core.inFlight).toHaveLength(3);
  });

  test.each(["a restart", "a registration of modules"])("happens once a type after %s, and the values are there again", async (what) => {
    const core = await CoreHarness.withStates([valueSpec]);
    await core.send(cart("anna"), "a");
    await core.complete({ mutations: [modify("1")] });
    await core.sync();
    core.declares = [];
    if (what === "a restart") await core.restart();
    else await core.bind(shopBindings);
    for (const id of ["anna", "ben", "carl"]) await core.send(cart(id), id);
    expect(core.inFlight.map(({ state }) => state)).toEqual([[]]);
    await core.reply({ kind: "incomplete", missing: [valueSpec] });
    expect(core.inFlight.map(({ state }) => [state[0]?.name, textOf(state[0]?.value)])).toEqual([
      ["value", "1"],
      ["value", undefined],
      ["value", undefined],
    ]);
  });

  test("does not hold back a function without states when modules are registered", async () => {
    const core = await CoreHarness.withStates([]);
    await core.bind(shopBindings);
    for (const id of ["anna", "ben"]) await core.send(cart(id), id);
    expect(core.inFlight).toHaveLength(2);
  });

  test("that fails is begun by the next entity", async () => {
    const core = await CoreHarness.withStates([valueSpec]);
    core.declares = [];
    await core.bind(shopBindings);
    for (const id of ["anna", "ben"]) await core.send(cart(id), id);
    expect(core.inFlight).toHaveLength(1);
    await core.fail("REPLY_STATUS", "entity");
    expect(core.inFlight.map(({ target, state }) => [target.id, state])).toEqual([["ben", []]]);
    await core.reply({ kind: "incomplete", missing: [valueSpec] });
    expect(core.inFlight[0]?.state).toHaveLength(1);
  });

  test("takes no answer from before the last registration: another function may answer now", async () => {
    const core = CoreHarness.open();
    await core.send(cart("anna"), "a");
    const [before] = core.inFlight;
    await core.bind(shopBindings);
    await core.send(cart("ben"), "b");
    await core.reply({ kind: "incomplete", missing: [valueSpec] }, before);
    expect(core.state.entities.types.get("shop/cart")?.declared).toEqual([]);
    await core.reply({ kind: "incomplete", missing: [totalSpec] });
    expect(core.inFlight.map(({ state }) => state.map(({ name }) => name))).toEqual([["total"], ["total"]]);
  });

  test("lets a changed expiration count from then on, also after a restart", async () => {
    const after = (afterMs: number): StateSpec => ({ ...valueSpec, expiration: { mode: "after-write", afterMs } });
    const core = await CoreHarness.withStates([after(5_000)]);
    await core.send(cart("anna"), "a");
    await core.complete({ mutations: [modify("old")] });
    const writtenMs = core.nowMs;
    const endOf = (id: string) => core.storedValues(cart(id))[0]?.expiresMs;
    core.declares = [after(1_000)];
    await core.bind(shopBindings);
    await core.send(cart("ben"), "b");
    await core.complete({ mutations: [modify("new")] });
    expect([endOf("anna"), endOf("ben")]).toEqual([writtenMs + 5_000, writtenMs + 1_000]);
    await core.sync();
    core.declares = [valueSpec];
    await core.restart();
    await core.send(cart("ben"), "b");
    await core.complete({ mutations: [modify("for ever")] });
    expect(endOf("ben")).toBe(0);
  });

  test("keeps what is declared no more and does not send it, until it is declared again", async () => {
    const core = await CoreHarness.withStates([valueSpec, totalSpec]);
    await core.send(cart("anna"), "a");
    await core.complete({ mutations: [modify("1"), modify("2", "total")] });
    core.declares = [valueSpec];
    await core.bind(shopBindings);
    await core.send(cart("anna"), "b");
    expect(core.inFlight[0]?.state.map(({ name }) => name)).toEqual(["value"]);
    await core.complete({ mutations: [modify("3", "total")] });
    expect(core.failureCode(cart("anna"))).toBe("STATE_NOT_REGISTERED");
    expect(core.value(cart("anna"), "total")).toBe("2");
    core.declares = [valueSpec, totalSpec];
    await core.bind(shopBindings);
    await core.act(cart("anna"), { kind: "retry" });
    expect(core.inFlight[0]?.state.map(({ name, value }) => [name, textOf(value)])).toEqual([
      ["value", "1"],
      ["total", "2"],
    ]);
  });

  test("does not go round when two versions of a function answer in turns", async () => {
    const core = await CoreHarness.withStates([valueSpec]);
    core.declares = [];
    await core.bind(shopBindings);
    await core.send(cart("anna"), "a");
    const older = [{ ...valueSpec, expiration: { mode: "after-write", afterMs: 9 } }] as const;
    await core.reply({ kind: "incomplete", missing: older });
    await core.reply({ kind: "incomplete", missing: [totalSpec] });
    expect(core.inFlight[0]?.state.map(({ name }) => name)).toEqual(["value", "total"]);
    await core.complete();
    for (const id of ["ben", "carl"]) await core.send(cart(id), id);
    expect(core.inFlight.map(({ state }) => state.length)).toEqual([2, 2]);
  });

  test("names state, old and new type when a function declares another type, and goes on once it is mended", async () => {
    const core = await CoreHarness.withStates([valueSpec]);
    core.declares = [];
    await core.bind(shopBindings);
    await core.send(cart("anna"), "a");
    await core.reply({ kind: "incomplete", missing: [totalSpec, { ...valueSpec, typename: "io.statefun.types/int" }] });
    const failure = core.state.entities.find(cart("anna"))?.failure;
    expect(failure).toMatchObject({ code: "STATE_TYPE_MISMATCH" });
    for (const named of ["shop/cart", '"value"', "io.statefun.types/int", textType]) expect(failure?.message).toContain(named);
    expect(core.state.entities.types.get("shop/cart")?.specs).toHaveLength(1);
    core.declares = [valueSpec];
    await core.act(cart("anna"), { kind: "retry" });
    expect(core.inFlight[0]?.state).toHaveLength(1);
  });

  test.each(["count", "a/b/c", "shop/ count", ""])(
    "refuses the state type %j, which no savepoint of Flink could hold",
    async (typename) => {
      const core = CoreHarness.open();
      await core.send(cart("anna"), "a");
      await core.reply({ kind: "incomplete", missing: [{ ...valueSpec, typename }] });
      const failure = core.state.entities.find(cart("anna"))?.failure;
      expect(failure).toMatchObject({ code: "STATE_TYPE_INVALID", message: expect.stringContaining('"value"') });
    },
  );

  test("goes on when a newer function declares one more value", async () => {
    const core = await CoreHarness.withStates([valueSpec]);
    await core.send(cart("anna"), "a");
    await core.reply({ kind: "incomplete", missing: [valueSpec, totalSpec] });
    expect(core.inFlight[0]?.state.map((entry) => entry.name)).toEqual(["value", "total"]);
  });

  test("that asks for what it was sent is an error, not a loop", async () => {
    const core = await CoreHarness.withStates([valueSpec]);
    await core.send(cart("anna"), "a");
    await core.reply({ kind: "incomplete", missing: [valueSpec] });
    expect(core.inFlight).toHaveLength(0);
    expect(core.failureCode(cart("anna"))).toBe("HANDSHAKE_LOOP");
  });

  test("does not mistake two requests that crossed for a loop", async () => {
    const core = await CoreHarness.withStates([valueSpec]);
    await core.send(cart("anna"), "a");
    await core.send(cart("ben"), "b");
    const [anna, ben] = [...core.inFlight];
    await core.reply({ kind: "incomplete", missing: [totalSpec] }, anna);
    await core.reply({ kind: "incomplete", missing: [totalSpec] }, ben);
    expect(core.inFlight).toHaveLength(2);
    expect(core.inFlight.every((request) => request.state.length === 2)).toBe(true);
  });

  test("refuses another type for a registered name", async () => {
    const core = await CoreHarness.withStates([valueSpec]);
    await core.send(cart("anna"), "a");
    await core.reply({ kind: "incomplete", missing: [{ ...valueSpec, typename: "io.statefun.types/int" }] });
    expect(core.failureCode(cart("anna"))).toBe("STATE_TYPE_MISMATCH");
  });

  test("holds back a pause only until it ends", async () => {
    const core = CoreHarness.open();
    await core.send(cart("anna"), "a");
    await core.act(cart("anna"), { kind: "pause" });
    await core.reply({ kind: "incomplete", missing: [valueSpec] });
    expect(core.status(cart("anna"))).toBe("paused");
    expect(core.inFlight).toHaveLength(0);
    await core.act(cart("anna"), { kind: "resume" });
    expect(core.inputs()).toEqual(["a"]);
  });
});

describe("state", () => {
  test("of another type than the registered one is refused", async () => {
    const core = await CoreHarness.withStates([valueSpec]);
    await core.send(cart("anna"), "a");
    await core.complete({
      mutations: [{ kind: "modify", name: "value", value: { typename: "io.statefun.types/int", bytes: new Uint8Array(1) } }],
    });
    expect(core.failureCode(cart("anna"))).toBe("STATE_TYPE_MISMATCH");
  });

  test("that was never declared is refused", async () => {
    const core = await CoreHarness.withStates([valueSpec]);
    await core.send(cart("anna"), "a");
    await core.complete({ mutations: [modify("x", "other")] });
    expect(core.failureCode(cart("anna"))).toBe("STATE_NOT_REGISTERED");
  });

  test("that is deleted comes as a name without value; zero bytes are a value", async () => {
    const core = await CoreHarness.withStates([valueSpec]);
    await core.send(cart("anna"), "a");
    await core.complete({ mutations: [modify("")] });
    await core.send(cart("anna"), "b");
    expect(core.inFlight[0]?.state).toMatchObject([{ name: "value", value: { bytes: new Uint8Array(0) } }]);
    await core.complete({ mutations: [{ kind: "delete", name: "value" }] });
    await core.send(cart("anna"), "c");
    expect(core.inFlight[0]?.state).toEqual([{ name: "value", value: undefined }]);
  });

  test("that left memory is read back before the next invocation", async () => {
    const core = await CoreHarness.withStates([valueSpec], { limits: { stateCacheBytesMax: 0 } });
    await core.send(cart("anna"), "a");
    await core.complete({ mutations: [modify("kept")] });
    expect(core.status(cart("anna"))).toBe("absent");
    await core.send(cart("anna"), "b");
    expect(core.inFlight[0]?.state[0]?.value?.bytes).toEqual(text("kept").bytes);
    await core.complete();
    await core.sync();
    await core.restart();
    await core.send(cart("anna"), "c");
    expect(core.inFlight[0]?.state[0]?.value?.bytes).toEqual(text("kept").bytes);
  });

  test("after write lives so long after its last write, whoever reads it", async () => {
    const core = await CoreHarness.withStates([{ ...valueSpec, expiration: { mode: "after-write", afterMs: 1000 } }]);
    await core.send(cart("anna"), "a");
    await core.complete({ mutations: [modify("x")] });
    await core.advance(900);
    await core.send(cart("anna"), "b");
    expect(core.inFlight[0]?.state[0]?.value).toBeDefined();
    await core.complete();
    await core.advance(100);
    await core.send(cart("anna"), "c");
    expect(core.inFlight[0]?.state[0]?.value).toBeUndefined();
  });

  test("after invoke lives so long after its last use", async () => {
    const core = await CoreHarness.withStates([{ ...valueSpec, expiration: { mode: "after-invoke", afterMs: 1000 } }]);
    await core.send(cart("anna"), "a");
    await core.complete({ mutations: [modify("x")] });
    for (let use = 0; use < 3; use++) {
      await core.advance(900);
      await core.send(cart("anna"), "again");
      expect(core.inFlight[0]?.state[0]?.value).toBeDefined();
      await core.complete();
    }
    await core.advance(1000);
    await core.send(cart("anna"), "too late");
    expect(core.inFlight[0]?.state[0]?.value).toBeUndefined();
  });

  test("that expired is swept from disk, and a value written since stays", async () => {
    const core = await CoreHarness.withStates([{ ...valueSpec, expiration: { mode: "after-write", afterMs: 1000 } }]);
    for (const address of [cart("old"), cart("new")]) {
      await core.send(address, "a");
      await core.complete({ mutations: [modify("x")] });
    }
    await core.advance(1000);
    await core.send(cart("new"), "b");
    await core.complete({ mutations: [modify("y")] });
    await core.apply({
      kind: "state-expired",
      nowMs: core.nowMs,
      rows: [
        { address: cart("old"), name: "value" },
        { address: cart("new"), name: "value" },
      ],
    });
    await core.sync();
    expect(await core.rows("s")).toEqual(["s\u0000shop/cart\u0000new\u0000value"]);
  });

  test("that expired is left by the sweep while it is read, and not sent", async () => {
    const expiring = { ...valueSpec, expiration: { mode: "after-write", afterMs: 1000 } } as const;
    const core = await CoreHarness.withStates([expiring], { limits: { stateCacheBytesMax: 0 } });
    await core.send(cart("anna"), "a");
    await core.complete({ mutations: [modify("x")] });
    await core.sync();
    await core.advance(1000);
    core.holdLoads({ states: true });
    await core.send(cart("anna"), "b");
    const read = await core.readHeld();
    await core.apply({ kind: "state-expired", nowMs: core.nowMs, rows: [{ address: cart("anna"), name: "value" }] });
    await core.sync();
    expect(await core.rows("s")).toHaveLength(1);
    await core.releaseLoads(read);
    expect(core.inFlight[0]?.state[0]?.value).toBeUndefined();
    await core.sync();
    expect(await core.rows("s")).toEqual([]);
  });

  test("is read again when its type got another state meanwhile", async () => {
    const core = await CoreHarness.withStates([valueSpec], { limits: { stateCacheBytesMax: 0 } });
    for (const id of ["anna", "bert"]) {
      await core.send(cart(id), "a");
      await core.complete({ mutations: [modify(`of ${id}`)] });
    }
    // As a savepoint that was written by hand may bring it: before any function has registered the name.
    const early = { kind: "state", value: { ...text("early"), writtenMs: 0, expiresMs: 0 } } as const;
    core.state.epochs.writes.put(storeKey.state(entityPart("shop/cart", "bert"), "second"), early, 1);
    await core.send(cart("anna"), "b");
    core.holdLoads({ states: true });
    await core.send(cart("bert"), "b");
    const read = await core.readHeld();
    await core.reply({ kind: "incomplete", missing: [{ ...valueSpec, name: "second" }] });
    await core.releaseLoads(read);
    const sent = core.inFlight.find(({ target }) => target.id === "bert");
    expect(sent?.state.map(({ name, value }) => [name, textOf(value)])).toEqual([
      ["value", "of bert"],
      ["second", "early"],
    ]);
  });
});
