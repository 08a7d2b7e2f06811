/**
 * Erasures in the background: what a stop at each of their steps leaves, and that the next life finishes what the last one began.
 */
import { expect, test } from "vitest";
import { EngineError, noErasureCounts } from "@signalbox/runtime";
import type { ErasureRecord } from "../../src/catalog/catalog.ts";
import { localPerson } from "../../src/contract/principal.ts";
import { Erasures, type ErasuresOptions } from "../../src/services/erasures/erasures.ts";
import type { ErasableSavepoint, IntendedFile } from "../../src/services/savepoints/erasable-savepoint.ts";

const targets = [{ type: null, id: "anna", match: "id" as const }];
const asked = { reason: "asked by the person", principal: localPerson("http") };
const sizes = { entities: 0, messages: 0, delayedMessages: 0, egressRecords: 0, sizeBytes: 1 };

class Stopped extends Error {}

/** What outlives a life: the catalog, and which version of each savepoint's file is on disk. */
class Disk {
  readonly records = new Map<string, ErasureRecord>();
  readonly files = new Map([
    ["one", "old"],
    ["two", "old"],
  ]);
  /** The number of steps until the process dies. */
  stepsLeft = Number.POSITIVE_INFINITY;
  erasedBy = new Set<string>();
  rewrites = 0;

  step(): void {
    if (this.stepsLeft-- <= 0) throw new Stopped("killed");
  }
}

function life(disk: Disk, change: Partial<ErasuresOptions> = {}): { erasures: Erasures; ended: () => Promise<void> } {
  const held = Promise.withResolvers<void>();
  const file = (id: string): Pick<ErasableSavepoint, "erase" | "adoptIfThere" | "count"> => ({
    count: async () => 1,
    async erase(_targets, { intend }) {
      disk.step();
      const next: IntendedFile = { savepoint: id, rows: 3, checksum: `new ${id}`, ...sizes };
      if (disk.files.get(id) !== "old") throw new EngineError("SAVEPOINT_UNREADABLE", "the file has another checksum than its record", "");
      await intend(next);
      disk.step();
      disk.files.set(id, "new");
      disk.rewrites++;
      disk.step();
      disk.files.set(id, "recorded");
      return { isRewritten: true, rows: 3 };
    },
    async adoptIfThere() {
      if (disk.files.get(id) === "old") return undefined;
      disk.files.set(id, "recorded");
      return { isRewritten: true, rows: 3 };
    },
  });
  const erasures = new Erasures({
    engine: {
      countErasable: async () => noErasureCounts,
      async erase({ id }) {
        disk.step();
        disk.erasedBy.add(id);
        disk.step();
        return { ...noErasureCounts, states: 1 };
      },
    },
    catalog: {
      list: async () => [...disk.records.values()],
      find: async (id) => disk.records.get(id),
      async put(record) {
        disk.step();
        disk.records.set(record.id, record);
      },
    },
    savepoints: {
      list: () => [...disk.files.keys()].map((id) => ({ id, createdMs: 1, status: "ready" })) as never,
      hold: () => () => held.resolve(),
      erasable: (id) => file(id) as ErasableSavepoint,
    },
    backups: { list: async () => [], settled: async () => undefined },
    warn: () => undefined,
    isStopping: () => disk.stepsLeft < 0,
    ...change,
  });
  return { erasures, ended: () => held.promise };
}

test("an erasure that is stopped at any step ends in the next life, with every savepoint rewritten once and counted", async () => {
  let stops = 0;
  for (let steps = 1; ; steps++) {
    const disk = new Disk();
    disk.stepsLeft = steps;
    const first = life(disk);
    await first.erasures.start(targets, asked);
    await first.ended();
    const isStopped = disk.stepsLeft < 0;
    if (isStopped) {
      stops++;
      disk.stepsLeft = Number.POSITIVE_INFINITY;
      const second = life(disk);
      await second.erasures.resume();
      await second.ended();
    }
    const [row] = await life(disk).erasures.list();
    expect(row, `stopped after ${steps} steps`).toMatchObject({ state: "done", error: null, counts: { states: 1 } });
    expect(row?.savepoints).toMatchObject([
      { id: "one", state: "rewritten", rows: 3 },
      { id: "two", state: "rewritten", rows: 3 },
    ]);
    expect([...disk.files.values()]).toEqual(["recorded", "recorded"]);
    expect(disk.rewrites).toBe(2);
    expect(disk.erasedBy.size).toBe(1);
    expect([...disk.records.values()].map((record) => record.targets)).toEqual([undefined]);
    if (!isStopped) break;
  }
  expect(stops).toBeGreaterThan(8);
});

test("an erasure that the engine refuses for now is tried again, and a final refusal is told in the row", async () => {
  let asks = 0;
  const later = new EngineError("OVERLOADED", "a savepoint is being taken", "Erase once it is there.");
  const patient = life(new Disk(), {
    engine: {
      countErasable: async () => noErasureCounts,
      erase: async () => {
        if (asks++ < 2) throw later;
        return noErasureCounts;
      },
    },
  });
  await patient.erasures.start(targets, asked);
  await patient.ended();
  expect(await patient.erasures.list()).toMatchObject([{ state: "done" }]);

  const refused = life(new Disk(), {
    engine: {
      countErasable: async () => noErasureCounts,
      erase: () => Promise.reject(new EngineError("DISK_FULL", "the disk is full", "Free space.")),
    },
  });
  await refused.erasures.start(targets, asked);
  await refused.ended();
  expect(await refused.erasures.list()).toMatchObject([{ state: "failed", error: "the disk is full", phase: "ended" }]);
});

test("one that was begun waits while the runtime cannot erase, and says so; it ends with a runtime that can", async () => {
  const disk = new Disk();
  disk.stepsLeft = 1;
  const first = life(disk);
  await first.erasures.start(targets, asked);
  await first.ended();
  disk.stepsLeft = Number.POSITIVE_INFINITY;
  const warned: string[] = [];
  const unable = life(disk, { isAble: () => false, warn: (message) => warned.push(message) });
  await unable.erasures.resume();
  expect(await unable.erasures.list()).toMatchObject([{ state: "running", error: null }]);
  expect(warned).toEqual([expect.stringContaining("SIGNALBOX_RUNTIME=embedded")]);
  const able = life(disk);
  await able.erasures.resume();
  await able.ended();
  expect(await able.erasures.list()).toMatchObject([{ state: "done", counts: { states: 1 } }]);
});
