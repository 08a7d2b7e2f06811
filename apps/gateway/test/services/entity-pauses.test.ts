/**
 * Ends of pauses of single entities, over an engine and a catalog in memory: an end belongs to the pause with which it was set, and goes
 * with it.
 */
import { EngineError, type Address, type Engine, type PauseEnd } from "@signalbox/runtime";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { PauseRecord } from "../../src/catalog/catalog.ts";
import { EntityPauses, entityPausesMax } from "../../src/services/pauses/entity-pauses.ts";
import { quietEngine } from "../support/quiet-engine.ts";

const anna: Address = { type: "shop/cart", id: "a/nna" };
const record: PauseRecord = { what: "entity:shop/cart/a/nna", by: "ada", sinceMs: 0, untilMs: 10_000 };

/** An engine that knows only which entities are paused. */
function stand(given: { kept?: readonly PauseRecord[]; paused?: readonly string[]; era?: number } = {}) {
  const kept = new Map((given.kept ?? []).map((one) => [one.what, one]));
  const paused = new Set(given.paused);
  const ended: string[] = [];
  const fault: { of: Error | undefined } = { of: undefined };
  const file: { ends: readonly PauseEnd[] | undefined; paused: readonly string[]; inForce: () => void } = {
    ends: undefined,
    paused: [],
    inForce: () => undefined,
  };
  let era = given.era ?? 1;
  const engine: Engine = {
    ...quietEngine(),
    async act(selection, { kind }) {
      if (fault.of !== undefined) throw fault.of;
      if (selection.kind === "by-status") {
        const changed = paused.size;
        paused.clear();
        return { changed };
      }
      const { id } = selection.address;
      if (kind === "resume" && !paused.delete(id))
        throw new EngineError("ENTITY_NOT_PARKED", `${id} is idle, not paused`, "Resume only what was paused.");
      if (kind === "pause") paused.add(id);
      return { changed: 1 };
    },
    async entity(address) {
      const status = paused.has(address.id) ? "paused" : "idle";
      const none = { mailboxDepth: 0, state: [], mailbox: [], failure: undefined, attempts: 0, sinceMs: undefined, retryAtMs: undefined };
      return { ...none, address, status, waitReason: status === "paused" ? { kind: "paused", sinceMs: 0 } : undefined };
    },
    eras: () =>
      Array.from({ length: era - 1 }, (_, at) => ({
        number: at + 2,
        beganMs: 0,
        firstSequence: 0,
        savepoint: { name: "a", epoch: 1, createdMs: 0, nextSequence: 1 },
        types: [],
      })),
    async takeSavepoint(path, options) {
      file.ends = options?.pauseEnds?.();
      file.paused = [...paused];
      return { path, epoch: 1, entities: 0, messages: 0, delayedMessages: 0, egressRecords: 0, sizeBytes: 0, checksum: "", durationMs: 0 };
    },
    async restoreSavepoint(_path, options) {
      await options?.pauseEnds?.({ ends: file.ends, era: era + 1 });
      if (fault.of !== undefined) throw fault.of;
      paused.clear();
      for (const id of file.paused) paused.add(id);
      era += 1;
      file.inForce();
      return { epoch: 2 };
    },
    async entityViews({ type }) {
      const views = await Promise.all([...paused].map((id) => this.entity({ type, id })));
      return { items: views.filter((view) => view !== undefined), cursor: undefined };
    },
  };
  const pauses = new EntityPauses({
    catalog: {
      list: async () => [...kept.values()],
      put: async (one) => void kept.set(one.what, one),
      remove: async (what) => void kept.delete(what),
    },
    engine,
    ended: async ({ id }) => void ended.push(id),
    warn: () => undefined,
  });
  return { pauses, kept, paused, ended, fault, file };
}

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

test("a pause with an end is shown beside the reason to wait and in the list, and ends by itself then", async () => {
  const { pauses, kept, paused, ended } = stand();
  await pauses.pause(anna, { by: "ada", untilMs: 10_000 });
  expect([...kept.values()]).toEqual([record]);
  expect(await pauses.engine.entity(anna)).toMatchObject({ waitReason: { kind: "paused", untilMs: 10_000 } });
  const page = await pauses.engine.entityViews({ type: "shop/cart", limit: 10 });
  expect(page.items).toMatchObject([{ waitReason: { kind: "paused", untilMs: 10_000 } }]);
  expect(pauses.list()).toMatchObject([{ kind: "entity", functions: "shop/cart", entity: "a/nna", by: "ada", untilMs: 10_000 }]);
  await vi.advanceTimersByTimeAsync(9_500);
  expect([paused.size, ended]).toEqual([1, []]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect([paused.size, kept.size, ended]).toEqual([0, 0, ["a/nna"]]);
  expect(vi.getTimerCount()).toBe(0);
});

test("a pause whose time was over while nothing ran ends at the first look after the start", async () => {
  const { pauses, paused, ended } = stand({
    kept: [
      { ...record, untilMs: -1 },
      { ...record, what: "function:shop/cart" },
    ],
    paused: ["a/nna"],
  });
  await pauses.load();
  expect(pauses.list()).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1_000);
  expect([paused.size, ended]).toEqual([0, ["a/nna"]]);
});

