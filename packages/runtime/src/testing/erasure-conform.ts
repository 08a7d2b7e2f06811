/**
 * Erasure: what is removed, what stays and says so, and that everybody else goes on.
 */
import { expect } from "vitest";
import { noErasureCounts } from "../model/erasure.ts";
import { out, say, shop } from "./conformance-functions.ts";
import { parked, type Behaves, type Opened } from "./conformance-stand.ts";

const anna = [{ type: "shop/cart", id: "anna" }];

async function eraseAnna({ engine, run }: Opened) {
  return run(engine.erase({ id: "e1", targets: anna }));
}

export function erasureConform(behaves: Behaves): void {
  behaves("states, waiting messages and the values of its records go, and others keep theirs", async (stand) => {
    const { engine, run, tell, count } = stand;
    await tell("anna", "count");
    await tell("bert", "count");
    expect(await run(engine.countErasable(anna))).toMatchObject({ states: 1, messages: 0, journalRecords: 1 });
    expect(await eraseAnna(stand)).toMatchObject({ states: 1, messages: 0, journalRecords: 1 });
    expect(await count("anna")).toBeUndefined();
    expect(await count("bert")).toBe("1");
    const { items } = await run(engine.history({ address: shop("anna"), limit: 10 }));
    expect(items).toHaveLength(1);
    expect(items[0]?.messages[0]?.value).toMatchObject({ bytes: undefined, erasedMs: expect.any(Number) });
    expect(items[0]?.state[0]?.after).toMatchObject({ bytes: undefined, erasedMs: expect.any(Number) });
    expect(await run(engine.countErasable(anna))).toEqual(noErasureCounts);
  });

  behaves("what waits for a person goes too, and what comes afterwards is new", async (stand) => {
    const { engine, tell, count } = stand;
    await parked(stand);
    expect(await eraseAnna(stand)).toMatchObject({ messages: 2 });
    expect(engine.status()).toMatchObject({ parkedEntities: 0, waitingMessages: 0 });
    await tell("anna", "count");
    expect(await count("anna")).toBe("1");
  });

  behaves("an erasure that is asked for again answers what it answered", async (stand) => {
    await stand.tell("anna", "count");
    const first = await eraseAnna(stand);
    await stand.tell("anna", "count");
    expect(await eraseAnna(stand)).toEqual(first);
    expect(await stand.count("anna")).toBe("1");
  });

  behaves("records that wait for an egress go with who sent them", async ({ engine, run, tell }) => {
    await tell("anna", "out");
    await tell("bert", "out");
    const before = engine.egresses().find(({ id }) => id === out)?.waitingRecords;
    expect(before).toBe(2);
    expect(await run(engine.erase({ id: "e2", targets: [{ type: undefined, id: "anna" }] }))).toMatchObject({ egressRecords: 1 });
    expect(await run(engine.egressRecords({ egress: out, limit: 10 }))).toMatchObject([{ from: shop("bert") }]);
    expect(engine.egresses().find(({ id }) => id === out)?.waitingRecords).toBe(1);
    expect(await run(engine.accept({ target: shop("bert"), value: say("count") }))).toMatchObject({ repeated: false });
  });
}
