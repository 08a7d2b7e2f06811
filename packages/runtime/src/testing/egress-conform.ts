/** Egress: records leave in order, and stay until they are acknowledged. */
import { expect } from "vitest";
import { out, shop, textOf } from "./conformance-functions.ts";
import type { Behaves } from "./conformance-stand.ts";

export function egressConform(behaves: Behaves): void {
  behaves("records come in order and stay until they are acknowledged", async ({ engine, run, tell }) => {
    for (const text of ["out 1", "out 2", "out 3"]) await tell("anna", text);
    expect(engine.egresses()).toMatchObject([{ id: out, waitingRecords: 3 }]);
    const records = await run(engine.egressRecords({ egress: out, limit: 10 }));
    expect(records.map(({ value }) => textOf(value))).toEqual(["out 1", "out 2", "out 3"]);
    await run(engine.egressAcknowledge(out, records[1]?.sequence ?? 0));
    const rest = await run(engine.egressRecords({ egress: out, limit: 10 }));
    expect(rest.map(({ value }) => textOf(value))).toEqual(["out 3"]);
    expect(await run(engine.egressRecords({ egress: out, after: rest[0]?.sequence, limit: 10 }))).toEqual([]);
  });

  behaves("a reply with a record for an egress that nobody declared does not count at all", async ({ engine, run, tell, count, until }) => {
    await tell("anna", "count");
    await tell("anna", "nowhere");
    await until(() => engine.status().parkedEntities === 1);
    expect(await run(engine.entity(shop("anna")))).toMatchObject({ failure: { code: "UNKNOWN_EGRESS" } });
    expect(await count("anna")).toBe("1");
  });
}
