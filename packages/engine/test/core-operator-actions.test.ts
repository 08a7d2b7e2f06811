/** People and API clients pause, resume, retry, discard and edit entities; each action is durable before it is confirmed. */
import { describe, expect, test } from "vitest";
import type { StateEdit } from "@signalbox/runtime/model/state-edit";
import { CoreHarness } from "./core-harness.ts";
import { cart, modify, stock, text, textOf, valueSpec } from "./core-samples.ts";

const bad = { egress: [{ egress: "shop/unknown", value: text("x") }] };

async function parked(values: readonly string[], limits = {}): Promise<CoreHarness> {
  const core = await CoreHarness.withStates([], { limits: { attemptsMax: 1, batchMessagesMax: 1, ...limits } });
  for (const value of values) await core.send(cart("anna"), value);
  await core.complete(bad);
  expect(core.status(cart("anna"))).toBe("parked");
  return core;
}

describe("pause", () => {
  test("keeps what arrives; resume sends it all", async () => {
    const core = await CoreHarness.withStates([]);
    await core.act(cart("anna"), { kind: "pause" });
    for (const value of ["a", "b"]) await core.send(cart("anna"), value);
    expect(core.inFlight).toHaveLength(0);
    await core.act(cart("anna"), { kind: "resume" });
    expect(core.inputs()).toEqual(["a", "b"]);
  });

  test("waits for the invocation in flight, whose effects count", async () => {
    const core = await CoreHarness.withStates([valueSpec]);
    await core.send(cart("anna"), "a");
    await core.send(cart("anna"), "b");
    await core.act(cart("anna"), { kind: "pause" });
    await core.complete({ mutations: [modify("done")] });
    expect(core.status(cart("anna"))).toBe("paused");
    expect(core.value(cart("anna"))).toBe("done");
    expect(core.inFlight).toHaveLength(0);
    expect(core.depth(cart("anna"))).toBe(1);
  });

  test("that was confirmed outlives a crash, also when the invocation in flight had not ended (simulation seed 2)", async () => {
    const core = await CoreHarness.withStates([]);
    await core.send(cart("anna"), "a");
    const request = await core.act(cart("anna"), { kind: "pause" });
    await core.sync();
    expect(core.acknowledged.has(request)).toBe(true);
    await core.restart();
    expect(core.status(cart("anna"))).toBe("paused");
    expect(core.inFlight).toHaveLength(0);
  });

  test("that is cancelled before the invocation ended leaves nothing behind", async () => {
    const core = await CoreHarness.withStates([]);
    await core.send(cart("anna"), "a");
    await core.act(cart("anna"), { kind: "pause" });
    await core.act(cart("anna"), { kind: "resume" });
    await core.sync();
    expect(await core.rows("e")).toEqual([]);
    await core.complete();
    expect(core.status(cart("anna"))).toBe("idle");
  });

  test("of a parked entity keeps it from being retried in bulk", async () => {
    const core = await parked(["a"]);
    await core.act(cart("anna"), { kind: "pause" });
    const request = await core.act({ kind: "by-status", type: undefined, status: "parked" }, { kind: "retry" });
    await core.sync();
    expect(core.acknowledged.get(request)).toEqual({ kind: "changed", changed: 0 });
    expect(core.status(cart("anna"))).toBe("paused");
  });
});

