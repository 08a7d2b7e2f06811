/** The short crash test of every `npm test`; `npm run crash` runs the long one (20 kills) with any seed. */
import { describe, expect, test } from "vitest";
import { runCrash } from "./crash-run.ts";

describe("a gateway that is killed with -9 at random moments", () => {
  test("loses nothing that it acknowledged and applies nothing twice", async () => {
    const report = await runCrash({ seed: 7, kills: 4, functionKillEvery: 3, entities: 32, programsInFlightMax: 8, upMsMax: 700 });
    expect(report.programs).toBeGreaterThan(20);
    expect(report.actual).toEqual(report.expected);
  }, 180_000);
});
