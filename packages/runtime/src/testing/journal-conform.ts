/** Journal: histories, traces, and what has a number. */
import { expect } from "vitest";
import type { JournalRecord } from "../model/journal-record.ts";
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
    await expect(run(engine.journal({ limit: 2, cursor: "x" }))).rejects.toMatchObject({ code: "INVALID_CURSOR" });
  });

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
