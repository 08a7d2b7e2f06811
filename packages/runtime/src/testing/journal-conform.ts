/** Journal: histories, traces, and what has a number. */
import { expect } from "vitest";
import { outlineOf, type JournalRecord } from "../model/journal-record.ts";
import { shop, textOf } from "./conformance-functions.ts";
import { parked, type Behaves } from "./conformance-stand.ts";

export function journalConform(behaves: Behaves): void {
  behaves("the history of an entity is told newest first, with what changed", async ({ engine, run, tell }) => {
    await tell("anna", "count");
    await tell("bert", "count");
    await tell("anna", "count");
    const { items } = await run(engine.history({ address: shop("anna"), limit: 10 }));
    expect(items.map(changeOf)).toEqual(["1 -> 2", "undefined -> 1"]);
    const all = await run(engine.journal({ limit: 2 }));
    expect(all.items.map(({ address }) => address.id)).toEqual(["anna", "bert"]);
    const rest = await run(engine.journal({ limit: 2, cursor: all.cursor }));
    expect(rest.items.map(({ address }) => address.id)).toEqual(["anna"]);
    const outlines = await run(engine.journalOutlines({ limit: 2 }));
    expect(outlines).toEqual({ ...all, items: all.items.map(outlineOf) });
    expect(outlines.items[0]).toMatchObject({ messagesTotal: 1, sent: 0, state: 1, outcome: { kind: "completed" } });
    await expect(run(engine.journal({ limit: 2, cursor: "x" }))).rejects.toMatchObject({ code: "INVALID_CURSOR" });
  });

  behaves("an entity is told as it was after each of its records, and who made it so", async ({ engine, run, tell }) => {
    for (let visit = 1; visit <= 3; visit += 1) await tell("anna", "count");
    await tell("bert", "count");
    const { items } = await run(engine.history({ address: shop("anna"), limit: 10 }));
    const asOf = async (sequence: number): Promise<string> => {
      const moment = { kind: "sequence", sequence } as const;
      const state = await run(engine.stateAsOf({ address: shop("anna"), moment, recordsMax: 10 }));
      if (state.kind !== "known") return state.kind;
      return state.values.map(({ value, evidence, writer }) => `${textOf(value)} ${evidence} ${writer}`).join();
    };
    const [third, second, first] = items.map(({ sequence }) => sequence);
    expect(await asOf(first ?? 0)).toBe(`1 next-change ${first}`);
    expect(await asOf(second ?? 0)).toBe(`2 next-change ${second}`);
    expect(await asOf(third ?? 0)).toBe(`3 present ${third}`);
    expect(await asOf((second ?? 0) - 1)).toBe(`1 next-change ${first}`);
    expect(await asOf(0)).toBe("beyond-reach");
    const blame = await run(engine.blame({ address: shop("anna"), recordsMax: 10, changesMax: 2 }));
    expect(blame).toMatchObject({
      complete: true,
      recordsRead: 3,
      values: [{ more: true, changes: [{ sequence: third }, { sequence: second }] }],
    });
    expect(blame.values[0]?.changes[0]?.by).toMatchObject({ kind: "function", messagesTotal: 1 });
    const before = await run(engine.blame({ address: shop("anna"), before: second, recordsMax: 10, changesMax: 2 }));
    expect(before.values[0]?.changes.map(({ sequence }) => sequence)).toEqual([first]);
  });

  behaves("a moment by the clock is the one after what had ended by then", async ({ engine, run, tell }) => {
    await tell("anna", "count");
    await tell("anna", "count");
    const [last] = (await run(engine.history({ address: shop("anna"), limit: 1 }))).items;
    const atMs = last?.endedMs ?? 0;
    const state = await run(engine.stateAsOf({ address: shop("anna"), moment: { kind: "time", atMs }, recordsMax: 10 }));
    expect(state).toMatchObject({ kind: "known", sequence: last?.sequence, values: [{ evidence: "present" }] });
    const long = await run(engine.stateAsOf({ address: shop("anna"), moment: { kind: "time", atMs: 1 }, recordsMax: 10 }));
    expect(long).toMatchObject({ kind: "beyond-reach" });
  });
  followedConform(behaves);
  tracesConform(behaves);
}