describe("actions on the first message of an entity whose mailbox is on disk only", () => {
  async function unread(values: readonly string[]): Promise<CoreHarness> {
    const core = await CoreHarness.withStates([], { limits: { mailboxBytesInMemoryMax: 1 } });
    for (const value of values) await core.send(cart("anna"), value);
    await core.sync();
    await core.bind({ endpoints: [], egresses: [] });
    await core.restart();
    await core.act(cart("anna"), { kind: "pause" });
    core.holdLoads();
    return core;
  }

  test("wait until the mailbox is read, and are done in their order", async () => {
    const core = await unread(["a", "b", "c"]);
    const discarded = await core.act(cart("anna"), { kind: "discard-head" });
    const edited = await core.act(cart("anna"), { kind: "edit-head", value: text("mended") });
    const again = await core.act(cart("anna"), { kind: "discard-head" });
    expect([discarded, edited, again].map((request) => core.refused.has(request))).toEqual([false, false, false]);
    expect(core.depth(cart("anna"))).toBe(3);
    await core.releaseLoads(await core.readHeld());
    await core.sync();
    expect([discarded, edited, again].map((request) => core.acknowledged.get(request))).toEqual(
      [1, 1, 1].map((changed) => ({ kind: "changed", changed })),
    );
    expect(core.depth(cart("anna"))).toBe(1);
    expect(await core.rows("m")).toHaveLength(1);
  });

  test("are done to the message that each names, or to none", async () => {
    const core = await unread(["a", "b", "c"]);
    const ifSequence = Number((await core.rows("m"))[0]?.split("\u0000").at(-1));
    const acts = [await core.act(cart("anna"), { kind: "discard-head", ifSequence })];
    acts.push(await core.act(cart("anna"), { kind: "discard-head", ifSequence }));
    acts.push(await core.act(cart("anna"), { kind: "edit-head", ifSequence, value: text("mended") }));
    await core.releaseLoads(await core.readHeld());
    await core.sync();
    expect(acts.map((request) => core.refused.get(request)?.code)).toEqual([undefined, "MESSAGE_MOVED", "MESSAGE_MOVED"]);
    expect(core.depth(cart("anna"))).toBe(2);
  });

  test("hold back the actions that come after them", async () => {
    const core = await unread(["a", "b"]);
    const discarded = await core.act(cart("anna"), { kind: "discard-head" });
    const resumed = await core.act(cart("anna"), { kind: "resume" });
    expect(core.status(cart("anna"))).toBe("paused");
    await core.releaseLoads(await core.readHeld());
    await core.sync();
    expect([core.acknowledged.has(discarded), core.acknowledged.has(resumed)]).toEqual([true, true]);
    expect([core.status(cart("anna")), core.depth(cart("anna"))]).toEqual(["ready", 1]);
  });

  test("are bounded in number", async () => {
    const core = await unread(["a"]);
    let last = 0;
    for (let count = 0; count <= 1_000; count++) last = await core.act(cart("anna"), { kind: "discard-head" });
    expect(core.refused.get(last)).toMatchObject({ code: "OVERLOADED" });
    await core.releaseLoads(await core.readHeld());
    expect(core.state.cold.heldCommands).toBe(0);
  });
});

describe("retry", () => {
  test("of a parked entity gives it fresh attempts", async () => {
    const core = await CoreHarness.withStates([], { limits: { attemptsMax: 2 } });
    await core.send(cart("anna"), "a");
    for (let round = 0; round < 2; round++) {
      await core.complete(bad);
      expect(core.status(cart("anna"))).toBe("backing-off");
      await core.advance(1_000);
      await core.complete(bad);
      expect(core.status(cart("anna"))).toBe("parked");
      await core.act(cart("anna"), { kind: "retry" });
      expect(core.inputs()).toEqual(["a"]);
    }
  });

  test("in bulk reaches all parked entities of a type and says how many", async () => {
    const core = await CoreHarness.withStates([], { limits: { attemptsMax: 1 } });
    for (const address of [cart("a"), cart("b"), stock("c")]) {
      await core.send(address, "x");
      await core.complete(bad);
    }
    const request = await core.act({ kind: "by-status", type: "shop/cart", status: "parked" }, { kind: "retry" });
    await core.sync();
    expect(core.acknowledged.get(request)).toEqual({ kind: "changed", changed: 2 });
    expect(core.inFlight.map(({ target }) => target)).toEqual([cart("a"), cart("b")]);
  });

  test("of an entity that is not parked is refused", async () => {
    const core = await CoreHarness.withStates([]);
    await core.send(cart("anna"), "a");
    const busy = await core.act(cart("anna"), { kind: "retry" });
    expect(core.refused.get(busy)?.code).toBe("ENTITY_NOT_PARKED");
    const unknown = await core.act(cart("nobody"), { kind: "retry" });
    expect(core.refused.get(unknown)?.code).toBe("UNKNOWN_ENTITY");
  });

  test("of an entity that backs off does not wait for its time", async () => {
    const core = await CoreHarness.withStates([]);
    await core.send(cart("anna"), "a");
    await core.complete(bad);
    expect(core.status(cart("anna"))).toBe("backing-off");
    await core.act(cart("anna"), { kind: "retry" });
    expect(core.inputs()).toEqual(["a"]);
  });
});