test("resuming, or pausing without an end, takes the end away, so that no later pause ends by it", async () => {
  const { pauses, kept, paused, ended } = stand();
  for (const kind of ["resume", "pause"] as const) {
    await pauses.pause(anna, { by: "ada", untilMs: 10_000 });
    await pauses.engine.act({ kind: "one", address: anna }, { kind });
    expect([kind, kept.size]).toEqual([kind, 0]);
  }
  await pauses.pause(anna, { by: "ada", untilMs: 10_000 });
  await pauses.engine.act({ kind: "by-status", type: "shop/cart", status: "paused" }, { kind: "resume" });
  await pauses.engine.act({ kind: "one", address: anna }, { kind: "pause" });
  await vi.advanceTimersByTimeAsync(12_000);
  expect([paused.size, kept.size, ended]).toEqual([1, 0, []]);
});

test("the end of an entity that is no longer paused, as after a restore, is dropped in silence", async () => {
  const { pauses, kept, ended } = stand({ kept: [record] });
  await pauses.load();
  await vi.advanceTimersByTimeAsync(1_000);
  expect([kept.size, ended, vi.getTimerCount()]).toEqual([0, [], 0]);
});

test("a change that the engine refuses has no effect, and an end that cannot be kept is tried again", async () => {
  const { pauses, kept, paused, ended, fault } = stand();
  fault.of = new Error("no engine");
  await expect(pauses.pause(anna, { by: "ada", untilMs: 1_000 })).rejects.toThrow("no engine");
  expect([kept.size, pauses.list()]).toEqual([0, []]);
  fault.of = undefined;
  await pauses.pause(anna, { by: "ada", untilMs: 1_000 });
  fault.of = new Error("no engine");
  await vi.advanceTimersByTimeAsync(3_000);
  expect([paused.size, kept.size, ended]).toEqual([1, 1, []]);
  fault.of = undefined;
  await vi.advanceTimersByTimeAsync(1_000);
  expect([paused.size, kept.size, ended]).toEqual([0, 0, ["a/nna"]]);
});

test(`no more than ${entityPausesMax} have an end; one of them may get another end`, async () => {
  const { pauses } = stand();
  for (let at = 0; at < entityPausesMax; at += 1) await pauses.pause({ ...anna, id: `${at}` }, { by: "ada", untilMs: 10_000 });
  await expect(pauses.pause(anna, { by: "ada", untilMs: 10_000 })).rejects.toMatchObject({ code: "TOO_MANY_PAUSES" });
  await pauses.pause({ ...anna, id: "0" }, { by: "bob", untilMs: 20_000 });
  expect(pauses.list()).toHaveLength(entityPausesMax);
});

test("a savepoint brings the ends of its pauses to a gateway that had none, where they are listed and take effect", async () => {
  const one = stand();
  await one.pauses.pause(anna, { by: "ada", untilMs: 10_000 });
  await one.pauses.engine.takeSavepoint("a");
  const other = stand();
  Object.assign(other.file, { ends: one.file.ends, paused: one.file.paused });
  await other.pauses.load();
  await other.pauses.engine.restoreSavepoint("a");
  expect(other.pauses.list()).toMatchObject([{ entity: "a/nna", by: "ada", untilMs: 10_000 }]);
  expect([...other.kept.values()]).toEqual([record]);
  await vi.advanceTimersByTimeAsync(11_000);
  expect([other.paused.size, other.kept.size, other.ended]).toEqual([0, 0, ["a/nna"]]);
});

test("after a restore the ends are those of the savepoint; with a file without ends, they stay", async () => {
  const { pauses, kept, paused, file, ended } = stand();
  await pauses.engine.act({ kind: "one", address: anna }, { kind: "pause" });
  await pauses.engine.takeSavepoint("without");
  await pauses.pause(anna, { by: "ada", untilMs: 10_000 });
  file.ends = undefined;
  await pauses.engine.restoreSavepoint("old");
  expect([...kept.values()]).toEqual([record]);
  file.ends = [];
  await pauses.engine.restoreSavepoint("without");
  await vi.advanceTimersByTimeAsync(12_000);
  expect([paused.size, kept.size, ended]).toEqual([1, 0, []]);
});

test("a restore that fails leaves the ends as they were", async () => {
  const { pauses, kept, file, fault } = stand();
  await pauses.pause(anna, { by: "ada", untilMs: 10_000 });
  Object.assign(file, { ends: [{ address: { ...anna, id: "bob" }, by: "bob", sinceMs: 0, untilMs: 5 }], paused: ["bob"] });
  fault.of = new Error("no room");
  await expect(pauses.engine.restoreSavepoint("a")).rejects.toThrow("no room");
  expect([...kept.values()]).toEqual([record]);
  await vi.advanceTimersByTimeAsync(2_000);
  expect([...kept.values()]).toEqual([record]);
});

test("killed right after the restore, the next start takes the ends over; killed right before, it drops them", async () => {
  for (const isInForce of [true, false]) {
    const { pauses, kept, file, fault } = stand();
    Object.assign(file, { ends: [{ address: anna, by: "ada", sinceMs: 0, untilMs: 10_000 }], paused: ["a/nna"] });
    const atKill: PauseRecord[] = [];
    file.inForce = () => void atKill.push(...kept.values());
    if (!isInForce) fault.of = new Error("killed");
    await pauses.engine
      .restoreSavepoint("a")
      .catch(() => atKill.push({ ...record, what: "restored:2:" }, { ...record, what: "restored:2:entity:shop/cart/a/nna" }));
    const next = stand({ kept: atKill, paused: ["a/nna"], era: isInForce ? 2 : 1 });
    await next.pauses.load();
    await vi.advanceTimersByTimeAsync(1_500);
    expect([isInForce, ...next.kept.values()]).toEqual(isInForce ? [true, record] : [false]);
  }
});
