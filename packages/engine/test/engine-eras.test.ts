/**
 * Eras: a restore keeps the past readable, gives no number twice, says which part of it counts no more, and accepts nothing that it would
 * drop.
 */
import { describe, expect, test } from "vitest";
import { StoreError } from "@signalbox/runtime/model/engine-error";
import { eraNumberOf, lowestEnd, savepointEnd, undoneBy, type Era } from "@signalbox/runtime/model/era";
import { homeOf } from "@signalbox/runtime/model/home-of";
import type { EmbeddedEngine } from "../src/runtime/embedded-engine.ts";
import { changedStore } from "../src/testing/mutants/planting.ts";
import { cart, text } from "./core-samples.ts";
import { counting, EngineHarness } from "./engine-harness.ts";

async function opened(): Promise<{ harness: EngineHarness; engine: EmbeddedEngine }> {
  const harness = new EngineHarness({ run: (request) => counting(request) });
  return { harness, engine: await harness.open() };
}

async function sent(harness: EngineHarness, engine: EmbeddedEngine, id: string): Promise<number> {
  const { traceId } = await harness.run(engine.accept({ target: cart(id), value: text("a") }));
  await harness.run(engine.settled());
  return traceId;
}

test("a read that runs while a restore replaces the stores gets its answer from the new ones", async () => {
  let hold: Promise<void> | undefined;
  const harness = new EngineHarness({
    run: (request) => counting(request),
    wrapStore: (store) =>
      changedStore(store, {
        snapshot: () => {
          const snapshot = store.snapshot();
          const held = hold;
          // The store is read again once it is closed, as LevelDB does, which aborts the reads that are still running.
          return { ...snapshot, scanKeys: (range) => (held === undefined ? snapshot.scanKeys(range) : closedAfter(held)) };
        },
      }),
  });
  const engine = await harness.open();
  await sent(harness, engine, "anna");
  await harness.run(engine.takeSavepoint("one"));
  let replaced: () => void = () => undefined;
  hold = new Promise((resolve) => {
    replaced = resolve;
  });
  const read = engine.history({ address: cart("anna"), limit: 10 });
  hold = undefined;
  await harness.run(engine.restoreSavepoint("one"));
  replaced();
  expect((await harness.run(read)).items).toHaveLength(1);
});

test("a read that fails while nothing replaced its store fails", async () => {
  const harness = new EngineHarness({
    run: (request) => counting(request),
    wrapStore: (store) =>
      changedStore(store, { snapshot: () => ({ ...store.snapshot(), scanKeys: () => closedAfter(Promise.resolve()) }) }),
  });
  const engine = await harness.open();
  await expect(harness.run(engine.history({ address: cart("anna"), limit: 10 }))).rejects.toMatchObject({ code: "STORE_FAILED" });
});

/** The store is closed before the first of these keys comes. */
function closedAfter(held: Promise<void>): AsyncIterable<string> {
  const next = async (): Promise<IteratorResult<string>> => {
    await held;
    throw new StoreError("STORE_FAILED", { message: "the store is not open", place: "store", cure: "Wait." });
  };
  return { [Symbol.asyncIterator]: () => ({ next }) };
}

describe("after a restore", () => {
  test("traces and histories from before are still readable, those taken back and those kept", async () => {
    const { harness, engine } = await opened();
    const kept = await sent(harness, engine, "anna");
    await harness.run(engine.takeSavepoint("/shelf/monday"));
    const undone = await sent(harness, engine, "bert");
    await harness.run(engine.restoreSavepoint("/shelf/monday", { name: "monday" }));

    const [era] = engine.eras();
    expect(era).toMatchObject({ number: 2, savepoint: { name: "monday" }, types: ["shop/cart"] });
    for (const [trace, id] of [
      [kept, "anna"],
      [undone, "bert"],
    ] as const) {
      const told = await harness.run(engine.trace(trace, { recordsMax: 10 }));
      expect(told).toMatchObject({ complete: true, records: [{ address: cart(id) }] });
      expect((await harness.run(engine.history({ address: cart(id), limit: 10 }))).items).toHaveLength(1);
    }
    expect(undoneBy(engine.eras(), { sequence: kept, id: "anna" })).toBeUndefined();
    expect(undoneBy(engine.eras(), { sequence: undone, id: "bert" })).toMatchObject({ number: 2 });
    expect(eraNumberOf(engine.eras(), undone)).toBe(1);
  });

  test("no number is given again, so that an earlier trace never becomes another", async () => {
    const { harness, engine } = await opened();
    await harness.run(engine.takeSavepoint("empty"));
    const before = await sent(harness, engine, "anna");
    await harness.run(engine.restoreSavepoint("empty"));
    const after = await sent(harness, engine, "anna");
    expect(after).toBeGreaterThan(before);
    expect(after).toBeGreaterThanOrEqual(engine.eras()[0]?.firstSequence ?? Infinity);
    expect(engine.nextSequence()).toBeGreaterThan(after);
    expect(
      (await harness.run(engine.history({ address: cart("anna"), limit: 10 }))).items.map(({ messages }) => messages[0]?.trace),
    ).toEqual([after, before]);
  });

  test("the eras and their journal outlive a restart and further restores", async () => {
    const { harness, engine } = await opened();
    await sent(harness, engine, "anna");
    await harness.run(engine.takeSavepoint("one"));
    await harness.run(engine.restoreSavepoint("one"));
    await sent(harness, engine, "anna");
    await harness.run(engine.restoreSavepoint("one"));
    await harness.run(engine.stop());
    const next = await harness.open();
    expect(next.eras().map(({ number }) => number)).toEqual([2, 3]);
    expect((await harness.run(next.history({ address: cart("anna"), limit: 10 }))).items).toHaveLength(2);
    expect((await harness.run(next.journalReach()))?.address).toEqual(cart("anna"));
  });
});