describe("the head message", () => {
  test("discarded makes way for the next, for good", async () => {
    const core = await parked(["bad", "good"]);
    await core.act(cart("anna"), { kind: "discard-head" });
    expect(core.inputs()).toEqual(["good"]);
    await core.sync();
    await core.restart();
    expect(core.inputs()).toEqual(["good"]);
  });

  test("edited is what the function gets, in its old place, also after a restart", async () => {
    const core = await parked(["bad", "next"], { batchMessagesMax: 10 });
    await core.act(cart("anna"), { kind: "edit-head", value: text("mended") });
    expect(core.inputs()[0]).toBe("mended");
    await core.sync();
    await core.restart();
    expect(core.inputs()).toEqual(["mended", "next"]);
  });

  test("that is in flight cannot be changed; an empty mailbox has none", async () => {
    const core = await CoreHarness.withStates([]);
    await core.send(cart("anna"), "a");
    const busy = await core.act(cart("anna"), { kind: "discard-head" });
    expect(core.refused.get(busy)?.code).toBe("ENTITY_BUSY");
    await core.complete();
    const empty = await core.act(cart("anna"), { kind: "discard-head" });
    expect(core.refused.get(empty)?.code).toBe("MAILBOX_EMPTY");
  });

  test("discarded as the last one leaves the entity idle", async () => {
    const core = await parked(["bad"]);
    await core.act(cart("anna"), { kind: "discard-head" });
    expect(core.status(cart("anna"))).toBe("idle");
    await core.sync();
    expect([...(await core.rows("m")), ...(await core.rows("e"))]).toEqual([]);
  });
});

