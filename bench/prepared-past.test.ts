/**
 * A prepared store is what the engine would have left: it opens, knows its entities, and a bounded number of rows answers each question.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { defaultLimits, lockData } from "@signalbox/engine";
import { openEngine } from "../packages/engine/src/open-engine.ts";
import { readTrace } from "../packages/engine/src/runtime/reads/journal-queries.ts";
import { recordsFrom } from "../packages/engine/src/runtime/reads/journal-reader.ts";
import { CountedStore } from "@signalbox/engine/testing";
import { openLevelData } from "./store/open-level-data.ts";
import { askPast, pastQuestions } from "./store/past-questions.ts";
import { ExpectedPast, pastTypes, writePast, type WrittenPast } from "./store/prepared-past.ts";

const size = { entities: 8_000, records: 80_000, nowMs: Date.now() };
const expected = new ExpectedPast(size);
/** The records of each entity, in one type. */
const recordsOfEntity = size.records / size.entities;
let folder = "";
let written: WrittenPast;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "signalbox-prepared-"));
  const data = await openLevelData(folder);
  written = await writePast(data.store, size);
  await data.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("each question reads few rows of the journal's many, and gets the known answer", async () => {
  expect(written.blocks).toBeGreaterThan(1_200);
  expect(written.segments).toBe(2);
  const data = await openLevelData(folder);
  try {
    const counted = new CountedStore(data.store);
    const directories = written.blocks - written.segments * 512;
    for (const question of pastQuestions) {
      for (let asked = 0; asked < 40; asked++) {
        counted.take();
        await askPast(counted, { question, expected, draw: (asked + 0.5) / 40 });
        // A question may read the entity's own records, each with block and segment, the halves of a search by time, and what is in no
        // segment yet. A mailbox reads the same records once more.
        const folds = question === "mailbox and timers as of" ? 2 : 1;
        const most = folds * (4 * recordsOfEntity + written.segments + directories) + 2 * Math.ceil(Math.log2(expected.nextSequence));
        expect(counted.take(), question).toBeLessThanOrEqual(most);
      }
    }
  } finally {
    await data.close();
  }
});

test("the number of a record or of a message of another trace is not a trace, and a few rows say so", async () => {
  const data = await openLevelData(folder);
  try {
    const counted = new CountedStore(data.store);
    const source = (query: { kind: "from" | "before"; sequence: number | undefined }) => recordsFrom(counted, query.sequence ?? 0);
    for (const number of [7, 20_000]) {
      for (const other of [expected.recordOf("page", number), expected.recordOf("visitor", number), expected.sentBy(number)]) {
        counted.take();
        expect(await readTrace(source, other, 1_000)).toEqual({ records: [], complete: false });
        expect(counted.take()).toBeLessThanOrEqual(3);
      }
    }
  } finally {
    await data.close();
  }
});

test("the engine opens it: entities, state, history, traces and the past are there", async () => {
  const never = { invoke: () => Promise.reject(new Error("nothing waits in it")), retain: () => undefined, close: async () => undefined };
  const engine = await openEngine({ data: await lockData(folder, 1), limits: defaultLimits, transport: never });
  try {
    expect(engine.status()).toMatchObject({ waitingMessages: 0, delayedMessages: 0 });
    expect((await engine.entities({ type: pastTypes.page, limit: 5 })).items).toHaveLength(5);
    const number = 12_345;
    const address = expected.addressOf("page", number);
    const { items } = await engine.history({ address, limit: 100 });
    expect(items).toHaveLength(recordsOfEntity);
    const trace = await engine.trace(expected.trace(number), { recordsMax: 10 });
    expect(trace.records.map(({ sequence }) => sequence)).toEqual([
      expected.recordOf("visitor", number),
      expected.recordOf("page", number),
    ]);
    expect(trace.complete).toBe(true);
    const moment = { kind: "sequence", sequence: expected.recordOf("page", number) } as const;
    const past = await engine.stateAsOf({ address, moment, recordsMax: 100 });
    const bytes = past.kind === "known" ? past.values[0]?.value?.bytes : undefined;
    expect(bytes === undefined ? undefined : Buffer.from(bytes)).toEqual(
      Buffer.from(expected.value("page", number, expected.countAfter(number))),
    );
  } finally {
    await engine.stop();
  }
});
