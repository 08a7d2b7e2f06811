/** `signalbox move` without a gateway: what it asks for, what it shows, and how it ends. */
import { describe, expect, test } from "vitest";
import { runCli } from "./run-cli.ts";

const plan = {
  items: [
    { what: "values", fate: "moves", count: 3, why: "State values.", cure: "", acceptable: false, examples: [] },
    {
      what: "parked",
      fate: "blocks",
      count: 1,
      why: "Flink parks nobody.",
      cure: "Retry it.",
      acceptable: true,
      examples: ["shop/cart/anna"],
    },
  ],
  blocked: ["parked"],
  moved: null,
  check: null,
  folder: null,
  savepoint: null,
  epochsSince: null,
  elapsedMs: 5,
};

function gateway(outcome: object) {
  const asked: string[] = [];
  const fetch: typeof globalThis.fetch = async (url, init) => {
    const path = url instanceof URL ? url.pathname : "";
    asked.push(`${init?.method} ${path} ${typeof init?.body === "string" ? init.body : ""}`.trim());
    if (path === "/v1/savepoints") return Response.json({ id: "taken" }, { status: 201 });
    if (path === "/v1/moves/folders") return Response.json({ folders: [{ name: "newest" }, { name: "older" }] });
    return Response.json(outcome);
  };
  return { asked, fetch };
}

describe("move", () => {
  test("to flink takes a savepoint, shows the plan, and ends with 1 where there is an obstacle", async () => {
    const { asked, fetch } = gateway(plan);
    const { code, out, err } = await runCli(["move", "--to", "flink"], { fetch });
    expect(asked).toEqual(["POST /v1/savepoints", 'POST /v1/moves/to-flink {"savepoint":"taken","dryRun":true,"accept":[]}']);
    expect(code).toBe(1);
    expect(out).toContain("IN THE WAY         1  parked: Flink parks nobody.");
    expect(out).toContain("shop/cart/anna");
    expect(err).toContain("--accept parked");
  });

  test("with --yes moves, and says what was compared, what came later and where it is", async () => {
    const moved = { values: 3, messages: 0, delayedMessages: 0 };
    const { asked, fetch } = gateway({ ...plan, blocked: [], moved, check: { isEqual: true }, folder: "from-s1", epochsSince: 4 });
    const { code, out, err } = await runCli(["move", "--to", "flink", "--savepoint", "s1", "--yes", "--accept", "parked"], { fetch });
    expect(asked).toEqual(['POST /v1/moves/to-flink {"savepoint":"s1","dryRun":false,"accept":["parked"]}']);
    expect(code).toBe(0);
    expect(out).toContain("entity by entity: equal");
    expect(err).toContain("4 epochs were committed here since");
    expect(err).toContain("flink-savepoints/from-s1");
  });

  test("to embedded takes the newest Flink savepoint and names the next step", async () => {
    const moved = { values: 3, messages: 0, delayedMessages: 0 };
    const { asked, fetch } = gateway({ ...plan, blocked: [], moved, savepoint: { id: "s2" } });
    const { code, err } = await runCli(["move", "--to", "embedded", "--yes"], { fetch });
    expect(asked.at(-1)).toBe('POST /v1/moves/to-embedded {"folder":"newest","dryRun":false}');
    expect(code).toBe(0);
    expect(err).toContain("signalbox savepoints restore s2 --yes");
  });

  test("in an invalid direction is a mistake of the command line", async () => {
    expect((await runCli(["move", "--to", "mars"], gateway(plan))).code).toBe(2);
  });
});
