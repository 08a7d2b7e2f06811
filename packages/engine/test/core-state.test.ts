/** The core: the states of an entity. Which values may be written, how long a value lives, and that it comes back from disk. */
import { describe, expect, test } from "vitest";
import { entityPart, storeKey } from "../src/core/store/store-key.ts";
import { CoreHarness } from "./core-harness.ts";
import { cart, modify, text, textOf, valueSpec } from "./core-samples.ts";

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

  test("that expires after a write lives that long after its last write, however often it is read", async () => {
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

  test("that expires after a call lives that long after its last use", async () => {
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

  test("that expired is left alone by the sweep while it is read, and is not sent", async () => {
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
    // A savepoint that was written by hand may bring a value before any function has registered its name.
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
