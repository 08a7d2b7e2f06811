/** Savepoints: everything comes back, or nothing changes. */
import { expect } from "vitest";
import type { EngineChange } from "../lifecycle.ts";
import type { Behaves } from "./conformance-stand.ts";

export function savepointsConform(behaves: Behaves): void {
  behaves("a restore puts everything back as it was, begins an era and says so", async (stand) => {
    const { engine, run, tell, count } = stand;
    await tell("anna", "count");
    const summary = await run(engine.takeSavepoint("one"));
    expect(summary).toMatchObject({ entities: 1 });
    await tell("anna", "count");
    const changes: EngineChange[] = [];
    engine.onChange((change) => void changes.push(change));
    await run(engine.restoreSavepoint(summary.path, { name: "one" }));
    expect(await count("anna")).toBe("1");
    expect(engine.eras()).toMatchObject([{ number: 2, savepoint: { name: "one" } }]);
    expect(changes).toContainEqual({ kind: "restored" });
  });

  behaves("a file that is none changes nothing", async ({ engine, run, tell, count }) => {
    await tell("anna", "count");
    await expect(run(engine.restoreSavepoint("none"))).rejects.toThrow();
    expect(await count("anna")).toBe("1");
    expect(engine.eras()).toEqual([]);
  });
}