function followedConform(behaves: Behaves): void {
  behaves("the journal is followed record by record, from its end or its beginning", async ({ engine, run, tell }) => {
    await tell("anna", "count");
    const ends = await run(engine.journalStreams({ from: "end", limit: 10 }));
    expect(ends.flatMap(({ records }) => records)).toEqual([]);
    for (let visit = 1; visit <= 3; visit += 1) await tell("bert", "count");
    const places: number[] = [];
    for (const { partition, next } of ends) places[partition] = next;
    const followed: string[] = [];
    for (let round = 0; round < 4; round += 1) {
      for (const { partition, records, next } of await run(engine.journalStreams({ from: places, limit: 1 }))) {
        followed.push(...records.map(changeOf));
        places[partition] = next;
      }
    }
    expect(followed).toEqual(["undefined -> 1", "1 -> 2", "2 -> 3"]);
    const all = (await run(engine.journalStreams({ from: [], limit: 10 }))).filter(({ records }) => records.length > 0);
    expect(all.flatMap(({ records }) => records)).toHaveLength(4);
    for (const { oldest, records } of all) expect(oldest).toBe(records[0]?.sequence);
  });

  behaves("a message that a person discards stands in the record of the act", async (stand) => {
    const { engine, run } = stand;
    const trace = await parked(stand);
    const [waiting] = (await run(engine.waitingOfTrace(trace, { rowsMax: 10 }))).messages;
    const { target = shop("anna") } = waiting ?? {};
    await run(engine.act({ kind: "one", address: target }, { kind: "discard-head" }));
    const [act] = (await run(engine.history({ address: target, limit: 1 }))).items;
    expect(act).toMatchObject({
      outcome: { kind: "act", act: "discard" },
      messages: [{ sequence: waiting?.sequence, caller: waiting?.caller }],
    });
    expect(await run(engine.trace(trace, { recordsMax: 10 }))).toMatchObject({ complete: true });
  });
}

function tracesConform(behaves: Behaves): void {
  behaves("a trace holds all that followed from one message, in order, and is complete when nothing of it waits", async (stand) => {
    const { engine, run, tell } = stand;
    const trace = await tell("anna", "send bert");
    const told = await run(engine.trace(trace, { recordsMax: 10 }));
    expect(told.complete).toBe(true);
    expect(told.records.map(({ address }) => address.id)).toEqual(["anna", "bert"]);
    const { items } = await run(engine.traces({ limit: 10 }));
    expect(items).toMatchObject([{ trace, complete: true }]);
    expect(await run(engine.waitingOfTrace(trace, { rowsMax: 10 }))).toMatchObject({ messages: [] });
  });

  behaves("what waits for a person still waits in its trace", async (stand) => {
    const { engine, run } = stand;
    const trace = await parked(stand);
    expect(await run(engine.trace(trace, { recordsMax: 10 }))).toMatchObject({ complete: false });
    const { messages } = await run(engine.waitingOfTrace(trace, { rowsMax: 10 }));
    expect(messages.map(({ value }) => textOf(value))).toEqual(["reject"]);
  });

  behaves("a message of a watched trace goes alone, those before it and behind it together", async ({ engine, run, tell, count }) => {
    const anna = { kind: "one", address: shop("anna") } as const;
    await tell("anna", "count");
    await run(engine.act(anna, { kind: "pause" }));
    const traces: number[] = [];
    for (let message = 1; message <= 5; message += 1) traces.push(await tell("anna", "count"));
    await run(engine.watchTrace(traces[2] ?? 0, 30_000));
    await run(engine.act(anna, { kind: "resume" }));
    await run(engine.settled());
    expect(await count("anna")).toBe("6");
    const { items } = await run(engine.history({ address: shop("anna"), limit: 10 }));
    const batches = items.filter(({ outcome }) => outcome.kind === "completed").map(({ messages }) => messages.length);
    expect(batches.toReversed()).toEqual([1, 2, 1, 2]);
  });

  behaves("each number has its owner, and none is given that was given before", async ({ engine, run, tell }) => {
    const trace = await tell("anna", "send bert");
    const [record] = (await run(engine.history({ address: shop("anna"), limit: 1 }))).items;
    const sent = record?.sent[0]?.sequence ?? 0;
    expect(await run(engine.ownerOf(sent))).toMatchObject({ kind: "message", trace });
    expect(await run(engine.ownerOf(engine.nextSequence() + 1000))).toBeUndefined();
    expect(engine.nextSequence()).toBeGreaterThan(sent);
    expect(await run(engine.journalReach())).toMatchObject({ address: shop("anna") });
  });
}

function changeOf({ state }: JournalRecord): string {
  const [change] = state;
  return `${textOf(change?.before)} -> ${textOf(change?.after)}`;
}