describe("an edit of state", () => {
  const edit = (core: CoreHarness, value: ReturnType<typeof text> | undefined, name = "value") =>
    core.apply({
      kind: "edit-state",
      nowMs: core.nowMs,
      request: 900,
      address: cart("anna"),
      edits: [{ name, value }],
      values: core.storedValues(cart("anna")),
    });

  test("of several values writes all of them in one epoch, as one record, and none if one cannot be written", async () => {
    const core = await CoreHarness.withStates([valueSpec, { ...valueSpec, name: "other" }]);
    await core.send(cart("anna"), "a");
    await core.complete({ mutations: [modify("first"), modify("second", "other")] });
    await core.sync();
    const editAll = (request: number, edits: readonly StateEdit[]) =>
      core.apply({ kind: "edit-state", nowMs: core.nowMs, request, address: cart("anna"), edits, values: core.storedValues(cart("anna")) });
    await editAll(901, [
      { name: "value", value: text("mine") },
      { name: "other", value: { typename: "another/type", bytes: new Uint8Array() } },
    ]);
    expect(core.refused.get(901)).toMatchObject({ code: "STATE_TYPE_MISMATCH" });
    expect([core.value(cart("anna")), core.value(cart("anna"), "other")]).toEqual(["first", "second"]);
    core.events.length = 0;
    await editAll(902, [
      { name: "value", value: text("mine") },
      { name: "other", value: undefined },
    ]);
    expect([core.value(cart("anna")), core.value(cart("anna"), "other")]).toEqual(["mine", undefined]);
    await core.sync();
    expect(core.acknowledged.has(902)).toBe(true);
    const acts = core.events.flatMap((event) =>
      event.kind === "invocation-ended" && event.record.outcome.kind === "act" ? [event.record] : [],
    );
    expect(acts.map(({ outcome, state }) => [outcome, state.map(({ name }) => name)])).toEqual([
      [{ kind: "act", act: "edit-state", detail: "value, other" }, ["value", "other"]],
    ]);
    await core.restart();
    await core.send(cart("anna"), "b");
    expect(core.inFlight[0]?.state.map(({ value }) => textOf(value))).toEqual(["mine", undefined]);
  });

  test("waits for the invocation in flight and wins over it", async () => {
    const core = await CoreHarness.withStates([valueSpec]);
    await core.send(cart("anna"), "a");
    await edit(core, text("edited"));
    await core.complete({ mutations: [modify("written")] });
    expect(core.value(cart("anna"))).toBe("edited");
    expect(core.acknowledged.has(900)).toBe(false);
    await core.sync();
    expect(core.acknowledged.has(900)).toBe(true);
    await core.send(cart("anna"), "b");
    expect(textOf(core.inFlight[0]?.state[0]?.value)).toBe("edited");
  });

  test("tells the value before it, though memory is short and the attempt failed (simulation seed 30649)", async () => {
    const core = await CoreHarness.withStates([valueSpec], { limits: { stateCacheBytesMax: 0 } });
    await core.send(cart("anna"), "a");
    await core.complete({ mutations: [modify("stored")] });
    await core.sync();
    await core.send(cart("anna"), "b");
    await edit(core, undefined);
    await core.fail("ENDPOINT_REFUSED", "down");
    const changes = core.events.flatMap((event) =>
      event.kind === "invocation-ended" && event.record.outcome.kind === "act" ? event.record.state : [],
    );
    expect(changes.map(({ name, before, after }) => [name, before?.bytes && Buffer.from(before.bytes).toString(), after])).toEqual([
      ["value", "stored", undefined],
    ]);
  });

  test("counts what it loads of an idle entity in the cache (simulation, issue 3)", async () => {
    const core = await CoreHarness.withStates([valueSpec]);
    await core.send(cart("anna"), "a");
    await core.complete({ mutations: [modify("a value of some length")] });
    await core.sync();
    await core.restart();
    await core.act(cart("anna"), { kind: "pause" });
    await core.act(cart("anna"), { kind: "resume" });
    // The harness compares the cache's bytes with the values after each command.
    await edit(core, text("another"));
    expect(core.status(cart("anna"))).toBe("idle");
    expect(core.value(cart("anna"))).toBe("another");
  });

  test("needs no late read: an entity that no longer waits ignores what the read brings (simulation seed 10838)", async () => {
    const core = await CoreHarness.withStates([valueSpec], { limits: { stateCacheBytesMax: 0 } });
    await core.apply({ kind: "loaded", nowMs: core.nowMs, entities: [{ address: cart("anna"), values: [undefined] }] });
    expect(core.state.entities.find(cart("anna"))).toBeUndefined();
  });

  test("removes a value that left memory before the edit came (simulation, issue 3)", async () => {
    const core = await CoreHarness.withStates([valueSpec]);
    await core.send(cart("anna"), "a");
    await core.complete({ mutations: [modify("stored")] });
    await core.sync();
    await core.restart();
    await edit(core, undefined);
    await core.sync();
    await core.restart();
    await core.send(cart("anna"), "b");
    expect(core.inFlight[0]?.state[0]?.value).toBeUndefined();
  });

  test("writes a value of an entity that left memory before the edit came (simulation, issue 3)", async () => {
    const core = await CoreHarness.withStates([valueSpec]);
    await edit(core, text("edited"));
    await core.send(cart("anna"), "a");
    expect(textOf(core.inFlight[0]?.state[0]?.value)).toBe("edited");
  });

  test("of an unknown name or another type is refused", async () => {
    const core = await CoreHarness.withStates([valueSpec]);
    await edit(core, text("x"), "other");
    expect(core.refused.get(900)?.code).toBe("UNKNOWN_STATE");
    await edit(core, { typename: "io.statefun.types/int", bytes: new Uint8Array(1) });
    expect(core.refused.get(900)?.code).toBe("STATE_TYPE_MISMATCH");
  });
});

test("every act is a record in the journal of its entity", async () => {
  const core = await parked(["a", "b"]);
  await core.act(cart("anna"), { kind: "pause" });
  await core.act(cart("anna"), { kind: "discard-head" });
  await core.act(cart("anna"), { kind: "resume" });
  const acts = core.events.flatMap((event) =>
    event.kind === "invocation-ended" && event.record.outcome.kind === "act" ? [event.record.outcome.act] : [],
  );
  expect(acts).toEqual(["pause", "discard", "resume"]);
});

test("journal records that a late sweep saw again are trimmed once (simulation seed 3633)", async () => {
  const core = await CoreHarness.withStates([]);
  for (let count = 0; count < 3; count++) {
    await core.send(cart("anna"), "a");
    await core.complete();
  }
  await core.sync();
  const bytes = core.state.journal.bytes;
  const blocks = (await core.rows("j"))
    .slice(0, 1)
    .map((key) => ({ sequence: Number.parseInt(key.slice(2), 36), histories: [cart("warm-up")], hasDirectory: false, bytes: 100 }));
  await core.apply({ kind: "journal-trimmed", nowMs: core.nowMs, blocks });
  await core.sync();
  await core.apply({ kind: "journal-trimmed", nowMs: core.nowMs, blocks });
  await core.sync();
  expect(core.state.journal.bytes).toBeGreaterThanOrEqual(bytes - 100);
});