describe("while it restores", () => {
  test("a message, an act, an edit and an acknowledgement are refused with the time to come again, already while it takes its own savepoint", async () => {
    const { harness, engine } = await opened();
    await sent(harness, engine, "anna");
    await harness.run(engine.takeSavepoint("one"));
    const refused: unknown[] = [];
    const before = async (): Promise<void> => {
      const attempts = [
        engine.accept({ target: cart("anna"), value: text("b") }),
        engine.acceptBatch({ producer: "till", messages: [] }),
        engine.act({ kind: "one", address: cart("anna") }, { kind: "pause" }),
        engine.editState(cart("anna"), [{ name: "value", value: undefined }]),
        engine.egressAcknowledge("shop/out", 1),
      ];
      for (const attempt of attempts) await attempt.catch((error: unknown) => refused.push(error));
      await engine.takeSavepoint("now");
    };
    await harness.run(engine.restoreSavepoint("one", { before }));
    expect(refused).toHaveLength(5);
    for (const error of refused) expect(error).toMatchObject({ code: "ENGINE_RESTORING", retryAfterMs: 1000 });
    await sent(harness, engine, "anna");
  });

  test("everything stays as it is when the savepoint of the present cannot be taken", async () => {
    const { harness, engine } = await opened();
    await harness.run(engine.takeSavepoint("empty"));
    await sent(harness, engine, "anna");
    await expect(harness.run(engine.restoreSavepoint("empty", { before: () => Promise.reject(new Error("no room")) }))).rejects.toThrow(
      "no room",
    );
    expect(engine.eras()).toEqual([]);
    expect((await harness.run(engine.entity(cart("anna"))))?.state).toHaveLength(1);
    await sent(harness, engine, "anna");
  });
});

test("a restore to a savepoint from before an earlier restore gives back the entries that this one took back", () => {
  const era = (number: number, firstSequence: number, nextSequence: number): Era => ({
    number,
    beganMs: 0,
    firstSequence,
    savepoint: { name: "", epoch: 0, nextSequence, createdMs: 0 },
    types: [],
  });
  // Era 2 goes back from 100 to 50; era 3 goes back to the savepoint that was taken at 90, before era 2.
  const eras = [era(2, 100, 50), era(3, 200, 90)];
  expect(undoneBy([era(2, 100, 50)], { sequence: 70, id: "anna" })).toMatchObject({ number: 2 });
  expect(undoneBy(eras, { sequence: 70, id: "anna" })).toBeUndefined();
  expect(undoneBy(eras, { sequence: 95, id: "anna" })).toMatchObject({ number: 3 });
  expect(undoneBy(eras, { sequence: 150, id: "anna" })).toMatchObject({ number: 3 });
  expect(undoneBy(eras, { sequence: 250, id: "anna" })).toBeUndefined();
});

test("with several partitions each entity's end is that of its home partition, and without an id the highest one counts", () => {
  const savepoint = { name: "", epoch: 0, nextSequence: 90, createdMs: 0, partitionEnds: [50, 90] };
  const eras: Era[] = [{ number: 2, beganMs: 0, firstSequence: 100, savepoint, types: [] }];
  const [first] = ["anna", "bert", "carl", "dora"].toSorted((a, b) => homeOf(a, 2) - homeOf(b, 2));
  const last = ["anna", "bert", "carl", "dora"].find((id) => homeOf(id, 2) === 1);
  expect(homeOf(first ?? "", 2)).toBe(0);
  expect(undoneBy(eras, { sequence: 70, id: first })).toMatchObject({ number: 2 });
  expect(undoneBy(eras, { sequence: 49, id: first })).toBeUndefined();
  expect(undoneBy(eras, { sequence: 70, id: last })).toBeUndefined();
  expect(undoneBy(eras, { sequence: 90, id: last })).toMatchObject({ number: 2 });
  expect(undoneBy(eras, { sequence: 70, id: undefined })).toBeUndefined();
  expect([savepointEnd(savepoint, first), savepointEnd(savepoint, last), lowestEnd(savepoint)]).toEqual([50, 90, 50]);
});
