/** The core: how a function type declares its states, and what changes when they change. */
import { describe, expect, test } from "vitest";
import type { StateSpec } from "@signalbox/runtime/model/state-spec";
import { CoreHarness } from "./core-harness.ts";
import { cart, modify, shopBindings, text, textOf, textType, valueSpec } from "./core-samples.ts";

describe("the handshake", () => {
  const totalSpec: StateSpec = { ...valueSpec, name: "total" };

  test("registers the missing states and sends the same batch again at once", async () => {
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

  test("ignores an answer from before the last registration: another function may answer now", async () => {
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

  test("keeps a value that is no longer declared and does not send it until it is declared again", async () => {
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

  test("does not loop when two versions of a function answer in turns", async () => {
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
